/*
 * window - one ring of entries for all keys, and a record for each key that has entries in it.
 *
 * A page of the index leads from a key to its record, the record holds the key's totals. An entry
 * changes its record twice: when it comes and when it leaves. What leaves next is known, so its
 * record and tables are asked for early; for what comes windows_prefetch() does the same. Memory
 * follows the entries: a record ends with the last entry of its key, and nothing is left to sweep.
 */
#include "state/window.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "state/calendar.h"
#include "state/first_seen.h"
#include "state/index.h"
#include "state/median.h"
#include "state/prefetch.h"
#include "state/ring.h"
#include "state/total.h"

enum {
    AHEAD_KEYS = 8, /* prefetch calls between asking for the index, the record, its tables */
    AHEAD_RECORD = 16,
    AHEAD_TABLE = 8, /* the same for entries about to leave */
    RECORD_LINE = 64,
    NARROW_AGGREGATES = 16, /* whose codes fit 32 bits */
};
#define NO_COLUMN UINT32_MAX
#define LOW_BITS UINT64_C(0x5555555555555555)

struct record {
    uint32_t key;
    uint32_t live;   /* entries */
    uint64_t newest; /* sequence number of the newest */
    uint64_t total[];
};

/* The last keys announced; changes while the windows themselves do not. */
struct ahead {
    uint32_t key[2 * AHEAD_KEYS];
    uint32_t next;
};

struct windows {
    struct window_spec spec;
    struct window_aggregate aggregate[WINDOW_AGGREGATES_MAX];
    uint32_t offset[WINDOW_AGGREGATES_MAX]; /* of the total, in 8 bytes */
    uint32_t column[WINDOW_AGGREGATES_MAX]; /* of the value in the ring; or NO_COLUMN */
    uint32_t medians, first_seens;
    bool tables;                  /* a record leads on to memory of its own */
    uint32_t last_key, last_cell; /* of the last windows_add; CELLS_NONE once it may be gone */
    uint32_t record_bytes;
    int64_t newest_us;             /* newest entry or expiry */
    struct calendar_period period; /* of newest_us, for calendar windows */
    struct ring ring;
    struct cells records;
    struct index index; /* key to record */
    struct store store;
    struct first_seen first_seen;
    struct ahead *ahead;
};

/* ---- beginning and end ---------------------------------------------------- */

/* Where an aggregate's value stands in the ring: beside that of one it always equals, if it can. */
static void
lay_out_column(struct windows *w, uint32_t i, uint32_t *columns)
{
    uint32_t like1 = w->spec.like1 == NULL ? 0 : w->spec.like1[i];

    w->column[i] = NO_COLUMN;
    if (!total_keeps_value(w->aggregate[i].function))
        return;
    assert(like1 <= i);
    w->column[i] =
        like1 > 0 && w->column[like1 - 1] != NO_COLUMN ? w->column[like1 - 1] : (*columns)++;
}

/* Lay out the record and the ring's columns. */
static void
lay_out(struct windows *w)
{
    uint32_t columns = 0, words = 0;

    for (uint32_t i = 0; i < w->spec.count; i++) {
        enum window_function f = w->aggregate[i].function;

        w->offset[i] = words;
        words += (uint32_t)(total_bytes(f) / 8);
        lay_out_column(w, i, &columns);
        w->medians += f == WINDOW_MEDIAN;
        w->first_seens += f == WINDOW_FIRST_SEEN;
        w->tables |= total_has_table(f);
    }
    w->record_bytes = (uint32_t)(sizeof(struct record) + words * 8);
    ring_init(&w->ring, columns, w->spec.count > NARROW_AGGREGATES);
    cells_init(&w->records, w->record_bytes);
}

struct windows *
windows_new(const struct window_spec *spec)
{
    struct windows *w = alloc_zero(1, sizeof *w);

    assert(spec->count <= WINDOW_AGGREGATES_MAX);
    assert(spec->period != WINDOW_SPAN || spec->span_us > 0);
    if (w == NULL)
        return NULL;
    w->spec = *spec;
    if (spec->count > 0)
        memcpy(w->aggregate, spec->aggregate, spec->count * sizeof *spec->aggregate);
    w->spec.aggregate = w->aggregate;
    w->newest_us = INT64_MIN;
    w->period = (struct calendar_period){INT64_MIN, INT64_MIN};
    lay_out(w);
    w->spec.like1 = NULL;
    w->last_cell = CELLS_NONE;
    index_init(&w->index);
    pool_init(&w->store.pool);
    texts_init(&w->store.texts, &spec->hash);
    cells_init(&w->store.nodes, median_node_bytes());
    w->store.dice = spec->hash.k0 | 1;
    first_seen_init(&w->first_seen);
    if ((w->ahead = alloc_zero(1, sizeof *w->ahead)) == NULL) {
        windows_free(w);
        return NULL;
    }
    return w;
}

void
windows_free(struct windows *w)
{
    if (w == NULL)
        return;
    ring_fini(&w->ring);
    cells_fini(&w->records);
    index_fini(&w->index);
    pool_fini(&w->store.pool);
    texts_fini(&w->store.texts);
    cells_fini(&w->store.nodes);
    first_seen_fini(&w->first_seen);
    alloc_free(w->ahead);
    alloc_free(w);
}

/* ---- records -------------------------------------------------------------- */

static struct record *
record_at(const struct windows *w, uint32_t cell)
{
    return cells_at(&w->records, cell);
}

static void *
total_at(const struct windows *w, struct record *r, uint32_t aggregate)
{
    return &r->total[w->offset[aggregate]];
}

static uint32_t
new_record(struct windows *w, uint32_t key)
{
    uint32_t cell = cells_take(&w->records);

    if (cell == CELLS_NONE)
        return CELLS_NONE;
    if (!index_add(&w->index, key, cell)) {
        cells_give(&w->records, cell);
        return CELLS_NONE;
    }
    memset(record_at(w, cell), 0, w->record_bytes);
    record_at(w, cell)->key = key;
    return cell;
}

static void
drop_record(struct windows *w, uint32_t cell)
{
    struct record *r = record_at(w, cell);

    for (uint32_t i = 0; w->tables && i < w->spec.count; i++)
        total_fini(&w->aggregate[i], total_at(w, r, i), &w->store);
    index_drop(&w->index, r->key);
    cells_give(&w->records, cell);
}

/* ---- leaving -------------------------------------------------------------- */

/* The aggregates of a code that have an input, one bit each: the lower of the two. */
static uint64_t
set_in(uint64_t code)
{
    return (code | code >> 1) & LOW_BITS;
}

/* Take the next aggregate out of what set_in() found. */
static uint32_t
next_set(uint64_t *set)
{
    uint32_t i = (uint32_t)__builtin_ctzll(*set) / 2;

    *set &= *set - 1;
    return i;
}

static struct stored
stored_in_ring(
    const struct windows *w, const struct ring_entry *e, uint32_t aggregate, uint64_t code)
{
    struct stored v = {.kind = (uint32_t)(code >> 2 * aggregate) & 3};

    if (w->column[aggregate] != NO_COLUMN)
        v.bits = e->value[w->column[aggregate]];
    return v;
}

static void
prefetch_record(const struct windows *w, uint32_t cell)
{
    const char *r = cells_at(&w->records, cell);

    for (uint32_t at = 0; at < w->record_bytes; at += RECORD_LINE)
        prefetch(r + at);
    prefetch(r + w->record_bytes - 1);
}

/* Ask for the tables that hold the inputs of an entry that will leave soon. */
static void
prefetch_tables(const struct windows *w, struct record *r, const struct ring_entry *e)
{
    uint64_t code = ring_code(&w->ring, e);

    for (uint64_t set = set_in(code); set != 0;) {
        uint32_t i = next_set(&set);

        if (w->column[i] != NO_COLUMN)
            total_prefetch_value(
                &w->aggregate[i], total_at(w, r, i), &w->store, stored_in_ring(w, e, i, code));
    }
}

/* The same for all that entries soon to leave will touch; the record of each is asked for first. */
static void
prefetch_leaving(const struct windows *w)
{
    uint64_t seq = w->ring.head + AHEAD_RECORD;
    const struct ring_entry *e;
    struct ring_chunk *c;
    struct record *r;

    if (seq >= w->ring.tail)
        return;
    c = ring_chunk(&w->ring, seq);
    if (ring_index(seq) < c->fill)
        prefetch_record(w, ring_entry(&w->ring, c, ring_index(seq))->cell);
    seq -= AHEAD_RECORD - AHEAD_TABLE;
    c = ring_chunk(&w->ring, seq);
    if (ring_index(seq) >= c->fill)
        return;
    e = ring_entry(&w->ring, c, ring_index(seq));
    r = record_at(w, e->cell);
    if (r->live == 1)
        index_prefetch(&w->index, r->key);
    if (w->tables)
        prefetch_tables(w, r, e);
}

static void
drop_oldest(struct windows *w)
{
    uint64_t seq = w->ring.head;
    const struct ring_entry *e = ring_at(&w->ring, seq);
    uint32_t cell = e->cell;
    struct record *r = record_at(w, cell);
    uint64_t code = ring_code(&w->ring, e);

    prefetch_leaving(w);
    for (uint64_t set = set_in(code); set != 0;) {
        uint32_t i = next_set(&set);

        total_drop(
            &w->aggregate[i], total_at(w, r, i), &w->store, stored_in_ring(w, e, i, code), seq);
    }
    assert(r->live > 0);
    if (--r->live == 0)
        drop_record(w, cell);
    ring_drop(&w->ring);
}

/* True where an entry of this time is outside at newest_us. */
static bool
outside(const struct windows *w, int64_t at_us)
{
    if (w->spec.period != WINDOW_SPAN)
        return at_us < w->period.start_us;
    return (uint64_t)w->newest_us - (uint64_t)at_us >= (uint64_t)w->spec.span_us;
}

static void
slide(struct windows *w, int64_t now_us)
{
    w->newest_us = now_us;
    w->last_cell = CELLS_NONE;
    if (w->spec.period != WINDOW_SPAN && now_us >= w->period.next_us)
        w->period = calendar_period(w->spec.period, w->spec.zone, w->spec.week_starts, now_us);
    while (w->ring.head < w->ring.tail && outside(w, ring_at(&w->ring, w->ring.head)->at_us))
        drop_oldest(w);
    if (w->first_seens > 0)
        first_seen_expire(&w->first_seen, &w->store, now_us);
}

void
windows_expire(struct windows *w, int64_t now_us)
{
    if (now_us > w->newest_us)
        slide(w, now_us);
}

/* ---- coming --------------------------------------------------------------- */

/* Inputs as they are stored: window_numbers with any kind of stored value in `code`. */
static struct stored
stored_of(const struct window_numbers *in, uint32_t i)
{
    return (struct stored){.bits = in->num[i], .kind = (uint32_t)(in->code >> 2 * i) & 3};
}

/* Let go of the texts held for inputs that did not come in. */
static void
give_inputs(struct windows *w, const struct window_numbers *in)
{
    for (uint64_t set = set_in(in->code); set != 0;) {
        uint32_t i = next_set(&set);

        if (stored_of(in, i).kind == STORED_KEPT && w->aggregate[i].function != WINDOW_SHARE)
            texts_give(&w->store.texts, (uint32_t)in->num[i]);
    }
}

/* The inputs as they will be stored; false, holding none, when out of memory. */
static bool
take_inputs(struct windows *w, const struct value *inputs, struct window_numbers *in)
{
    for (uint32_t i = 0; i < w->spec.count; i++) {
        const struct window_aggregate *a = &w->aggregate[i];
        struct stored v = {.kind = STORED_PLAIN};

        if (!inputs[i].set)
            continue;
        if (a->function == WINDOW_SHARE) {
            v.kind = inputs[i].num != 0 ? STORED_KEPT : STORED_PLAIN;
        } else if (a->function != WINDOW_COUNT &&
                   !stored_take(&w->store, &inputs[i], a->type, a->currency, &v)) {
            give_inputs(w, in);
            return false;
        }
        in->num[i] = v.bits;
        in->code |= (uint64_t)v.kind << 2 * i;
    }
    return true;
}

/* Memory for everything that add_entry() will do. */
static bool
reserve(struct windows *w, struct record *r, uint64_t ledger, const struct window_numbers *in)
{
    if (!ring_reserve(&w->ring, ledger))
        return false;
    if (w->medians > 0 && !cells_reserve(&w->store.nodes, w->medians))
        return false;
    if (w->first_seens > 0 && !first_seen_reserve(&w->first_seen, w->first_seens))
        return false;
    if (!w->tables)
        return true;
    for (uint64_t set = set_in(in->code); set != 0;) {
        uint32_t i = next_set(&set);

        if (!total_reserve(&w->aggregate[i], total_at(w, r, i), &w->store))
            return false;
    }
    return true;
}

/* Values are remembered for a year; the record only holds the answers for this entry. What is left
   of the code goes into the ring. */
static uint64_t
add_first_seen(struct windows *w, struct record *r, int64_t at_us, const struct window_numbers *in)
{
    uint64_t code = in->code;

    for (uint32_t i = 0; w->first_seens > 0 && i < w->spec.count; i++) {
        void *total = total_at(w, r, i);

        if (w->aggregate[i].function != WINDOW_FIRST_SEEN)
            continue;
        code &= ~(UINT64_C(3) << 2 * i);
        if ((in->code >> 2 * i & 3) == STORED_NONE)
            total_clear_first(total);
        else
            total_set_first(total,
                first_seen_record(&w->first_seen, &w->store, r->key, i, stored_of(in, i), at_us));
    }
    return code;
}

static void
add_entry(struct windows *w, uint32_t cell, int64_t at_us, uint64_t ledger,
    const struct window_numbers *in)
{
    struct record *r = record_at(w, cell);
    uint64_t seq = w->ring.tail, code = add_first_seen(w, r, at_us, in);
    struct ring_entry *e =
        ring_add(&w->ring, at_us, ledger, cell, r->live == 0 ? 0 : (uint32_t)(seq - r->newest));

    ring_set_code(&w->ring, e, code);
    for (uint64_t set = set_in(code); set != 0;) {
        uint32_t i = next_set(&set);

        if (w->column[i] != NO_COLUMN)
            e->value[w->column[i]] = in->num[i];
        total_add(&w->aggregate[i], total_at(w, r, i), &w->store, stored_of(in, i), seq);
    }
    r->live++;
    r->newest = seq;
}

/* The key's record, begun if need be; the window as of this moment. CELLS_NONE: out of memory. */
static uint32_t
record_for(struct windows *w, uint32_t key, int64_t at_us)
{
    uint32_t cell;

    assert(at_us >= w->newest_us);
    slide(w, at_us);
    cell = index_find(&w->index, key);
    return cell != CELLS_NONE ? cell : new_record(w, key);
}

/* False where memory is out: then nothing has changed but that time went on. */
static bool
enter(struct windows *w, uint32_t cell, int64_t at_us, uint64_t ledger,
    const struct window_numbers *in)
{
    if (!reserve(w, record_at(w, cell), ledger, in)) {
        give_inputs(w, in);
        if (record_at(w, cell)->live == 0)
            drop_record(w, cell);
        return false;
    }
    add_entry(w, cell, at_us, ledger, in);
    w->last_key = record_at(w, cell)->key;
    w->last_cell = cell;
    return true;
}

bool
windows_add(
    struct windows *w, uint32_t key, int64_t at_us, uint64_t ledger, const struct value *inputs)
{
    uint32_t cell = record_for(w, key, at_us);
    struct window_numbers in = {0};

    if (cell == CELLS_NONE)
        return false;
    if (take_inputs(w, inputs, &in))
        return enter(w, cell, at_us, ledger, &in);
    if (record_at(w, cell)->live == 0)
        drop_record(w, cell);
    return false;
}

bool
windows_add_numbers(struct windows *w, uint32_t key, int64_t at_us, uint64_t ledger,
    const struct window_numbers *in)
{
    uint32_t cell = record_for(w, key, at_us);

    assert((in->code & ~LOW_BITS) == 0);
    return cell != CELLS_NONE && enter(w, cell, at_us, ledger, in);
}

/* ---- asking --------------------------------------------------------------- */

/*
 * Ask for the index of this key; for the record of the one announced AHEAD_KEYS calls ago, whose
 * index has come; and for the tables of the one before that. Waits for nothing.
 */
void
windows_prefetch(const struct windows *w, uint32_t key)
{
    struct ahead *ahead = w->ahead;
    uint32_t *oldest = &ahead->key[ahead->next % (2 * AHEAD_KEYS)];
    uint32_t middle = ahead->key[(ahead->next + AHEAD_KEYS) % (2 * AHEAD_KEYS)];
    uint32_t cell = index_find(&w->index, middle);

    index_prefetch(&w->index, key);
    if (cell != CELLS_NONE)
        prefetch_record(w, cell);
    cell = w->tables ? index_find(&w->index, *oldest) : CELLS_NONE;
    *oldest = key;
    ahead->next++;
    if (cell == CELLS_NONE)
        return;
    for (uint32_t i = 0; i < w->spec.count; i++)
        total_prefetch(&w->aggregate[i], total_at(w, record_at(w, cell), i), &w->store);
}

/* Ask for what a value other than text will touch. `cell`: of the key, or CELLS_NONE. */
static void
prefetch_number(const struct windows *w, uint32_t key, uint32_t cell, uint32_t i, int64_t num)
{
    const struct window_aggregate *a = &w->aggregate[i];
    struct stored v = {.kind = STORED_PLAIN, .bits = num};

    if (a->function == WINDOW_FIRST_SEEN)
        first_seen_prefetch(&w->first_seen, &w->store, key, i, v);
    else if (cell != CELLS_NONE && total_has_table(a->function))
        total_prefetch_value(a, total_at(w, record_at(w, cell), i), &w->store, v);
}

void
windows_prefetch_inputs(const struct windows *w, uint32_t key, const struct value *inputs)
{
    uint32_t cell = w->tables || w->first_seens > 0 ? index_find(&w->index, key) : CELLS_NONE;

    for (uint32_t i = 0; i < w->spec.count; i++) {
        const struct window_aggregate *a = &w->aggregate[i];

        if (!inputs[i].set || (!total_has_table(a->function) && a->function != WINDOW_FIRST_SEEN))
            continue;
        if (type_is_text(a->type))
            texts_prefetch_text(&w->store.texts, inputs[i].text);
        else
            prefetch_number(w, key, cell, i, (int64_t)inputs[i].num);
    }
}

void
windows_prefetch_numbers(const struct windows *w, uint32_t key, const struct window_numbers *in)
{
    uint32_t cell = index_find(&w->index, key);

    for (uint64_t set = in->code; set != 0;) {
        uint32_t i = next_set(&set);

        prefetch_number(w, key, cell, i, in->num[i]);
    }
}

static const void *
total_of(const struct windows *w, uint32_t key, uint32_t aggregate)
{
    uint32_t cell = key == w->last_key && w->last_cell != CELLS_NONE ? w->last_cell
                                                                     : index_find(&w->index, key);

    assert(aggregate < w->spec.count);
    return cell == CELLS_NONE ? NULL : total_at(w, record_at(w, cell), aggregate);
}

struct value
windows_read(const struct windows *w, uint32_t key, uint32_t aggregate)
{
    return total_read(&w->aggregate[aggregate], total_of(w, key, aggregate), &w->store);
}

bool
windows_read_number(const struct windows *w, uint32_t key, uint32_t aggregate, int64_t *out)
{
    const void *total = total_of(w, key, aggregate);

    return total != NULL && total_number(&w->aggregate[aggregate], total, out);
}

size_t
windows_evidence(const struct windows *w, uint32_t key, uint64_t after, uint64_t *out, size_t max)
{
    uint32_t cell = index_find(&w->index, key), back;
    uint64_t seq, last = after;
    size_t count = 0;

    if (cell == CELLS_NONE)
        return 0;
    for (seq = record_at(w, cell)->newest; seq >= w->ring.head; seq -= back) {
        const struct ring_entry *e = ring_at(&w->ring, seq);
        uint64_t ledger = ring_chunk(&w->ring, seq)->ledger_base + e->ledger;

        if (ledger <= after)
            break;
        if (ledger != last && count++ < max)
            out[count - 1] = ledger;
        last = ledger;
        back = e->back;
        if (back == 0 || back > seq)
            break;
    }
    return count;
}

size_t
windows_bytes(const struct windows *w)
{
    return sizeof *w + sizeof *w->ahead + ring_bytes(&w->ring) + cells_bytes(&w->records) +
           index_bytes(&w->index) + pool_bytes(&w->store.pool) + texts_bytes(&w->store.texts) +
           cells_bytes(&w->store.nodes) + first_seen_bytes(&w->first_seen);
}

int64_t
window_period_end(const struct window_spec *spec, int64_t at_us)
{
    int64_t end_us;

    if (spec->period != WINDOW_SPAN)
        return calendar_period(spec->period, spec->zone, spec->week_starts, at_us).next_us;
    return __builtin_add_overflow(at_us, spec->span_us, &end_us) ? INT64_MAX : end_us;
}
