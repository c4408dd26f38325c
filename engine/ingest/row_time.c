/* row_time - when a row happened: its date by the mapping's pictures, its moment by the zones. */
#include <string.h>

#include "base/civil.h"
#include "base/zone.h"
#include "ingest/normaliser.h"

/* ---- texts to dates ---- */

/* A date of eight bytes or more as its first and its last eight, which nearly all are. */
static inline bool
same_bytes(const char *a, const char *b, size_t size)
{
    uint64_t x[2], y[2];

    if (size < 8 || size > 16)
        return memcmp(a, b, size) == 0;
    memcpy(&x[0], a, 8);
    memcpy(&x[1], a + size - 8, 8);
    memcpy(&y[0], b, 8);
    memcpy(&y[1], b + size - 8, 8);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

/*
 * The date read last, where this text begins with the same one. Only the first picture may be used
 * on a part of the text: for a later one, an earlier could fit the whole.
 */
static bool
same_date(const struct normaliser *n, struct bytes text, struct date_parts *parts, int64_t *day,
    const struct date_format **format)
{
    const struct date_cache *c = &n->date;
    const struct date_format *f = &n->m->date[c->format];
    int64_t clock_us = 0;

    if (c->size == 0 || text.size != f->size || !same_bytes(text.at, c->text, c->size))
        return false;
    if (f->has_time && (clock_us = date_format_clock(f, text.at)) < 0)
        return false;
    if (f->has_time && c->format != 0)
        return false;
    parts->clock_us = clock_us;
    parts->offset_s = 0;
    *day = c->day;
    *format = f;
    return true;
}

static void
keep_date(struct normaliser *n, struct bytes text, uint8_t i, int64_t day)
{
    const struct date_format *f = &n->m->date[i];

    /* Of any other size, a run of blanks stands where the picture has one. */
    if (!f->fixed || f->date_size > DATE_BYTES || text.size != f->size)
        return;
    memcpy(n->date.text, text.at, f->date_size);
    n->date.size = f->date_size;
    n->date.format = i;
    n->date.day = day;
}

bool
row_date(struct normaliser *n, struct bytes text, struct date_parts *parts, int64_t *day,
    const struct date_format **format)
{
    if (same_date(n, text, parts, day, format))
        return true;
    for (uint8_t i = 0; i < n->m->date_count; i++) {
        const struct date_format *f = &n->m->date[i];

        if (!date_format_parse(f, text, parts))
            continue;
        if (parts->year == 0)
            parts->year = n->year_value;
        if (!civil_valid_date(parts->year, parts->month, parts->day))
            continue;
        *day = civil_days(parts->year, parts->month, parts->day);
        *format = f;
        keep_date(n, text, i, *day);
        return true;
    }
    return false;
}

/* ---- dates to moments ---- */

static int64_t
day_start(const struct zone *z, struct day_cache *c, int64_t day)
{
    if (c->set && c->day == day)
        return c->start_us;
    c->day = day;
    c->set = true;
    c->even = true;
    c->start_us = day * US_PER_DAY;
    if (z == NULL)
        return c->start_us;
    c->start_us = zone_day_start(z, day);
    c->even = zone_day_start(z, day + 1) - c->start_us == US_PER_DAY &&
              zone_to_local(z, c->start_us) == day * US_PER_DAY &&
              zone_to_local(z, c->start_us + US_PER_DAY / 2) == day * US_PER_DAY + US_PER_DAY / 2;
    return c->start_us;
}

static int64_t
local_to_utc(struct normaliser *n, int64_t day, int64_t clock_us, uint32_t *flags)
{
    int64_t start = day_start(n->m->zone, &n->local, day);
    enum zone_fit fit = ZONE_EXACT;
    int64_t at;

    if (n->local.even)
        return start + clock_us;
    at = zone_to_utc(n->m->zone, day * US_PER_DAY + clock_us, &fit);
    if (fit == ZONE_SKIPPED)
        *flags |= TXN_TIME_SHIFTED;
    else if (fit == ZONE_REPEATED)
        *flags |= TXN_TIME_REPEATED;
    return at;
}

/* The day of a moment in the pack's zone; most rows share the last one. */
static int64_t
day_of(struct normaliser *n, int64_t at_us)
{
    const struct zone *z = n->env.pack_zone;

    if (at_us >= n->day_from_us && at_us < n->day_to_us)
        return n->day_is;
    n->day_is = civil_day_of(z == NULL ? at_us : zone_to_local(z, at_us));
    n->day_from_us = z == NULL ? n->day_is * US_PER_DAY : zone_day_start(z, n->day_is);
    n->day_to_us = z == NULL ? n->day_from_us + US_PER_DAY : zone_day_start(z, n->day_is + 1);
    return n->day_is;
}

static struct bytes
time_text(struct normaliser *n, struct row *r, const struct origin **from)
{
    const struct origin *first = n->m->value_first ? &n->value_time : &n->booked;
    const struct origin *second = n->m->value_first ? &n->booked : &n->value_time;
    struct bytes text;

    *from = first;
    text = origin_take(n, first, r->rec);
    if (text.size > 0 || second->source->kind == SOURCE_NONE)
        return text;
    *from = second;
    return origin_text(n, second, r->rec);
}

bool
row_time(struct normaliser *n, struct row *r)
{
    const struct origin *from;
    const struct date_format *format;
    struct date_parts parts;
    struct bytes text = time_text(n, r, &from);
    int64_t day, at;

    if (text.size == 0 || !row_date(n, text, &parts, &day, &format)) {
        struct bytes first = n->m->date_count > 0 ? n->m->date[0].text : (struct bytes){"", 0};

        if (n->m->date_count == 0)
            return row_reject(r, "Q_DATE", from->name, text,
                "a date; the mapping does not say yet how they are written (`dates:` is empty)");
        return row_reject(r, "Q_DATE", from->name, text,
            "a date written %.*s, as the mapping says under `dates:`%s", (int)first.size, first.at,
            n->m->date_count > 1 ? ", or as one of the others there" : "");
    }
    if (!format->has_time) {
        at = day_start(n->env.pack_zone, &n->pack, day);
        r->txn->flags |= TXN_DATE_ONLY;
    } else if (format->has_offset) {
        at = day * US_PER_DAY + parts.clock_us - parts.offset_s * US_PER_S;
        day = day_of(n, at);
    } else {
        at = local_to_utc(n, day, parts.clock_us, &r->txn->flags);
        day = day_of(n, at);
    }
    if (day > n->env.as_of_day)
        return row_reject(r, "Q_FUTURE", from->name, text,
            "a day not later than the one the run is for (--as-of)");
    r->day = day;
    r->txn->at_us = at;
    row_num(r, TXN_TIME, at);
    return true;
}
