/* Lists against the versions accepted last: what is refused, what is not, what is said. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "list/list.h"
#include "rule/accepted.h"
#include "support/rng.h"
#include "support/rule_folder.h"
#include "support/suites.h"

static struct arena a;

static void
setup(void)
{
    folder_open();
    arena_init(&a, 0, "accepted");
}

static void
teardown(void)
{
    arena_fini(&a);
    folder_close();
}

/* A pack with an exact watchlist, a list and a table of so many entries each. */
static void
load(size_t watched, size_t listed, size_t rows)
{
    struct buf text = {0};

    folder_put("pack.yaml", FOLDER_PACK);
    buf_text(&text, "watchlist: wanted\nkind: exact\ntype: account\nentries:");
    for (size_t i = 0; i < watched; i++)
        buf_print(&text, "\n- W%zu", i);
    buf_text(&text, watched == 0 ? " []\n---\n" : "\n---\n");
    buf_text(&text, "list: hubs\ntype: account\nitems: [");
    for (size_t i = 0; i < listed; i++)
        buf_print(&text, "H%zu,", i);
    buf_text(&text, "]\n---\ntable: limits\nkey: [account]\nvalue: number\nfile: limits.csv\n");
    buf_byte(&text, '\0');
    folder_put("lists.yaml", text.at);
    text.size = 0;
    buf_text(&text, "account,value\n");
    for (size_t i = 0; i < rows; i++)
        buf_print(&text, "A%zu,%zu\n", i % 7, i);
    buf_byte(&text, '\0');
    folder_put("limits.csv", text.at);
    buf_fini(&text);
    folder_load();
}

static struct accepted_list *
now(size_t *count)
{
    struct accepted_list *all;

    ck_assert(accepted_lists(folder.rs, &a, &all, count));
    return all;
}

/* What is kept outlives the rules it was taken from. */
static struct accepted_list *
kept(size_t *count)
{
    struct accepted_list *all = now(count);

    for (size_t i = 0; i < *count; i++) {
        size_t size = all[i].name.size;

        all[i].name = (struct bytes){arena_copy(&a, all[i].name), size};
    }
    return all;
}

START_TEST(lists_tables_and_watchlists_are_told_with_count_and_content)
{
    size_t count, later;
    struct accepted_list *one, *two;

    load(4, 3, 1);
    one = kept(&count);
    ck_assert_uint_eq(count, 3);
    ck_assert(bytes_equal(one[0].name, bytes_of("hubs")) && one[0].count == 3);
    ck_assert(bytes_equal(one[1].name, bytes_of("limits")) && one[1].count == 1);
    ck_assert(bytes_equal(one[2].name, bytes_of("wanted")) && one[2].count == 4);
    load(4, 5, 1);
    two = now(&later);
    ck_assert_uint_eq(later, 3);
    ck_assert_mem_eq(one[2].hash, two[2].hash, 32);
    ck_assert_mem_ne(one[0].hash, two[0].hash, 32);
}
END_TEST

static const struct shrunk {
    const char *why;
    size_t before, after;
    bool refused;
} cases[] = {
    {"the same", 10, 10, false},
    {"more", 10, 12, false},
    {"a fifth less is let through", 10, 8, false},
    {"more than a fifth is not", 10, 7, true},
    {"one of many too many", 100, 79, true},
    {"exactly a fifth of many", 100, 80, false},
    {"all of them", 10, 0, true},
    {"the only one", 1, 0, true},
    {"none before, none now", 0, 0, false},
    {"none before", 0, 5, false},
};

START_TEST(a_list_that_shrank_is_refused)
{
    const struct shrunk *c = &cases[_i];
    size_t count;
    struct accepted_list *before;

    load(c->before, c->before, 1);
    before = kept(&count);
    load(c->after, c->after, 1);
    ck_assert_msg(
        accepted_check(folder.rs, folder.ds, before, count) == (c->refused ? 2 : 0), "%s", c->why);
    ck_assert_uint_eq(diags_errors(folder.ds), c->refused ? 2 : 0);
}
END_TEST

START_TEST(a_table_that_shrank_is_refused)
{
    size_t count;
    struct accepted_list *before;

    load(1, 1, 7);
    before = kept(&count);
    load(1, 1, 5);
    ck_assert_uint_eq(accepted_check(folder.rs, folder.ds, before, count), 1);
    ck_assert(folder_said("E511") && folder_said("`limits` has 5 of the 7 entries it had"));
}
END_TEST

START_TEST(the_message_says_which_and_what_to_do)
{
    size_t count;
    struct accepted_list *before;

    load(20, 1, 1);
    before = kept(&count);
    load(15, 1, 1);
    ck_assert_uint_eq(accepted_check(folder.rs, folder.ds, before, count), 1);
    ck_assert(folder_said("error[E511]: `wanted` has 15 of the 20 entries it had when it was last "
                          "accepted"));
    ck_assert(folder_said("lists.yaml:1:12"));
    ck_assert(folder_said("fetch the list again; if so many entries are really gone"));
}
END_TEST

START_TEST(new_and_vanished_lists_are_not_judged)
{
    struct accepted_list before[3] = {{.name = bytes_of("aaa"), .count = 9},
        {.name = bytes_of("hub"), .count = 9}, {.name = bytes_of("zzz"), .count = 9}};

    load(2, 2, 1);
    ck_assert_uint_eq(accepted_check(folder.rs, folder.ds, before, 3), 0);
    ck_assert_uint_eq(accepted_check(folder.rs, folder.ds, NULL, 0), 0);
}
END_TEST

/* One list among any others, found by a search that halves. */
START_TEST(each_list_meets_its_own_namesake)
{
    uint64_t rng = (uint64_t)_i;
    struct accepted_list before[26];
    size_t count = 0;
    bool there = false;

    load(5, 5, 1);
    for (char c = 'a'; c <= 'z'; c++) {
        char text[8];
        bool own = c == 'h';

        if (rng_below(&rng, 2) == 0)
            continue;
        (void)snprintf(text, sizeof text, own ? "hubs" : "%c", c);
        there = there || own;
        before[count].name = (struct bytes){arena_copy(&a, bytes_of(text)), strlen(text)};
        before[count++].count = 1000;
    }
    ck_assert_uint_eq(accepted_check(folder.rs, folder.ds, before, count), there);
}
END_TEST

Suite *
suite_accepted(void)
{
    Suite *s = suite_create("accepted");
    TCase *c = tcase_create("all");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, lists_tables_and_watchlists_are_told_with_count_and_content);
    tcase_add_loop_test(c, a_list_that_shrank_is_refused, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, a_table_that_shrank_is_refused);
    tcase_add_test(c, the_message_says_which_and_what_to_do);
    tcase_add_test(c, new_and_vanished_lists_are_not_judged);
    tcase_add_loop_test(c, each_list_meets_its_own_namesake, 0, 20);
    suite_add_tcase(s, c);
    return s;
}
