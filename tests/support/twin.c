/*
 * twin - random expressions with an answer of their own.
 */
#include "support/twin.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/zone.h"
#include "support/big.h"
#include "support/must.h"
#include "support/rng.h"
#include "text/fold.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R', JPY = 'J' << 16 | 'P' << 8 | 'Y', NODES = 4096 };

/* --- the tree --- */

enum shape {
    LITERAL,
    CELL,
    NEGATE,
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    ABS,
    UNITS,
    ROUND_TO,
    DEFAULT,
    AGE,
    HOUR,
    DATE,
    LENGTH, /* values */
    AND,
    OR,
    NOT,
    COMPARE,
    CHAIN,
    IN,
    MISSING,
    PRESENT,
    CONTAINS,
    STARTS,
    ENDS,
    IS_ROUND,
};

enum { CHILDREN = 4 };

struct tree {
    enum shape shape;
    enum type type;
    unsigned field;
    int relation[CHILDREN]; /* 0 =, 1 !=, 2 <, 3 <=, 4 >, 5 >= */
    bool negated;
    int128 number;    /* LITERAL: in the type's unit */
    const char *text; /* LITERAL: as written; for texts without quotes */
    unsigned count;
    struct tree *child[CHILDREN];
};

struct twin {
    struct lab *lab;
    uint64_t *seed;
    struct tree pool[NODES];
    unsigned used;
};

static uint64_t
pick(struct twin *t, uint64_t n)
{
    return rng_below(t->seed, n);
}

static struct tree *
node(struct twin *t, enum shape shape, enum type type, unsigned count)
{
    struct tree *n = &t->pool[t->used++];

    must(t->used < NODES);
    *n = (struct tree){.shape = shape, .type = type, .count = count};
    return n;
}

/* --- growing: values --- */

static struct tree *grow(struct twin *t, enum type type, unsigned depth);
static struct tree *grow_test(struct twin *t, unsigned depth);

static const char *
keep(struct twin *t, const char *text)
{
    char *copy = arena_copy(&t->lab->arena, bytes_of(text));

    must(copy != NULL);
    return copy;
}

static struct tree *
literal(struct twin *t, enum type type, const char *text, int128 number)
{
    struct tree *n = node(t, LITERAL, type, 0);

    n->text = keep(t, text);
    n->number = number;
    return n;
}

static struct tree *
money_literal(struct twin *t)
{
    static const int64_t sizes[] = {1, 100, 10000, 100000000, 100000000000000000};
    int64_t cents = (int64_t)pick(t, (uint64_t)sizes[pick(t, 5)] + 1);
    char text[60];

    if (cents % 100 == 0)
        (void)snprintf(text, sizeof text, "%lld EUR", (long long)(cents / 100));
    else
        (void)snprintf(text, sizeof text, "%lld.%02lld EUR", (long long)(cents / 100),
            (long long)(cents % 100));
    return literal(t, TYPE_MONEY, text, cents);
}

static struct tree *
number_literal(struct twin *t)
{
    char text[60];
    uint64_t whole = pick(t, 5) == 0 ? pick(t, 1000000000000) : pick(t, 20), part = pick(t, 1000);

    switch (pick(t, 4)) {
    case 0:
        (void)snprintf(text, sizeof text, "%llu%%", (unsigned long long)whole);
        return literal(t, TYPE_NUMBER, text, (int128)whole * (NUMBER_SCALE / 100));
    case 1:
        (void)snprintf(
            text, sizeof text, "%llu.%03llu", (unsigned long long)whole, (unsigned long long)part);
        return literal(t, TYPE_NUMBER, text,
            (int128)whole * NUMBER_SCALE + (int128)part * (NUMBER_SCALE / 1000));
    default:
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)whole);
        return literal(t, TYPE_NUMBER, text, (int128)whole * NUMBER_SCALE);
    }
}

/* More than nothing: a step of 0 does not compile. */
static struct tree *
step_literal(struct twin *t)
{
    struct tree *n = number_literal(t);

    return n->number > 0 ? n : literal(t, TYPE_NUMBER, "50", (int128)50 * NUMBER_SCALE);
}

static struct tree *
span_literal(struct twin *t)
{
    static const struct {
        char letter;
        int64_t us;
    } unit[] = {{'s', US_PER_S}, {'m', 60 * US_PER_S}, {'h', 3600 * US_PER_S}, {'d', US_PER_DAY},
        {'w', 7 * US_PER_DAY}};
    size_t u = pick(t, 5);
    uint64_t n = pick(t, 100);
    char text[40];

    (void)snprintf(text, sizeof text, "%llu%c", (unsigned long long)n, unit[u].letter);
    return literal(t, TYPE_DURATION, text, (int128)n * unit[u].us);
}

static struct tree *
day_literal(struct twin *t, bool moment)
{
    int64_t day = civil_days(2025, 12, 1) + (int64_t)pick(t, 200);
    struct civil c;
    char text[60];
    int minute = (int)pick(t, 1440);

    civil_from_us(day * US_PER_DAY, &c);
    if (!moment) {
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", c.year, c.month, c.day);
        return literal(t, TYPE_DATE, text, day);
    }
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02dZ", c.year, c.month, c.day,
        minute / 60, minute % 60);
    return literal(t, TYPE_TIME, text, day * US_PER_DAY + minute * 60 * US_PER_S);
}

static const char *const samples[] = {"hawala", "Büro 12", "sea ticket", "JÁNOŠ", "janos kovac",
    "x", "Rent March", "хавала", "a-b-c", "12"};

static struct tree *
any_literal(struct twin *t, enum type type)
{
    static const char *const lands[] = {"GR", "TR", "SY", "DE"};
    static const char *const channels[] = {"cash", "card", "transfer", "atm", "other", "prepaid"};
    static const char *const kinds[] = {"person", "business", "unknown"};
    const char *word;

    switch ((int)type) {
    case TYPE_MONEY:
        return money_literal(t);
    case TYPE_NUMBER:
        return number_literal(t);
    case TYPE_DURATION:
        return span_literal(t);
    case TYPE_DATE:
        return day_literal(t, false);
    case TYPE_TIME:
        return day_literal(t, true);
    case TYPE_COUNTRY:
        word = lands[pick(t, 4)];
        break;
    case TYPE_CHANNEL:
        word = channels[pick(t, 6)];
        break;
    case TYPE_KIND:
        word = kinds[pick(t, 3)];
        break;
    default:
        return literal(t, type, samples[pick(t, sizeof samples / sizeof *samples)], 0);
    }
    return literal(t, type, word, word_find(type, bytes_of(word)));
}

static struct tree *
cell(struct twin *t, unsigned field)
{
    struct tree *n = node(t, CELL, txn_fields[field].type, 0);

    n->field = field;
    return n;
}

/* Fields of each type the twin writes into its rows. */
static const unsigned fields[] = {TXN_AMOUNT_EUR, TXN_O_BALANCE_EUR, TXN_B_BALANCE_EUR, TXN_TIME,
    TXN_O_OPENED, TXN_B_OPENED, TXN_NARRATIVE, TXN_O_NAME, TXN_B_NAME, TXN_MCC, TXN_ID,
    TXN_O_COUNTRY, TXN_B_COUNTRY, TXN_CHANNEL, TXN_O_KIND, TXN_B_KIND};
enum { FIELD_COUNT = sizeof fields / sizeof *fields };

/* NULL where there is no field of the type. */
static struct tree *
any_cell(struct twin *t, enum type type)
{
    size_t from = pick(t, FIELD_COUNT);

    for (size_t i = 0; i < FIELD_COUNT; i++) {
        unsigned f = fields[(from + i) % FIELD_COUNT];

        if (txn_fields[f].type == type)
            return cell(t, f);
    }
    return NULL;
}

static struct tree *
one(struct twin *t, enum shape shape, enum type type, struct tree *child)
{
    struct tree *n = node(t, shape, type, 1);

    n->child[0] = child;
    return n;
}

static struct tree *
two(struct twin *t, enum shape shape, enum type type, struct tree *a, struct tree *b)
{
    struct tree *n = node(t, shape, type, 2);

    n->child[0] = a;
    n->child[1] = b;
    return n;
}

static struct tree *
grow_span_like(struct twin *t, enum type type, unsigned d)
{
    switch (pick(t, 8)) {
    case 0:
        return two(t, ADD, type, grow(t, type, d), grow(t, type, d));
    case 1:
        return two(t, SUBTRACT, type, grow(t, type, d), grow(t, type, d));
    case 2:
        return two(t, MULTIPLY, type, grow(t, type, d), grow(t, TYPE_NUMBER, d));
    case 3:
        return two(t, MULTIPLY, type, grow(t, TYPE_NUMBER, d), grow(t, type, d));
    case 4:
        return two(t, DIVIDE, type, grow(t, type, d), grow(t, TYPE_NUMBER, d));
    case 5:
        return one(t, NEGATE, type, grow(t, type, d));
    case 6:
        return one(t, ABS, type, grow(t, type, d));
    default:
        return two(t, DEFAULT, type, grow(t, type, d), grow(t, type, d));
    }
}

static struct tree *
grow_number(struct twin *t, unsigned d)
{
    switch (pick(t, 7)) {
    case 0:
        return two(t, DIVIDE, TYPE_NUMBER, grow(t, TYPE_MONEY, d), grow(t, TYPE_MONEY, d));
    case 1:
        return two(t, DIVIDE, TYPE_NUMBER, grow(t, TYPE_DURATION, d), grow(t, TYPE_DURATION, d));
    case 2:
        return one(
            t, UNITS, TYPE_NUMBER, pick(t, 2) == 0 ? cell(t, TXN_AMOUNT) : grow(t, TYPE_MONEY, d));
    case 3:
        return one(t, HOUR, TYPE_NUMBER, cell(t, TXN_TIME));
    case 4:
        return one(t, LENGTH, TYPE_NUMBER, grow(t, TYPE_TEXT, 0));
    default:
        return grow_span_like(t, TYPE_NUMBER, d);
    }
}

static struct tree *
grow_deep(struct twin *t, enum type type, unsigned d)
{
    switch ((int)type) {
    case TYPE_MONEY:
        if (pick(t, 8) == 0)
            return two(t, ROUND_TO, type, grow(t, type, d), step_literal(t));
        return grow_span_like(t, type, d);
    case TYPE_NUMBER:
        return grow_number(t, d);
    case TYPE_DURATION:
        if (pick(t, 4) == 0)
            return two(t, SUBTRACT, type, grow(t, TYPE_TIME, d), grow(t, TYPE_TIME, d));
        if (pick(t, 4) == 0)
            return two(t, SUBTRACT, type, grow(t, TYPE_DATE, d), grow(t, TYPE_DATE, d));
        if (pick(t, 4) == 0)
            return one(t, AGE, type, grow(t, pick(t, 2) == 0 ? TYPE_DATE : TYPE_TIME, d));
        return grow_span_like(t, type, d);
    case TYPE_TIME:
        return two(
            t, pick(t, 2) == 0 ? ADD : SUBTRACT, type, grow(t, type, d), grow(t, TYPE_DURATION, d));
    case TYPE_DATE:
        return one(t, DATE, type, cell(t, TXN_TIME));
    default:
        return two(t, DEFAULT, type, grow(t, type, d), grow(t, type, d));
    }
}

static struct tree *
grow(struct twin *t, enum type type, unsigned depth)
{
    struct tree *n;

    if (depth > 0 && pick(t, 3) != 0)
        return grow_deep(t, type, depth - 1);
    n = pick(t, 2) == 0 ? any_cell(t, type) : NULL;
    return n == NULL ? any_literal(t, type) : n;
}

/* --- growing: tests --- */

static const enum type compared[] = {TYPE_MONEY, TYPE_MONEY, TYPE_MONEY, TYPE_NUMBER, TYPE_NUMBER,
    TYPE_DURATION, TYPE_TIME, TYPE_DATE, TYPE_TEXT, TYPE_CODE, TYPE_COUNTRY, TYPE_CHANNEL,
    TYPE_KIND};

static bool
ordered(enum type type)
{
    return type == TYPE_MONEY || type == TYPE_NUMBER || type == TYPE_DURATION ||
           type == TYPE_TIME || type == TYPE_DATE;
}

/* Words need a neighbour that has the type: the first side is a cell. */
static struct tree *
first_side(struct twin *t, enum type type, unsigned d)
{
    return ordered(type) ? grow(t, type, d) : any_cell(t, type);
}

static struct tree *
grow_compare(struct twin *t, unsigned d)
{
    enum type type = compared[pick(t, sizeof compared / sizeof *compared)];
    unsigned count = pick(t, 5) == 0 ? 3 : 2;
    struct tree *n = node(t, count == 2 ? COMPARE : CHAIN, TYPE_BOOL, count);

    for (unsigned i = 0; i < count; i++) {
        n->child[i] = i == 0 ? first_side(t, type, d) : grow(t, type, d);
        n->relation[i] = (int)pick(t, ordered(type) ? 6 : 2);
    }
    return n;
}

static struct tree *
grow_in(struct twin *t, unsigned d)
{
    enum type type = compared[pick(t, sizeof compared / sizeof *compared)];
    struct tree *n = node(t, IN, TYPE_BOOL, 2 + (unsigned)pick(t, 3));

    n->negated = pick(t, 2) == 0;
    for (unsigned i = 0; i < n->count; i++)
        n->child[i] = i == 0            ? first_side(t, type, d)
                      : pick(t, 4) == 0 ? grow(t, type, d)
                                        : any_literal(t, type);
    return n;
}

static struct tree *
grow_part(struct twin *t)
{
    enum shape shape = (enum shape)(CONTAINS + pick(t, 3));
    struct tree *n = two(t, shape, TYPE_BOOL, any_cell(t, TYPE_TEXT), any_literal(t, TYPE_TEXT));

    n->negated = pick(t, 2) == 0;
    if (pick(t, 4) == 0)
        n->child[1] = any_cell(t, TYPE_TEXT);
    return n;
}

static struct tree *
grow_join(struct twin *t, enum shape shape, unsigned d)
{
    struct tree *n = node(t, shape, TYPE_BOOL, 2 + (unsigned)pick(t, 3));

    for (unsigned i = 0; i < n->count; i++)
        n->child[i] = grow_test(t, d);
    return n;
}

static struct tree *
grow_test(struct twin *t, unsigned depth)
{
    static const enum type kinds[] = {TYPE_MONEY, TYPE_DATE, TYPE_TEXT, TYPE_COUNTRY, TYPE_NUMBER};

    if (depth > 0 && pick(t, 3) == 0)
        return grow_join(t, AND, depth - 1);
    if (depth > 0 && pick(t, 3) == 0)
        return grow_join(t, OR, depth - 1);
    if (depth > 0 && pick(t, 4) == 0)
        return one(t, NOT, TYPE_BOOL, grow_test(t, depth - 1));
    if (depth > 0 && pick(t, 16) == 0)
        return two(t, DEFAULT, TYPE_BOOL, grow_test(t, depth - 1), grow_test(t, depth - 1));
    if (depth > 0 && pick(t, 16) == 0)
        return one(t, pick(t, 2) == 0 ? MISSING : PRESENT, TYPE_BOOL, grow_test(t, depth - 1));
    switch (pick(t, 8)) {
    case 0: {
        enum type type = kinds[pick(t, 5)];
        struct tree *n = any_cell(t, type);

        return one(t, pick(t, 2) == 0 ? MISSING : PRESENT, TYPE_BOOL,
            n == NULL || pick(t, 3) == 0 ? grow(t, ordered(type) ? type : TYPE_MONEY, depth) : n);
    }
    case 1:
        return grow_in(t, depth);
    case 2:
        return grow_part(t);
    case 3:
        return two(t, IS_ROUND, TYPE_BOOL,
            pick(t, 2) == 0 ? cell(t, TXN_AMOUNT) : grow(t, TYPE_MONEY, depth), step_literal(t));
    default:
        return grow_compare(t, depth);
    }
}

/* --- writing --- */

static int
level(const struct tree *n)
{
    switch (n->shape) {
    case AND:
    case OR:
        return 0;
    case NOT:
        return 1;
    case COMPARE:
    case CHAIN:
    case IN:
    case MISSING:
    case PRESENT:
    case CONTAINS:
    case STARTS:
    case ENDS:
        return 2;
    case ADD:
    case SUBTRACT:
        return 3;
    case MULTIPLY:
    case DIVIDE:
        return 4;
    case NEGATE:
        return 5;
    case LITERAL:
    case CELL:
    case ABS:
    case UNITS:
    case ROUND_TO:
    case DEFAULT:
    case AGE:
    case HOUR:
    case DATE:
    case LENGTH:
    case IS_ROUND:
        break;
    }
    return 6;
}

static void write_tree(struct twin *t, const struct tree *n, struct buf *out);

static void
write_at(struct twin *t, const struct tree *n, int least, struct buf *out)
{
    /* A bracketed word is no longer found to be a word by its neighbours, so leaves stay bare. */
    bool bracket = level(n) < least || (level(n) < 6 && pick(t, 8) == 0);

    if (bracket)
        buf_byte(out, '(');
    write_tree(t, n, out);
    if (bracket)
        buf_byte(out, ')');
}

static void
write_join(struct twin *t, const struct tree *n, int least, const char *sign, struct buf *out)
{
    for (unsigned i = 0; i < n->count; i++) {
        if (i > 0)
            buf_print(out, " %s ", sign);
        write_at(t, n->child[i], least + (least >= 3 && i > 0), out);
    }
}

static void
write_call(struct twin *t, const struct tree *n, const char *name, struct buf *out)
{
    buf_print(out, "%s(", name);
    for (unsigned i = 0; i < n->count; i++) {
        if (i > 0)
            buf_byte(out, ',');
        write_at(t, n->child[i], 0, out);
    }
    buf_byte(out, ')');
}

static void
write_test(struct twin *t, const struct tree *n, const char *verb, struct buf *out)
{
    write_at(t, n->child[0], 3, out);
    buf_print(out, "%s %s ", n->negated ? " not" : "", verb);
    if (n->shape == IN)
        buf_byte(out, '(');
    for (unsigned i = 1; i < n->count; i++) {
        if (i > 1)
            buf_text(out, ", ");
        write_at(t, n->child[i], 3, out);
    }
    if (n->shape == IN)
        buf_byte(out, ')');
}

static void
write_tree(struct twin *t, const struct tree *n, struct buf *out)
{
    static const char *const relation[] = {"=", "!=", "<", "<=", ">", ">="};

    switch (n->shape) {
    case LITERAL:
        buf_print(out, type_is_text(n->type) ? "\"%s\"" : "%s", n->text);
        break;
    case CELL:
        buf_text(out, txn_fields[n->field].name);
        break;
    case NEGATE:
        buf_byte(out, '-');
        write_at(t, n->child[0], 5, out);
        break;
    case ADD:
        write_join(t, n, 3, "+", out);
        break;
    case SUBTRACT:
        write_join(t, n, 3, "-", out);
        break;
    case MULTIPLY:
        write_join(t, n, 4, "*", out);
        break;
    case DIVIDE:
        write_join(t, n, 4, "/", out);
        break;
    case AND:
        write_join(t, n, 1, "and", out);
        break;
    case OR:
        write_join(t, n, 1, "or", out);
        break;
    case NOT:
        buf_text(out, "not ");
        write_at(t, n->child[0], 1, out);
        break;
    case COMPARE:
    case CHAIN:
        for (unsigned i = 0; i < n->count; i++) {
            if (i > 0)
                buf_print(out, " %s ", relation[n->relation[i]]);
            write_at(t, n->child[i], 3, out);
        }
        break;
    case MISSING:
    case PRESENT:
        write_at(t, n->child[0], 3, out);
        buf_text(out, n->shape == MISSING ? " is missing" : " is present");
        break;
    case IN:
        write_test(t, n, "in", out);
        break;
    case CONTAINS:
        write_test(t, n, "contains", out);
        break;
    case STARTS:
        write_test(t, n, "starts with", out);
        break;
    case ENDS:
        write_test(t, n, "ends with", out);
        break;
    case ABS:
        write_call(t, n, "abs", out);
        break;
    case UNITS:
        write_call(t, n, "units", out);
        break;
    case ROUND_TO:
        write_call(t, n, "round_to", out);
        break;
    case DEFAULT:
        write_call(t, n, "default", out);
        break;
    case AGE:
        write_call(t, n, "age", out);
        break;
    case HOUR:
        write_call(t, n, "hour", out);
        break;
    case DATE:
        write_call(t, n, "date", out);
        break;
    case LENGTH:
        write_call(t, n, "length", out);
        break;
    case IS_ROUND:
        write_call(t, n, "is_round", out);
        break;
    }
}

/* --- answering --- */

/* A number of any size over another, or a text; not set where missing. */
struct answer {
    bool set;
    struct big num, den;
    struct bytes text;
};

static struct answer answer(struct twin *t, const struct tree *n);
static char ask(struct twin *t, const struct tree *n);

static struct answer
number_answer(struct big num, struct big den)
{
    struct answer a = {.set = true, .num = num, .den = den};

    return a;
}

static struct answer
whole(int128 n)
{
    return number_answer(big_of(n), big_of(1));
}

static const struct answer nothing = {.set = false};

/* What a further reckoning sees: whole units, for time spans whole seconds. */
static struct answer
rounded(struct answer a, enum type type)
{
    struct big unit = big_of(type == TYPE_DURATION ? US_PER_S : 1);

    if (!a.set)
        return a;
    if (big_compare(a.den, big_of(1)) == 0)
        return a;
    if (big_compare(big_multiply(big_divide(a.num, a.den), a.den), a.num) == 0)
        return number_answer(big_divide(a.num, a.den), big_of(1)); /* a whole one after all */
    return number_answer(
        big_multiply(big_divide(a.num, big_multiply(a.den, unit)), unit), big_of(1));
}

/* Missing beyond 128 bits (E330). */
static struct answer
fitting(struct big num, struct big den)
{
    if (!big_fits_128(num))
        return nothing;
    if (den.negative) {
        num = big_subtract(big_of(0), num);
        den = big_subtract(big_of(0), den);
    }
    return number_answer(num, den);
}

static struct answer
reckon(struct twin *t, const struct tree *n)
{
    const struct tree *l = n->child[0], *r = n->child[1];
    struct answer a = rounded(answer(t, l), l->type), b = rounded(answer(t, r), r->type);
    struct big result;

    if (!a.set || !b.set)
        return nothing;
    switch ((int)n->shape) {
    case ADD:
        return fitting(big_add(a.num, b.num), big_of(1));
    case SUBTRACT:
        result = big_subtract(a.num, b.num);
        if (!big_fits_128(result))
            return nothing;
        if (l->type == TYPE_DATE)
            result = big_multiply(result, big_of(US_PER_DAY));
        return fitting(result, big_of(1));
    case MULTIPLY:
        return fitting(big_multiply(a.num, b.num), big_of(NUMBER_SCALE));
    default:
        if (big_is_zero(b.num))
            return nothing;
        return fitting(big_multiply(a.num, big_of(NUMBER_SCALE)), b.num);
    }
}

static int
places(struct twin *t, const struct tree *money)
{
    if (money->shape == CELL && money->field == TXN_AMOUNT)
        return currency_exponent(txn_num(t->lab->txn, TXN_CURRENCY));
    return 2;
}

static int128
power10(int n)
{
    int128 p = 1;

    while (n-- > 0)
        p *= 10;
    return p;
}

static struct answer
cell_answer(struct twin *t, const struct tree *n)
{
    const struct txn *txn = t->lab->txn;
    struct answer a = nothing;

    if (!txn_has(txn, n->field))
        return nothing;
    if (!type_is_text(n->type))
        return whole(txn_num(txn, n->field));
    a.set = true;
    a.text = txn_text(txn, n->field);
    return a;
}

static int64_t
local(struct twin *t, int64_t us)
{
    return zone_to_local(t->lab->zone, us);
}

static struct answer
age(struct twin *t, const struct tree *n)
{
    struct answer a = rounded(answer(t, n->child[0]), n->child[0]->type);
    int64_t now = t->lab->txn->at_us;

    if (!a.set)
        return nothing;
    if (n->child[0]->type == TYPE_TIME)
        return number_answer(big_subtract(big_of(now), a.num), big_of(1));
    return number_answer(
        big_multiply(big_subtract(big_of(civil_day_of(local(t, now))), a.num), big_of(US_PER_DAY)),
        big_of(1));
}

static struct answer
length(struct twin *t, const struct tree *n)
{
    struct answer a = answer(t, n->child[0]);
    int128 count = 0;

    if (!a.set)
        return nothing;
    for (size_t i = 0; i < a.text.size; i++)
        count += ((unsigned char)a.text.at[i] & 0xc0) != 0x80;
    return whole(count * NUMBER_SCALE);
}

static struct answer
round_to(struct twin *t, const struct tree *n)
{
    struct answer a = rounded(answer(t, n->child[0]), TYPE_MONEY), s = answer(t, n->child[1]);
    struct big scaled, step;

    if (!a.set || big_is_zero(s.num))
        return nothing;
    scaled = big_multiply(a.num, big_of(NUMBER_SCALE));
    step = big_multiply(s.num, big_of(100));
    if (!big_fits_128(scaled))
        return nothing;
    return fitting(big_multiply(big_divide(scaled, step), step), big_of(NUMBER_SCALE));
}

static struct answer
units(struct twin *t, const struct tree *n)
{
    struct answer a = rounded(answer(t, n->child[0]), TYPE_MONEY);
    struct big scale;

    if (!a.set)
        return nothing;
    scale = big_of(NUMBER_SCALE / power10(places(t, n->child[0])));
    if (!big_fits_128(big_multiply(big_multiply(a.num, scale), big_of(NUMBER_SCALE))))
        return nothing;
    return fitting(big_multiply(a.num, scale), big_of(1));
}

static struct answer
answer(struct twin *t, const struct tree *n)
{
    struct answer a = nothing;

    switch ((int)n->shape) {
    case LITERAL:
        a = whole(n->number);
        if (type_is_text(n->type))
            a.text = bytes_of(n->text);
        return a;
    case CELL:
        return cell_answer(t, n);
    case NEGATE:
        a = answer(t, n->child[0]);
        a.num = big_subtract(big_of(0), a.num);
        return a;
    case ABS:
        a = answer(t, n->child[0]);
        a.num.negative = false;
        return a;
    case DEFAULT:
        a = answer(t, n->child[0]);
        return a.set ? a : answer(t, n->child[1]);
    case AGE:
        return age(t, n);
    case HOUR:
        a = answer(t, n->child[0]);
        if (!a.set || (t->lab->txn->flags & TXN_DATE_ONLY) != 0)
            return nothing;
        return whole(
            (int128)(local(t, (int64_t)big_to_128(a.num)) % US_PER_DAY / (3600 * US_PER_S)) *
            NUMBER_SCALE);
    case DATE:
        a = answer(t, n->child[0]);
        return a.set ? whole(civil_day_of(local(t, (int64_t)big_to_128(a.num)))) : nothing;
    case LENGTH:
        return length(t, n);
    case ROUND_TO:
        return round_to(t, n);
    case UNITS:
        return units(t, n);
    default:
        return reckon(t, n);
    }
}

/* The folded form of free text, the very bytes of an identifier. */
static struct buf
form(struct answer a, enum type type)
{
    struct buf out = {0};

    if (type == TYPE_TEXT)
        fold_text(a.text, FOLD_FIRST, &out);
    else
        buf_add(&out, a.text.at, a.text.size);
    buf_byte(&out, '\0');
    return out;
}

static bool
channel_is(const struct tree *word, int128 channel, int128 wanted)
{
    return channel == wanted || (word->shape == LITERAL &&
                                    channel_parent((enum channel)channel) == (enum channel)wanted);
}

static char
compare(struct twin *t, const struct tree *l, int relation, const struct tree *r)
{
    struct answer a = answer(t, l), b = answer(t, r);
    int order;

    if (!a.set || !b.set)
        return '?';
    if (type_is_text(l->type)) {
        struct buf x = form(a, l->type), y = form(b, l->type);

        order = strcmp(x.at, y.at);
        buf_fini(&x);
        buf_fini(&y);
    } else if (l->type == TYPE_CHANNEL) {
        order = channel_is(r, big_to_128(a.num), big_to_128(b.num)) ||
                        channel_is(l, big_to_128(b.num), big_to_128(a.num))
                    ? 0
                    : 1;
    } else {
        order = big_compare(big_multiply(a.num, b.den), big_multiply(b.num, a.den));
    }
    switch (relation) {
    case 0:
        return order == 0 ? 'y' : 'n';
    case 1:
        return order != 0 ? 'y' : 'n';
    case 2:
        return order < 0 ? 'y' : 'n';
    case 3:
        return order <= 0 ? 'y' : 'n';
    case 4:
        return order > 0 ? 'y' : 'n';
    default:
        return order >= 0 ? 'y' : 'n';
    }
}

static char
not_of(char c)
{
    return c == '?' ? '?' : c == 'y' ? 'n' : 'y';
}

static char
and_of(char a, char b)
{
    return a == 'n' || b == 'n' ? 'n' : a == '?' || b == '?' ? '?' : 'y';
}

static char
or_of(char a, char b)
{
    return not_of(and_of(not_of(a), not_of(b)));
}

static char
ask_part(struct twin *t, const struct tree *n)
{
    struct answer a = answer(t, n->child[0]), b = answer(t, n->child[1]);
    struct buf x, y;
    char got;

    if (!a.set || !b.set)
        return '?';
    x = form(a, TYPE_TEXT);
    y = form(b, TYPE_TEXT);
    if (n->shape == CONTAINS)
        got = strstr(x.at, y.at) != NULL ? 'y' : 'n';
    else if (y.size > x.size)
        got = 'n';
    else
        got = memcmp(n->shape == STARTS ? x.at : x.at + x.size - y.size, y.at, y.size - 1) == 0
                  ? 'y'
                  : 'n';
    buf_fini(&x);
    buf_fini(&y);
    return n->negated ? not_of(got) : got;
}

static char
ask_round(struct twin *t, const struct tree *n)
{
    struct answer a = rounded(answer(t, n->child[0]), TYPE_MONEY), s = answer(t, n->child[1]);
    struct big scaled, step, q;

    if (!a.set || big_is_zero(s.num))
        return '?';
    scaled = big_multiply(a.num, big_of(NUMBER_SCALE));
    step = big_multiply(s.num, big_of(power10(places(t, n->child[0]))));
    if (!big_fits_128(scaled))
        return '?';
    q = big_divide(scaled, step);
    return big_compare(big_multiply(q, step), scaled) == 0 ? 'y' : 'n';
}

static char
ask(struct twin *t, const struct tree *n)
{
    char got = 'n';

    switch ((int)n->shape) {
    case AND:
        got = 'y';
        for (unsigned i = 0; i < n->count; i++)
            got = and_of(got, ask(t, n->child[i]));
        return got;
    case OR:
        for (unsigned i = 0; i < n->count; i++)
            got = or_of(got, ask(t, n->child[i]));
        return got;
    case NOT:
        return not_of(ask(t, n->child[0]));
    case COMPARE:
    case CHAIN:
        got = 'y';
        for (unsigned i = 1; i < n->count; i++)
            got = and_of(got, compare(t, n->child[i - 1], n->relation[i], n->child[i]));
        return got;
    case IN:
        for (unsigned i = 1; i < n->count; i++)
            got = or_of(got, compare(t, n->child[0], 0, n->child[i]));
        return n->negated ? not_of(got) : got;
    case MISSING:
    case PRESENT:
        if (n->child[0]->type == TYPE_BOOL)
            got = ask(t, n->child[0]) == '?' ? 'n' : 'y';
        else
            got = answer(t, n->child[0]).set ? 'y' : 'n';
        return n->shape == MISSING ? not_of(got) : got;
    case DEFAULT:
        got = ask(t, n->child[0]);
        return got == '?' ? ask(t, n->child[1]) : got;
    case IS_ROUND:
        return ask_round(t, n);
    default:
        return ask_part(t, n);
    }
}

/* --- rows and comparison --- */

static int64_t
random_cents(uint64_t *seed)
{
    switch (rng_below(seed, 6)) {
    case 0:
        return INT64_MAX;
    case 1:
        return (int64_t)rng_below(seed, 100000000000000000);
    case 2:
        return 0;
    default:
        return (int64_t)rng_below(seed, 2000) * 50;
    }
}

static void
random_cell(struct lab *lab, uint64_t *seed, unsigned f)
{
    static const char *const codes[] = {"12", "x", "hawala", "3100"};
    static const char *const lands[] = {"GR", "TR", "SY", "DE"};

    switch ((int)txn_fields[f].type) {
    case TYPE_MONEY:
        lab_num(lab, f, random_cents(seed));
        break;
    case TYPE_TIME:
        lab_num(lab, f,
            (civil_days(2025, 12, 1) + (int64_t)rng_below(seed, 200)) * US_PER_DAY +
                (int64_t)rng_below(seed, 1440) * 60 * US_PER_S);
        break;
    case TYPE_DATE:
        lab_num(lab, f, civil_days(2025, 12, 1) + (int64_t)rng_below(seed, 200));
        break;
    case TYPE_TEXT:
        lab_text(lab, f, samples[rng_below(seed, sizeof samples / sizeof *samples)]);
        break;
    case TYPE_CODE:
        lab_text(lab, f, codes[rng_below(seed, 4)]);
        break;
    case TYPE_COUNTRY:
        lab_num(lab, f, code_pack(lands[rng_below(seed, 4)], 2));
        break;
    case TYPE_CHANNEL:
        lab_num(lab, f, 1 + (int64_t)rng_below(seed, CHANNEL_COUNT - 1));
        break;
    default:
        lab_num(lab, f, 1 + (int64_t)rng_below(seed, KIND_COUNT - 1));
    }
}

void
twin_row(struct lab *lab, uint64_t *seed)
{
    lab_row(lab);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (fields[i] == TXN_TIME || rng_below(seed, 4) != 0)
            random_cell(lab, seed, fields[i]);
    lab_num(lab, TXN_AMOUNT, random_cents(seed));
    lab_num(lab, TXN_CURRENCY, rng_below(seed, 2) == 0 ? EUR : JPY);
    if (rng_below(seed, 4) == 0)
        lab->txn->flags = TXN_DATE_ONLY;
    eval_next_row(lab->room);
}

static char
run(struct lab *lab, const struct program *p)
{
    struct value v = lab_run(lab, p);

    return !v.set ? '?' : v.num != 0 ? 'y' : 'n';
}

void
twin_compare(struct lab *lab, uint64_t *seed)
{
    static struct twin twin;
    struct twin *t = &twin;
    struct buf text = {0}, again = {0};
    const struct tree *n;
    struct program *p, *q;
    char wanted, got;

    t->lab = lab;
    t->seed = seed;
    t->used = 0;
    n = grow_test(t, 3);
    write_tree(t, n, &text);
    wanted = ask(t, n);
    p = lab_program_at(lab, "rules/x.yaml", 1, "when", buf_bytes(&text), TYPE_BOOL);
    if (p == NULL)
        ck_abort_msg("%.*s\n%s", (int)text.size, text.at, lab_messages(lab));
    got = run(lab, p);
    if (got != wanted)
        ck_abort_msg("%.*s\nis %c, and the twin says %c\n%s", (int)text.size, text.at, got, wanted,
            lab_print(lab, p));
    program_print(p, &again);
    q = lab_program_at(lab, "rules/y.yaml", 1, "when", buf_bytes(&again), TYPE_BOOL);
    if (q == NULL)
        ck_abort_msg("%.*s\n%s", (int)again.size, again.at, lab_messages(lab));
    if (strncmp(lab_print(lab, q), again.at, again.size) != 0 || lab->out.size != again.size + 1)
        ck_abort_msg("%.*s\nprints as\n%s", (int)again.size, again.at, lab_print(lab, q));
    must(run(lab, q) == wanted);
    buf_fini(&text);
    buf_fini(&again);
}
