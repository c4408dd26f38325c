/* describe_name - values, parameters and fields in words. */
#include <string.h>

#include "author/describe.h"
#include "base/buf.h"

static void
put(struct describing *d, const char *text)
{
    buf_text(d->out, text);
}

static void
put_bytes(struct describing *d, struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        buf_byte(d->out, text.at[i] == '_' ? ' ' : text.at[i]);
}

/* ---- values ----------------------------------------------------------------------------- */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* 3000.50 as 3 000.50 */
static void
put_grouped(struct describing *d, struct bytes digits)
{
    for (size_t i = 0; i < digits.size; i++) {
        if (i > 0 && (digits.size - i) % 3 == 0 && digits.size > 3)
            buf_byte(d->out, ' ');
        buf_byte(d->out, digits.at[i]);
    }
}

/* "7d" as "7 days"; false where the text is no time span. */
static bool
put_span(struct describing *d, struct bytes t)
{
    static const struct {
        char letter;
        const char *unit;
    } units[] = {{'s', "second"}, {'m', "minute"}, {'h', "hour"}, {'d', "day"}, {'w', "week"}};

    if (t.size < 2)
        return false;
    for (size_t i = 0; i + 1 < t.size; i++)
        if (!is_digit(t.at[i]))
            return false;
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        if (units[u].letter == t.at[t.size - 1]) {
            bool one = t.size == 2 && t.at[0] == '1';

            buf_print(d->out, "%.*s %s%s", (int)t.size - 1, t.at, units[u].unit, one ? "" : "s");
            return true;
        }
    return false;
}

void
describe_literal(struct describing *d, struct bytes t)
{
    char room[64];
    size_t size = 0, whole = 0;

    if (put_span(d, t))
        return;
    if (t.size == 0 || !is_digit(t.at[0]) || t.size >= sizeof room ||
        memchr(t.at, '-', t.size) != NULL || memchr(t.at, ':', t.size) != NULL) {
        buf_add(d->out, t.at, t.size);
        return;
    }
    for (size_t i = 0; i < t.size; i++)
        if (t.at[i] != '_')
            room[size++] = t.at[i];
    while (whole < size && is_digit(room[whole]))
        whole++;
    put_grouped(d, (struct bytes){room, whole});
    buf_add(d->out, room + whole, size - whole);
}

static const struct sheet_node *
parameter_of(const struct describing *d, struct bytes name)
{
    const struct sheet_entry *all = sheet_entry(d->rule, "parameters");

    for (size_t i = 0; all != NULL && all->value != NULL && i < all->value->count; i++)
        if (bytes_equal(all->value->entry[i].key, name))
            return all->value->entry[i].value;
    return NULL;
}

/* The parameter as an override has it; NULL: none does. */
static const struct parameter *
moved_of(const struct describing *d, struct bytes name)
{
    struct bytes own = describe_text(d->rule, "rule");

    for (size_t i = 0; i < d->rs->rule_count; i++) {
        const struct rule *rule = &d->rs->rule[i];

        for (size_t k = 0; bytes_equal(rule->name, own) && k < rule->parameter_count; k++)
            if (bytes_equal(rule->parameters[k].name, name) && rule->parameters[k].origin.size > 0)
                return &rule->parameters[k];
    }
    return NULL;
}

/* "5 (min_senders, allowed 3 to 20)" */
void
describe_parameter(struct describing *d, struct bytes name)
{
    const struct sheet_node *p = parameter_of(d, name);
    const struct sheet_entry *value = sheet_entry(p, "default");
    const struct sheet_entry *range = sheet_entry(p, "range"), *choices = sheet_entry(p, "choices");
    const struct sheet_node *list = range != NULL     ? range->value
                                    : choices != NULL ? choices->value
                                                      : NULL;

    const struct parameter *moved = moved_of(d, name);

    if (moved != NULL)
        value_print(moved->value, moved->percent, NULL, d->out);
    else if (value != NULL && value->value != NULL)
        describe_literal(d, value->value->text);
    buf_print(d->out, " (%.*s", (int)name.size, name.at);
    if (moved != NULL && value != NULL && value->value != NULL) {
        put(d, ", default ");
        describe_literal(d, value->value->text);
        buf_print(d->out, " changed by %.*s", (int)moved->origin.size, moved->origin.at);
    }
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        put(d, i == 0 ? ", allowed " : range != NULL ? " to " : ", ");
        if (list->entry[i].value != NULL)
            describe_literal(d, list->entry[i].value->text);
    }
    put(d, ")");
}

bool
describe_is_share(const struct describing *d, struct bytes name)
{
    struct bytes value = describe_text(parameter_of(d, name), "default");

    return value.size > 0 && value.at[value.size - 1] == '%';
}

void
describe_value(struct describing *d, const struct sheet_node *n)
{
    if (n == NULL)
        return;
    if (n->kind == YAML_SCALAR) {
        if (n->text.size > 1 && n->text.at[0] == '$')
            describe_parameter(d, (struct bytes){n->text.at + 1, n->text.size - 1});
        else
            describe_literal(d, n->text);
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        put(d, i == 0 ? "" : i + 1 == n->count ? " and " : ", ");
        if (n->kind == YAML_MAP)
            buf_print(d->out, "%.*s ", (int)n->entry[i].key.size, n->entry[i].key.at);
        describe_value(d, n->entry[i].value);
    }
}

/* ---- names --------------------------------------------------------------------------------- */

const struct party_words party_words[PARTY_WORDS] = {
    {"originator.", "the originator's ", "originator ", "the originator"},
    {"beneficiary.", "the beneficiary's ", "beneficiary ", "the beneficiary"},
    {"own.", "the account's ", "", "the account's holder"},
    {"counterparty.", "the other side's ", "counterparty ", "the other side"},
};

bool
describe_is_field(const struct describing *d, struct bytes name)
{
    for (size_t i = 0; i < PARTY_WORDS; i++)
        if (name.size > strlen(party_words[i].name) &&
            memcmp(name.at, party_words[i].name, strlen(party_words[i].name)) == 0)
            return true;
    for (size_t i = 0; i < d->rs->field_count; i++)
        if (bytes_equal(name, bytes_of(d->rs->fields[i].name)))
            return true;
    return false;
}

/* `cash_in.total` of a sequence: "the sum of cash_in"; false where no step has that name. */
static bool
put_step_measure(struct describing *d, struct bytes name)
{
    static const struct {
        const char *end, *words;
    } ends[] = {{"count", "the number of payments in step "}, {"total", "the sum of step "},
        {"first", "the time of the first payment of step "},
        {"last", "the time of the last payment of step "}};
    const char *dot = memchr(name.at, '.', name.size);
    const struct sheet_node *steps = describe_get(describe_get(d->rule, "sequence"), "steps");
    struct bytes step, rest;

    if (dot == NULL || steps == NULL)
        return false;
    step = (struct bytes){name.at, (size_t)(dot - name.at)};
    rest = (struct bytes){dot + 1, name.size - step.size - 1};
    for (size_t i = 0; i < steps->count; i++) {
        if (!bytes_equal(describe_text(steps->entry[i].value, "step"), step))
            continue;
        for (size_t k = 0; k < sizeof ends / sizeof *ends; k++)
            if (bytes_equal(rest, bytes_of(ends[k].end))) {
                put(d, ends[k].words);
                buf_add(d->out, step.at, step.size);
                return true;
            }
        describe_field(d, rest, false);
        buf_print(d->out, " in the last payment of step %.*s", (int)step.size, step.at);
        return true;
    }
    return false;
}

void
describe_field(struct describing *d, struct bytes name, bool bare)
{
    if (put_step_measure(d, name))
        return;
    if (bytes_equal(name, bytes_of("amount_eur"))) {
        put(d, bare ? "amount" : "the amount");
        return;
    }
    if (bytes_equal(name, bytes_of("amount"))) {
        put(d, bare ? "amount in its own currency" : "the amount in its own currency");
        return;
    }
    if (!bare && bytes_equal(name, bytes_of("own.account"))) {
        put(d, "the account");
        return;
    }
    for (size_t i = 0; i < PARTY_WORDS; i++) {
        size_t size = strlen(party_words[i].name);

        if (name.size > size && memcmp(name.at, party_words[i].name, size) == 0) {
            put(d, bare ? party_words[i].bare : party_words[i].whose);
            put_bytes(d, (struct bytes){name.at + size, name.size - size});
            return;
        }
    }
    for (size_t i = 0; i < d->rs->field_count; i++)
        if (bytes_equal(name, bytes_of(d->rs->fields[i].name)) ||
            bytes_equal(name, bytes_of("direction"))) {
            put(d, bare ? "" : "the ");
            put_bytes(d, name);
            return;
        }
    buf_add(d->out, name.at, name.size); /* a measure, a code word */
}

void
describe_plural(struct describing *d, struct bytes name)
{
    size_t from = d->out->size;

    describe_field(d, name, true);
    if (d->out->size == from || d->out->failed)
        return;
    if (d->out->at[d->out->size - 1] == 'y') {
        d->out->size--;
        put(d, "ies");
    } else {
        put(d, d->out->at[d->out->size - 1] == 'h' ? "es" : "s");
    }
}

void
describe_fields(struct describing *d, const struct sheet_node *n)
{
    if (n == NULL)
        return;
    if (n->kind == YAML_SCALAR) {
        describe_field(d, n->text, true);
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        put(d, i == 0 ? "" : i + 1 == n->count ? " and " : ", ");
        if (n->entry[i].value != NULL)
            describe_field(d, n->entry[i].value->text, true);
    }
}
