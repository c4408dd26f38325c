#include "author/boundary.h"

#include "base/buf.h"
#include "base/civil.h"
#include "base/number.h"
#include "rule/scope.h"

enum { TENTH = 10, PERCENT_STEP = NUMBER_SCALE / 20 };

/* ---- steps -------------------------------------------------------------------------------- */

static int128
step_of(const struct parameter *p)
{
    int128 size = p->value.num < 0 ? -p->value.num : p->value.num;

    if (p->step.set && p->step.num != 0)
        return p->step.num;
    if (p->value.type == TYPE_NUMBER)
        return p->percent ? PERCENT_STEP : NUMBER_SCALE;
    if (p->value.type == TYPE_MONEY)
        return size < TENTH ? 1 : size / TENTH;
    if (p->value.type == TYPE_DURATION)
        return size < TENTH * US_PER_S ? US_PER_S : size / TENTH / US_PER_S * US_PER_S;
    return p->value.type == TYPE_TIME ? US_PER_DAY : 1;
}

static bool
equal(struct value a, struct value b)
{
    bool overflow = false;

    if (type_is_text((enum type)a.type))
        return bytes_equal(a.text, b.text);
    return value_compare(a, b, &overflow) == 0 && !overflow;
}

/* Choices have neighbours instead of steps. */
static struct value
next_choice(const struct parameter *p, int direction)
{
    for (size_t i = 0; i < p->choice_count; i++) {
        if (!equal(p->choices[i], p->value))
            continue;
        if (direction < 0)
            return i > 0 ? p->choices[i - 1] : value_missing((enum type)p->value.type);
        return i + 1 < p->choice_count ? p->choices[i + 1]
                                       : value_missing((enum type)p->value.type);
    }
    return value_missing((enum type)p->value.type);
}

struct value
boundary_step(const struct parameter *p, int direction)
{
    struct value v = p->value;

    if (p->choice_count > 0)
        return next_choice(p, direction);
    if (type_is_text((enum type)v.type))
        return value_missing((enum type)v.type);
    v.num += direction * step_of(p);
    return v;
}

/* ---- the check ------------------------------------------------------------------------------- */

/* WEIR_OK: the test passes. WEIR_END: it does not. */
static enum weir_status
run_moved(const struct ruleset *rs, uint32_t rule, const struct test *test,
    const struct parameter *moved, struct weir_err *err)
{
    struct trial_spec spec = {.base = rs, .rule = rule, .test = test, .moved = moved};
    struct arena room;
    struct trial trial;
    struct verdict verdict;
    enum weir_status st;

    arena_init(&room, 0, "a test");
    st = trial_run(&spec, &room, &trial, err);
    if (st == WEIR_OK && !verdict_of(&trial, test, &room, &verdict))
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for a test");
    if (st == WEIR_REJECT || (st == WEIR_OK && verdict.count > 0))
        st = WEIR_END;
    trial_fini(&trial);
    arena_fini(&room);
    return st;
}

static enum weir_status
is_loose(const struct ruleset *rs, const struct example_rule *rule, struct parameter moved,
    struct value value, bool *loose, struct weir_err *err)
{
    *loose = value.set;
    moved.value = value;
    for (size_t i = 0; i < rule->example_count && *loose; i++) {
        struct weir_err why = {0};
        enum weir_status st;

        st = run_moved(rs, rule->index, rule->example[i].test, &moved, &why);
        if (st == WEIR_FAIL) {
            *err = why;
            return st;
        }
        *loose = (st == WEIR_OK) == (rule->example[i].verdict.count == 0);
    }
    return WEIR_OK;
}

enum weir_status
boundary_check(
    const struct ruleset *rs, struct example_rule *rule, struct arena *a, struct weir_err *err)
{
    enum weir_status st;

    rule->boundary_count = rule->rule->parameter_count;
    rule->boundary = arena_take(a, rule->boundary_count + 1, sizeof *rule->boundary);
    if (rule->boundary == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for the tests");
    for (size_t i = 0; i < rule->boundary_count; i++) {
        const struct parameter *p = &rule->rule->parameters[i];
        struct boundary *b = &rule->boundary[i];

        *b = (struct boundary){
            .parameter = p, .up = boundary_step(p, 1), .down = boundary_step(p, -1)};
        if ((st = is_loose(rs, rule, *p, b->up, &b->up_loose, err)) != WEIR_OK ||
            (st = is_loose(rs, rule, *p, b->down, &b->down_loose, err)) != WEIR_OK)
            return st;
    }
    return WEIR_OK;
}

/* ---- print ------------------------------------------------------------------------------------
 */

static void
print_span(int64_t us, struct buf *out)
{
    static const struct {
        int64_t us;
        char unit;
    } units[] = {{US_PER_DAY, 'd'}, {US_PER_DAY / 24, 'h'}, {60 * US_PER_S, 'm'}, {US_PER_S, 's'}};
    bool any = false;

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (us / units[i].us == 0)
            continue;
        buf_print(out, "%s%lld%c", any ? " " : "", (long long)(us / units[i].us), units[i].unit);
        us %= units[i].us;
        any = true;
    }
    if (!any)
        buf_text(out, "0s");
}

void
boundary_print(struct value v, bool percent, struct buf *out)
{
    static const struct number_style trimmed = {.trim = true};
    char room[4] = "";

    if (v.type == TYPE_MONEY) {
        number_print_fixed(v.num, currency_exponent(v.currency), trimmed, out);
        buf_print(out, " %s", word_name(TYPE_CURRENCY, v.currency, room));
    } else if (v.type == TYPE_NUMBER) {
        number_print_fixed(v.num * (percent ? 100 : 1), 9, trimmed, out);
        buf_text(out, percent ? "%" : "");
    } else if (v.type == TYPE_DURATION) {
        print_span((int64_t)v.num, out);
    } else {
        value_print(v, percent, NULL, out);
    }
}
