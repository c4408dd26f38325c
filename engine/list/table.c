/*
 * table - the value in force on a day: a hash of the key columns leads to a run of rows sorted by
 * their first day, in which no two overlap.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/number.h"
#include "base/sha256.h"
#include "list/entry.h"
#include "list/item.h"
#include "list/list.h"
#include "list/set.h"

enum {
    NO_COLUMN = ENTRY_CELLS, /* cell number of a column that is not there */
    SHOWN_MAX = 64
};

struct row {
    int64_t from, until; /* days since 1970-01-01, both included; open ends: the limits of int64 */
    struct value value;
};

struct table {
    enum type keys[TABLE_KEYS_MAX];
    size_t key_count;
    enum type value_type;
    struct set key;  /* item_key() of the key columns one behind the other */
    uint32_t *first; /* of each key, its first row; one more at the end */
    struct row *row;
    uint8_t hash[32];
};

struct draft_row {
    struct row row;
    struct bytes key;
    struct piece place;
    uint32_t number; /* of the key */
};

enum { COLUMN_VALUE, COLUMN_FROM, COLUMN_UNTIL, COLUMN_SOURCE, COLUMN_COUNT };
static const char *const column_names[COLUMN_COUNT] = {"value", "from", "until", "source"};

struct draft {
    struct table *table;
    struct entries s;
    struct arena *a;
    size_t columns;
    size_t column[COLUMN_COUNT]; /* cell numbers */
    struct draft_row *row;
    size_t rows, cap;
};

/* ---- the header --------------------------------------------------------------------- */

static void
tell_column(struct draft *d, const struct piece *cell)
{
    struct diag *g = entry_tell(&d->s, "R442", entry_span(&d->s, cell),
        "a table has no column `%.*s` behind its keys",
        (int)(cell->text.size < SHOWN_MAX ? cell->text.size : SHOWN_MAX), cell->text.at);
    size_t best;

    if (diag_nearest(cell->text, column_names, COLUMN_COUNT, &best, 1) > 0)
        diag_label(d->s.ds, g, "did you mean `%s`?", column_names[best]);
    diag_note(d->s.ds, g,
        "the first line names the columns: the %zu of `key`, then value, from, "
        "until, source",
        d->table->key_count);
}

static bool
read_header(struct draft *d)
{
    struct piece cell[ENTRY_CELLS];
    size_t n;

    for (n = 0; n < COLUMN_COUNT; n++)
        d->column[n] = NO_COLUMN;
    if (!entry_row(&d->s, cell, &d->columns))
        return false;
    d->s.count = 0; /* the header is no entry: a table of nothing else is empty */
    for (size_t i = d->table->key_count; i < d->columns; i++) {
        for (n = 0; n < COLUMN_COUNT; n++)
            if (d->column[n] == NO_COLUMN && bytes_equal(cell[i].text, bytes_of(column_names[n])))
                break;
        if (n == COLUMN_COUNT) {
            tell_column(d, &cell[i]);
            return false;
        }
        d->column[n] = i;
    }
    if (d->column[COLUMN_VALUE] != NO_COLUMN)
        return true;
    {
        struct piece whole = cell[0];
        struct diag *g = entry_tell(&d->s, "R442", entry_span(&d->s, &whole),
            "this table has no column `value` behind its keys");

        diag_note(d->s.ds, g,
            "the first line names the columns: the %zu of `key`, then value, "
            "from, until, source",
            d->table->key_count);
    }
    return false;
}

/* ---- rows --------------------------------------------------------------------------- */

static bool
read_keys(struct draft *d, const struct piece *cell, struct draft_row *r)
{
    struct buf key = {0};
    bool good = true;
    char *copy = NULL;

    for (size_t i = 0; i < d->table->key_count; i++) {
        struct value v;

        if (!item_value(&d->s, d->table->keys[i], &cell[i], &v))
            good = false;
        else if (!item_key(v, true, &key))
            good = false;
    }
    if (good || key.failed)
        copy = key.failed ? NULL : arena_copy(d->a, buf_bytes(&key));
    if ((good || key.failed) && copy == NULL)
        entry_starve(&d->s);
    r->key = (struct bytes){copy, key.size};
    buf_fini(&key);
    return copy != NULL;
}

/* Money may be a bare number: it is in EUR then. */
static bool
read_value(struct draft *d, const struct piece *cell, struct value *out)
{
    int64_t eur = code_pack("EUR", 3), minor;

    if (d->table->value_type != TYPE_MONEY)
        return item_value(&d->s, d->table->value_type, cell, out);
    if (cell->text.size > 0 && number_read_fixed(cell->text, currency_exponent(eur), &minor)) {
        *out = value_money(eur, minor);
        return true;
    }
    if (!item_value(&d->s, TYPE_MONEY, cell, out))
        return false;
    if (out->currency == eur)
        return true;
    entry_tell(&d->s, "R432", entry_span(&d->s, cell), "money in a table is in EUR");
    return false;
}

static bool
read_day(struct draft *d, const struct piece *cell, size_t column, int64_t *day)
{
    size_t at = d->column[column];

    if (at == NO_COLUMN || cell[at].text.size == 0)
        return true;
    return item_day(&d->s, &cell[at], day);
}

static void
add_row(struct draft *d, const struct draft_row *r)
{
    if (d->rows == d->cap) {
        size_t cap = d->cap > 0 ? d->cap * 2 : 64;
        struct draft_row *more = alloc_grow(d->row, cap * sizeof *more);

        if (more == NULL) {
            entry_starve(&d->s);
            return;
        }
        d->row = more;
        d->cap = cap;
    }
    d->row[d->rows++] = *r;
}

static void
read_row(struct draft *d, const struct piece *cell, size_t count)
{
    struct draft_row r = {.row = {.from = INT64_MIN, .until = INT64_MAX}, .place = cell[0]};
    bool good;

    if (count != d->columns) {
        struct diag *g = entry_tell(&d->s, "R443", entry_span(&d->s, &cell[0]),
            "this row has %zu cells, and the first line names %zu columns", count, d->columns);

        diag_help(d->s.ds, g, "a text that holds a comma must be in quotes");
        return;
    }
    good = read_keys(d, cell, &r);
    good = read_value(d, &cell[d->column[COLUMN_VALUE]], &r.row.value) && good;
    good = read_day(d, cell, COLUMN_FROM, &r.row.from) && good;
    good = read_day(d, cell, COLUMN_UNTIL, &r.row.until) && good;
    if (good && r.row.from > r.row.until) {
        entry_tell(&d->s, "R445", entry_span(&d->s, &cell[d->column[COLUMN_UNTIL]]),
            "this row ends before it begins");
        return;
    }
    if (good)
        add_row(d, &r);
}

/* ---- making ---------------------------------------------------------------------------- */

static int
by_key_and_day(const void *a, const void *b)
{
    const struct draft_row *x = a, *y = b;

    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (x->row.from != y->row.from)
        return x->row.from < y->row.from ? -1 : 1;
    return (x->place.text.at > y->place.text.at) - (x->place.text.at < y->place.text.at);
}

/* Of sorted rows, each that begins while one of the same key is still in force. */
static void
tell_overlaps(struct draft *d)
{
    const struct draft_row *last = NULL;

    for (size_t i = 0; i < d->rows; i++) {
        const struct draft_row *r = &d->row[i], *first = r, *second = last;
        struct diag *g;

        if (last != NULL && last->number == r->number && r->row.from <= last->row.until) {
            if (first->place.text.at > second->place.text.at) {
                first = last;
                second = r;
            }
            g = entry_tell(&d->s, "R441", entry_span(&d->s, &second->place),
                "this key has two values on the same day");
            diag_label(d->s.ds, g, "second one");
            diag_mark(d->s.ds, g, entry_span(&d->s, &first->place), "first one");
            diag_help(
                d->s.ds, g, "let the older row end (`until`) the day before the newer begins");
        }
        if (last == NULL || last->number != r->number || last->row.until < r->row.until)
            last = r;
    }
}

static void
hash_int(struct sha256 *sum, int128 n)
{
    uint8_t room[16];

    for (size_t i = sizeof room; i > 0; i--, n >>= 8)
        room[i - 1] = (uint8_t)(n & 0xff);
    sha256_add_field(sum, room, sizeof room);
}

static void
hash_row(struct sha256 *sum, struct bytes key, const struct row *r)
{
    sha256_add_field(sum, key.at, key.size);
    hash_int(sum, r->from);
    hash_int(sum, r->until);
    if (type_is_text((enum type)r->value.type)) {
        sha256_add_field(sum, r->value.text.at, r->value.text.size);
    } else {
        hash_int(sum, r->value.num);
        hash_int(sum, r->value.currency);
    }
}

static bool
hash_table(struct table *t)
{
    struct sha256 *sum = sha256_new();

    if (sum == NULL)
        return false;
    for (size_t i = 0; i < t->key_count; i++)
        sha256_add_field(sum, type_name(t->keys[i]), strlen(type_name(t->keys[i])));
    sha256_add_field(sum, type_name(t->value_type), strlen(type_name(t->value_type)));
    for (uint32_t k = 0; k < t->key.count; k++)
        for (uint32_t i = t->first[k]; i < t->first[k + 1]; i++)
            hash_row(sum, t->key.at[k], &t->row[i]);
    sha256_end(sum, t->hash);
    sha256_free(sum);
    return true;
}

static bool
settle(struct draft *d)
{
    struct table *t = d->table;
    struct bytes *key = arena_take(d->a, d->rows + 1, sizeof *key);

    t->row = arena_take(d->a, d->rows + 1, sizeof *t->row);
    if (key == NULL || t->row == NULL)
        return false;
    for (size_t i = 0; i < d->rows; i++)
        key[i] = d->row[i].key;
    if (!set_make(&t->key, d->a, key, d->rows))
        return false;
    t->first = arena_take(d->a, (size_t)t->key.count + 1, sizeof *t->first);
    if (t->first == NULL)
        return false;
    for (size_t i = 0; i < d->rows; i++)
        d->row[i].number = set_find(&t->key, d->row[i].key);
    if (d->rows > 1)
        qsort(d->row, d->rows, sizeof *d->row, by_key_and_day);
    for (size_t i = 0; i < d->rows; i++) {
        t->row[i] = d->row[i].row;
        t->first[d->row[i].number + 1] = (uint32_t)i + 1;
    }
    tell_overlaps(d);
    return hash_table(t);
}

static void
read_table(struct draft *d)
{
    struct piece cell[ENTRY_CELLS];
    size_t count;

    if (!read_header(d))
        return;
    while (entry_row(&d->s, cell, &count))
        read_row(d, cell, count);
    if (!d->s.failed && !settle(d))
        entry_starve(&d->s);
}

struct table *
table_new(struct arena *a, struct diags *ds, const struct list_spec *spec, const enum type *keys,
    size_t key_count, enum type value_type)
{
    struct draft d = {.a = a, .table = arena_take(a, 1, sizeof *d.table)};

    assert(key_count > 0 && key_count <= TABLE_KEYS_MAX);
    assert(spec->file != NULL);
    if (entry_open(&d.s, ds, spec, a)) {
        if (d.table == NULL) {
            entry_starve(&d.s);
        } else {
            memcpy(d.table->keys, keys, key_count * sizeof *keys);
            d.table->key_count = key_count;
            d.table->value_type = value_type;
            read_table(&d);
        }
    }
    entry_close(&d.s);
    alloc_free(d.row);
    return d.s.failed ? NULL : d.table;
}

/* ---- asking ------------------------------------------------------------------------------- */

static uint32_t
find_key(const struct table *t, const struct value *keys, struct buf *scratch)
{
    scratch->size = 0;
    for (size_t i = 0; i < t->key_count; i++)
        if (!item_key(keys[i], false, scratch))
            return SET_NONE;
    return set_find(&t->key, buf_bytes(scratch));
}

/* A finer channel word (atm) counts as the one above (cash) where it has no rows of its own. */
static uint32_t
find_parent(const struct table *t, const struct value *keys, struct buf *scratch)
{
    struct value above[TABLE_KEYS_MAX];
    bool other = false;

    for (size_t i = 0; i < t->key_count; i++) {
        above[i] = keys[i];
        if (t->keys[i] != TYPE_CHANNEL)
            continue;
        above[i].num = channel_parent((enum channel)keys[i].num);
        other = other || above[i].num != keys[i].num;
    }
    return other ? find_key(t, above, scratch) : SET_NONE;
}

struct value
table_lookup(const struct table *t, const struct value *keys, int64_t day, struct buf *scratch)
{
    uint32_t key, low, high;

    for (size_t i = 0; i < t->key_count; i++)
        if (!keys[i].set)
            return value_missing(t->value_type);
    key = find_key(t, keys, scratch);
    if (key == SET_NONE)
        key = find_parent(t, keys, scratch);
    if (key == SET_NONE)
        return value_missing(t->value_type);
    for (low = t->first[key], high = t->first[key + 1]; low < high;) {
        uint32_t mid = low + (high - low) / 2;

        if (t->row[mid].from <= day)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == t->first[key] || t->row[low - 1].until < day)
        return value_missing(t->value_type);
    return t->row[low - 1].value;
}

size_t
table_keys(const struct table *t, const enum type **types)
{
    *types = t->keys;
    return t->key_count;
}

size_t
table_count(const struct table *t)
{
    return t->first[t->key.count];
}

enum type
table_type(const struct table *t)
{
    return t->value_type;
}

const uint8_t *
table_hash(const struct table *t)
{
    return t->hash;
}
