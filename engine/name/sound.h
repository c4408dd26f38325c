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
    SOUND_KEYS = 160,     /* keys of one word */
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
    uint8_t extra[SOUND_MAX]; /* what each symbol costs where the other word has none */
};

/* The sound of `size` small ASCII letters and digits. */
struct sound sound_of(const char *text, size_t size, bool bare);

/*
 * Likeness in millionths, at most SOUND_EQUAL: 1 - 2 * cost / (100 * length of the longer),
 * 0 where that is below `least`.
 */
int32_t sound_likeness(const struct sound *a, const struct sound *b, int32_t least);

/*
 * Keys by which like words find each other. A word is held under some and asks by some; words of
 * which neither asks by a key the other is held under are never compared, and it does not matter
 * which of two asks. The keys are
 *  - its consonants in classes (p and b, t and d, ...), and again for other readings of c, j and
 * the like: so vowels do not matter;
 *  - the same without the article of a word like Alkhatib;
 *  - where at least four classes stand there, each of these lists with one class left out (and the
 *    whole one, for those of words with one more), together with the pattern of the vowels: so one
 *    consonant does not matter where the vowels agree. A word whose short vowels were not written
 *    agrees with any.
 * Returns how many; each once.
 */
enum sound_role { SOUND_HELD, SOUND_ASKING };
size_t sound_keys(const struct sound *s, enum sound_role role, uint64_t out[static SOUND_KEYS]);

#endif
