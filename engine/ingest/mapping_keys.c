/* mapping_keys - one small reader for each key of a mapping. */
#include <stdio.h>

#include "base/zone.h"
#include "ingest/mapping_load.h"

#define QUOTE(b) (int)((b).size > 60 ? 60 : (b).size), (b).at

static void
read_name(struct loader *l, const struct yaml_entry *e)
{
    struct bytes text = load_text(l, e, "the mapping's name");

    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '_' || c == '.')
            continue;
        (void)diag_add(l->ds, DIAG_ERROR, "R235", e->value->at,
            "a mapping's name has letters, digits, `-`, `_` and `.` only");
        return;
    }
    l->m->name = load_copy(l, text);
}

static void
read_bank(struct loader *l, const struct yaml_entry *e)
{
    l->m->bank = load_copy(l, load_text(l, e, "the name or code of the bank the files come from"));
}

static void
read_format(struct loader *l, const struct yaml_entry *e)
{
    struct bytes text = load_text(l, e, "csv or jsonl");

    if (bytes_equal(text, bytes_of("jsonl")))
        l->m->notation = READER_JSONL;
    else if (text.size > 0 && !bytes_equal(text, bytes_of("csv")))
        load_wants(l, e->value->at, "format", "csv or jsonl");
}

static void
read_encoding(struct loader *l, const struct yaml_entry *e)
{
    l->m->encoding = load_copy(l, load_text(l, e, "a code page, such as UTF-8 or windows-1250"));
}

/* One character: itself, or a word for one that is hard to write. */
static bool
read_char(struct loader *l, const struct yaml_entry *e, const char *key, char *out)
{
    struct bytes t = e->value->kind == YAML_SCALAR ? e->value->text : (struct bytes){"", 0};

    if (bytes_equal(t, bytes_of("tab")) || bytes_equal(t, bytes_of("\\t")))
        *out = '\t';
    else if (bytes_equal(t, bytes_of("none")))
        *out = 0;
    else if (t.size == 1 && t.at[0] != '\n' && t.at[0] != '\r' && t.at[0] != '\0' &&
             (unsigned char)t.at[0] < 0x80)
        *out = t.at[0];
    else {
        load_wants(l, e->value->at, key, "one ASCII character, `tab` or `none`");
        return false;
    }
    return true;
}

static void
read_delimiter(struct loader *l, const struct yaml_entry *e)
{
    char c;

    if (!read_char(l, e, "delimiter", &c))
        return;
    if (c == 0)
        load_wants(l, e->value->at, "delimiter", "one ASCII character or `tab`");
    l->m->delimiter = c;
}

static void
read_quote(struct loader *l, const struct yaml_entry *e)
{
    (void)read_char(l, e, "quote", &l->m->quote);
}

static void
read_escape(struct loader *l, const struct yaml_entry *e)
{
    (void)read_char(l, e, "escape", &l->m->escape);
}

static void
read_skip_lines(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = load_text(l, e, "a whole number of lines");
    uint32_t n = 0;

    for (size_t i = 0; i < t.size; i++) {
        if ((unsigned char)(t.at[i] - '0') > 9 || n > 1000) {
            (void)diag_add(l->ds, DIAG_ERROR, "R208", e->value->at,
                "`skip_lines` must be a whole number, at most 10000");
            return;
        }
        n = n * 10 + (uint32_t)(t.at[i] - '0');
    }
    l->m->skip_lines = n;
}

/* 1: true, 0: false, -1: neither. */
static int
truth(struct bytes t)
{
    if (bytes_equal(t, bytes_of("true")))
        return 1;
    return bytes_equal(t, bytes_of("false")) ? 0 : -1;
}

static void
read_header(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = load_text(l, e, "true, false, or an expression that finds its line");

    if (truth(t) >= 0)
        l->m->has_header = truth(t) == 1;
    else if (t.size > 0 && load_regex(l, e->value, false) != NULL)
        l->m->header_regex = load_copy(l, t);
}

static void
read_footer(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = load_text(l, e, "an expression that finds the first line behind the rows");

    if (t.size > 0 && load_regex(l, e->value, false) != NULL)
        l->m->footer_regex = load_copy(l, t);
}

static void
read_control(struct loader *l, const struct yaml_entry *e)
{
    const char *names[CONTROL_TOTALS];

    if (!load_is_map(l, e))
        return;
    for (int t = 0; t < CONTROL_TOTALS; t++)
        names[t] = control_names[t];
    for (size_t i = 0; i < e->value->count; i++) {
        const struct yaml_entry *k = &e->value->entry[i];
        int t = 0;

        while (t < CONTROL_TOTALS && !bytes_equal(k->key, bytes_of(names[t])))
            t++;
        if (t == CONTROL_TOTALS) {
            load_unknown(l, k, "`control`", names, CONTROL_TOTALS);
            continue;
        }
        l->m->control.total[t] = load_regex(l, k->value, true);
        l->m->control.any = true;
    }
}

static void
read_zone(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = load_text(l, e, "a time zone, such as Europe/Belgrade");
    const char *name = t.size > 0 ? load_copy(l, t) : NULL;
    struct weir_err err = {0};

    if (name != NULL && zone_open(name, &l->m->zone, &err) != WEIR_OK) {
        l->m->zone = NULL;
        (void)diag_add(l->ds, DIAG_ERROR, "R233", e->value->at, "%s", err.text);
    }
}

static void
add_date(struct loader *l, const struct yaml_node *n)
{
    struct mapping *m = l->m;
    struct date_format f;
    char fault[160];
    size_t at = 0;

    if (n->kind != YAML_SCALAR || n->text.size == 0) {
        load_wants(l, n->at, "dates", "pictures such as DD.MM.YYYY");
        return;
    }
    if (!date_format_compile(n->text, &f, fault, sizeof fault, &at)) {
        struct diag *d = diag_add(l->ds, DIAG_ERROR, "R230", yaml_span(n, at, 1),
            "this is no picture of a date: %s", fault);

        diag_help(l->ds, d, "for example DD.MM.YYYY, YYYY-MM-DD HH:mm:ss, D MMM YYYY");
        return;
    }
    for (uint32_t i = 0; i < m->date_count; i++)
        if (date_format_clash(&m->date[i], &f)) {
            struct diag *d = diag_add(l->ds, DIAG_ERROR, "R231", n->at,
                "one text could be two dates: by this picture and by `%.*s`",
                QUOTE(m->date[i].text));

            diag_help(l->ds, d, "leave the one the bank uses; which comes first is never guessed");
            return;
        }
    if (m->date_count == MAPPING_DATES) {
        load_wants(l, n->at, "dates", "at most 16 pictures");
        return;
    }
    m->date[m->date_count++] = f;
}

static void
read_dates(struct loader *l, const struct yaml_entry *e)
{
    if (e->value->kind != YAML_LIST) {
        add_date(l, e->value);
        return;
    }
    for (size_t i = 0; i < e->value->count; i++)
        add_date(l, e->value->entry[i].value);
}

static void
read_decimal(struct loader *l, const struct yaml_entry *e)
{
    char c;

    if (!read_char(l, e, "decimal", &c))
        return;
    if (c != '.' && c != ',')
        load_wants(l, e->value->at, "decimal", "\".\" or \",\"");
    l->m->amount_format.decimal = c;
}

static void
read_thousands(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = e->value->kind == YAML_SCALAR ? e->value->text : (struct bytes){"", 0};
    char c = 0;

    if (bytes_equal(t, bytes_of("blank")) || bytes_equal(t, bytes_of(" ")))
        c = ' ';
    else if (t.size == 1 && memchr(".,'", t.at[0], 3) != NULL)
        c = t.at[0];
    else if (!bytes_equal(t, bytes_of("none")))
        load_wants(l, e->value->at, "thousands", "\".\", \",\", \"'\", `blank` or `none`");
    l->m->amount_format.thousands = c;
}

static void
add_symbol(struct loader *l, const struct yaml_node *n)
{
    struct amount_format *f = &l->m->amount_format;

    if (n->kind != YAML_SCALAR || n->text.size == 0 || n->text.size > 8)
        load_wants(l, n->at, "symbols", "currency signs, such as [\"£\", EUR]");
    else if (f->symbol_count == AMOUNT_SYMBOLS)
        load_wants(l, n->at, "symbols", "at most 8 currency signs");
    else
        f->symbol[f->symbol_count++] = n->text;
}

static void
read_symbols(struct loader *l, const struct yaml_entry *e)
{
    if (e->value->kind != YAML_LIST) {
        add_symbol(l, e->value);
        return;
    }
    for (size_t i = 0; i < e->value->count; i++)
        add_symbol(l, e->value->entry[i].value);
}

static void
read_credit_mark(struct loader *l, const struct yaml_entry *e)
{
    l->m->amount_format.credit_mark = load_text(l, e, "what stands behind amounts that come in");
}

static void
read_debit_mark(struct loader *l, const struct yaml_entry *e)
{
    l->m->amount_format.debit_mark = load_text(l, e, "what stands behind amounts that go out");
}

/* A key that takes one of two or three words; the index of the word, or -1 with a message. */
static int
choice(struct loader *l, const struct yaml_entry *e, const char *key, const char *wants,
    const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && e->value->kind == YAML_SCALAR; i++)
        if (bytes_equal(e->value->text, bytes_of(words[i])))
            return (int)i;
    load_wants(l, e->value->at, key, wants);
    return -1;
}

static void
read_units(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"major", "minor"};

    l->m->amount_format.minor = choice(l, e, "units", "major or minor", words, 2) == 1;
}

static void
read_zeros(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"refuse", "allow"};

    l->m->amount_format.zeros = choice(l, e, "zeros", "refuse or allow", words, 2) == 1;
}

static void
read_sign(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"refuse", "ignore", "reversal"};
    int n = choice(l, e, "sign", "refuse, ignore or reversal", words, 3);

    l->m->sign = n < 0 ? SIGN_REFUSE : (enum sign_rule)n;
}

static void
read_invert(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"false", "true"};

    l->m->invert = choice(l, e, "invert", "true or false", words, 2) == 1;
}

static void
read_short_rows(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"refuse", "allow"};

    l->m->short_rows = choice(l, e, "short_rows", "refuse or allow", words, 2) == 1;
}

static void
read_time(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"booked", "value"};

    l->m->value_first = choice(l, e, "time", "booked or value", words, 2) == 1;
}

static void
read_twins(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"count", "once"};

    l->m->twins_once = choice(l, e, "twins", "count or once", words, 2) == 1;
}

static void
read_infer(struct loader *l, const struct yaml_entry *e)
{
    static const char *const words[] = {"nothing", "country"};

    l->m->infer_country = choice(l, e, "infer", "country or nothing", words, 2) == 1;
}

/* `="…"`: what stands before and behind the dots is cut off cells that have both. */
static void
read_strip(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = load_text(l, e, "what stands around a value, dots in its place: '=\"…\"'");

    for (size_t i = 0; i + 3 <= t.size; i++)
        if (memcmp(t.at + i, "\xe2\x80\xa6", 3) == 0 || memcmp(t.at + i, "...", 3) == 0) {
            l->m->strip_before = (struct bytes){t.at, i};
            l->m->strip_after = (struct bytes){t.at + i + 3, t.size - i - 3};
            return;
        }
    if (t.size > 0)
        load_wants(l, e->value->at, "strip", "a text with … in place of the value: '=\"…\"'");
}

static void
read_country(struct loader *l, const struct yaml_entry *e)
{
    struct bytes t = load_text(l, e, "the country of phone numbers written without one: RS");

    l->m->country = t.size == 2 ? word_find(TYPE_COUNTRY, t) : 0;
    if (l->m->country == 0 && t.size > 0)
        (void)diag_add(l->ds, DIAG_ERROR, "R212", e->value->at,
            "`%.*s` is no country of ISO 3166-1 (two letters, such as RS)", QUOTE(t));
}

/* ---- match ---- */

static void
read_match_names(struct loader *l, const struct yaml_node *list)
{
    struct bytes *names = load_take(l, list->count + 1, sizeof *names);

    for (size_t i = 0; names != NULL && i < list->count; i++) {
        if (list->entry[i].value->kind != YAML_SCALAR) {
            load_wants(l, list->entry[i].value->at, "header", "names of columns");
            return;
        }
        names[i] = list->entry[i].value->text;
    }
    l->m->match_name = names;
    l->m->match_name_count = (uint32_t)list->count;
}

static void
read_match(struct loader *l, const struct yaml_entry *e)
{
    static const char *const names[] = {"file", "header"};

    if (!load_is_map(l, e))
        return;
    for (size_t i = 0; i < e->value->count; i++) {
        const struct yaml_entry *k = &e->value->entry[i];

        if (bytes_equal(k->key, bytes_of("file")))
            l->m->match_file = load_regex(l, k->value, false);
        else if (!bytes_equal(k->key, bytes_of("header")))
            load_unknown(l, k, "`match`", names, 2);
        else if (k->value->kind == YAML_LIST)
            read_match_names(l, k->value);
        else
            l->m->match_header = load_regex(l, k->value, false);
    }
    if (e->value->count == 0)
        load_wants(l, e->key_at, "match", "`file:` or `header:`");
}

/* In the order they are read: what stands early decides how later ones are understood. */
const struct load_key load_keys[] = {
    {"mapping", read_name},
    {"bank", read_bank},
    {"match", read_match},
    {"format", read_format},
    {"encoding", read_encoding},
    {"delimiter", read_delimiter},
    {"quote", read_quote},
    {"escape", read_escape},
    {"skip_lines", read_skip_lines},
    {"header", read_header},
    {"footer", read_footer},
    {"control", read_control},
    {"short_rows", read_short_rows},
    {"zone", read_zone},
    {"dates", read_dates},
    {"time", read_time},
    {"decimal", read_decimal},
    {"thousands", read_thousands},
    {"symbols", read_symbols},
    {"credit_mark", read_credit_mark},
    {"debit_mark", read_debit_mark},
    {"units", read_units},
    {"zeros", read_zeros},
    {"sign", read_sign},
    {"invert", read_invert},
    {"strip", read_strip},
    {"country", read_country},
    {"infer", read_infer},
    {"twins", read_twins},
    {"columns", load_columns},
    {"constants", load_constants},
    {"skip_when", load_skips},
    {"ignore", load_ignore},
};

const size_t load_key_count = sizeof load_keys / sizeof *load_keys;
