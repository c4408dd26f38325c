/* control - totals found in the lines around the rows, and held against the rows. */
#include "ingest/control.h"

#include <string.h>

#include "base/buf.h"
#include "ingest/plan.h"
#include "text/regex.h"

enum { PLACES = 4 }; /* no currency of ISO 4217 has more */

const char *const control_names[CONTROL_TOTALS] = {
    [CONTROL_ROWS] = "rows",
    [CONTROL_SUM] = "sum",
    [CONTROL_CREDITS] = "credits",
    [CONTROL_DEBITS] = "debits",
};

bool
control_idle(const struct mapping *m)
{
    return !m->control.any;
}

void
control_add(struct control *c, const struct mapping *m, const struct txn *t)
{
    bool in = !m->statement || (t->flags & TXN_OWN_BENEFICIARY) != 0;
    int128 amount = t->cell[TXN_AMOUNT].num;

    for (int p = currency_exponent(t->cell[TXN_CURRENCY].num);
         p < PLACES && !m->amount_format.minor; p++)
        amount *= 10;
    /* What is taken back was read as going the other way; banks subtract it where it first stood.
     */
    if ((t->flags & TXN_REVERSAL) != 0) {
        amount = -amount;
        in = in != m->statement;
    }
    if (in)
        c->credits += amount;
    else
        c->debits += amount;
}

/* ---- what the file states ---- */

static bool
find_in(const struct regex *re, struct regex_room *room, struct bytes lines, struct bytes *hit)
{
    while (lines.size > 0) {
        const char *end = memchr(lines.at, '\n', lines.size);
        struct bytes line = {lines.at, end == NULL ? lines.size : (size_t)(end - lines.at)};

        if (regex_match(re, room, line, hit) == REGEX_YES)
            return true;
        if (end == NULL)
            return false;
        lines = (struct bytes){end + 1, lines.size - line.size - 1};
    }
    return false;
}

static bool
read_number(const struct amount_format *f, struct bytes text, bool whole, int64_t *out)
{
    struct amount_format how = *f;
    struct amount a;

    how.minor = whole || f->minor;
    if (amount_parse(&how, text, how.minor ? 0 : PLACES, &a) != AMOUNT_FINE)
        return false;
    *out = a.negative || a.mark < 0 ? -a.minor : a.minor;
    return true;
}

/* ---- the comparison ---- */

static int128
counted(const struct control *c, const struct mapping *m, enum control_total t, uint64_t rows)
{
    switch (t) {
    case CONTROL_ROWS:
        return rows;
    case CONTROL_CREDITS:
        return c->credits;
    case CONTROL_DEBITS:
        return c->debits;
    case CONTROL_SUM:
    case CONTROL_TOTALS:
        break;
    }
    return m->statement ? c->credits - c->debits : c->credits;
}

/* `sum` is 12.5, and what was read makes 13: the first quote is the caller's. */
static void
say(enum control_total t, int128 stated, int128 here, int places, struct buf *out)
{
    struct number_style trim = {.trim = true};

    buf_text(out, control_names[t]);
    buf_text(out, "` is ");
    number_print_fixed(stated, places, trim, out);
    buf_text(out, ", and what was read makes ");
    number_print_fixed(here, places, trim, out);
    buf_byte(out, '\0');
}

static enum weir_status
compare(const struct control *c, const struct mapping *m, enum control_total t, struct bytes found,
    uint64_t rows, struct weir_err *err)
{
    int places = t == CONTROL_ROWS || m->amount_format.minor ? 0 : PLACES;
    int128 here = counted(c, m, t, rows);
    struct buf said = {0};
    int64_t stated;

    if (!read_number(&m->amount_format, found, t == CONTROL_ROWS, &stated))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E222",
            "the file's own total `%s` is no number the mapping can read; correct `control:` in "
            "mapping %s",
            control_names[t], m->name);
    if (here == stated)
        return WEIR_OK;
    say(t, stated, here, places, &said);
    (void)weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E222",
        "the file says `%s; rows are missing or were changed: ask the bank for the file again",
        said.failed ? control_names[t] : said.at);
    buf_fini(&said);
    return WEIR_FAIL;
}

static enum weir_status
judge(const struct control *c, const struct mapping *m, const struct bytes text[static 2],
    struct regex_room *room, uint64_t rows, uint64_t quarantined, struct weir_err *err)
{
    for (int t = 0; t < CONTROL_TOTALS; t++) {
        const struct regex *re = m->control.total[t];
        struct bytes found;
        enum weir_status st;

        if (re == NULL)
            continue;
        if (!find_in(re, room, text[0], &found) && !find_in(re, room, text[1], &found))
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E222",
                "no line behind or before the rows states `%s`, as mapping %s says one does; the "
                "file may have been cut off",
                control_names[t], m->name);
        if (t != CONTROL_ROWS && quarantined > 0)
            continue;
        if ((st = compare(c, m, (enum control_total)t, found, rows, err)) != WEIR_OK)
            return st;
    }
    return WEIR_OK;
}

enum weir_status
control_judge(const struct control *c, const struct mapping *m, struct bytes preamble,
    struct bytes footer, uint64_t rows, uint64_t quarantined, enum control_verdict *out,
    struct weir_err *err)
{
    struct regex_room *room = regex_room_new();
    enum weir_status st;

    if (room == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    st = judge(c, m, (struct bytes[]){footer, preamble}, room, rows, quarantined, err);
    regex_room_free(room);
    *out = quarantined > 0 ? CONTROL_ROWS_ONLY : CONTROL_AGREE;
    return st;
}
