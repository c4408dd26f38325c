/*
 * check_pair - do the two sides of a relation agree in type and unit, and what a word or a
 * quoted text means beside a typed operand.
 */
#include "rule/check.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "model/account.h"
#include "weir/limits.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R', WORDS_MAX = 320 };

/* --- two sides --- */

static bool
is_literal(const struct term *t)
{
    return t->op == OP_CONST && t->node->kind == NODE_LITERAL;
}

static bool
is_amount(const struct term *t)
{
    return t->op == OP_FIELD && t->index == TXN_AMOUNT;
}

/* Helps that spell a comparison out with sides replaced; `relation` may be reversed by `swap`. */
static void
spell(struct checker *c, struct diag *d, const char *lead, const char *left, const char *sign,
    const char *right, const char *tail)
{
    check_help(c, d, "%s%s %s %s%s", lead, left, sign, right, tail);
}

/* The figures of a money literal without its currency. */
static struct phrase
bare_number(const struct node *n)
{
    struct phrase p = check_source(n);
    size_t size = strlen(p.text);

    if (size > 3)
        size -= 3;
    while (size > 0 && p.text[size - 1] == ' ')
        size--;
    p.text[size] = '\0';
    return p;
}

/* Money with a number: R411. */
static void
say_no_currency(struct checker *c, const char *verb, const char *sign, const struct term *left,
    const struct term *right)
{
    const struct term *money = left->type == TYPE_MONEY ? left : right;
    const struct term *number = money == left ? right : left;
    struct phrase text = check_source(number->node);
    struct diag *d = check_say(
        c, "R411", expr_span(number->node), "money is %s with a number that has no currency", verb);
    char room[4];

    check_mark(c, d, money->node, "this is %s", check_what(money).text);
    if (money->own_money || !is_literal(number) || number->percent) {
        check_label(c, d, "this is a plain number");
        if (number->node->kind == NODE_PARAMETER && !money->own_money)
            check_help(c, d, "give %s a currency where it is declared, such as  default: 1000 %s",
                text.text, word_name(TYPE_CURRENCY, money->currency, room));
    } else {
        check_label(
            c, d, "write `%s %s`", text.text, word_name(TYPE_CURRENCY, money->currency, room));
    }
    if (is_amount(money) && is_literal(number) && !number->percent && sign != NULL) {
        char value[100];

        (void)snprintf(value, sizeof value, "%s EUR", text.text);
        spell(c, d, "to compare values, use `", money == left ? "amount_eur" : value, sign,
            money == left ? value : "amount_eur", "` (converted at the day's rate)");
        spell(c, d, "to compare the plain figures of every currency, use `",
            money == left ? "units(amount)" : text.text, sign,
            money == left ? text.text : "units(amount)", "`");
    }
}

/* The row's own currency with a fixed one: R412. */
static void
say_own(struct checker *c, const char *verb, const char *sign, const struct term *left,
    const struct term *right)
{
    const struct term *own = left->own_money ? left : right;
    const struct term *fixed = own == left ? right : left;
    struct phrase value = check_source(fixed->node), units;
    char room[4], lead[80];
    struct diag *d = check_say(c, "R412", expr_span(own->node),
        "`%s` is in the currency of each transaction, so it cannot be %s with %s",
        check_source(own->node).text, verb, word_name(TYPE_CURRENCY, fixed->currency, room));

    check_label(c, d, "may be USD, TRY, ...");
    check_mark(c, d, fixed->node, "always %s", word_name(TYPE_CURRENCY, fixed->currency, room));
    if (!is_amount(own) || sign == NULL)
        return;
    if (fixed->currency == EUR && !(fixed->op == OP_FIELD && fixed->index == TXN_AMOUNT_EUR))
        spell(c, d, "to compare values, use `", own == left ? "amount_eur" : value.text, sign,
            own == left ? value.text : "amount_eur", "` (converted at the day's rate)");
    if (!is_literal(fixed))
        return;
    units = bare_number(fixed->node);
    (void)snprintf(lead, sizeof lead, "to look at %s payments only, use `currency = %s and ",
        fixed->currency == EUR ? "euro" : word_name(TYPE_CURRENCY, fixed->currency, room),
        word_name(TYPE_CURRENCY, fixed->currency, room));
    spell(c, d, lead, own == left ? "units(amount)" : units.text, sign,
        own == left ? units.text : "units(amount)", "`");
}

static bool
money_agrees(struct checker *c, const char *verb, const char *sign, const struct term *left,
    const struct term *right)
{
    char a[4], b[4];
    struct diag *d;

    if (left->own_money != right->own_money) {
        say_own(c, verb, sign, left, right);
        return false;
    }
    if (left->currency == right->currency)
        return true;
    (void)word_name(TYPE_CURRENCY, left->currency, a);
    (void)word_name(TYPE_CURRENCY, right->currency, b);
    d = check_say(c, "R413", expr_span(right->node), "%s cannot be %s with %s", a, verb, b);
    check_label(c, d, "this is money in %s", b);
    check_mark(c, d, left->node, "this is money in %s", a);
    check_help(c, d, "write the amount in %s; rules do not convert between currencies", a);
    return false;
}

/* What to write instead of `literal` beside `other`, where that can be told. */
static void
advise_literal(
    struct checker *c, struct diag *d, const struct term *literal, const struct term *other)
{
    struct phrase text = check_source(literal->node);

    if (other->type == TYPE_DURATION && literal->type == TYPE_NUMBER)
        check_label(c, d, "write `%sd` for days or `%sh` for hours", text.text, text.text);
    else if (type_is_text(other->type) && literal->type == TYPE_NUMBER && !literal->percent)
        check_label(c, d, "write it in quotes: \"%s\"", text.text);
    else if (other->type == TYPE_TIME && literal->type == TYPE_DATE)
        check_label(c, d, "compare `date(%s)` with a date", check_source(other->node).text);
    else if (literal->type == TYPE_TEXT)
        check_label(c, d, "write it without quotes, as %s",
            other->type == TYPE_MONEY      ? "`500 EUR`"
            : other->type == TYPE_DURATION ? "`7d`"
            : other->type == TYPE_DATE     ? "`2026-03-01`"
            : other->type == TYPE_TIME     ? "`2026-03-01T08:00Z`"
                                           : "`5`");
    else
        check_label(c, d, "this is %s", check_what(literal).text);
}

bool
check_agree(struct checker *c, const char *verb, const char *sign, const struct term *left,
    const struct term *right)
{
    struct diag *d;

    if (left->type == TYPE_MONEY && right->type == TYPE_MONEY)
        return money_agrees(c, verb, sign, left, right);
    if (left->type == right->type)
        return true;
    if ((left->type == TYPE_MONEY && right->type == TYPE_NUMBER) ||
        (left->type == TYPE_NUMBER && right->type == TYPE_MONEY)) {
        say_no_currency(c, verb, sign, left, right);
        return false;
    }
    if (is_literal(left) && !is_literal(right)) {
        const struct term *turn = left;

        left = right;
        right = turn;
    }
    d = check_say(c, "R414", expr_span(right->node), "%s cannot be %s with %s",
        check_what(left).text, verb, check_what(right).text);
    check_mark(c, d, left->node, "this is %s", check_what(left).text);
    if (is_literal(right))
        advise_literal(c, d, right, left);
    else
        check_label(c, d, "this is %s", check_what(right).text);
    return false;
}

static bool
has_order(enum type t)
{
    return t == TYPE_MONEY || t == TYPE_NUMBER || t == TYPE_DURATION || t == TYPE_TIME ||
           t == TYPE_DATE;
}

bool
check_pair(struct checker *c, enum relation r, const struct term *left, const struct term *right)
{
    struct diag *d;

    if (!check_agree(c, "compared", relation_texts[r], left, right))
        return false;
    if (left->type == TYPE_BOOL) {
        d = check_say(c, "R415", expr_span(right->node), "two conditions cannot be compared");
        check_label(c, d, "a condition is true or false by itself");
        check_help(c, d, "join conditions with `and`, `or` and `not`");
        return false;
    }
    if (r == RELATION_EQUAL || r == RELATION_UNEQUAL || has_order(left->type))
        return true;
    d = check_say(c, "R415", expr_span(left->node), "`%s` needs an order, and `%s` is %s",
        relation_texts[r], check_source(left->node).text, check_what(left).text);
    check_label(c, d, "use `=`, `!=` or `in (..., ...)`");
    return false;
}

/* --- words and texts beside a typed operand --- */

static bool
is_closed(enum type t)
{
    return t == TYPE_COUNTRY || t == TYPE_CURRENCY || t == TYPE_CHANNEL || t == TYPE_KIND ||
           t == TYPE_DIRECTION || t == TYPE_WEEKDAY;
}

static const char *
plural(enum type t)
{
    return t == TYPE_CHANNEL     ? "channels"
           : t == TYPE_KIND      ? "kinds of party"
           : t == TYPE_DIRECTION ? "directions"
                                 : "weekdays";
}

static void
note_words(struct checker *c, struct diag *d, enum type t)
{
    struct buf all = {0};
    const char *word;

    if (t == TYPE_COUNTRY) {
        check_note(
            c, d, "countries are written as two capital letters (ISO 3166-1), such as GR or TR");
        return;
    }
    if (t == TYPE_CURRENCY) {
        check_note(c, d, "currencies are written as three capital letters (ISO 4217), such as EUR");
        return;
    }
    for (size_t i = 0; (word = word_next(t, i)) != NULL; i++)
        buf_print(&all, "%s%s", i == 0 ? "" : ", ", word);
    buf_byte(&all, '\0');
    if (!all.failed)
        check_note(c, d, "%s are: %s", plural(t), all.at);
    buf_fini(&all);
}

static const struct term *
unknown_word(struct checker *c, const struct node *n, struct bytes word, enum type t)
{
    const char *names[WORDS_MAX];
    size_t count = 0;
    struct diag *d =
        check_say(c, "R402", expr_span(n), "`%s` is not %s", check_quote(word).text, type_name(t));

    while (count < WORDS_MAX && (names[count] = word_next(t, count)) != NULL)
        count++;
    check_suggest(c, d, word, names, count);
    note_words(c, d, t);
    return NULL;
}

static const struct term *
constant(struct checker *c, const struct node *n, struct value v)
{
    struct term *t = check_term_new(c, OP_CONST, (enum type)v.type, n, 0);

    if (t != NULL)
        t->value = v;
    return t;
}

static struct bytes
trimmed(struct bytes b)
{
    while (b.size > 0 && (b.at[0] == ' ' || b.at[0] == '\t'))
        b.at++, b.size--;
    while (b.size > 0 && (b.at[b.size - 1] == ' ' || b.at[b.size - 1] == '\t'))
        b.size--;
    return b;
}

/* The canonical form of an identifier, as import and lists make it. */
static const struct term *
identifier(struct checker *c, const struct node *n, struct bytes text, enum type type)
{
    struct buf canonical = {0};
    const struct term *t = NULL;
    struct diag *d;
    char *copy;
    bool good = type == TYPE_ACCOUNT ? account_canonical(text, &canonical)
                : type == TYPE_PHONE ? phone_canonical(text, 0, &canonical)
                                     : bank_canonical(text, &canonical);

    if (!good) {
        d = check_say(
            c, "R417", expr_span(n), "`%s` is not %s", check_quote(text).text, type_name(type));
        if (type == TYPE_PHONE)
            check_label(c, d, "write it with the country code, as \"+30 690 000 0001\"");
    } else if (canonical.failed || (copy = arena_copy(c->arena, buf_bytes(&canonical))) == NULL) {
        check_no_memory(c);
    } else {
        t = constant(c, n, value_text(type, (struct bytes){copy, canonical.size}));
    }
    buf_fini(&canonical);
    return t;
}

/* Text of the rule that stands beside text of a row. */
static const struct term *
text_constant(struct checker *c, const struct node *n, struct bytes text, enum type type)
{
    struct bytes core = trimmed(text);
    struct diag *d;

    if (core.size == 0) {
        d = check_say(
            c, "R417", expr_span(n), "an empty text never occurs: a blank cell is missing");
        check_label(c, d, "to ask for that write `is missing`");
        return NULL;
    }
    if (memchr(text.at, '"', text.size) != NULL && memchr(text.at, '\'', text.size) != NULL) {
        d = check_say(c, "R417", expr_span(n), "a text may hold one kind of quotes, not both");
        check_label(c, d, "leave out the \" or the '");
        return NULL;
    }
    if (type == TYPE_TEXT)
        return constant(c, n, value_text(TYPE_TEXT, text));
    if (type == TYPE_CODE)
        return constant(c, n, value_text(TYPE_CODE, core));
    return identifier(c, n, core, type);
}

const struct term *
check_word(struct checker *c, const struct node *n, struct bytes word, bool quoted,
    const struct term *like)
{
    const struct term *t;
    int64_t code;

    if (is_closed(like->type)) {
        code = word_find(like->type, word);
        if (like->type == TYPE_WEEKDAY ? code < 0 : code == 0)
            return unknown_word(c, n, word, like->type);
        return constant(c, n, value_num(like->type, code));
    }
    if (!quoted) {
        check_unknown(c, n, type_is_text(like->type));
        return NULL;
    }
    if (type_is_text(like->type))
        return text_constant(c, n, word, like->type);
    t = constant(c, n, value_text(TYPE_TEXT, word));
    if (t != NULL && like->node != NULL)
        (void)check_pair(c, RELATION_EQUAL, like, t);
    else if (t != NULL)
        (void)check_say(
            c, "R414", expr_span(n), "this is text, and %s is wanted", check_what(like).text);
    return NULL;
}
