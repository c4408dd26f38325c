/*
 * cells - blocks with a list of free cells each; the list runs through the cells themselves.
 */
#include "state/cells.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/poison.h"

enum { LINE = 64 };

struct cells_block {
    char *memory;            /* the cells begin with its first whole cache line */
    uint32_t live;           /* cells handed out */
    uint32_t fresh;          /* cells from here on were never handed out */
    uint32_t spare;          /* first cell given back, CELLS_NONE */
    uint32_t next, previous; /* among the blocks with room; of a vacant number only `next` */
};

void
cells_init(struct cells *c, size_t size)
{
    uint32_t shift = 0;

    size = (size + 7) & ~(size_t)7;
    assert(size > 0 && size <= UINT32_MAX);
    while (size << (shift + 1) <= CELLS_BLOCK_BYTES)
        shift++;
    *c = (struct cells){
        .size = (uint32_t)size, .shift = shift, .open = CELLS_NONE, .vacant = CELLS_NONE};
}

static size_t
block_bytes(const struct cells *c)
{
    return (size_t)c->size << c->shift;
}

void
cells_fini(struct cells *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->base[i] != NULL)
            poison_show(c->base[i], block_bytes(c));
        alloc_free(c->block[i].memory);
    }
    alloc_free(c->base);
    alloc_free(c->block);
    *c = (struct cells){
        .size = c->size, .shift = c->shift, .open = CELLS_NONE, .vacant = CELLS_NONE};
}

/* The two arrays grow together; a failure in between leaves one longer than needed. */
static bool
grow_arrays(struct cells *c)
{
    uint32_t cap = c->cap == 0 ? 4 : c->cap * 2;
    char **base;
    struct cells_block *block;

    if (cap > (CELLS_NONE >> c->shift))
        return false; /* cell numbers are 32 bits */
    if ((base = alloc_grow(c->base, cap * sizeof *base)) == NULL)
        return false;
    c->base = base;
    if ((block = alloc_grow(c->block, cap * sizeof *block)) == NULL)
        return false;
    c->block = block;
    c->cap = cap;
    return true;
}

static void
link_open(struct cells *c, uint32_t number)
{
    c->block[number].next = c->open;
    c->block[number].previous = CELLS_NONE;
    if (c->open != CELLS_NONE)
        c->block[c->open].previous = number;
    c->open = number;
}

static void
unlink_open(struct cells *c, uint32_t number)
{
    const struct cells_block *b = &c->block[number];

    if (b->previous != CELLS_NONE)
        c->block[b->previous].next = b->next;
    else
        c->open = b->next;
    if (b->next != CELLS_NONE)
        c->block[b->next].previous = b->previous;
}

static bool
add_block(struct cells *c)
{
    uint32_t number = c->vacant;
    char *memory, *base;

    if (number == CELLS_NONE && c->count == c->cap && !grow_arrays(c))
        return false;
    if ((memory = alloc_take(block_bytes(c) + LINE)) == NULL)
        return false;
    base = memory + (LINE - (uintptr_t)memory % LINE) % LINE;
    if (number == CELLS_NONE)
        number = c->count++;
    else
        c->vacant = c->block[number].next;
    c->base[number] = base;
    c->block[number] = (struct cells_block){.memory = memory, .spare = CELLS_NONE};
    poison_hide(base, block_bytes(c));
    link_open(c, number);
    c->room += UINT64_C(1) << c->shift;
    return true;
}

static void
drop_block(struct cells *c, uint32_t number)
{
    unlink_open(c, number);
    poison_show(c->base[number], block_bytes(c));
    alloc_free(c->block[number].memory);
    c->base[number] = NULL;
    c->block[number].memory = NULL;
    c->block[number].next = c->vacant;
    c->vacant = number;
    c->room -= UINT64_C(1) << c->shift;
}

bool
cells_reserve(struct cells *c, uint32_t n)
{
    while (c->room < n)
        if (!add_block(c))
            return false;
    return true;
}

uint32_t
cells_take(struct cells *c)
{
    uint32_t number, cell;
    struct cells_block *b;

    if (c->open == CELLS_NONE && !add_block(c))
        return CELLS_NONE;
    number = c->open;
    b = &c->block[number];
    if (b->spare != CELLS_NONE) {
        cell = b->spare;
        poison_show(cells_at(c, cell), c->size);
        memcpy(&b->spare, cells_at(c, cell), sizeof b->spare);
    } else {
        cell = number << c->shift | b->fresh++;
        poison_show(cells_at(c, cell), c->size);
    }
    if (++b->live == 1u << c->shift)
        unlink_open(c, number);
    c->room--;
    return cell;
}

void
cells_give(struct cells *c, uint32_t cell)
{
    uint32_t number = cell >> c->shift;
    struct cells_block *b = &c->block[number];

    assert(number < c->count && b->live > 0);
    memcpy(cells_at(c, cell), &b->spare, sizeof b->spare);
    b->spare = cell;
    poison_hide(cells_at(c, cell), c->size);
    c->room++;
    if (b->live-- == 1u << c->shift)
        link_open(c, number);
    /* The last block with room stays, so that one cell coming and going costs no allocation. */
    if (b->live == 0 && (b->previous != CELLS_NONE || b->next != CELLS_NONE))
        drop_block(c, number);
}

size_t
cells_bytes(const struct cells *c)
{
    size_t blocks = 0;

    for (uint32_t i = 0; i < c->count; i++)
        blocks += c->base[i] != NULL;
    return blocks * (block_bytes(c) + LINE) + c->cap * (sizeof *c->base + sizeof *c->block);
}
