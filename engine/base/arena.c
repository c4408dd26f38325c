/*
 * arena - blocks filled from the front.
 *
 * A block emptied by reset or rewind goes to `spare` and is filled again before
 * a new one is taken, so a scratch arena stops allocating once it is warm.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/poison.h"

enum { ALIGN = 16, BLOCK_MIN = 4 * 1024, BLOCK_MAX = 1024 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size, used; /* of room[] */
    size_t unused;     /* keeps room[] aligned */
    _Alignas(ALIGN) char room[];
};

void
arena_init(struct arena *a, size_t cap_bytes, const char *name)
{
    *a = (struct arena){.cap_bytes = cap_bytes, .name = name};
}

static void
free_blocks(struct arena_block *b)
{
    while (b != NULL) {
        struct arena_block *older = b->older;

        poison_show(b->room, b->size);
        alloc_free(b);
        b = older;
    }
}

void
arena_fini(struct arena *a)
{
    free_blocks(a->head);
    free_blocks(a->spare);
    a->head = a->spare = NULL;
    a->used_bytes = 0;
}

/* Take the first spare block with `need` bytes out of the list. */
static struct arena_block *
take_spare(struct arena *a, size_t need)
{
    for (struct arena_block **at = &a->spare; *at != NULL; at = &(*at)->older) {
        struct arena_block *b = *at;

        if (b->size >= need) {
            *at = b->older;
            return b;
        }
    }
    return NULL;
}

/* Blocks double up to BLOCK_MAX, so that small arenas stay small and large ones take few. */
static struct arena_block *
new_block(const struct arena *a, size_t need)
{
    size_t size = a->head != NULL ? a->head->size * 2 : BLOCK_MIN - sizeof(struct arena_block);
    struct arena_block *b;

    if (size > BLOCK_MAX)
        size = BLOCK_MAX;
    if (size < need)
        size = need;
    b = alloc_take(sizeof *b + size);
    if (b == NULL)
        return NULL;
    b->size = size;
    poison_hide(b->room, b->size);
    return b;
}

/* Make a head with `need` free bytes. */
static bool
make_room(struct arena *a, size_t need)
{
    struct arena_block *b = take_spare(a, need);

    if (b == NULL)
        b = new_block(a, need);
    if (b == NULL)
        return false;
    b->used = 0;
    b->older = a->head;
    a->head = b;
    return true;
}

/* Round up, with the sanitizer's gap; 0 on overflow. Never 0 otherwise. */
static size_t
padded(size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX / 4) / size)
        return 0;
    return (count * size + (count * size == 0) + POISON_GAP_BYTES + ALIGN - 1) &
           ~(size_t)(ALIGN - 1);
}

/* `need` padded bytes of which the caller may touch `size`. */
static char *
take(struct arena *a, size_t need, size_t size)
{
    char *p;

    if (need == 0 || (a->cap_bytes != 0 && need > a->cap_bytes - a->used_bytes))
        return NULL;
    if ((a->head == NULL || need > a->head->size - a->head->used) && !make_room(a, need))
        return NULL;
    p = a->head->room + a->head->used;
    a->head->used += need;
    a->used_bytes += need;
    poison_show(p, size);
    return p;
}

void *
arena_take(struct arena *a, size_t count, size_t size)
{
    size_t need = padded(count, size);
    char *p = take(a, need, count * size);

    return p == NULL ? NULL : memset(p, 0, count * size);
}

char *
arena_copy(struct arena *a, struct bytes text)
{
    char *p = text.size == SIZE_MAX ? NULL : take(a, padded(text.size + 1, 1), text.size + 1);

    if (p == NULL)
        return NULL;
    if (text.size != 0)
        memcpy(p, text.at, text.size);
    p[text.size] = '\0';
    return p;
}

struct arena_mark
arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->head, a->head != NULL ? a->head->used : 0, a->used_bytes};
}

void
arena_rewind(struct arena *a, struct arena_mark mark)
{
    while (a->head != mark.block) {
        struct arena_block *b = a->head;

        assert(b != NULL); /* the mark is of this arena and nothing older was rewound to */
        a->head = b->older;
        b->older = a->spare;
        a->spare = b;
        poison_hide(b->room, b->size);
    }
    if (a->head != NULL) {
        assert(mark.used <= a->head->used);
        a->head->used = mark.used;
        poison_hide(a->head->room + mark.used, a->head->size - mark.used);
    }
    a->used_bytes = mark.used_bytes;
}

void
arena_reset(struct arena *a)
{
    /* One block is the usual case of a warm scratch arena: it stays in place. */
    if (a->head != NULL && a->head->older == NULL) {
        a->head->used = 0;
        a->used_bytes = 0;
        poison_hide(a->head->room, a->head->size);
        return;
    }
    arena_rewind(a, (struct arena_mark){NULL, 0, 0});
}
