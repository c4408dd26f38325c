/* repeat - fingerprints in parts, chained in blocks, checked part by part. */
#include "ingest/repeat.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/spill.h"

enum { PART_BITS = 9, PARTS = 1 << PART_BITS, PRINTS = 511 };
enum { SET_MIN = 1024, SET_FIRST = 128 * 1024 };

/* One write's worth. `before`: the block of the same part filled before this one, from 1; 0: none.
 */
struct repeat_block {
    uint64_t before;
    uint64_t print[PRINTS];
};
_Static_assert(sizeof(struct repeat_block) == 4096, "a block is a page");

struct repeat {
    struct repeat_block *open; /* PARTS of them, being filled */
    uint16_t count[PARTS];     /* prints in each open block */
    uint64_t last[PARTS];      /* number of the part's last full block, from 1 */
    uint64_t full[PARTS];      /* full blocks of the part */
    struct repeat_block *kept; /* full blocks 1 .. kept_max, in memory */
    uint64_t blocks, kept_max, kept_cap;
    struct spill spill; /* full blocks beyond */
    bool spills;
};

struct bytes
repeat_account(const struct txn *t)
{
    if ((t->flags & TXN_OWN_ORIGINATOR) != 0 && txn_has(t, TXN_O_ACCOUNT))
        return txn_text(t, TXN_O_ACCOUNT);
    if ((t->flags & TXN_OWN_ORIGINATOR) == 0 && (t->flags & TXN_OWN_BENEFICIARY) != 0 &&
        txn_has(t, TXN_B_ACCOUNT))
        return txn_text(t, TXN_B_ACCOUNT);
    return (struct bytes){"", 0};
}

static struct bytes
id_of(const struct txn *t)
{
    return txn_has(t, TXN_ID) ? txn_text(t, TXN_ID) : (struct bytes){"", 0};
}

bool
repeat_same(const struct txn *a, const struct txn *b)
{
    return a->source == b->source && bytes_equal(id_of(a), id_of(b)) &&
           bytes_equal(repeat_account(a), repeat_account(b));
}

/* Of the hashes, so that id and account cannot run together. */
uint64_t
repeat_print(const struct hash_words *hash, const struct txn *t)
{
    struct bytes id = id_of(t), account = repeat_account(t);
    uint64_t parts[3] = {hash_text(hash, id.at, id.size),
        account.size == 0 ? 0 : hash_text(hash, account.at, account.size), t->source};

    return hash_text(hash, parts, sizeof parts);
}

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory while looking for repeated ids; raise --memory");
}

struct repeat *
repeat_new(size_t bytes, const char *work)
{
    struct repeat *r = alloc_zero(1, sizeof *r);

    if (r == NULL)
        return NULL;
    spill_init(&r->spill, work);
    r->spills = work != NULL;
    r->kept_max = bytes / sizeof *r->kept;
    r->open = alloc_take(PARTS * sizeof *r->open);
    if (r->open == NULL) {
        repeat_free(r);
        return NULL;
    }
    return r;
}

void
repeat_free(struct repeat *r)
{
    if (r == NULL)
        return;
    spill_fini(&r->spill);
    alloc_free(r->open);
    alloc_free(r->kept);
    alloc_free(r);
}

static bool
grow_kept(struct repeat *r)
{
    uint64_t cap = r->kept_cap == 0 ? 64 : r->kept_cap * 2;
    struct repeat_block *kept;

    if (r->spills && cap > r->kept_max)
        cap = r->kept_max;
    kept = alloc_grow(r->kept, (size_t)cap * sizeof *kept);
    if (kept == NULL)
        return false;
    r->kept = kept;
    r->kept_cap = cap;
    return true;
}

/* Put the part's full block away and begin a new one. */
static enum weir_status
put_away(struct repeat *r, uint32_t part, struct weir_err *err)
{
    struct repeat_block *b = &r->open[part];

    b->before = r->last[part];
    if (r->spills && r->blocks >= r->kept_max) {
        enum weir_status st = spill_add(&r->spill, b, sizeof *b, err);

        if (st != WEIR_OK)
            return st;
    } else {
        if (r->blocks == r->kept_cap && !grow_kept(r))
            return no_memory(err);
        r->kept[r->blocks] = *b;
    }
    r->last[part] = ++r->blocks;
    r->full[part]++;
    r->count[part] = 0;
    return WEIR_OK;
}

static uint32_t
part_of(uint64_t print)
{
    return (uint32_t)(print >> (64 - PART_BITS));
}

void
repeat_expect(const struct repeat *r, uint64_t print)
{
    uint32_t part = part_of(print);

    __builtin_prefetch(&r->open[part].print[r->count[part]], 1);
}

enum weir_status
repeat_add(struct repeat *r, uint64_t print, struct weir_err *err)
{
    uint32_t part = part_of(print);

    r->open[part].print[r->count[part]++] = print;
    return r->count[part] == PRINTS ? put_away(r, part, err) : WEIR_OK;
}

/* --- the end of the stream --- */

/* Prints met again, each once. */
struct found {
    uint64_t *print;
    size_t count, cap;
};

static bool
note(struct found *f, uint64_t print)
{
    if (f->count == f->cap) {
        size_t cap = f->cap == 0 ? 64 : f->cap * 2;
        uint64_t *grown = alloc_grow(f->print, cap * sizeof *grown);

        if (grown == NULL)
            return false;
        f->print = grown;
        f->cap = cap;
    }
    f->print[f->count++] = print;
    return true;
}

/*
 * An open-addressed set of one part's fingerprints. Their first PART_BITS are all the same, so two
 * of those bits are free to say that a slot is used and that its print was met again.
 */
struct print_set {
    uint64_t *slot;
    uint64_t count, mask, room; /* used slots, slots - 1, slots allocated */
};

static const uint64_t SLOT_USED = UINT64_C(1) << 63, SLOT_AGAIN = UINT64_C(1) << 62;
static const uint64_t SLOT_PRINT = UINT64_MAX >> PART_BITS;

static bool
set_clear(struct print_set *s, uint64_t count)
{
    uint64_t cap = SET_MIN;

    while (cap < 2 * count && cap < SET_FIRST)
        cap *= 2;
    if (cap > s->room) {
        alloc_free(s->slot);
        s->slot = alloc_take((size_t)cap * sizeof *s->slot);
        s->room = s->slot == NULL ? 0 : cap;
        if (s->slot == NULL)
            return false;
    }
    s->mask = cap - 1;
    s->count = 0;
    memset(s->slot, 0, (size_t)cap * sizeof *s->slot);
    return true;
}

static uint64_t *
set_place(const struct print_set *s, uint64_t print)
{
    uint64_t at = print & s->mask;

    while (s->slot[at] != 0 && ((s->slot[at] ^ print) & SLOT_PRINT) != 0)
        at = (at + 1) & s->mask;
    return &s->slot[at];
}

/* Grows with the prints that differ, however often the same one comes. */
static bool
set_grow(struct print_set *s)
{
    struct print_set wide = {.mask = s->mask * 2 + 1, .count = s->count};

    wide.room = wide.mask + 1;
    wide.slot = alloc_zero((size_t)wide.room, sizeof *wide.slot);
    if (wide.slot == NULL)
        return false;
    for (uint64_t i = 0; i <= s->mask; i++)
        if (s->slot[i] != 0)
            *set_place(&wide, s->slot[i]) = s->slot[i];
    alloc_free(s->slot);
    *s = wide;
    return true;
}

static bool
check_print(struct print_set *s, uint64_t print, struct found *f)
{
    uint64_t *slot = set_place(s, print);

    if (*slot == 0) {
        *slot = SLOT_USED | (print & SLOT_PRINT);
        return ++s->count * 2 <= s->mask || set_grow(s);
    }
    if ((*slot & SLOT_AGAIN) != 0 || f->count > REPEAT_WATCH_MAX)
        return true;
    *slot |= SLOT_AGAIN;
    return note(f, print);
}

static bool
check_block(struct print_set *s, const struct repeat_block *b, uint32_t count, struct found *f)
{
    for (uint32_t i = 0; i < count; i++)
        if (!check_print(s, b->print[i], f))
            return false;
    return true;
}

static enum weir_status
check_part(const struct repeat *r, uint32_t part, struct print_set *s, struct repeat_block *room,
    struct found *f, struct weir_err *err)
{
    assert(r->open != NULL);
    if (!set_clear(s, r->full[part] * PRINTS + r->count[part]) ||
        !check_block(s, &r->open[part], r->count[part], f))
        return no_memory(err);
    for (uint64_t n = r->last[part]; n != 0;) {
        const struct repeat_block *b = room;
        uint64_t in_memory = r->spills ? r->kept_max : r->blocks;

        if (n <= in_memory) {
            b = &r->kept[n - 1];
        } else {
            enum weir_status st =
                spill_read(&r->spill, (n - 1 - in_memory) * sizeof *room, room, sizeof *room, err);

            if (st != WEIR_OK)
                return st;
        }
        assert(b != NULL); /* room, or a block kept: there are as many as the chain says */
        if (!check_block(s, b, PRINTS, f))
            return no_memory(err);
        n = b->before;
    }
    return WEIR_OK;
}

static int
by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

enum weir_status
repeat_end(struct repeat *r, uint64_t **out, size_t *count, struct weir_err *err)
{
    struct repeat_block *room = alloc_take(sizeof *room);
    struct print_set set = {0};
    struct found found = {0};
    enum weir_status st = room == NULL ? no_memory(err) : WEIR_OK;

    for (uint32_t part = 0; part < PARTS && st == WEIR_OK; part++)
        st = check_part(r, part, &set, room, &found, err);
    alloc_free(room);
    alloc_free(set.slot);
    if (st != WEIR_OK) {
        alloc_free(found.print);
        return st;
    }
    if (found.count > 0)
        qsort(found.print, found.count, sizeof *found.print, by_value);
    memset(r->count, 0, sizeof r->count);
    memset(r->last, 0, sizeof r->last);
    memset(r->full, 0, sizeof r->full);
    r->blocks = 0;
    r->spill.size = 0;
    *out = found.print;
    *count = found.count;
    return WEIR_OK;
}
