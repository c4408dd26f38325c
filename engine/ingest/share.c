/* share - how the memory of a run is divided among its feeds. */
#include "ingest/merge.h"

/* A slot with all core fields and usual text; on the generous side. */
enum { ROW_BYTES = 640, TOTAL_BYTES = 128 << 20, MIB = 1 << 20 };

static size_t
within(size_t n, size_t least, size_t most)
{
    return n < least ? least : n > most ? most : n;
}

/*
 * A feed that is being read has its read-ahead or its sorted rows, its blocks in the reader, and
 * about four batches on their way. A sort needs its memory only while it runs, which is on one
 * thread, so that share goes by threads.
 */
struct merge_share
merge_share_of(uint32_t feeds, uint32_t threads, size_t total)
{
    size_t all = total == 0 ? (size_t)TOTAL_BYTES : total, each = all / (feeds > 0 ? feeds : 1);
    uint32_t at_once = threads == 0 ? 1 : threads < feeds ? threads : feeds > 0 ? feeds : 1;

    return (struct merge_share){
        .ahead_bytes = within(each / 4, 16 * 1024, FEED_AHEAD_BYTES),
        .hold_bytes = within(each / 4, 16 * 1024, FEED_SORT_BYTES),
        .sort_bytes = within(all / 2 / at_once, MIB, FEED_SORT_BYTES),
        .block_bytes = feeds <= 32 ? 0 : within(each / 8, 8 * 1024, 512 * 1024),
        .batch_rows = (uint32_t)within(each / 4 / (4 * ROW_BYTES), 8, 1024),
    };
}
