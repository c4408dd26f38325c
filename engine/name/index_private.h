/*
 * index_private - the insides of a name index; of index*.c alone.
 */
#ifndef NAME_INDEX_PRIVATE_H
#define NAME_INDEX_PRIVATE_H

#include "name/name.h"

/* Where a word stands: an entry, and whether it must be looked at even for the commonest word of a
   row, because one agreement may be enough there. */
struct posting {
    uint32_t entry : 31;
    uint32_t must : 1;
};

struct entry {
    uint32_t first; /* of its words' numbers; as many joins follow, NO_WORD where there is none */
    uint8_t count, full;
};

struct keyed {
    uint64_t key;
    uint32_t first, count; /* of the words that have it */
};

#define NO_WORD UINT32_MAX

struct name_index {
    struct name_word *word; /* each different word once */
    uint32_t words;
    uint32_t *post_at; /* of each word its postings, must ones first; one more at the end */
    struct posting *post;
    struct entry *entry;
    uint32_t entries;
    uint32_t *ids;
    struct keyed *slot; /* open addressing; count 0 is free */
    uint32_t mask;
    uint32_t *holder; /* words by key */
};

/* Lists are reviewed, rows only ask, so the hash needs no key. */
static inline uint32_t
index_mix(uint64_t key)
{
    key ^= key >> 31;
    key *= UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(key >> 32);
}

static inline uint64_t
index_hash(const char *text, size_t size, unsigned bare)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) + bare;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline struct keyed *
index_slot(const struct name_index *x, uint64_t key)
{
    uint32_t i = index_mix(key) & x->mask;

    while (x->slot[i].count != 0 && x->slot[i].key != key)
        i = (i + 1) & x->mask;
    return &x->slot[i];
}

#endif
