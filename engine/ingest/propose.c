/* propose - a mapping for a file looked at: what was found, and what a human must still decide. */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "ingest/code_cell.h"
#include "ingest/look.h"

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
static void
scalar(struct buf *out, struct bytes t)
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
static void
literal(struct buf *out, struct bytes t)
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

static void
column(const struct look *l, uint32_t c, struct buf *out)
{
    if (unique(l, c))
        scalar(out, l->column[c].name);
    else
        buf_int(out, (int64_t)c + 1);
}

/* ---- name, file, notation ---- */

static struct bytes
base_name(const struct look *l)
{
    const char *slash = strrchr(l->path, '/');

    return bytes_of(slash == NULL ? l->path : slash + 1);
}

/* The file's name in small letters, runs of anything else one dash. */
static void
put_name(const struct look *l, struct buf *out)
{
    struct bytes name = base_name(l);
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
    struct bytes name = base_name(l);

    buf_text(out, "match:\n  file: '^");
    for (size_t i = 0; i < name.size; i++) {
        size_t run = 0;

        while (i + run < name.size && name.at[i + run] >= '0' && name.at[i + run] <= '9')
            run++;
        if (run == 0)
            literal(out, (struct bytes){name.at + i, 1});
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
        literal(out, line);
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
        literal(out, line);
        buf_text(out, "'\n");
    }
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

/* ---- columns ---- */

static bool
has(const struct look *l, enum meaning m)
{
    return look_find(l, m) < l->column_count;
}

static bool
messages(const struct look *l)
{
    return has(l, MEANING_O_ACCOUNT) && has(l, MEANING_B_ACCOUNT);
}

static void
put_plain(const struct look *l, enum meaning m, struct buf *out)
{
    uint32_t c = look_find(l, m);

    if (c == l->column_count)
        return;
    buf_print(out, "  %s: ", look_field(m));
    column(l, c, out);
    buf_byte(out, '\n');
}

static void
put_narrative(const struct look *l, struct buf *out)
{
    uint32_t count = 0;

    for (uint32_t c = 0; c < l->column_count; c++)
        count += l->column[c].meaning == MEANING_NARRATIVE;
    if (count == 0)
        return;
    buf_text(out, count == 1 ? "  narrative: " : "  narrative: [");
    for (uint32_t c = 0, done = 0; c < l->column_count; c++) {
        if (l->column[c].meaning != MEANING_NARRATIVE)
            continue;
        if (done++ > 0)
            buf_text(out, ", ");
        column(l, c, out);
    }
    buf_text(out, count == 1 ? "\n" : "]\n");
}

/* Flags that mean the same at every bank; for others a human is asked. */
static const char *
flag_meaning(struct bytes t)
{
    static const struct {
        const char *flag, *means;
    } flags[] = {{"CR", "in"}, {"DR", "out"}, {"CRDT", "in"}, {"DBIT", "out"}, {"credit", "in"},
        {"debit", "out"}, {"Credit", "in"}, {"Debit", "out"}, {"in", "in"}, {"out", "out"},
        {"Χ", "out"}, {"Π", "in"}, {"Bij", "in"}, {"Af", "out"}, {"Bevétel", "in"},
        {"Kiadás", "out"}, {"+", "in"}, {"-", "out"}, {"Haben", "in"}, {"Soll", "out"}};

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (bytes_equal(t, bytes_of(flags[i].flag)))
            return flags[i].means;
    return NULL;
}

static bool
seen_above(const struct look *l, uint32_t c, uint32_t row)
{
    for (uint32_t r = 0; r < row; r++)
        if (bytes_equal(look_cell(l, r, c), look_cell(l, row, c)))
            return true;
    return false;
}

static void
put_direction(const struct look *l, struct buf *out)
{
    uint32_t c = look_find(l, MEANING_DIRECTION), shown = 0;

    if (c == l->column_count)
        return;
    buf_text(out, "  direction:\n    column: ");
    column(l, c, out);
    buf_text(out, "\n    map:    # what each flag means: in or out\n");
    for (uint32_t r = 0; r < l->row_count && shown < 8; r++) {
        struct bytes t = look_cell(l, r, c);
        const char *means = flag_meaning(t);

        if (t.size == 0 || t.size > 20 || seen_above(l, c, r))
            continue;
        shown++;
        buf_text(out, means != NULL ? "      " : "      # CHECK, and take away the #:  ");
        buf_byte(out, '\'');
        buf_add(out, t.at, t.size);
        buf_print(out, "': %s\n", means != NULL ? means : "in or out?");
    }
    buf_text(out, "      in: in\n");
}

static void
put_channel(const struct look *l, struct buf *out)
{
    uint32_t c = look_find(l, MEANING_CHANNEL), shown = 0;
    int64_t value;

    if (c == l->column_count)
        return;
    buf_text(out, "  channel:\n    column: ");
    column(l, c, out);
    buf_text(out, "\n    map:    # CHECK: card, cash (counter, atm), transfer, remittance, mobile, "
                  "crypto, cheque\n");
    for (uint32_t r = 0; r < l->row_count && shown < 20; r++) {
        struct bytes t = look_cell(l, r, c);

        if (t.size == 0 || t.size > 60 || seen_above(l, c, r))
            continue;
        shown++;
        buf_text(out, "      ");
        scalar(out, t);
        buf_print(out, ": %s\n",
            code_cell_read(TYPE_CHANNEL, t, &value) ? word_name(TYPE_CHANNEL, value, (char[4]){0})
                                                    : "other");
    }
    if (shown == 0)
        buf_text(out, "      card: card\n");
    buf_text(out, "    else: other\n");
}

/* Digits, eight or more, in a row; where they begin, or the end. */
static size_t
long_number(struct bytes t, size_t *size)
{
    for (size_t i = 0; i < t.size; i++) {
        *size = 0;
        while (i + *size < t.size && t.at[i + *size] >= '0' && t.at[i + *size] <= '9')
            ++*size;
        if (*size >= 9)
            return i;
        i += *size;
    }
    return t.size;
}

/* The own account: a column, else a long number in the preamble or the name, else unknown. */
static bool
put_account(const struct look *l, struct buf *out)
{
    struct bytes name = base_name(l);
    size_t size;

    if (has(l, MEANING_ACCOUNT)) {
        put_plain(l, MEANING_ACCOUNT, out);
        return true;
    }
    for (uint32_t i = 0; i < l->preamble; i++)
        if (long_number(l->line[i], &size) < l->line[i].size) {
            buf_text(
                out, "  account: {preamble: '([A-Z]{2}\\d{13,32}|\\d[\\d-]{8,})'}    # CHECK\n");
            return true;
        }
    if (long_number(name, &size) < name.size) {
        buf_print(out,
            "  account: {file: '(\\d{%zu})'}    # CHECK: the number in the file's name\n", size);
        return true;
    }
    return false;
}

static void
put_columns(const struct look *l, bool *account, struct buf *out)
{
    static const enum meaning parties[] = {MEANING_OTHER_ACCOUNT, MEANING_OTHER_NAME,
        MEANING_OTHER_BANK, MEANING_OTHER_COUNTRY, MEANING_OTHER_CITY};
    static const enum meaning both[] = {MEANING_O_ACCOUNT, MEANING_O_NAME, MEANING_O_BANK,
        MEANING_O_COUNTRY, MEANING_B_ACCOUNT, MEANING_B_NAME, MEANING_B_BANK, MEANING_B_COUNTRY};
    static const enum meaning rest[] = {
        MEANING_REFERENCE, MEANING_PURPOSE, MEANING_MCC, MEANING_BRANCH, MEANING_TERMINAL};
    bool split = has(l, MEANING_DEBIT) && has(l, MEANING_CREDIT);

    buf_text(out, "columns:\n");
    put_plain(l, MEANING_ID, out);
    if (!has(l, MEANING_BOOKED) && !has(l, MEANING_VALUE))
        buf_text(out, "  time: 1    # CHECK: no column with dates was recognised\n");
    put_plain(l, MEANING_BOOKED, out);
    put_plain(l, MEANING_VALUE, out);
    *account = messages(l) || put_account(l, out);
    if (split) {
        if (l->unsure_sides)
            buf_text(
                out, "  # CHECK: one of these two is what goes out, the other what comes in\n");
        put_plain(l, MEANING_DEBIT, out);
        put_plain(l, MEANING_CREDIT, out);
    } else if (has(l, MEANING_AMOUNT)) {
        put_plain(l, MEANING_AMOUNT, out);
        if (!messages(l))
            put_direction(l, out);
    } else {
        buf_text(out, "  amount: 2    # CHECK: no column with amounts was recognised\n");
    }
    put_plain(l, MEANING_CURRENCY, out);
    for (size_t i = 0; messages(l) && i < sizeof both / sizeof *both; i++)
        put_plain(l, both[i], out);
    for (size_t i = 0; !messages(l) && i < sizeof parties / sizeof *parties; i++)
        put_plain(l, parties[i], out);
    if (!messages(l))
        put_plain(l, MEANING_BALANCE, out);
    put_narrative(l, out);
    put_channel(l, out);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        put_plain(l, rest[i], out);
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
    bool currency = has(l, MEANING_CURRENCY);
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
        column(l, c, out);
        buf_text(out, ", regex: '^$'}\n");
    }
    if (l->undated[0] != '\0') {
        buf_text(out, "  - {column: ");
        column(l, c, out);
        buf_text(out, ", regex: '^");
        literal(out, bytes_of(l->undated));
        buf_text(out, "$'}\n");
    }
}

static void
put_rest(const struct look *l, struct buf *out)
{
    uint32_t c = look_find(l, MEANING_RUNNING);
    bool split = has(l, MEANING_DEBIT) && has(l, MEANING_CREDIT);

    if (c < l->column_count && !has(l, MEANING_ID)) {
        buf_text(out, "ignore: [");
        column(l, c, out);
        buf_text(out, "]    # a running number is no part of a payment\n");
    }
    if (!split && !messages(l) && !has(l, MEANING_DIRECTION) && !l->any_minus)
        buf_text(out,
            "# CHECK: no amount has a minus; all are taken as money in. If they are spent, "
            "say so:\n# invert: true\n");
    put_skips(l, out);
    if (!has(l, MEANING_OTHER_COUNTRY) && !has(l, MEANING_B_COUNTRY) &&
        (has(l, MEANING_OTHER_ACCOUNT) || messages(l)))
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
    put_columns(l, &account, out);
    put_constants(l, account, out);
    put_rest(l, out);
    put_unused(l, out);
}
