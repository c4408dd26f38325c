/* look_column - what columns mean: by their names, then by what they hold. */
#include <string.h>

#include "ingest/code_cell.h"
#include "ingest/look.h"

static const char *const fields[MEANING_COUNT] = {
    [MEANING_NONE] = "",
    [MEANING_BOOKED] = "time",
    [MEANING_VALUE] = "value_time",
    [MEANING_AMOUNT] = "amount",
    [MEANING_DEBIT] = "debit",
    [MEANING_CREDIT] = "credit",
    [MEANING_DIRECTION] = "direction",
    [MEANING_CURRENCY] = "currency",
    [MEANING_BALANCE] = "balance",
    [MEANING_ACCOUNT] = "account",
    [MEANING_OTHER_ACCOUNT] = "counterparty.account",
    [MEANING_OTHER_NAME] = "counterparty.name",
    [MEANING_OTHER_BANK] = "counterparty.bank",
    [MEANING_OTHER_COUNTRY] = "counterparty.country",
    [MEANING_OTHER_CITY] = "counterparty.city",
    [MEANING_O_ACCOUNT] = "originator.account",
    [MEANING_B_ACCOUNT] = "beneficiary.account",
    [MEANING_O_NAME] = "originator.name",
    [MEANING_B_NAME] = "beneficiary.name",
    [MEANING_O_COUNTRY] = "originator.country",
    [MEANING_B_COUNTRY] = "beneficiary.country",
    [MEANING_O_BANK] = "originator.bank",
    [MEANING_B_BANK] = "beneficiary.bank",
    [MEANING_NARRATIVE] = "narrative",
    [MEANING_CHANNEL] = "channel",
    [MEANING_ID] = "id",
    [MEANING_REFERENCE] = "reference",
    [MEANING_PURPOSE] = "purpose",
    [MEANING_MCC] = "mcc",
    [MEANING_BRANCH] = "branch",
    [MEANING_TERMINAL] = "terminal",
    [MEANING_RUNNING] = "",
};

const char *
look_field(enum meaning m)
{
    return fields[m];
}

uint32_t
look_find(const struct look *l, enum meaning m)
{
    uint32_t c = 0;

    while (c < l->column_count && l->column[c].meaning != m)
        c++;
    return c;
}

/* ---- what columns hold ---- */

bool
look_like_number(struct bytes t)
{
    size_t digits = 0;

    for (size_t i = 0; i < t.size; i++) {
        unsigned char c = (unsigned char)t.at[i];

        digits += c >= '0' && c <= '9';
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == ':')
            return false;
    }
    return digits > 0 && digits <= 15 && t.size <= 24;
}

static bool
like_account(struct bytes t)
{
    size_t digits = 0;

    for (size_t i = 0; i < t.size; i++)
        digits += t.at[i] >= '0' && t.at[i] <= '9';
    return t.size >= 8 && t.size <= 40 && digits >= 7 && memchr(t.at, '.', t.size) == NULL &&
           memchr(t.at, ',', t.size) == NULL;
}

static void
count_values(const struct look *l, uint32_t column, struct look_column *c)
{
    struct bytes first = {"", 0};

    c->one_value = true;
    for (uint32_t r = 0; r < l->row_count; r++) {
        struct bytes t = look_cell(l, r, column);
        int64_t code;

        if (t.size == 0)
            continue;
        if (c->filled++ == 0)
            first = t;
        c->one_value = c->one_value && bytes_equal(first, t);
        c->dates += look_like_date(l, t);
        c->numbers += look_like_number(t);
        c->currencies += code_cell_read(TYPE_CURRENCY, t, &code);
        c->accounts += like_account(t);
    }
}

/* A name promises what its cells do not hold, or the other way round. */
static void
weigh(struct look_column *c)
{
    bool date = c->filled > 0 && c->dates * 4 >= c->filled * 3;
    bool number = c->filled > 0 && c->numbers * 4 >= c->filled * 3;
    bool currency = c->filled > 0 && c->currencies == c->filled;

    switch (c->meaning) {
    case MEANING_BOOKED:
    case MEANING_VALUE:
        if (!date)
            c->meaning = currency ? MEANING_CURRENCY : MEANING_NONE;
        break;
    case MEANING_CURRENCY:
        if (!currency)
            c->meaning = date ? MEANING_VALUE : MEANING_NONE;
        break;
    case MEANING_AMOUNT:
    case MEANING_DEBIT:
    case MEANING_CREDIT:
    case MEANING_BALANCE:
        if (c->filled > 0 && (!number || date))
            c->meaning = currency ? MEANING_CURRENCY : MEANING_NONE;
        break;
    case MEANING_ACCOUNT:
    case MEANING_OTHER_ACCOUNT:
        if (c->filled > 1 && c->accounts > 0)
            c->meaning = c->one_value && c->filled > 2 ? MEANING_ACCOUNT
                         : c->one_value                ? c->meaning
                                                       : MEANING_OTHER_ACCOUNT;
        break;
    case MEANING_NONE:
        if (currency)
            c->meaning = MEANING_CURRENCY;
        else if (date)
            c->meaning = MEANING_BOOKED;
        break;
    case MEANING_DIRECTION:
    case MEANING_OTHER_NAME:
    case MEANING_OTHER_BANK:
    case MEANING_OTHER_COUNTRY:
    case MEANING_OTHER_CITY:
    case MEANING_O_ACCOUNT:
    case MEANING_B_ACCOUNT:
    case MEANING_O_NAME:
    case MEANING_B_NAME:
    case MEANING_O_COUNTRY:
    case MEANING_B_COUNTRY:
    case MEANING_O_BANK:
    case MEANING_B_BANK:
    case MEANING_NARRATIVE:
    case MEANING_CHANNEL:
    case MEANING_ID:
    case MEANING_REFERENCE:
    case MEANING_PURPOSE:
    case MEANING_MCC:
    case MEANING_BRANCH:
    case MEANING_TERMINAL:
    case MEANING_RUNNING:
    case MEANING_COUNT:
        break;
    }
}

/* A meaning belongs to one column, that whose name fits best; narrative may be several. */
static void
settle_rivals(struct look *l)
{
    for (uint32_t a = 0; a < l->column_count; a++)
        for (uint32_t b = 0; b < l->column_count; b++) {
            struct look_column *x = &l->column[a], *y = &l->column[b];

            if (a == b || x->meaning != y->meaning || x->meaning == MEANING_NONE ||
                x->meaning == MEANING_NARRATIVE)
                continue;
            if (x->score < y->score || (x->score == y->score && b < a)) {
                bool date =
                    x->meaning == MEANING_BOOKED && look_find(l, MEANING_VALUE) == l->column_count;

                x->meaning = date ? MEANING_VALUE : MEANING_NONE;
            }
        }
}

/* Each row has a figure in one of the two columns, and some in either. */
static bool
either(const struct look *l, uint32_t a, uint32_t b)
{
    for (uint32_t r = 0; r < l->row_count; r++)
        if (look_cell(l, r, a).size > 0 && look_cell(l, r, b).size > 0)
            return false;
    return l->column[a].filled < l->row_count;
}

/* Files without words for their columns: the first number with decimals is the amount. */
static void
fill_gaps(struct look *l)
{
    uint32_t amounts[LOOK_COLUMNS], count = 0, longest = l->column_count;
    size_t most = 0;

    if (look_find(l, MEANING_AMOUNT) < l->column_count ||
        look_find(l, MEANING_DEBIT) < l->column_count || l->has_header || l->json)
        return;
    for (uint32_t c = 0; c < l->column_count; c++) {
        struct look_column *x = &l->column[c];
        size_t size = 0;

        for (uint32_t r = 0; r < l->row_count; r++)
            size += look_cell(l, r, c).size;
        if (x->meaning != MEANING_NONE || x->filled == 0)
            continue;
        if (x->numbers == x->filled && x->dates == 0)
            amounts[count++] = c;
        else if (size > most) {
            most = size;
            longest = c;
        }
    }
    if (count >= 2 && either(l, amounts[0], amounts[1])) {
        l->column[amounts[0]].meaning = MEANING_DEBIT;
        l->column[amounts[1]].meaning = MEANING_CREDIT;
        l->unsure_sides = true;
    } else if (count >= 1) {
        l->column[amounts[0]].meaning = MEANING_AMOUNT;
    }
    if (longest < l->column_count)
        l->column[longest].meaning = MEANING_NARRATIVE;
}

/* ---- amounts ---- */

/* Which mark stands before the last one or two digits, and which before three. */
static void
marks_of(struct look *l, struct bytes t, uint32_t *as_decimal, uint32_t *as_thousands)
{
    size_t last = t.size;

    while (t.size > 0 && (t.at[t.size - 1] < '0' || t.at[t.size - 1] > '9'))
        t.size--;
    for (size_t i = 0; i < t.size; i++)
        if (t.at[i] == '.' || t.at[i] == ',')
            last = i;
    if (t.size > 0 &&
        (t.at[0] == '-' || memcmp(t.at, "\xe2\x88\x92", t.size < 3 ? t.size : 3) == 0))
        l->any_minus = true;
    if (last >= t.size)
        return;
    if (t.size - last - 1 <= 2)
        as_decimal[t.at[last] == ',']++;
    else
        as_thousands[t.at[last] == ',']++;
    for (size_t i = 0; i < last; i++)
        if ((t.at[i] == '.' || t.at[i] == ',') && t.at[i] != t.at[last])
            as_thousands[t.at[i] == ',']++;
    if (memchr(t.at, ' ', t.size) != NULL && t.at[0] != '+')
        l->thousands = ' ';
}

static void
symbol_of(struct look *l, struct bytes t)
{
    static const char *const symbols[] = {"£", "€", "$", "₺", "kn", "KM"};

    for (size_t i = 0; i < sizeof symbols / sizeof *symbols && l->symbol.size == 0; i++) {
        size_t size = strlen(symbols[i]);

        for (size_t k = 0; k + size <= t.size; k++)
            if (memcmp(t.at + k, symbols[i], size) == 0)
                l->symbol = bytes_of(symbols[i]);
    }
}

static void
find_decimals(struct look *l)
{
    uint32_t as_decimal[2] = {0}, as_thousands[2] = {0};

    for (uint32_t c = 0; c < l->column_count; c++) {
        enum meaning m = l->column[c].meaning;

        if (m != MEANING_AMOUNT && m != MEANING_DEBIT && m != MEANING_CREDIT)
            continue;
        for (uint32_t r = 0; r < l->row_count; r++) {
            struct bytes t = look_cell(l, r, c);

            marks_of(l, t, as_decimal, as_thousands);
            symbol_of(l, t);
        }
    }
    l->decimal_sure = (as_decimal[0] > 0) != (as_decimal[1] > 0);
    if (as_decimal[1] > as_decimal[0] || (as_decimal[0] == 0 && as_thousands[0] > as_thousands[1]))
        l->decimal = ',';
    if (as_thousands[l->decimal == ',' ? 0 : 1] > 0)
        l->thousands = l->decimal == ',' ? '.' : ',';
}

void
look_columns(struct look *l)
{
    for (uint32_t c = 0; c < l->column_count; c++) {
        if (l->column[c].name.size > 0)
            l->column[c].score = look_name(l, l->column[c].name, &l->column[c].meaning);
        count_values(l, c, &l->column[c]);
        weigh(&l->column[c]);
    }
    settle_rivals(l);
    fill_gaps(l);
    look_dates(l);
    find_decimals(l);
}
