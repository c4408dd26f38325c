/*
 * names - what screening names costs: bench-names [ENTRIES [NAMES]]
 *
 * Invented entries and rows (tests/support/name_maker.h), seeded, no two rows alike but by chance:
 * the worst case for the cache of words. One row in fifty is an entry as somebody else would write
 * it. Says seconds to load, bytes, names a second on one core at 90 %, and microseconds a name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "name/index.h"
#include "support/name_maker.h"
#include "support/rng.h"

enum { ENTRIES = 20000, NAMES = 200000, LEAST = 900000, PLANTED = 50 };

static double
cpu_seconds(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
count(void *to, uint32_t entry, const struct name *listed, const struct score *score)
{
    (void)entry;
    (void)listed;
    (void)score;
    ++*(size_t *)to;
}

static struct bytes *
make(struct arena *a, size_t many, uint64_t *rng, const struct bytes *listed, size_t listed_count)
{
    struct bytes *names = calloc(many, sizeof *names);
    struct buf text = {0};

    for (size_t i = 0; names != NULL && i < many; i++) {
        char *copy;

        text.size = 0;
        if (listed != NULL && i % PLANTED == 0)
            name_maker_vary(rng, listed[rng_below(rng, listed_count)], &text);
        else
            name_maker_new(rng, &text);
        copy = arena_copy(a, buf_bytes(&text));
        names[i] = (struct bytes){copy, copy == NULL ? 0 : text.size};
    }
    buf_fini(&text);
    return names;
}

int
main(int argc, char **argv)
{
    size_t entries = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : ENTRIES;
    size_t names = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : NAMES;
    uint64_t seed = 1, row_seed = 99;
    size_t hits = 0;
    struct arena texts, index;
    struct name_room *room = name_room_new();
    struct name_index *x;
    struct bytes *list, *row;
    double from, loaded, done;

    arena_init(&texts, 0, "texts");
    arena_init(&index, 0, "index");
    list = make(&texts, entries, &seed, NULL, 0);
    row = make(&texts, names, &row_seed, list, entries);
    if (room == NULL || list == NULL || row == NULL)
        return 1;
    from = cpu_seconds();
    x = name_index_new(&index, room, list, entries);
    loaded = cpu_seconds();
    for (size_t i = 0; x != NULL && i < names; i++) {
        struct name n;

        name_read(room, 0, row[i], &n);
        (void)name_index_find(x, room, &n, LEAST, count, &hits);
    }
    done = cpu_seconds();
    printf("names: %zu entries loaded in %.2f s, %zu KiB; %zu rows, %.0f names a second, %.1f us a "
           "name, %zu hits\n",
        entries, loaded - from, index.used_bytes / 1024, names, (double)names / (done - loaded),
        1e6 * (done - loaded) / (double)names, hits);
    name_room_free(room);
    arena_fini(&index);
    arena_fini(&texts);
    free(list);
    free(row);
    return 0;
}
