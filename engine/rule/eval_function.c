/*
 * eval_function - the functions of expressions (rule-language.md section 8) while a program runs.
 */
#include <assert.h>

#include "base/civil.h"
#include "base/zone.h"
#include "list/list.h"
#include "model/account.h"
#include "rule/room.h"

int64_t
eval_local_us(const struct eval_room *room, const struct zone *zone, int64_t us)
{
    const struct zone *z = zone == NULL ? room->zone : zone;

    return z == NULL ? us : zone_to_local(z, us);
}

/* A day or moment as local microseconds; false where it is missing or no date has it. */
static bool
local_of(const struct run *r, const struct instr *in, int64_t *us)
{
    uint32_t at = r->operand[in->first];
    struct exact x = exact_round(eval_exact(r, at), (enum type)r->code[at].type);
    bool date = r->code[at].type == TYPE_DATE;
    int128 unit = date ? 1 : US_PER_DAY;

    if (!x.set)
        return false;
    if (x.num < civil_days(1, 1, 2) * unit || x.num > civil_days(9999, 12, 30) * unit) {
        r->room->counts.overflow++;
        return false;
    }
    *us = date ? (int64_t)x.num * US_PER_DAY : eval_local_us(r->room, in->zone, (int64_t)x.num);
    return true;
}

static struct exact
hour(const struct run *r, const struct instr *in)
{
    const struct txn *t = r->frame->txn;
    struct civil c;
    int64_t us;

    if (in->row_time && t != NULL && (t->flags & TXN_DATE_ONLY) != 0) {
        eval_blame(r->room, TXN_TIME);
        return exact_missing();
    }
    if (!local_of(r, in, &us))
        return exact_missing();
    civil_from_us(us, &c);
    return exact_of((int128)c.hour * NUMBER_SCALE);
}

static struct exact
day(const struct run *r, const struct instr *in)
{
    struct civil c;
    int64_t us, days;
    int32_t weekday;

    if (!local_of(r, in, &us))
        return exact_missing();
    days = civil_day_of(us);
    weekday = civil_weekday(days);
    if (in->op == OP_WEEKDAY)
        return exact_of(weekday);
    if (in->op == OP_WEEK)
        return exact_of(days - (weekday - r->room->week_starts + 7) % 7);
    if (in->op == OP_DATE)
        return exact_of(days);
    civil_from_us(us, &c);
    return exact_of(days - (c.day - 1));
}

static struct exact
age(const struct run *r, const struct instr *in)
{
    uint32_t at = r->operand[in->first];
    struct exact x = eval_exact(r, at);
    int128 days;

    if (!x.set || r->frame->txn == NULL)
        return exact_missing();
    if (r->code[at].type == TYPE_TIME)
        return exact_of(r->frame->txn->at_us - x.num);
    days = civil_day_of(eval_local_us(r->room, NULL, r->frame->txn->at_us)) - x.num;
    return exact_of(days * US_PER_DAY);
}

/* Digits of the minor unit the money of `in` is counted in; -1 where no one knows. */
static int
digits(const struct run *r, const struct instr *in)
{
    const struct txn *t = r->frame->txn;

    if (!in->own_money)
        return currency_exponent(in->low);
    if (t == NULL || !txn_has(t, TXN_CURRENCY)) {
        eval_blame(r->room, TXN_CURRENCY);
        return -1;
    }
    return currency_exponent(txn_num(t, TXN_CURRENCY));
}

static struct exact
units(const struct run *r, const struct instr *in)
{
    struct exact x = exact_round(eval_exact(r, r->operand[in->first]), TYPE_MONEY);
    int places = x.set ? digits(r, in) : -1;
    bool overflow = false;
    struct exact scale;

    if (places < 0)
        return exact_missing();
    scale = exact_of(NUMBER_SCALE);
    for (int i = 0; i < places; i++)
        scale.num /= 10;
    /* minor units times 1e9 / 10^places are the number in 1e-9 */
    scale.num *= NUMBER_SCALE;
    x = exact_reckon(EXACT_MULTIPLY, x, TYPE_NUMBER, scale, TYPE_NUMBER, &overflow);
    r->room->counts.overflow += overflow;
    return x;
}

/* Both operands of is_round and round_to; false where one is missing. */
static bool
stepped(const struct run *r, const struct instr *in, struct exact *money, struct exact *step,
    int *places)
{
    *money = exact_round(eval_exact(r, r->operand[in->first]), TYPE_MONEY);
    if (!money->set)
        return false;
    *step = exact_round(eval_exact(r, r->operand[in->first + 1]), TYPE_NUMBER);
    if (!step->set)
        return false;
    *places = digits(r, in);
    return *places >= 0;
}

enum tri
eval_is_round(const struct run *r, const struct instr *in)
{
    struct exact money, step;
    bool round = false, overflow = false, good;
    int places;

    if (!stepped(r, in, &money, &step, &places))
        return TRI_UNDECIDED;
    good = exact_is_round(money.num, step.num, places, &round, &overflow);
    r->room->counts.overflow += overflow;
    return good ? eval_turn(in, round) : TRI_UNDECIDED;
}

static struct exact
round_to(const struct run *r, const struct instr *in)
{
    struct exact money, step, out;
    bool overflow = false;
    int places;

    if (!stepped(r, in, &money, &step, &places))
        return exact_missing();
    out = exact_round_to(money.num, step.num, places, &overflow);
    r->room->counts.overflow += overflow;
    return out;
}

static struct exact
length(const struct run *r, const struct instr *in)
{
    struct text t = eval_text(r, r->operand[in->first]);
    int128 count = 0;

    if (!t.set)
        return exact_missing();
    for (size_t i = 0; i < t.bytes.size; i++)
        count += ((unsigned char)t.bytes.at[i] & 0xc0) != 0x80;
    return exact_of(count * NUMBER_SCALE);
}

static struct exact
country(const struct run *r, const struct instr *in)
{
    struct text t = eval_text(r, r->operand[in->first]);
    int64_t code;

    if (!t.set)
        return exact_missing();
    code = in->op == OP_PHONE_COUNTRY ? phone_country(t.bytes) : iban_country(t.bytes);
    return code == 0 ? exact_missing() : exact_of(code);
}

struct value
eval_lookup(const struct run *r, const struct instr *in)
{
    struct value key[TABLE_KEYS_MAX], found;
    const struct txn *t = r->frame->txn;

    assert(in->count <= TABLE_KEYS_MAX);
    for (uint32_t i = 0; i < in->count; i++) {
        key[i] = eval_value(r, r->operand[in->first + i]);
        if (!key[i].set)
            return value_missing((enum type)in->type);
    }
    if (t == NULL)
        return value_missing((enum type)in->type);
    found = table_lookup(in->table, key, civil_day_of(eval_local_us(r->room, NULL, t->at_us)),
        eval_scratch(r->room));
    return eval_scratch_held(r->room) ? found : value_missing((enum type)in->type);
}

static struct exact
lookup(const struct run *r, const struct instr *in)
{
    struct value v = eval_lookup(r, in);

    return v.set ? (struct exact){v.num, v.den, true} : exact_missing();
}

static struct exact
local_time(const struct run *r, const struct instr *in)
{
    enum zone_fit fit;
    int64_t us = (int64_t)in->value->num;

    return exact_of(r->room->zone == NULL ? us : zone_to_utc(r->room->zone, us, &fit));
}

static struct exact
absolute(const struct run *r, const struct instr *in)
{
    struct exact x = eval_exact(r, r->operand[in->first]);

    if (x.num < 0)
        x.num = -x.num;
    return x;
}

struct exact
eval_function(const struct run *r, const struct instr *in)
{
    switch ((int)in->op) {
    case OP_HOUR:
        return hour(r, in);
    case OP_WEEKDAY:
    case OP_DATE:
    case OP_WEEK:
    case OP_MONTH:
        return day(r, in);
    case OP_AGE:
        return age(r, in);
    case OP_UNITS:
        return units(r, in);
    case OP_ROUND_TO:
        return round_to(r, in);
    case OP_ABS:
        return absolute(r, in);
    case OP_LENGTH:
        return length(r, in);
    case OP_SIMILAR:
        return eval_similar(r, in);
    case OP_PHONE_COUNTRY:
    case OP_IBAN_COUNTRY:
        return country(r, in);
    case OP_LOCAL_TIME:
        return local_time(r, in);
    default:
        assert(in->op == OP_LOOKUP); /* nothing else yields a number */
        return lookup(r, in);
    }
}
