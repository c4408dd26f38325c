#include "name/lexicon.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"

enum { SLOTS = 4096 };

/* Words are kept by their letters, given names by their sound: symbols are no letters' bytes. */
struct slot {
    uint8_t key[SOUND_MAX];
    uint8_t size; /* 0: free */
    uint8_t kind;
    uint16_t group;
};

struct lexicon {
    size_t count;
    struct slot slot[SLOTS];
};

static const struct words {
    enum lexicon_kind kind; /* LEXICON_UNKNOWN: forms of one name */
    const char *text;
} lists[] = {
#define WORDS(kind, words) {LEXICON_##kind, words},
#define SAME(words) {LEXICON_UNKNOWN, words},
#include "name/word.def"
};

/* The lexicon holds only our own words, so the hash needs no key. */
static size_t
slot_of(const struct lexicon *l, const void *key, size_t size)
{
    const uint8_t *at = key;
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 16777619u;
    hash ^= hash >> 15;
    for (size_t i = hash % SLOTS;; i = (i + 1) % SLOTS)
        if (l->slot[i].size == 0 ||
            (l->slot[i].size == size && memcmp(l->slot[i].key, key, size) == 0))
            return i;
}

static struct slot *
add(struct lexicon *l, const void *key, size_t size)
{
    struct slot *s = &l->slot[slot_of(l, key, size)];

    assert(size > 0 && size <= SOUND_MAX && l->count < SLOTS / 2);
    l->count += s->size == 0;
    memcpy(s->key, key, size);
    s->size = (uint8_t)size;
    return s;
}

static void
add_word(struct lexicon *l, const struct words *list, uint16_t group, const char *word, size_t size)
{
    struct slot *s;

    if (list->kind != LEXICON_UNKNOWN) {
        s = add(l, word, size);
        if (s->kind == LEXICON_UNKNOWN)
            s->kind = (uint8_t)list->kind;
    } else {
        struct sound sound = sound_of(word, size, false);

        s = add(l, sound.at, sound.size);
        if (s->group == 0)
            s->group = group;
    }
}

struct lexicon *
lexicon_new(void)
{
    struct lexicon *l = alloc_zero(1, sizeof *l);
    uint16_t group = 0;

    for (size_t i = 0; l != NULL && i < sizeof lists / sizeof *lists; i++) {
        if (lists[i].kind == LEXICON_UNKNOWN)
            group++;
        for (const char *at = lists[i].text; *at != '\0';) {
            size_t size = strcspn(at, " ");

            add_word(l, &lists[i], group, at, size);
            at += size + (at[size] == ' ');
        }
    }
    return l;
}

void
lexicon_free(struct lexicon *l)
{
    alloc_free(l);
}

enum lexicon_kind
lexicon_kind(const struct lexicon *l, const char *word, size_t size)
{
    return size == 0 || size > SOUND_MAX ? LEXICON_UNKNOWN
                                         : (enum lexicon_kind)l->slot[slot_of(l, word, size)].kind;
}

uint16_t
lexicon_group(const struct lexicon *l, const struct sound *s)
{
    return s->size == 0 ? 0 : l->slot[slot_of(l, s->at, s->size)].group;
}
