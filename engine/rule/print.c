/*
 * print - the canonical text of a term: names resolved, macros expanded, parameters by value.
 *
 * Equal text means equal meaning in one scope. It parses back to a term that prints the same, so
 * arithmetic is bracketed throughout and words stand where they can be read by their neighbour.
 */
#include "rule/term.h"

#include <assert.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/number.h"
#include "list/list.h"
#include "state/window.h"

static const char *const function_names[OP_COUNT] = {
#define FUNCTION(id, name, least, most, form) [OP_##id] = name,
#define AGGREGATE(id, name, least, most, measure, form)
#define USUAL(name)
#include "rule/function.def"
#undef FUNCTION
#undef AGGREGATE
#undef USUAL
};

/* --- constants --- */

static void
print_duration(int128 us, struct buf *out)
{
    static const struct {
        int64_t us;
        char letter;
    } unit[] = {{7 * US_PER_DAY, 'w'}, {US_PER_DAY, 'd'}, {3600 * US_PER_S, 'h'},
        {60 * US_PER_S, 'm'}, {US_PER_S, 's'}};
    size_t i = 0;

    while (i < 4 && (us == 0 || us % unit[i].us != 0))
        i++;
    number_print_int(us / unit[i].us, out);
    buf_byte(out, unit[i].letter);
}

static void
print_civil(int64_t us, bool time, bool local, struct buf *out)
{
    struct civil c;

    civil_from_us(us, &c);
    buf_print(out, "%04d-%02d-%02d", (int)c.year, (int)c.month, (int)c.day);
    if (time)
        buf_print(
            out, "T%02d:%02d:%02d%s", (int)c.hour, (int)c.minute, (int)c.second, local ? "" : "Z");
}

static void
print_text(struct bytes text, struct buf *out)
{
    char quote = memchr(text.at, '"', text.size) == NULL ? '"' : '\'';

    buf_byte(out, quote);
    buf_add(out, text.at, text.size);
    buf_byte(out, quote);
}

static void
print_const(const struct term *t, struct buf *out)
{
    const struct value *v = &t->value;
    char room[4];
    static const struct number_style trim = {.trim = true};

    switch (t->type) {
    case TYPE_TEXT:
    case TYPE_CODE:
    case TYPE_ACCOUNT:
    case TYPE_PHONE:
    case TYPE_BANK:
        print_text(v->text, out);
        break;
    case TYPE_MONEY:
        number_print_fixed(v->num, currency_exponent(v->currency), trim, out);
        buf_print(out, " %s", word_name(TYPE_CURRENCY, v->currency, room));
        break;
    case TYPE_NUMBER:
        number_print_fixed(v->num, t->percent ? 7 : 9, trim, out);
        if (t->percent)
            buf_byte(out, '%');
        break;
    case TYPE_DURATION:
        print_duration(v->num, out);
        break;
    case TYPE_DATE:
        print_civil((int64_t)v->num * US_PER_DAY, false, false, out);
        break;
    case TYPE_TIME:
        print_civil((int64_t)v->num, true, t->op == OP_LOCAL_TIME, out);
        break;
    case TYPE_COUNTRY:
    case TYPE_CURRENCY:
    case TYPE_CHANNEL:
    case TYPE_KIND:
    case TYPE_DIRECTION:
    case TYPE_WEEKDAY:
        buf_text(out, word_name(t->type, (int64_t)v->num, room));
        break;
    case TYPE_NONE:
    case TYPE_BOOL:
    case TYPE_COUNT:
        assert(t->type < TYPE_COUNT && t->type != TYPE_BOOL);
    }
}

/* --- terms --- */

static void
print_field(const struct term *t, const struct field *fields, struct buf *out)
{
    const char *name = fields[t->index].name;

    if (t->view == VIEW_FIELD)
        buf_text(out, name);
    else
        buf_print(out, "%s%s", t->view == VIEW_OWN ? "own" : "counterparty", strchr(name, '.'));
}

static void
print_infix(const struct term *t, const char *sign, const struct field *fields, struct buf *out)
{
    buf_byte(out, '(');
    print_term(t->arg[0], fields, out);
    buf_print(out, " %s ", sign);
    print_term(t->arg[1], fields, out);
    buf_byte(out, ')');
}

static void
print_call(const struct term *t, const struct field *fields, struct buf *out)
{
    buf_print(out, "%s(", function_names[t->op]);
    if (t->op == OP_LOOKUP)
        buf_add(out, t->name.at, t->name.size);
    for (uint32_t i = 0; i < t->count; i++) {
        if (i > 0 || t->op == OP_LOOKUP)
            buf_text(out, ", ");
        print_term(t->arg[i], fields, out);
    }
    if (t->zone != NULL) {
        buf_text(out, ", ");
        print_text(t->name, out);
    }
    buf_byte(out, ')');
}

static void
print_aggregate(const struct term *t, const struct field *fields, struct buf *out)
{
    buf_print(out, "%s(", check_aggregate_name((int)t->index));
    if (t->arg[0] != NULL)
        print_term(t->arg[0], fields, out);
    if (t->arg[1] != NULL) {
        buf_text(out, t->arg[0] == NULL ? "where " : " where ");
        print_term(t->arg[1], fields, out);
    }
    buf_byte(out, ')');
}

/* An operand of a test or of `not`: anything that is itself a test is bracketed. */
static void
print_operand(const struct term *t, const struct field *fields, struct buf *out)
{
    bool bracket = t->type == TYPE_BOOL && t->op != OP_MEASURE && t->op != OP_AGGREGATE &&
                   t->op != OP_DEFAULT && t->op != OP_IS_ROUND && t->op != OP_ABOUT;

    if (bracket)
        buf_byte(out, '(');
    print_term(t, fields, out);
    if (bracket)
        buf_byte(out, ')');
}

/* a <= b < c, so that a word in the middle still finds its type. */
static void
print_chain(const struct term *t, const struct field *fields, struct buf *out)
{
    print_operand(t->arg[0]->arg[0], fields, out);
    for (uint32_t i = 0; i < t->count; i++) {
        buf_print(out, " %s ", relation_texts[t->arg[i]->relation]);
        print_operand(t->arg[i]->arg[1], fields, out);
    }
}

static void
print_join(const struct term *t, const struct field *fields, struct buf *out)
{
    if (t->chain) {
        print_chain(t, fields, out);
        return;
    }
    for (uint32_t i = 0; i < t->count; i++) {
        bool bracket = t->arg[i]->op == OP_OR || (t->arg[i]->op == OP_AND && !t->arg[i]->chain);

        if (i > 0)
            buf_text(out, t->op == OP_AND ? " and " : " or ");
        if (bracket)
            buf_byte(out, '(');
        print_term(t->arg[i], fields, out);
        if (bracket)
            buf_byte(out, ')');
    }
}

static void
print_items(const struct term *t, const struct field *fields, struct buf *out)
{
    buf_byte(out, '(');
    for (uint32_t i = 1; i < t->count; i++) {
        if (i > 1)
            buf_text(out, ", ");
        print_operand(t->arg[i], fields, out);
    }
    buf_byte(out, ')');
}

/* Above `at`: a likeness of names is given as percent, a weight as it is. */
static void
print_least(const struct term *t, struct buf *out)
{
    if (watch_is_names(t->named->watch) ? t->weight == 0 : t->weight == 1)
        return;
    buf_text(out, " at ");
    if (watch_is_names(t->named->watch)) {
        number_print_fixed(t->weight, 4, (struct number_style){.trim = true}, out);
        buf_byte(out, '%');
    } else {
        buf_int(out, t->weight);
    }
}

static void
print_test(const struct term *t, const char *verb, const struct field *fields, struct buf *out)
{
    print_operand(t->arg[0], fields, out);
    buf_print(out, "%s %s ", t->negated ? " not" : "", verb);
    switch ((int)t->op) {
    case OP_IN:
        print_items(t, fields, out);
        break;
    case OP_MATCHES:
        buf_byte(out, '/');
        buf_add(out, t->name.at, t->name.size);
        buf_text(out, t->cased ? "/c" : "/");
        break;
    case OP_IN_LIST:
    case OP_ON:
        buf_add(out, t->name.at, t->name.size);
        if (t->op == OP_ON)
            print_least(t, out);
        break;
    default:
        print_operand(t->arg[1], fields, out);
    }
}

void
print_term(const struct term *t, const struct field *fields, struct buf *out)
{
    switch ((int)t->op) {
    case OP_CONST:
    case OP_LOCAL_TIME:
        print_const(t, out);
        break;
    case OP_FIELD:
        print_field(t, fields, out);
        break;
    case OP_DIRECTION:
        buf_text(out, "direction");
        break;
    case OP_ABOUT:
        buf_text(out, "about");
        break;
    case OP_MEASURE:
        buf_add(out, t->name.at, t->name.size);
        break;
    case OP_AGGREGATE:
        print_aggregate(t, fields, out);
        break;
    case OP_NEGATE:
        buf_byte(out, '-');
        print_term(t->arg[0], fields, out);
        break;
    case OP_ADD:
        print_infix(t, "+", fields, out);
        break;
    case OP_SUBTRACT:
        print_infix(t, "-", fields, out);
        break;
    case OP_MULTIPLY:
        print_infix(t, "*", fields, out);
        break;
    case OP_DIVIDE:
        print_infix(t, "/", fields, out);
        break;
    case OP_AND:
    case OP_OR:
        print_join(t, fields, out);
        break;
    case OP_NOT:
        buf_text(out, "not ");
        print_operand(t->arg[0], fields, out);
        break;
    case OP_COMPARE:
        print_operand(t->arg[0], fields, out);
        buf_print(out, " %s ", relation_texts[t->relation]);
        print_operand(t->arg[1], fields, out);
        break;
    case OP_MISSING:
    case OP_PRESENT:
        print_operand(t->arg[0], fields, out);
        buf_text(out, t->op == OP_MISSING ? " is missing" : " is present");
        break;
    case OP_IN:
    case OP_IN_LIST:
        print_test(t, "in", fields, out);
        break;
    case OP_CONTAINS:
        print_test(t, "contains", fields, out);
        break;
    case OP_STARTS:
        print_test(t, "starts with", fields, out);
        break;
    case OP_ENDS:
        print_test(t, "ends with", fields, out);
        break;
    case OP_MATCHES:
        print_test(t, "matches", fields, out);
        break;
    case OP_ON:
        print_test(t, "on", fields, out);
        break;
    default:
        print_call(t, fields, out);
    }
}
