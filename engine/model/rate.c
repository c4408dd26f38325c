/*
 * rate - one table of (currency, day, rate), sorted, and a binary search.
 *
 * A rate is kept as an integer count of 10^-RATE_PLACES units for one euro, so a
 * conversion is one exact division: no digit of what the bank published is lost.
 */
#include "model/rate.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/number.h"
#include "base/sha256.h"
#include "model/type.h"
#include "weir/bytes.h"

enum {
    RATE_PLACES = 9,
    FILE_MAX = 64 << 20, /* all days since 1999 are below 2 MB */
    COLUMNS_MAX = 256,
    CELL_SHOWN = 40,
    CENT_DIGITS = 2,
};

struct rate {
    int64_t day;   /* since 1970-01-01 */
    int64_t units; /* 10^-9 units of the currency for one euro, above 0 */
    int32_t currency;
};

struct span {
    int32_t currency;
    uint32_t first, count; /* of rates[] */
};

struct rates {
    struct rate *rate; /* by currency, then day */
    size_t count, cap;
    struct span *span; /* by currency */
    size_t spans;
    uint8_t hash[32];
};

/* --- reading --- */

struct reader {
    struct rates *rates;
    struct bytes rest; /* of the file */
    size_t line;       /* 1-based, of the row in `cell` */
    struct bytes cell[COLUMNS_MAX];
    size_t cells;
    int64_t currency[COLUMNS_MAX]; /* wide form: of the column; 0 where it is none */
    size_t columns;
    struct weir_err *err;
};

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory for the rates");
}

static enum weir_status
bad(const struct reader *r, struct bytes found, const char *right)
{
    return weir_fail(r->err, WEIR_FAIL, WEIR_TROUBLE_RULES, "", "line %zu: \"%.*s\" %s", r->line,
        (int)(found.size < CELL_SHOWN ? found.size : CELL_SHOWN), found.size == 0 ? "" : found.at,
        right);
}

static struct bytes
trim(struct bytes t)
{
    while (t.size > 0 && (t.at[0] == ' ' || t.at[0] == '\t'))
        t = (struct bytes){t.at + 1, t.size - 1};
    while (t.size > 0 && strchr(" \t\r", t.at[t.size - 1]) != NULL)
        t.size--;
    return t;
}

static struct bytes
unquote(struct bytes t)
{
    if (t.size >= 2 && t.at[0] == '"' && t.at[t.size - 1] == '"')
        t = (struct bytes){t.at + 1, t.size - 2};
    return t;
}

/* Take up to the separator, which goes too; all of it where there is none. */
static struct bytes
cut(struct bytes *rest, char separator)
{
    const char *end = rest->size == 0 ? NULL : memchr(rest->at, separator, rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->at);
    struct bytes front = {rest->at, size};

    rest->at += size + (end != NULL);
    rest->size -= size + (end != NULL);
    return front;
}

/* The next line that is not blank, as cells. WEIR_END after the last. */
static enum weir_status
next_row(struct reader *r)
{
    while (r->rest.size > 0) {
        struct bytes line = trim(cut(&r->rest, '\n'));

        r->line++;
        if (line.size == 0)
            continue;
        for (r->cells = 0; line.size > 0; r->cells++) {
            if (r->cells == COLUMNS_MAX)
                return weir_fail(r->err, WEIR_FAIL, WEIR_TROUBLE_RULES, "",
                    "line %zu: more than %d columns", r->line, COLUMNS_MAX);
            r->cell[r->cells] = unquote(trim(cut(&line, ',')));
        }
        return WEIR_OK;
    }
    return WEIR_END;
}

static bool
read_two(const char *at, int32_t *n)
{
    if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
        return false;
    *n = (at[0] - '0') * 10 + (at[1] - '0');
    return true;
}

/* `2026-01-07`. */
static bool
read_day(struct bytes t, int64_t *day)
{
    int32_t century, year, month, date;

    if (t.size != 10 || t.at[4] != '-' || t.at[7] != '-' || !read_two(t.at, &century) ||
        !read_two(t.at + 2, &year) || !read_two(t.at + 5, &month) || !read_two(t.at + 8, &date) ||
        !civil_valid_date(century * 100 + year, month, date))
        return false;
    *day = civil_days(century * 100 + year, month, date);
    return true;
}

static enum weir_status
add_rate(struct reader *r, int64_t currency, int64_t day, struct bytes text)
{
    struct rates *all = r->rates;
    int64_t units;

    if (text.size == 0 || bytes_equal(text, bytes_of("N/A")))
        return WEIR_OK;
    if (!number_read_fixed(text, RATE_PLACES, &units) || units <= 0)
        return bad(
            r, text, "is no rate; right would be a decimal above 0 such as 117.1995, or N/A");
    if (all->count == all->cap) {
        size_t cap = all->cap == 0 ? 1024 : all->cap * 2;
        struct rate *grown = alloc_grow(all->rate, cap * sizeof *grown);

        if (grown == NULL)
            return no_memory(r->err);
        all->rate = grown;
        all->cap = cap;
    }
    all->rate[all->count++] =
        (struct rate){.day = day, .units = units, .currency = (int32_t)currency};
    return WEIR_OK;
}

/* Wide form: which currency each column holds. The last comma of the header has none behind it. */
static enum weir_status
read_header(struct reader *r)
{
    for (size_t i = 1; i < r->cells; i++) {
        r->currency[i] = word_find(TYPE_CURRENCY, r->cell[i]);
        if (r->currency[i] == 0 && r->cell[i].size != 0)
            return bad(r, r->cell[i], "is no currency of ISO 4217; right would be a code as USD");
    }
    r->columns = r->cells;
    return WEIR_OK;
}

static enum weir_status
read_wide(struct reader *r)
{
    enum weir_status st = read_header(r);
    int64_t day;

    while (st == WEIR_OK && (st = next_row(r)) == WEIR_OK) {
        if (!read_day(r->cell[0], &day))
            return bad(r, r->cell[0], "is no date; right would be 2026-01-07");
        if (r->cells > r->columns)
            return weir_fail(r->err, WEIR_FAIL, WEIR_TROUBLE_RULES, "",
                "line %zu: %zu cells under %zu columns", r->line, r->cells, r->columns);
        for (size_t i = 1; i < r->cells && st == WEIR_OK; i++)
            if (r->currency[i] != 0)
                st = add_rate(r, r->currency[i], day, r->cell[i]);
    }
    return st;
}

static enum weir_status
read_long(struct reader *r)
{
    enum weir_status st;
    int64_t day, currency;

    while ((st = next_row(r)) == WEIR_OK) {
        if (r->cells != 3)
            return weir_fail(r->err, WEIR_FAIL, WEIR_TROUBLE_RULES, "",
                "line %zu: %zu cells; right would be three: date, currency, rate", r->line,
                r->cells);
        if (!read_day(r->cell[0], &day))
            return bad(r, r->cell[0], "is no date; right would be 2026-01-07");
        if ((currency = word_find(TYPE_CURRENCY, r->cell[1])) == 0)
            return bad(r, r->cell[1], "is no currency of ISO 4217; right would be a code as USD");
        if ((st = add_rate(r, currency, day, r->cell[2])) != WEIR_OK)
            return st;
    }
    return st;
}

static bool
same_word(struct bytes t, const char *word)
{
    for (size_t i = 0; i < t.size; i++)
        if (word[i] == '\0' || (t.at[i] | 0x20) != word[i])
            return false;
    return word[t.size] == '\0';
}

static enum weir_status
read_table(struct reader *r)
{
    enum weir_status st = next_row(r);

    if (st == WEIR_OK && !same_word(r->cell[0], "date"))
        return bad(r, r->cell[0],
            "begins the header; right would be \"Date,USD,JPY,...\" or \"date,currency,rate\"");
    if (st == WEIR_OK)
        st = r->cells == 3 && same_word(r->cell[1], "currency") ? read_long(r) : read_wide(r);
    if (st == WEIR_END && r->rates->count == 0)
        return weir_fail(r->err, WEIR_FAIL, WEIR_TROUBLE_RULES, "", "holds no rate");
    return st == WEIR_END ? WEIR_OK : st;
}

/* --- table --- */

static int
by_currency_and_day(const void *a, const void *b)
{
    const struct rate *left = a, *right = b;

    if (left->currency != right->currency)
        return left->currency < right->currency ? -1 : 1;
    return (left->day > right->day) - (left->day < right->day);
}

static void
print_day(int64_t day, char room[static 16])
{
    struct civil c;

    civil_from_us(day * US_PER_DAY, &c);
    room[0] = (char)('0' + c.year / 1000 % 10);
    room[1] = (char)('0' + c.year / 100 % 10);
    room[2] = (char)('0' + c.year / 10 % 10);
    room[3] = (char)('0' + c.year % 10);
    room[4] = room[7] = '-';
    room[5] = (char)('0' + c.month / 10);
    room[6] = (char)('0' + c.month % 10);
    room[8] = (char)('0' + c.day / 10);
    room[9] = (char)('0' + c.day % 10);
    room[10] = '\0';
}

/* Equal rows become one; two different rates of one day are an error, for which would count? */
static enum weir_status
drop_repeats(struct rates *r, struct weir_err *err)
{
    size_t kept = 0;

    for (size_t i = 0; i < r->count; i++) {
        const struct rate *now = &r->rate[i];
        char day[16], code[4];

        if (kept > 0 && by_currency_and_day(now, &r->rate[kept - 1]) == 0) {
            if (now->units == r->rate[kept - 1].units)
                continue;
            print_day(now->day, day);
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_RULES, "",
                "two different rates for %s on %s; one must go",
                word_name(TYPE_CURRENCY, now->currency, code), day);
        }
        r->rate[kept++] = *now;
    }
    r->count = kept;
    return WEIR_OK;
}

static enum weir_status
build_spans(struct rates *r, struct weir_err *err)
{
    size_t spans = 0;

    for (size_t i = 0; i < r->count; i++)
        spans += i == 0 || r->rate[i].currency != r->rate[i - 1].currency;
    r->span = alloc_zero(spans, sizeof *r->span);
    if (r->span == NULL)
        return no_memory(err);
    for (size_t i = 0; i < r->count; i++) {
        if (i == 0 || r->rate[i].currency != r->rate[i - 1].currency)
            r->span[r->spans++] =
                (struct span){.currency = r->rate[i].currency, .first = (uint32_t)i};
        r->span[r->spans - 1].count++;
    }
    return WEIR_OK;
}

static enum weir_status
read_text(struct rates *rates, struct bytes text, struct weir_err *err)
{
    struct reader *r = alloc_zero(1, sizeof *r);
    enum weir_status st;

    if (r == NULL)
        return no_memory(err);
    if (text.size >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
        text = (struct bytes){text.at + 3, text.size - 3};
    r->rates = rates;
    r->rest = text;
    r->err = err;
    st = read_table(r);
    alloc_free(r);
    if (st == WEIR_OK) {
        qsort(rates->rate, rates->count, sizeof *rates->rate, by_currency_and_day);
        st = drop_repeats(rates, err);
    }
    return st == WEIR_OK ? build_spans(rates, err) : st;
}

enum weir_status
rates_load(const char *path, struct rates **out, struct weir_err *err)
{
    struct rates *rates = alloc_zero(1, sizeof *rates);
    struct buf text = {0};
    enum weir_status st;

    if (rates == NULL)
        return no_memory(err);
    st = file_read(path, FILE_MAX, &text, err);
    if (st == WEIR_OK) {
        sha256_of(text.at, text.size, rates->hash);
        st = read_text(rates, buf_bytes(&text), err);
        if (st != WEIR_OK)
            weir_fail_at(err, "%s", path);
    }
    buf_fini(&text);
    if (st != WEIR_OK) {
        rates_free(rates);
        return st;
    }
    *out = rates;
    return WEIR_OK;
}

void
rates_free(struct rates *r)
{
    if (r == NULL)
        return;
    alloc_free(r->rate);
    alloc_free(r->span);
    alloc_free(r);
}

const uint8_t *
rates_hash(const struct rates *r)
{
    return r->hash;
}

/* --- asking --- */

static const struct span *
span_of(const struct rates *r, int64_t currency)
{
    size_t low = 0, high = r->spans;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (r->span[mid].currency < currency)
            low = mid + 1;
        else
            high = mid;
    }
    return low < r->spans && r->span[low].currency == currency ? &r->span[low] : NULL;
}

/* The newest rate at or before the day, not older than RATE_AGE_DAYS. */
static const struct rate *
rate_at(const struct rates *r, int64_t currency, int64_t day)
{
    const struct span *s = span_of(r, currency);
    size_t low, high;

    if (s == NULL)
        return NULL;
    low = s->first;
    high = low + s->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (r->rate[mid].day <= day)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == s->first || day - r->rate[low - 1].day > RATE_AGE_DAYS)
        return NULL;
    return &r->rate[low - 1];
}

bool
rates_to_eur(const struct rates *r, int64_t currency, int64_t minor, int64_t day, int64_t *cents)
{
    static const int64_t euro = 'E' << 16 | 'U' << 8 | 'R';
    const int digits = currency_exponent(currency);
    const struct rate *rate;
    int128 num, den, result;

    if (currency == euro) {
        *cents = minor;
        return true;
    }
    if (r == NULL || digits < 0 || (rate = rate_at(r, currency, day)) == NULL)
        return false;
    /* minor / 10^digits / (units / 10^9) euro, in cents; 2^63 * 10^11 is below 2^127 */
    num = (int128)minor * number_power10(RATE_PLACES);
    den = rate->units;
    if (digits < CENT_DIGITS)
        num *= number_power10(CENT_DIGITS - digits);
    else
        den *= number_power10(digits - CENT_DIGITS);
    result = number_divide(num, den);
    if (result > INT64_MAX || result < INT64_MIN)
        return false;
    *cents = (int64_t)result;
    return true;
}
