/*
 * name - a name as the words that are compared (rule-language.md section 6, `names`).
 *
 *      struct name_room *room = name_room_new();          one a thread
 *      name_read(room, SLOT, text, &name);                 good until the slot is read into again
 *      name_score(&a, &b, &score);
 *
 * Letters of all scripts become Latin (name/letter); particles, titles and legal forms are left
 * out, where anything else remains; Abdulrahman and Abd al-Rahman, Nuruddin and Nur ud-Din become
 * the same words. Equal texts give equal words in every thread and on every machine.
 */
#ifndef NAME_NAME_H
#define NAME_NAME_H

#include <stdbool.h>
#include <stdint.h>

#include "name/sound.h"
#include "weir/bytes.h"

struct lexicon;
struct name_cache;

enum {
    NAME_WORDS = 16, /* words compared; later ones are left out */
    NAME_LETTERS = 24,
    NAME_SLOTS = 2 /* names a room can hold at once */
};

enum { NAME_COMMON = 1, NAME_INITIAL = 2, NAME_BARE = 4, NAME_JOIN = 8 };

struct name_word {
    char text[NAME_LETTERS];
    uint8_t size;
    uint8_t flags;
    uint8_t weight; /* what it says about who is meant */
    uint16_t group; /* one given name in its forms; 0: none */
    struct sound sound;
};

struct name {
    uint8_t count; /* words */
    uint8_t full;  /* those that are no initials */
    const struct name_word *word[NAME_WORDS];
    const struct name_word *join[NAME_WORDS]; /* word i and the one behind it, written as one;
                                                 NULL: none */
};

struct name_room;

struct name_room *name_room_new(void); /* NULL when out of memory */
void name_room_free(struct name_room *room);
void name_read(struct name_room *room, unsigned slot, struct bytes text, struct name *out);

/*
 * Likeness of two words, 0 to SOUND_SAME; 0: different. Two words written as one must be more like,
 * are never the same, and are not compared with another such pair.
 */
int32_t name_likeness(const struct name_word *a, const struct name_word *b);
/* The same for words of which one asks by a key the other is held under. */
int32_t name_likeness_keyed(const struct name_word *a, const struct name_word *b);
/* Keys of a word: those of its sound, and that of its group. */
enum { NAME_KEYS = SOUND_KEYS + 1 };
size_t name_keys(const struct name_word *w, enum sound_role role, uint64_t out[static NAME_KEYS]);

/* The lists' part of the room (name/index.h). */
struct name_cache **name_room_cache(struct name_room *room);

#endif
