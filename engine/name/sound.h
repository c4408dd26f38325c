/*
 * sound - what one word of a name sounds like, and how far two such words are apart.
 *
 * Spellings of one sound become one symbol (sh, sch and sz are s; ch, tch, cs and tj are c; dj, dz,
 * xh and gj are J; kh is h), doubled letters one. Letters that languages read differently (c, j, y,
 * g, w) stay themselves and are cheap to change into each other (name/sound.def). Costs are whole
 * numbers, a hundred for a letter that has nothing to do with the other.
 */
#ifndef NAME_SOUND_H
#define NAME_SOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SOUND_MAX = 24,       /* symbols of one word; later ones are cut */
    SOUND_KEYS = 64,      /* keys of one word */
    SOUND_SAME = 1000000, /* likeness of a word with itself */
    SOUND_EQUAL = 985000, /* of words spelled differently that sound the same */
    SOUND_LEAST = 700000  /* words less alike count as different */
};

/* a to z are 0 to 25. */
enum { SOUND_DJ = 26, SOUND_DIGIT = 27, SOUND_SYMBOLS = 37 };

struct sound {
    uint8_t size;
    bool bare; /* short vowels were not written */
    uint8_t at[SOUND_MAX];
};

/* The sound of `size` small ASCII letters and digits. */
struct sound sound_of(const char *text, size_t size, bool bare);

/*
 * Likeness in millionths, at most SOUND_EQUAL: 1 - 2 * cost / (100 * length of the longer),
 * 0 where that is below SOUND_LEAST.
 */
int32_t sound_likeness(const struct sound *a, const struct sound *b);

/*
 * Keys by which like words find each other: the consonants in classes, other readings of c, j and
 * the like, and each of these with one class left out where at least four stand there. Words that
 * share no key are never compared. Returns how many; each once.
 */
size_t sound_keys(const struct sound *s, uint64_t out[static SOUND_KEYS]);

#endif
