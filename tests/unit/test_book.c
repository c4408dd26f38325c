/* Alerts: when a hit opens one, when it joins, what evidence stays, how they are numbered and
 * ordered. */
#include <check.h>
#include <stdio.h>

#include "alert/book.h"
#include "base/sha256.h"
#include "support/suites.h"

enum { MEASURES = 1 };

static const struct alert_measure measures[] = {{{"payers", 6}, false}};
static struct alert_rule rules[] = {
    {.name = {"a-rule", 6},
        .about_kind = {"account", 7},
        .cooldown_us = 10,
        .evidence_limit = 3,
        .measures = measures,
        .measure_count = MEASURES},
    {.name = {"b-rule", 6},
        .about_kind = {"account", 7},
        .cooldown_us = 10,
        .evidence_limit = 3,
        .measures = measures,
        .measure_count = MEASURES},
};
static const struct bytes sources[] = {{"Bank A", 6}, {"Bank B", 6}};
static const struct hash_key key = {1, 2};
static struct book *book;

static void
setup(void)
{
    rules[0].evidence_keep = KEEP_NEWEST;
    rules[0].evidence_limit = 3;
    book = book_new(rules, 2, sources, &key);
    ck_assert_ptr_nonnull(book);
}

static void
teardown(void)
{
    book_free(book);
}

static struct evidence
entry(uint64_t number, int64_t cents, const char *id)
{
    return (struct evidence){.number = number,
        .amount_eur = cents,
        .id = bytes_of(id),
        .own = bytes_of("OWN"),
        .role = "hit"};
}

/* A hit with its one transaction; returns the alert. */
static struct alert *
strike(uint32_t rule, const char *about, int64_t at_us, uint64_t number, const char *id)
{
    struct value payers = value_num(TYPE_NUMBER, (int128)number * NUMBER_SCALE);
    struct hit hit = {.rule = rule,
        .about = bytes_of(about),
        .at_us = at_us,
        .open_until_us = at_us + rules[rule].cooldown_us,
        .severity = SEVERITY_LOW,
        .measures = &payers,
        .say = bytes_of("said")};
    struct evidence e = entry(number, 100, id);
    bool first;
    struct alert *a = book_hit(book, &hit, &first);

    ck_assert_ptr_nonnull(a);
    if (first)
        ck_assert(book_open(book, a, &hit, &e));
    ck_assert(book_evidence(book, a, &e));
    return a;
}

START_TEST(hits_within_the_cooldown_join_and_the_one_at_its_end_opens_anew)
{
    struct alert *first = strike(0, "X", 100, 1, "t1");
    struct alert *joined = strike(0, "X", 109, 2, "t2");
    struct alert *next = strike(0, "X", 110, 3, "t3");

    ck_assert_ptr_eq(first, joined);
    ck_assert_ptr_ne(first, next);
    ck_assert_uint_eq(first->hits, 2);
    ck_assert_int_eq(first->latest_us, 109);
    ck_assert(first->first[0].num == NUMBER_SCALE);
    ck_assert(first->latest[0].num == 2 * (int128)NUMBER_SCALE);
}
END_TEST

START_TEST(rules_and_entities_have_alerts_of_their_own)
{
    struct alert *a = strike(0, "X", 100, 1, "t1"), *b = strike(1, "X", 100, 1, "t1");
    struct alert *c = strike(0, "Y", 100, 1, "t1");

    ck_assert_ptr_ne(a, b);
    ck_assert_ptr_ne(a, c);
    ck_assert_int_ne(memcmp(a->id, b->id, sizeof a->id), 0);
    ck_assert_int_ne(memcmp(a->id, c->id, sizeof a->id), 0);
}
END_TEST

START_TEST(the_number_rests_on_rule_entity_and_completing_transaction_alone)
{
    struct alert *a = strike(0, "X", 100, 1, "t1");
    uint8_t id[16];

    memcpy(id, a->id, sizeof id);
    book_free(book);
    book = book_new(rules, 2, sources, &(struct hash_key){77, 88});
    (void)strike(1, "other", 5, 1, "t0");
    a = strike(0, "X", 999, 9, "t1"); /* other time, other order, other hash key */
    ck_assert_mem_eq(id, a->id, sizeof id);
    a = strike(0, "X", 5000, 12, "t2");
    ck_assert_int_ne(memcmp(id, a->id, sizeof id), 0);
}
END_TEST

/* The number written down once, so that no change of the recipe goes unseen (section 12, Identity).
 */
START_TEST(the_number_is_made_as_written)
{
    struct alert *a = strike(0, "X", 100, 1, "t1");
    struct sha256 *s = sha256_new();
    static const uint8_t zero[32];
    uint8_t digest[32];

    sha256_add_field(s, "a-rule", 6);
    sha256_add_field(s, zero, 32);
    sha256_add_field(s, "account", 7);
    sha256_add_field(s, "X", 1);
    sha256_add_field(s, "Bank A", 6);
    sha256_add_field(s, "OWN", 3);
    sha256_add_field(s, "t1", 2);
    sha256_end(s, digest);
    sha256_free(s);
    ck_assert_mem_eq(a->id, digest, sizeof a->id);
}
END_TEST

/* Five transactions, room for three. */
static const struct limit_case {
    const char *why;
    enum keep keep;
    int64_t cents[5];
    uint64_t kept[3];
} limit_cases[] = {
    {"the newest stay", KEEP_NEWEST, {1, 2, 3, 4, 5}, {3, 4, 5}},
    {"the first stay", KEEP_FIRST, {1, 2, 3, 4, 5}, {1, 2, 3}},
    {"the largest stay, in order of time", KEEP_LARGEST, {50, 10, 40, 20, 30}, {1, 3, 5}},
    {"a tie keeps the older", KEEP_LARGEST, {10, 10, 10, 10, 10}, {1, 2, 3}},
    {"an amount without a rate is the least", KEEP_LARGEST, {INT64_MIN, 1, 2, 3, INT64_MIN},
        {2, 3, 4}},
};

START_TEST(evidence_beyond_the_limit_is_counted_and_hashed)
{
    const struct limit_case *c = &limit_cases[_i];
    struct alert *a;
    uint8_t before[32];
    int128 sum = 0;

    rules[0].evidence_keep = c->keep;
    a = strike(0, "X", 1, 1, "t1");
    a->evidence_count = 0; /* begin anew with amounts of our own */
    a->evidence_all = 0;
    a->evidence_eur = 0;
    a->evidence_newest = 0;
    for (uint64_t n = 1; n <= 5; n++) {
        char id[8];
        struct evidence e;

        (void)snprintf(id, sizeof id, "t%d", (int)n);
        e = entry(n, c->cents[n - 1], id);
        memcpy(before, a->evidence_hash, sizeof before);
        ck_assert(book_evidence(book, a, &e));
        ck_assert_int_ne(memcmp(before, a->evidence_hash, sizeof before), 0);
        if (c->cents[n - 1] != INT64_MIN)
            sum += c->cents[n - 1];
    }
    ck_assert_uint_eq(a->evidence_all, 5);
    ck_assert(a->evidence_eur == sum);
    ck_assert_uint_eq(a->evidence_count, 3);
    for (int i = 0; i < 3; i++)
        ck_assert_msg(a->evidence[i].number == c->kept[i], "%s: number %d at %d", c->why,
            (int)a->evidence[i].number, i);
}
END_TEST

START_TEST(alerts_come_out_by_time_rule_entity)
{
    size_t count;
    struct alert *const *list;
    struct alert *late = strike(0, "A", 50, 1, "t1"), *b = strike(1, "A", 20, 2, "t2");
    struct alert *y = strike(0, "Y", 20, 3, "t3"), *x = strike(0, "X", 20, 4, "t4");

    list = book_close(book, &count);
    ck_assert_uint_eq(count, 4);
    ck_assert_ptr_eq(list[0], x);
    ck_assert_ptr_eq(list[1], y);
    ck_assert_ptr_eq(list[2], b);
    ck_assert_ptr_eq(list[3], late);
}
END_TEST

Suite *
suite_book(void)
{
    Suite *s = suite_create("book");
    TCase *t = tcase_create("alerts");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, hits_within_the_cooldown_join_and_the_one_at_its_end_opens_anew);
    tcase_add_test(t, rules_and_entities_have_alerts_of_their_own);
    tcase_add_test(t, the_number_rests_on_rule_entity_and_completing_transaction_alone);
    tcase_add_test(t, the_number_is_made_as_written);
    tcase_add_loop_test(t, evidence_beyond_the_limit_is_counted_and_hashed, 0,
        sizeof limit_cases / sizeof *limit_cases);
    tcase_add_test(t, alerts_come_out_by_time_rule_entity);
    suite_add_tcase(s, t);
    return s;
}
