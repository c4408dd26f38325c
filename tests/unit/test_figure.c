/* Figures as programs read them: no grouping, no unit, exact. */
#include <check.h>

#include "alert/figure.h"
#include "base/buf.h"
#include "support/suites.h"

#define EUR (('E' << 16) | ('U' << 8) | 'R')
#define JPY (('J' << 16) | ('P' << 8) | 'Y')
#define TND (('T' << 16) | ('N' << 8) | 'D')

static const struct figure_case {
    const char *why, *want;
    enum type type;
    int32_t currency;
    int64_t num, den;
} cases[] = {
    {"cents", "2000.00", TYPE_MONEY, EUR, 200000, 1},
    {"less than one", "0.05", TYPE_MONEY, EUR, 5, 1},
    {"nothing", "0.00", TYPE_MONEY, EUR, 0, 1},
    {"a debit balance", "-0.50", TYPE_MONEY, EUR, -50, 1},
    {"no minor unit", "1500", TYPE_MONEY, JPY, 1500, 1},
    {"three digits", "1.500", TYPE_MONEY, TND, 1500, 1},
    {"a mean is rounded half to even", "0.02", TYPE_MONEY, EUR, 5, 2},
    {"a count", "12", TYPE_NUMBER, 0, 12 * INT64_C(1000000000), 1},
    {"a share", "0.96", TYPE_NUMBER, 0, 96 * INT64_C(1000000000), 100},
    {"a third", "0.333333333", TYPE_NUMBER, 0, 1000000000, 3},
    {"a day and a half", "129600", TYPE_DURATION, 0, INT64_C(129600000000), 1},
    {"a moment", "2026-01-07T12:00:00Z", TYPE_TIME, 0, INT64_C(1767787200000000), 1},
    {"microseconds only where there are any", "2026-01-07T12:00:00.000001Z", TYPE_TIME, 0,
        INT64_C(1767787200000001), 1},
    {"a day", "1970-01-02", TYPE_DATE, 0, 1, 1},
    {"true", "true", TYPE_BOOL, 0, 1, 1},
};

START_TEST(prints_as_expected)
{
    const struct figure_case *c = &cases[_i];
    struct value v = value_num(c->type, c->num);
    struct buf out = {0};

    v.den = c->den;
    v.currency = c->currency;
    figure_put(v, &out);
    ck_assert_msg(bytes_equal(buf_bytes(&out), bytes_of(c->want)), "%s: %.*s instead of %s", c->why,
        (int)out.size, out.at, c->want);
    buf_fini(&out);
}
END_TEST

START_TEST(missing_prints_nothing)
{
    struct buf out = {0};

    figure_put(value_missing(TYPE_MONEY), &out);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

Suite *
suite_figure(void)
{
    Suite *s = suite_create("figure");
    TCase *t = tcase_create("figures");

    tcase_add_loop_test(t, prints_as_expected, 0, sizeof cases / sizeof *cases);
    tcase_add_test(t, missing_prints_nothing);
    suite_add_tcase(s, t);
    return s;
}
