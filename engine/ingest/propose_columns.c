/* propose_columns - the columns of a proposed mapping, flags and channels with their words. */
#include "base/buf.h"
#include "ingest/code_cell.h"
#include "ingest/look.h"
#include "ingest/propose.h"

static void
put_plain(const struct look *l, enum meaning m, struct buf *out)
{
    uint32_t c = look_find(l, m);

    if (c == l->column_count)
        return;
    buf_print(out, "  %s: ", look_field(m));
    propose_column(l, c, out);
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
        propose_column(l, c, out);
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
    propose_column(l, c, out);
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
    propose_column(l, c, out);
    buf_text(out, "\n    map:    # CHECK: card, cash (counter, atm), transfer, remittance, mobile, "
                  "crypto, cheque\n");
    for (uint32_t r = 0; r < l->row_count && shown < 20; r++) {
        struct bytes t = look_cell(l, r, c);

        if (t.size == 0 || t.size > 60 || seen_above(l, c, r))
            continue;
        shown++;
        buf_text(out, "      ");
        propose_scalar(out, t);
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
    struct bytes name = propose_file_name(l);
    size_t size;

    if (propose_has(l, MEANING_ACCOUNT)) {
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

bool
propose_blind(const struct look *l)
{
    static const enum meaning telling[] = {
        MEANING_BOOKED, MEANING_VALUE, MEANING_AMOUNT, MEANING_DEBIT, MEANING_CREDIT};

    for (size_t i = 0; i < sizeof telling / sizeof *telling; i++)
        if (propose_has(l, telling[i]))
            return false;
    return true;
}

void
propose_columns(const struct look *l, bool *account, struct buf *out)
{
    static const enum meaning parties[] = {MEANING_OTHER_ACCOUNT, MEANING_OTHER_NAME,
        MEANING_OTHER_BANK, MEANING_OTHER_COUNTRY, MEANING_OTHER_CITY};
    static const enum meaning both[] = {MEANING_O_ACCOUNT, MEANING_O_NAME, MEANING_O_BANK,
        MEANING_O_COUNTRY, MEANING_B_ACCOUNT, MEANING_B_NAME, MEANING_B_BANK, MEANING_B_COUNTRY};
    static const enum meaning rest[] = {
        MEANING_REFERENCE, MEANING_PURPOSE, MEANING_MCC, MEANING_BRANCH, MEANING_TERMINAL};
    bool split = propose_has(l, MEANING_DEBIT) && propose_has(l, MEANING_CREDIT);

    buf_text(out, "columns:\n");
    put_plain(l, MEANING_ID, out);
    if (!propose_has(l, MEANING_BOOKED) && !propose_has(l, MEANING_VALUE))
        buf_text(out, "  time: 1    # CHECK: no column with dates was recognised\n");
    put_plain(l, MEANING_BOOKED, out);
    put_plain(l, MEANING_VALUE, out);
    *account = propose_messages(l) || put_account(l, out);
    if (split) {
        if (l->unsure_sides)
            buf_text(
                out, "  # CHECK: one of these two is what goes out, the other what comes in\n");
        put_plain(l, MEANING_DEBIT, out);
        put_plain(l, MEANING_CREDIT, out);
    } else if (propose_has(l, MEANING_AMOUNT)) {
        put_plain(l, MEANING_AMOUNT, out);
        if (!propose_messages(l))
            put_direction(l, out);
    } else {
        buf_text(out, "  amount: 2    # CHECK: no column with amounts was recognised\n");
    }
    put_plain(l, MEANING_CURRENCY, out);
    for (size_t i = 0; propose_messages(l) && i < sizeof both / sizeof *both; i++)
        put_plain(l, both[i], out);
    for (size_t i = 0; !propose_messages(l) && i < sizeof parties / sizeof *parties; i++)
        put_plain(l, parties[i], out);
    if (!propose_messages(l))
        put_plain(l, MEANING_BALANCE, out);
    put_narrative(l, out);
    put_channel(l, out);
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        put_plain(l, rest[i], out);
}
