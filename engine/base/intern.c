/*
 * intern - slots of eight bytes, cells of thirty-two.
 *
 * A slot holds half a hash and the number plus one. The low bits of that half
 * choose the slot, so growing the table only moves slots about and never looks
 * at a text. A cell holds a text of up to 31 bytes, which nearly every account
 * number is, or says where the longer one lies. So a lookup misses the cache twice
 * (slot, cell); the batch goes through its keys once for each miss and asks for
 * the next one early, so that a batch waits for few misses instead of all.
 */
#include "base/intern.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"

enum {
    SLOTS_MIN = 64,
    SHORT_MAX = 31,
    SHELF_BITS = 16, /* cells of a full shelf: 2 MiB, the size of a huge page */
    SHELF_FIRST_BITS = 6,
    LINE = 64,              /* bytes of a cache line */
    STRIDE = 64,            /* keys in flight: enough to overlap, few enough for the L1 */
    COUNT_MAX = 0x3fffffff, /* numbers; the table stays within 2^31 slots */
};

struct slot {
    uint32_t tag;
    uint32_t number1; /* number + 1; 0: empty */
};

union cell {
    struct {
        char text[SHORT_MAX];
        uint8_t size; /* above SHORT_MAX: see `far` */
    };
    struct bytes far; /* in the arena; set before `size` */
};

_Static_assert(sizeof(union cell) == 32, "two cells a cache line");

struct intern {
    struct hash_words hash;
    struct slot *slots;
    uint32_t mask; /* slots - 1 */
    uint32_t count;
    uint32_t shelves_cap;
    union cell **shelves; /* the first ones double from 64 cells on, then all are equal */
    char **blocks;        /* shelves as allocated; each shelf begins at a multiple of 64 in it */
    uint32_t shelves_count;
    struct arena far; /* long texts */
};

struct intern *
intern_new(const struct hash_key *key)
{
    struct intern *t = alloc_zero(1, sizeof *t);

    if (t == NULL)
        return NULL;
    hash_spread(key, &t->hash);
    arena_init(&t->far, 0, "texts");
    t->mask = SLOTS_MIN - 1;
    t->slots = alloc_zero(SLOTS_MIN, sizeof *t->slots);
    if (t->slots == NULL) {
        intern_free(t);
        return NULL;
    }
    return t;
}

void
intern_free(struct intern *t)
{
    if (t == NULL)
        return;
    for (uint32_t i = 0; i < t->shelves_count; i++)
        alloc_free(t->blocks[i]);
    alloc_free(t->blocks);
    alloc_free(t->shelves);
    alloc_free(t->slots);
    arena_fini(&t->far);
    alloc_free(t);
}

struct place {
    uint32_t shelf, at;
};

/*
 * Shelf k < 10 holds 64 * 2^k cells, every later one 2^16: a cell never moves, small tables
 * stay small, and the place of a number is a few instructions.
 */
static inline struct place
place_of(uint32_t number)
{
    const uint32_t doubling = SHELF_BITS - SHELF_FIRST_BITS;
    uint32_t n = number + (1u << SHELF_FIRST_BITS);
    uint32_t top = 31 - (uint32_t)__builtin_clz(n);

    if (top < SHELF_BITS)
        return (struct place){top - SHELF_FIRST_BITS, n - (1u << top)};
    return (struct place){doubling + (n >> SHELF_BITS) - 1, n & ((1u << SHELF_BITS) - 1)};
}

static inline union cell *
cell_of(const struct intern *t, uint32_t number)
{
    struct place p = place_of(number);

    return &t->shelves[p.shelf][p.at];
}

static struct bytes
text_of(const union cell *c)
{
    return c->size > SHORT_MAX ? c->far : (struct bytes){c->text, c->size};
}

static uint32_t
tag_of(const struct intern *t, struct bytes key)
{
    return (uint32_t)hash_text(&t->hash, key.at, key.size);
}

/* Texts of one size of at most SHORT_MAX; the last eight bytes once more where they are no step. */
static inline bool
same_short(const char *a, const char *b, size_t size)
{
    uint64_t x, y, differ = 0;
    size_t i = 0;

    if (size < 8)
        return size == 0 || memcmp(a, b, size) == 0;
    for (; i + 8 < size; i += 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        differ |= x ^ y;
    }
    memcpy(&x, a + size - 8, 8);
    memcpy(&y, b + size - 8, 8);
    return (differ | (x ^ y)) == 0;
}

static inline bool
holds(const struct intern *t, struct slot s, uint32_t tag, struct bytes key)
{
    const union cell *c;

    if (s.tag != tag)
        return false;
    c = cell_of(t, s.number1 - 1);
    if (key.size <= SHORT_MAX)
        return c->size == key.size && same_short(c->text, key.at, key.size);
    return c->size > SHORT_MAX && bytes_equal(c->far, key);
}

/* The slot that holds the key, or the empty one where it would go. */
static uint32_t
probe(const struct intern *t, uint32_t tag, struct bytes key)
{
    uint32_t at = tag & t->mask;

    while (t->slots[at].number1 != 0 && !holds(t, t->slots[at], tag, key))
        at = (at + 1) & t->mask;
    return at;
}

/* Double the table. In the order of the old slots, so the new ones are filled nearly in order. */
static bool
grow_slots(struct intern *t)
{
    uint32_t mask = t->mask * 2 + 1;
    struct slot *slots = alloc_zero((size_t)mask + 1, sizeof *slots);

    if (slots == NULL)
        return false;
    for (uint32_t i = 0; i <= t->mask; i++) {
        uint32_t at = t->slots[i].tag & mask;

        if (t->slots[i].number1 == 0)
            continue;
        while (slots[at].number1 != 0)
            at = (at + 1) & mask;
        slots[at] = t->slots[i];
    }
    alloc_free(t->slots);
    t->slots = slots;
    t->mask = mask;
    return true;
}

/* Room in the two lists of shelves for one more. */
static bool
grow_lists(struct intern *t)
{
    uint32_t cap = t->shelves_cap == 0 ? 16 : t->shelves_cap * 2;
    union cell **shelves = alloc_grow(t->shelves, cap * sizeof *shelves);
    char **blocks;

    if (shelves == NULL)
        return false;
    t->shelves = shelves;
    if ((blocks = alloc_grow(t->blocks, cap * sizeof *blocks)) == NULL)
        return false;
    t->blocks = blocks;
    t->shelves_cap = cap;
    return true;
}

static bool
grow_shelves(struct intern *t)
{
    const uint32_t doubling = SHELF_BITS - SHELF_FIRST_BITS;
    uint32_t k = t->shelves_count;
    size_t cells = (size_t)1 << (k < doubling ? k + SHELF_FIRST_BITS : SHELF_BITS);
    char *block;
    void *aligned;

    if (k == t->shelves_cap && !grow_lists(t))
        return false;
    if ((block = alloc_take(cells * sizeof(union cell) + LINE)) == NULL)
        return false;
    aligned = block + (LINE - (uintptr_t)block % LINE) % LINE;
    t->blocks[k] = block;
    t->shelves[k] = aligned;
    t->shelves_count++;
    return true;
}

/* Write the text into the cell of the next number. */
static bool
store(struct intern *t, struct bytes key)
{
    struct place p = place_of(t->count);
    union cell *c;

    if (p.shelf == t->shelves_count && !grow_shelves(t))
        return false;
    c = &t->shelves[p.shelf][p.at];
    if (key.size > SHORT_MAX) {
        char *at = arena_copy(&t->far, key);

        if (at == NULL)
            return false;
        c->far = (struct bytes){at, key.size};
        c->size = SHORT_MAX + 1;
        return true;
    }
    if (key.size != 0)
        memcpy(c->text, key.at, key.size);
    c->size = (uint8_t)key.size;
    return true;
}

/* Find or add. INTERN_NONE, changing nothing that can be seen, when out of memory. */
static uint32_t
resolve(struct intern *t, uint32_t tag, struct bytes key)
{
    uint32_t at = probe(t, tag, key);

    if (t->slots[at].number1 != 0)
        return t->slots[at].number1 - 1;
    if (t->count == COUNT_MAX)
        return INTERN_NONE;
    if (t->count >= t->mask / 2) {
        if (!grow_slots(t))
            return INTERN_NONE;
        at = probe(t, tag, key);
    }
    if (!store(t, key))
        return INTERN_NONE;
    t->slots[at] = (struct slot){.tag = tag, .number1 = ++t->count};
    return t->count - 1;
}

/* The first slot from the key's place on that has its tag or is empty. */
static inline struct slot
likely(const struct intern *t, uint32_t tag)
{
    uint32_t at = tag & t->mask;

    while (t->slots[at].number1 != 0 && t->slots[at].tag != tag)
        at = (at + 1) & t->mask;
    return t->slots[at];
}

/* One miss after the other for all keys of a stride; the last pass finds everything near. */
static bool
batch_stride(struct intern *t, const struct bytes *keys, uint32_t count, uint32_t *numbers)
{
    struct slot guess[STRIDE];
    uint32_t tag[STRIDE];

    for (uint32_t i = 0; i < count; i++) {
        tag[i] = tag_of(t, keys[i]);
        __builtin_prefetch(&t->slots[tag[i] & t->mask]);
    }
    for (uint32_t i = 0; i < count; i++) {
        guess[i] = likely(t, tag[i]);
        if (guess[i].number1 != 0)
            __builtin_prefetch(cell_of(t, guess[i].number1 - 1));
    }
    for (uint32_t i = 0; i < count; i++) {
        if (guess[i].number1 != 0 && holds(t, guess[i], tag[i], keys[i]))
            numbers[i] = guess[i].number1 - 1;
        else if ((numbers[i] = resolve(t, tag[i], keys[i])) == INTERN_NONE)
            return false;
    }
    return true;
}

bool
intern_batch(struct intern *t, const struct bytes *keys, uint32_t count, uint32_t *numbers)
{
    assert(count <= INTERN_BATCH_MAX);
    for (uint32_t from = 0; from < count; from += STRIDE) {
        uint32_t size = count - from < STRIDE ? count - from : STRIDE;

        if (!batch_stride(t, keys + from, size, numbers + from))
            return false;
    }
    return true;
}

uint32_t
intern_add(struct intern *t, struct bytes key)
{
    return resolve(t, tag_of(t, key), key);
}

uint32_t
intern_find(const struct intern *t, struct bytes key)
{
    return t->slots[probe(t, tag_of(t, key), key)].number1 - 1; /* 0 - 1 is INTERN_NONE */
}

struct bytes
intern_text(const struct intern *t, uint32_t number)
{
    assert(number < t->count);
    return text_of(cell_of(t, number));
}

uint32_t
intern_count(const struct intern *t)
{
    return t->count;
}
