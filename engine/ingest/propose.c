/* propose - a mapping for a file looked at: what was found, and what a human must still decide. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ingest/code_cell.h"
#include "ingest/look.h"
#include "ingest/propose.h"

/* ---- YAML ---- */

static bool
simple(struct bytes t)
{
    if (t.size == 0 || t.size > 60 || t.at[0] == ' ' || t.at[t.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < t.size; i++) {
        char c = t.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (!letter &&
            (i == 0 || (c != ' ' && c != '_' && c != '-' && c != '.' && (c < '0' || c > '9'))))
            return false;
    }
    return true;
}

/* Letters, blanks and the like as they are, all else in single quotes; control bytes left out. */
void
propose_scalar(struct buf *out, struct bytes t)
{
    if (simple(t)) {
        buf_add(out, t.at, t.size);
        return;
    }
    buf_byte(out, '\'');
    for (size_t i = 0; i < t.size; i++) {
        if ((unsigned char)t.at[i] < ' ' || t.at[i] == 0x7f)
            continue;
        if (t.at[i] == '\'')
            buf_byte(out, '\'');
        buf_byte(out, t.at[i]);
    }
    buf_byte(out, '\'');
}

/* An expression that fits this text: what is no letter or digit is escaped. */
void
propose_literal(struct buf *out, struct bytes t)
{
    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];
        bool word = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (c < ' ' || c == 0x7f || c == '\'')
            buf_byte(out, '.');
        else {
            if (!word && c < 0x80 && memchr(" _-,;:/=", c, 8) == NULL)
                buf_byte(out, '\\');
            buf_byte(out, (char)c);
        }
    }
}

static bool
unique(const struct look *l, uint32_t column)
{
    for (uint32_t c = 0; c < l->column_count; c++)
        if (c != column && bytes_equal(l->column[c].name, l->column[column].name))
            return false;
    return l->column[column].name.size > 0;
}

void
propose_column(const struct look *l, uint32_t c, struct buf *out)
{
    if (unique(l, c))
        propose_scalar(out, l->column[c].name);
    else
        buf_int(out, (int64_t)c + 1);
}

/* ---- name, file, notation ---- */

struct bytes
propose_file_name(const struct look *l)
{
    const char *slash = strrchr(l->path, '/');

    return bytes_of(slash == NULL ? l->path : slash + 1);
}

/* The file's name in small letters, runs of anything else one dash. */
static void
put_name(const struct look *l, struct buf *out)
{
    struct bytes name = propose_file_name(l);
    size_t from = out->size;

    for (size_t i = 0; i < name.size && out->size - from < 40; i++) {
        char c = name.at[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            buf_byte(out, (char)(c | 0x20));
        else if (out->size > from && !out->failed && out->at[out->size - 1] != '-')
            buf_byte(out, '-');
    }
    while (out->size > from && !out->failed && out->at[out->size - 1] == '-')
        out->size--;
    if (out->size == from)
        buf_text(out, "export");
}

/* The file's name as an expression: every digit stands for any digit. */
static void
put_match(const struct look *l, struct buf *out)
{
    struct bytes name = propose_file_name(l);

    buf_text(out, "match:\n  file: '^");
    for (size_t i = 0; i < name.size; i++) {
        size_t run = 0;

        while (i + run < name.size && name.at[i + run] >= '0' && name.at[i + run] <= '9')
            run++;
        if (run == 0)
            propose_literal(out, (struct bytes){name.at + i, 1});
        else if (run == 1)
            buf_text(out, "\\d");
        else
            buf_print(out, "\\d{%zu}", run);
        i += run == 0 ? 0 : run - 1;
    }
    buf_text(out, "$'    # digits may be any\n");
}

static void
put_header(const struct look *l, struct buf *out)
{
    if (!l->has_header) {
        if (l->preamble > 0)
            buf_print(out, "skip_lines: %u\n", (unsigned)l->preamble);
        buf_text(out, "header: false\n");
        return;
    }
    if (l->preamble > 0) {
        struct bytes line = l->line[l->preamble];

        buf_print(out, "# %u lines stand before the header\nheader: '^", (unsigned)l->preamble);
        if (line.size > 40)
            line.size = 40;
        while (line.size > 0 && line.size < l->line[l->preamble].size &&
               ((unsigned char)line.at[line.size] & 0xc0) == 0x80)
            line.size--;
        propose_literal(out, line);
        buf_text(out, "'\n");
    }
}

static void
put_notation(const struct look *l, struct buf *out)
{
    if (l->json) {
        buf_text(out, "format: jsonl\n");
        return;
    }
    if (l->encoding_guessed)
        buf_print(out, "encoding: %s    # CHECK: the file is no UTF-8; this fits its words best\n",
            l->encoding);
    else if (strcmp(l->counts.encoding, "UTF-8") == 0)
        buf_text(out, "encoding: UTF-8\n");
    if (l->delimiter == '\t')
        buf_text(out, "delimiter: tab\n");
    else if (l->delimiter != ',')
        buf_print(out, "delimiter: \"%c\"\n", l->delimiter);
    put_header(l, out);
    if (l->footer > 0) {
        struct bytes line = l->line[l->line_count - l->footer];

        if (line.size > 12)
            line.size = 12;
        while (line.size > 0 && ((unsigned char)line.at[line.size - 1] & 0xc0) == 0x80)
            line.size--;
        if (line.size > 0 && (unsigned char)line.at[line.size - 1] >= 0xc0)
            line.size--;
        buf_print(out, "# %u lines at the end are no rows\nfooter: '^", (unsigned)l->footer);
        propose_literal(out, line);
        buf_text(out, "'\n");
    }
}

bool
propose_has(const struct look *l, enum meaning m)
{
    return look_find(l, m) < l->column_count;
}

bool
propose_messages(const struct look *l)
{
    return propose_has(l, MEANING_O_ACCOUNT) && propose_has(l, MEANING_B_ACCOUNT);
}

/* ---- values ---- */

static void
put_dates(const struct look *l, struct buf *out)
{
    if (l->rival[0] != '\0') {
        buf_text(out,
            "# CHECK: every date here can be read day first or month first. Nothing is guessed:\n"
            "# leave the line that is right, and until then no row can be used.\n");
        for (uint32_t i = 0; i < l->picture_count; i++)
            buf_print(out, "# dates: [\"%s\"]\n", l->picture[i]);
        buf_print(out, "# dates: [\"%s\"]\ndates: []\n", l->rival);
    } else if (l->picture_count == 0) {
        buf_text(out, "# CHECK: no column with dates was recognised\ndates: []\n");
    } else {
        buf_text(out, "dates: [");
        for (uint32_t i = 0; i < l->picture_count; i++)
            buf_print(out, "%s\"%s\"", i == 0 ? "" : ", ", l->picture[i]);
        buf_text(out, "]\n");
    }
    if (l->clock)
        buf_text(out, "zone: Europe/Belgrade    # CHECK: where these times of day are local\n");
}

static void
put_marks(const struct look *l, struct buf *out)
{
    buf_print(out, "decimal: \"%c\"%s\n", l->decimal,
        l->decimal_sure ? "" : "    # CHECK: the rows looked at do not show it for certain");
    if (l->thousands == ' ')
        buf_text(out, "thousands: blank\n");
    else if (l->thousands != 0)
        buf_print(out, "thousands: \"%c\"\n", l->thousands);
    if (l->symbol.size > 0) {
        buf_text(out, "symbols: [\"");
        buf_add(out, l->symbol.at, l->symbol.size);
        buf_text(out, "\"]\n");
    }
}

/* `(SGD)` in the name of an amount's column. */
static bool
named_currency(const struct look *l, char code[4])
{
    for (uint32_t c = 0; c < l->column_count; c++) {
        struct bytes t = l->column[c].name;
        int64_t value;

        for (size_t i = 0; i + 5 <= t.size; i++)
            if (t.at[i] == '(' && t.at[i + 4] == ')' &&
                code_cell_read(TYPE_CURRENCY, (struct bytes){t.at + i + 1, 3}, &value)) {
                (void)word_name(TYPE_CURRENCY, value, code);
                memcpy(code, t.at + i + 1, 3);
                code[3] = '\0';
                return true;
            }
    }
    return false;
}

static const char *
symbol_currency(const struct look *l)
{
    static const struct {
        const char *symbol, *code;
    } known[] = {{"£", "GBP"}, {"€", "EUR"}, {"$", "USD"}, {"₺", "TRY"}, {"KM", "BAM"}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (bytes_equal(l->symbol, bytes_of(known[i].symbol)))
            return known[i].code;
    return NULL;
}

static void
put_constants(const struct look *l, bool account, struct buf *out)
{
    bool currency = propose_has(l, MEANING_CURRENCY);
    char code[4] = "EUR";

    if (currency && account)
        return;
    buf_text(out, "constants:\n");
    if (!currency && symbol_currency(l) != NULL)
        buf_print(out, "  currency: %s\n", symbol_currency(l));
    else if (!currency && named_currency(l, code))
        buf_print(out, "  currency: %s\n", code);
    else if (!currency)
        buf_text(out, "  currency: EUR    # CHECK: no column tells it\n");
    if (!account)
        buf_text(out, "  account: UNKNOWN    # CHECK: whose account this is; also {file: '...'} or "
                      "{preamble: '...'} under columns\n");
}

/* Rows without a date are no bookings yet, or go on with the row before. */
static void
put_skips(const struct look *l, struct buf *out)
{
    uint32_t c = look_find(l, MEANING_BOOKED);

    if (l->short_rows)
        buf_text(out, "short_rows: allow    # CHECK: some rows have fewer columns\n");
    if (c == l->column_count || (l->undated[0] == '\0' && !l->blank_dates && !l->short_rows))
        return;
    buf_text(out, "# CHECK: rows without a date are left out, and counted\nskip_when:\n");
    if (l->blank_dates || l->short_rows) {
        buf_text(out, "  - {column: ");
        propose_column(l, c, out);
        buf_text(out, ", regex: '^$'}\n");
    }
    if (l->undated[0] != '\0') {
        buf_text(out, "  - {column: ");
        propose_column(l, c, out);
        buf_text(out, ", regex: '^");
        propose_literal(out, bytes_of(l->undated));
        buf_text(out, "$'}\n");
    }
}

static void
put_rest(const struct look *l, struct buf *out)
{
    uint32_t c = look_find(l, MEANING_RUNNING);
    bool split = propose_has(l, MEANING_DEBIT) && propose_has(l, MEANING_CREDIT);

    if (c < l->column_count && !propose_has(l, MEANING_ID)) {
        buf_text(out, "ignore: [");
        propose_column(l, c, out);
        buf_text(out, "]    # a running number is no part of a payment\n");
    }
    if (!split && !propose_messages(l) && !propose_has(l, MEANING_DIRECTION) && !l->any_minus)
        buf_text(out,
            "# CHECK: no amount has a minus; all are taken as money in. If they are spent, "
            "say so:\n# invert: true\n");
    put_skips(l, out);
    if (!propose_has(l, MEANING_OTHER_COUNTRY) && !propose_has(l, MEANING_B_COUNTRY) &&
        (propose_has(l, MEANING_OTHER_ACCOUNT) || propose_messages(l)))
        buf_text(out, "infer: country    # where no column tells it, from the IBAN\n");
}

static void
put_unused(const struct look *l, struct buf *out)
{
    bool any = false;

    for (uint32_t c = 0; c < l->column_count; c++) {
        if (look_field(l->column[c].meaning)[0] != '\0' || l->column[c].name.size == 0)
            continue;
        if (!any)
            buf_text(out, "# columns not used: ");
        else
            buf_text(out, ", ");
        any = true;
        for (size_t i = 0; i < l->column[c].name.size; i++)
            if ((unsigned char)l->column[c].name.at[i] >= ' ')
                buf_byte(out, l->column[c].name.at[i]);
    }
    if (any)
        buf_byte(out, '\n');
}

void
propose(const struct look *l, struct buf *out)
{
    bool account = false;

    buf_text(out, "mapping: ");
    put_name(l, out);
    buf_text(out, "\nbank: UNKNOWN    # CHECK: the bank's BIC or name\n");
    put_match(l, out);
    put_notation(l, out);
    put_dates(l, out);
    put_marks(l, out);
    propose_columns(l, &account, out);
    put_constants(l, account, out);
    put_rest(l, out);
    put_unused(l, out);
}
