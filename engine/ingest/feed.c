/*
 * feed - rows read, kept until their moment is over, and handed over in the total order.
 *
 * Three ways through: STREAM sorts the moments within a batch in place and hands the batch over
 * without copying it; GATHER sends a moment that outgrows a batch (a file of days) through a
 * sorter; SORT sends the whole file through one.
 */
#include "ingest/feed.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/feed_row.h"
#include "ingest/moment.h"
#include "ingest/order.h"
#include "ingest/sorter.h"
#include "reader/ahead.h"
#include "weir/limits.h"

enum way { STREAM, GATHER, SORT };

struct feed {
    struct feed_spec spec;
    enum type types[LIMIT_FIELDS];
    struct feed_row row;
    enum feed_end end;
    enum way way;
    bool begun;    /* the file was opened */
    bool read_all; /* its last row was read and it was found good */
    bool draining; /* the sorter is being read back */
    bool handed;   /* rows have left: disorder cannot be mended any more */
    bool failed;   /* nothing more will come of it */
    bool once;     /* identical rows without ids count once */
    int64_t newest_us;
    struct batch *fill;         /* rows being read */
    struct batch *first, *last; /* rows in order, ready to leave */
    struct batch *spare;
    size_t ready_bytes;
    struct sorter *sorter;
    struct twins twins;
    uint32_t *order; /* room for sorting a batch */
    struct txn *slot;
    atomic_int halted; /* by feed_stop() */
    struct weir_err why;
};

static enum weir_status
no_memory(const struct feed *f, struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "%s: out of memory while reading; raise --memory", f->spec.shown);
}

enum weir_status
feed_open(const struct feed_spec *spec, struct feed **out, struct weir_err *err)
{
    struct feed *f = alloc_zero(1, sizeof *f);

    assert(spec->fields >= TXN_FIELD_COUNT && spec->fields <= LIMIT_FIELDS);
    if (f == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
            "%s: out of memory; raise --memory", spec->shown);
    f->spec = *spec;
    if (f->spec.ahead_bytes == 0)
        f->spec.ahead_bytes = FEED_AHEAD_BYTES;
    if (f->spec.sort_bytes == 0)
        f->spec.sort_bytes = FEED_SORT_BYTES;
    if (f->spec.hold_bytes == 0)
        f->spec.hold_bytes = f->spec.sort_bytes;
    order_types(spec->env->extra, spec->env->extra_count, f->types);
    f->way = spec->sort ? SORT : STREAM;
    f->newest_us = INT64_MIN;
    f->row.spec = &f->spec;
    if (spec->shared && (f->row.ahead = ahead_new()) == NULL) {
        alloc_free(f);
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
            "%s: out of memory; raise --memory", spec->shown);
    }
    f->once = mapping_twins_once(spec->mapping);
    atomic_init(&f->halted, 0);
    *out = f;
    return WEIR_OK;
}

static void
free_batches(struct batch **list)
{
    while (*list != NULL) {
        struct batch *next = (*list)->next;

        batch_free(*list);
        *list = next;
    }
}

/* Whatever is not needed once the feed has ended, well or badly. */
static void
let_go(struct feed *f)
{
    feed_row_release(&f->row);
    if (f->sorter != NULL)
        f->row.counts.spilled_runs += sorter_spilled(f->sorter);
    sorter_free(f->sorter);
    f->sorter = NULL;
    batch_free(f->fill);
    f->fill = NULL;
    free_batches(&f->first);
    free_batches(&f->spare);
    f->last = NULL;
    f->ready_bytes = 0;
    alloc_free(f->order);
    alloc_free(f->slot);
    f->order = NULL;
    f->slot = NULL;
    buf_fini(&f->twins.id);
}

void
feed_close(struct feed *f)
{
    if (f == NULL)
        return;
    let_go(f);
    feed_row_fini(&f->row);
    ahead_free(f->row.ahead);
    alloc_free(f);
}

/* --- batches: taken, made ready, given back --- */

static struct batch *
take_batch(struct feed *f, const struct batch *like)
{
    struct batch *b = f->spare;

    if (b == NULL)
        return batch_new(like->cap, f->spec.fields, f->spec.pick_bytes);
    f->spare = b->next;
    b->next = NULL;
    batch_clear(b);
    return b;
}

/* One spare is enough for the steady state; what the read-ahead took goes back. */
static void
give_batch(struct feed *f, struct batch *b)
{
    if (f->spare != NULL) {
        batch_free(b);
        return;
    }
    b->next = f->spare;
    f->spare = b;
}

static size_t
batch_bytes(const struct batch *b)
{
    return (size_t)b->count * b->stride + b->text.size;
}

static void
make_ready(struct feed *f, struct batch *b)
{
    assert(b->count > 0);
    b->next = NULL;
    if (f->last != NULL)
        f->last->next = b;
    else
        f->first = b;
    f->last = b;
    f->ready_bytes += batch_bytes(b);
}

static struct batch *
take_ready(struct feed *f)
{
    struct batch *b = f->first;

    f->first = b->next;
    if (f->first == NULL)
        f->last = NULL;
    b->next = NULL;
    f->ready_bytes -= batch_bytes(b);
    return b;
}

/* Give `b` the storage of `from`, and `from` what `b` had. */
static void
swap_storage(struct batch *b, struct batch *from)
{
    struct batch had = *b;

    assert(b->cap == from->cap && b->stride == from->stride && b->pick_bytes == from->pick_bytes);
    *b = *from;
    b->next = had.next;
    had.next = from->next;
    *from = had;
}

/* Add row `i` of `from` to the empty end of `to`; its text comes along. */
static bool
move_row(struct batch *to, const struct batch *from, uint32_t i, const enum type *types)
{
    struct txn *t = batch_at(to, to->count);

    memcpy(t, batch_at(from, i), from->stride);
    for (uint64_t left = t->present; left != 0; left &= left - 1) {
        union txn_cell *cell = &t->cell[__builtin_ctzll(left)];

        if (!type_is_text(types[__builtin_ctzll(left)]))
            continue;
        buf_add(&to->text, from->text.at + cell->text.off, cell->text.size);
        cell->text.off = (uint32_t)(to->text.size - cell->text.size);
    }
    to->count++;
    return !to->text.failed;
}

/* Take the rows from `cut` on out of `fill` and begin the next `fill` with them; returns the old.
 */
static struct batch *
cut_fill(struct feed *f, uint32_t cut)
{
    struct batch *old = f->fill, *next = take_batch(f, old);

    if (next == NULL)
        return NULL;
    for (uint32_t i = cut; i < old->count; i++)
        if (!move_row(next, old, i, f->types)) {
            batch_free(next);
            return NULL;
        }
    old->count = cut;
    f->fill = next;
    return old;
}

/* --- the sorter --- */

static bool
begin_sorter(struct feed *f)
{
    struct sorter_spec spec = {.types = f->types,
        .file = f->spec.file,
        .source = f->spec.source,
        .sort_bytes = f->spec.sort_bytes,
        .hold_bytes = f->spec.hold_bytes,
        .work = f->spec.work};

    assert(f->sorter == NULL);
    f->sorter = sorter_new(&spec);
    return f->sorter != NULL;
}

static enum weir_status
pour(struct feed *f, const struct batch *b, uint32_t count, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    for (uint32_t i = 0; i < count && st == WEIR_OK; i++)
        st = sorter_add(f->sorter, batch_at(b, i), b->text.at, err);
    return st;
}

/* The file proved to be out of order before any row left: sort it from here on. */
static enum weir_status
turn_to_sort(struct feed *f, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    if (f->sorter == NULL && !begin_sorter(f))
        return no_memory(f, err);
    f->way = SORT;
    while (f->first != NULL && st == WEIR_OK) {
        struct batch *b = take_ready(f);

        st = pour(f, b, b->count, err);
        give_batch(f, b);
    }
    return st;
}

static enum weir_status
begin_drain(struct feed *f, struct weir_err *err)
{
    f->draining = true;
    return sorter_end(f->sorter, err);
}

static enum weir_status
drain(struct feed *f, struct weir_err *err)
{
    struct batch *b = take_batch(f, f->fill);
    enum weir_status st;

    if (b == NULL)
        return no_memory(f, err);
    st = sorter_next(f->sorter, b, err);
    if (st == WEIR_OK) {
        make_ready(f, b);
        return WEIR_OK;
    }
    give_batch(f, b);
    if (st == WEIR_FAIL)
        return st;
    f->row.counts.spilled_runs += sorter_spilled(f->sorter);
    sorter_free(f->sorter);
    f->sorter = NULL;
    f->draining = false;
    return WEIR_OK;
}

/* --- reading --- */

/* The newest row of `fill` against all before it. *over: it begins a new moment. */
static enum weir_status
look(struct feed *f, bool *over, struct weir_err *err)
{
    int64_t at_us = batch_at(f->fill, f->fill->count - 1)->at_us;

    *over = at_us > f->newest_us;
    if (at_us >= f->newest_us) {
        f->newest_us = at_us;
        return WEIR_OK;
    }
    if (!f->handed)
        return turn_to_sort(f, err);
    f->end = FEED_DISORDER;
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E230",
        "%s: rows are not in order of time, found after rows were handed on; it is sorted first "
        "when the run starts again",
        f->spec.shown);
}

/* Read until `fill` is full, the file ends or, while gathering, the moment is over. */
static enum weir_status
read_fill(struct feed *f, bool *over, struct weir_err *err)
{
    *over = false;
    while (f->fill->count < f->fill->cap && !(*over && f->way == GATHER)) {
        enum weir_status st = feed_row_next(&f->row, f->fill, err);

        if (st == WEIR_END) {
            f->read_all = true;
            *over = false;
            return WEIR_OK;
        }
        if (st != WEIR_OK)
            return st;
        if (f->way != SORT && (st = look(f, over, err)) != WEIR_OK)
            return st;
    }
    return WEIR_OK;
}

static enum weir_status
settle_sort(struct feed *f, struct weir_err *err)
{
    enum weir_status st;

    if (f->sorter == NULL && !begin_sorter(f))
        return no_memory(f, err);
    f->row.counts.sorted = true;
    if ((st = pour(f, f->fill, f->fill->count, err)) != WEIR_OK)
        return st;
    batch_clear(f->fill);
    return f->read_all ? begin_drain(f, err) : WEIR_OK;
}

/* All rows of `fill` are of the moment but, where it is over, the last. */
static enum weir_status
settle_gather(struct feed *f, bool over, struct weir_err *err)
{
    uint32_t mine = f->fill->count - (over ? 1 : 0);
    enum weir_status st = pour(f, f->fill, mine, err);
    struct batch *old;

    if (st != WEIR_OK)
        return st;
    old = cut_fill(f, mine);
    if (old == NULL)
        return no_memory(f, err);
    give_batch(f, old);
    if (!over && !f->read_all)
        return WEIR_OK;
    f->way = STREAM;
    return begin_drain(f, err);
}

static enum weir_status
settle_stream(struct feed *f, struct weir_err *err)
{
    uint32_t cut = f->read_all ? f->fill->count : moment_last(f->fill);
    struct batch *old;

    if (f->fill->count == 0)
        return WEIR_OK;
    if (cut == 0) {
        f->way = GATHER;
        return begin_sorter(f) ? settle_gather(f, false, err) : no_memory(f, err);
    }
    old = cut_fill(f, cut);
    if (old == NULL)
        return no_memory(f, err);
    moment_sort(old, f->types, f->order, f->slot);
    make_ready(f, old);
    return WEIR_OK;
}

/* One step towards more ready rows. */
static enum weir_status
step(struct feed *f, struct weir_err *err)
{
    enum weir_status st;
    bool over;

    if (f->draining)
        return drain(f, err);
    if ((st = read_fill(f, &over, err)) != WEIR_OK)
        return st;
    switch (f->way) {
    case SORT:
        return settle_sort(f, err);
    case GATHER:
        return settle_gather(f, over, err);
    case STREAM:
        break;
    }
    return settle_stream(f, err);
}

static enum weir_status
begin(struct feed *f, const struct batch *like, struct weir_err *err)
{
    f->begun = true;
    f->fill = take_batch(f, like);
    f->order = alloc_zero(like->cap, sizeof *f->order);
    f->slot = alloc_take(like->stride);
    if (f->fill == NULL || f->order == NULL || f->slot == NULL)
        return no_memory(f, err);
    return feed_row_open(&f->row, err);
}

static bool
halted(const struct feed *f)
{
    return atomic_load_explicit(&f->halted, memory_order_relaxed) != 0;
}

/* Go on until a batch may leave, or there will be none. */
static enum weir_status
advance(struct feed *f, const struct batch *like, struct weir_err *err)
{
    enum weir_status st = f->begun ? WEIR_OK : begin(f, like, err);

    while (st == WEIR_OK && !(f->read_all && !f->draining && f->fill->count == 0) &&
           (f->first == NULL || (!f->handed && f->ready_bytes < f->spec.ahead_bytes))) {
        if (halted(f))
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_STOPPED, "", "stopped while reading");
        st = step(f, err);
    }
    return st;
}

static enum weir_status
fail(struct feed *f, const struct weir_err *err)
{
    if (!f->failed && f->end == FEED_OPEN && err->trouble == WEIR_TROUBLE_INPUT)
        f->end = FEED_DAMAGED;
    if (!f->failed)
        f->why = *err;
    f->failed = true;
    let_go(f);
    return WEIR_FAIL;
}

enum weir_status
feed_next(struct feed *f, struct batch *b, struct weir_err *err)
{
    struct batch *ready;

    batch_clear(b);
    if (f->end == FEED_DONE)
        return WEIR_END;
    if (f->failed || advance(f, b, err) != WEIR_OK)
        return fail(f, err);
    if (f->first == NULL) {
        f->end = FEED_DONE;
        let_go(f);
        return WEIR_END;
    }
    ready = take_ready(f);
    f->handed = true;
    swap_storage(b, ready);
    give_batch(f, ready);
    if (!twins_number(&f->twins, b, f->once)) {
        (void)no_memory(f, err);
        return fail(f, err);
    }
    batch_seal(b);
    return WEIR_OK;
}

/* --- what is asked of a feed --- */

enum feed_end
feed_ended(const struct feed *f)
{
    return f->end;
}

const struct weir_err *
feed_why(const struct feed *f)
{
    return &f->why;
}

void
feed_counts(const struct feed *f, struct feed_counts *out)
{
    *out = f->row.counts;
    if (f->row.reader != NULL)
        reader_counts(f->row.reader, &out->read);
}

struct bytes
feed_quarantine(const struct feed *f)
{
    return buf_bytes(&f->row.rejects.lines);
}

size_t
feed_reasons(const struct feed *f, const char *const **codes, const uint64_t **counts)
{
    *codes = f->row.rejects.code;
    *counts = f->row.rejects.number;
    return f->row.rejects.code_count;
}

void
feed_stop(struct feed *f)
{
    atomic_store_explicit(&f->halted, 1, memory_order_relaxed);
}

bool
feed_help(struct feed *f)
{
    return f->row.ahead != NULL && ahead_work(f->row.ahead);
}

const char *
feed_shown(const struct feed *f)
{
    return f->spec.shown;
}

uint32_t
feed_file(const struct feed *f)
{
    return f->spec.file;
}

const enum type *
feed_types(const struct feed *f)
{
    return f->types;
}
