/* Loading rule files: names, the order of files, key tables, bad memory, damaged files. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "rule/document.h"
#include "rule/loader.h"
#include "support/rng.h"
#include "support/rule_folder.h"
#include "support/suites.h"

/* ---- documents and names ------------------------------------------------------------------ */

START_TEST(documents_stand_sorted_under_their_names)
{
    folder_put("z.yaml",
        "list: beta\ntype: country\nitems: [TR]\n---\nmacro: alpha\nexpr: amount_eur > 5 EUR\n");
    folder_put(
        "a.yaml", folder_single("alert: {severity: low, about: originator.account, say: x}\n"));
    folder_put("m.yaml",
        "- watchlist: gamma\n  kind: exact\n  type: phone\n  entries: ['+30 690 000 0001']\n"
        "- list: delta\n  type: account\n  items: []\n");
    folder_put("n.txt", "not: [a rule file\n");
    folder_load();
    ck_assert_uint_eq(folder.rs->name_count, 4);
    ck_assert(bytes_equal(folder.rs->names[0].name, bytes_of("alpha")));
    ck_assert(bytes_equal(folder.rs->names[1].name, bytes_of("beta")));
    ck_assert(bytes_equal(folder.rs->names[2].name, bytes_of("delta")));
    ck_assert(bytes_equal(folder.rs->names[3].name, bytes_of("gamma")));
    ck_assert_int_eq(folder.rs->names[0].kind, NAME_MACRO);
    ck_assert_int_eq(folder.rs->names[3].kind, NAME_WATCHLIST);
    ck_assert_uint_eq(list_count(folder.rs->names[1].list), 1);
    ck_assert_uint_eq(list_count(folder.rs->names[2].list), 0);
}
END_TEST

START_TEST(the_order_of_files_never_matters)
{
    static const char *const documents[] = {
        "list: hubs\ntype: account\ninclude: more_hubs\nitems: [A1, A2]\n",
        "list: more_hubs\ntype: account\nitems: [A3]\n",
        "macro: big\nexpr: amount_eur > 500 EUR and not small\n",
        "macro: small\nexpr: amount_eur < 5 EUR\n",
        "rule: one\ntitle: One\nversion: 1\nstatus: live\ntags: [x]\n"
        "when: big and beneficiary.account in hubs\n" FOLDER_ALERT,
        "exception: known\napplies_to: [tag: x]\nwhen: originator.account in hubs\n"
        "reason: seen\nuntil: 2030-01-01\n",
        "exception: aged\napplies_to: all\nwhen: originator.account in more_hubs\n"
        "reason: seen\nuntil: 2030-01-01\n",
    };
    enum { COUNT = sizeof documents / sizeof *documents };
    uint8_t first[32];
    uint64_t rng = 7;

    folder_put("zz-pack.yaml", FOLDER_PACK);
    for (int round = 0; round < 12; round++) {
        size_t order[COUNT];
        char name[16];

        for (size_t i = 0; i < COUNT; i++)
            order[i] = i;
        for (size_t i = COUNT - 1; round > 0 && i > 0; i--) {
            size_t k = rng_below(&rng, i + 1), kept = order[i];

            order[i] = order[k];
            order[k] = kept;
        }
        for (size_t i = 0; i < COUNT; i++) {
            (void)snprintf(name, sizeof name, "%zu.yaml", i);
            folder_put(name, documents[order[i]]);
        }
        folder_load();
        ck_assert_uint_eq(folder_rule("one")->exception_count, 2);
        ck_assert(bytes_equal(folder_rule("one")->exceptions[0].name, bytes_of("aged")));
        if (round == 0)
            memcpy(first, folder.rs->hash, sizeof first);
        ck_assert_mem_eq(first, folder.rs->hash, sizeof first);
    }
}
END_TEST

START_TEST(one_pass_tells_the_errors_of_all_files)
{
    folder_put("a.yaml", FOLDER_PACK);
    folder_put("b.yaml",
        "rule: b\ntitle: b\nversion: 1\nstatus: live\nwhen: amuont_eur > 5 EUR\n" FOLDER_ALERT);
    folder_put("c.yaml", "rule: c\ntitle: c\nversion: 1\nstatus: alive\n" FOLDER_ALERT);
    folder_put("d.yaml", "rule: d\nwhen: [\n");
    folder_put("e.yaml",
        "rule: e\ntitle: e\nversion: 1\nversion: 2\nstatus: live\nalert: none\n---\n"
        "rule: f\ntitle: f\nversion: 0\nstatus: live\n" FOLDER_ALERT);
    ck_assert_int_eq(folder_try(NEVER_JUDGED), WEIR_OK);
    ck_assert(folder_said("R401") && folder_said("b.yaml:5"));
    ck_assert(folder_said("R212") && folder_said("c.yaml:4"));
    ck_assert(folder_said("R101") && folder_said("d.yaml"));
    ck_assert(folder_said("R105") && folder_said("e.yaml:4"));
    ck_assert_msg(
        folder_said("R209") && folder_said("e.yaml:10"), "the sound document beside is still read");
    ck_assert_msg(!folder_said("R204"), "a document with a key given twice is not looked into");
    ck_assert_uint_eq(diags_errors(folder.ds), 5);
}
END_TEST

START_TEST(a_list_is_too_old_one_day_after_its_age)
{
    int64_t dated = civil_days(2026, 1, 15);

    folder_put("a.yaml", "pack: test\nlanguage: 1\ntimezone: Europe/Belgrade\n---\nlist: hubs\n"
                         "type: account\nitems: [A1]\ndated: 2026-01-15\nmax_age: 30d\n");
    folder_load_as_of(dated + 30);
    ck_assert_uint_eq(diags_errors(folder.ds), 0);
    folder_load();
    ck_assert_int_eq(folder_try(dated + 31), WEIR_OK);
    ck_assert_uint_eq(diags_errors(folder.ds), 1);
    ck_assert(folder_said("R520") && folder_said("`hubs` is 31 days old, and 30 are allowed"));
}
END_TEST

/* ---- the key tables
 * ------------------------------------------------------------------------------------ */

START_TEST(key_tables_are_whole_and_name_no_key_twice)
{
    for (int b = 0; b < BLOCK_COUNT; b++) {
        const struct block_keys *block = &document_blocks[b];

        ck_assert(block->noun != NULL && block->count > 0);
        for (size_t i = 0; i < block->count; i++) {
            const struct key *k = &block->key[i];

            ck_assert(k->name[0] != '\0' && k->what[0] != '\0' && k->example[0] != '\0');
            for (size_t j = 0; j < i; j++)
                ck_assert_str_ne(k->name, block->key[j].name);
        }
    }
}
END_TEST

static const struct {
    const char *text, *word;
    bool found;
} mentions[] = {
    {"a in hubs", "hubs", true},
    {"hubs", "hubs", true},
    {"more_hubs", "hubs", false},
    {"hubs2", "hubs", false},
    {"in hubs)", "hubs", true},
    {"$hubs", "hubs", true},
    {"", "hubs", false},
    {"hub", "hubs", false},
};

START_TEST(a_mention_is_a_whole_word)
{
    ck_assert(scalar_mentions(bytes_of(mentions[_i].text), bytes_of(mentions[_i].word)) ==
              mentions[_i].found);
}
END_TEST

/* ---- trouble
 * -------------------------------------------------------------------------------------------- */

START_TEST(a_folder_that_is_not_there_is_a_fault_of_the_configuration)
{
    const char *paths[] = {"/tmp/weir-load-nowhere"};
    struct rules_env env = {.as_of_day = NEVER_JUDGED};

    folder.ds = diags_new();
    ck_assert_int_eq(ruleset_load(paths, 1, &env, folder.ds, &folder.rs, &folder.err), WEIR_FAIL);
    ck_assert_int_eq(folder.err.trouble, WEIR_TROUBLE_RULES);
    ck_assert_ptr_null(folder.rs);
}
END_TEST

START_TEST(no_allocation_that_fails_leaks_or_is_kept_quiet)
{
    size_t before, n;
    bool passed = false;

    folder_put("a.yaml", folder_windowed((struct rule_parts){.rest = FOLDER_EXCEPTION}));
    folder_put("b.yaml",
        "list: hubs\ntype: account\nitems: [A1, A2]\n---\nmacro: big\n"
        "expr: amount_eur > 500 EUR and beneficiary.account in hubs\n---\n"
        "rule: one\ntitle: One\nversion: 1\nstatus: live\nwhen: big\n" FOLDER_ALERT);
    folder_load(); /* what libraries keep for ever is taken now */
    folder_drop();
    before = alloc_live();
    for (n = 1; !passed && n < 4000; n++) {
        alloc_fail_at(n, 1);
        passed = folder_try(NEVER_JUDGED) == WEIR_OK && diags_errors(folder.ds) == 0 &&
                 folder.rs->rule_count == 2;
        if (folder.ds != NULL && !passed)
            ck_assert_msg(
                folder.rs == NULL || diags_errors(folder.ds) > 0 || folder.err.status == WEIR_FAIL,
                "request %zu failed in silence", n);
        alloc_fail_at(0, 0);
        folder_drop();
        ck_assert_msg(alloc_live() == before, "request %zu leaks", n);
    }
    ck_assert_msg(passed && n > 5, "%zu requests", n);
}
END_TEST

START_TEST(damaged_files_are_told_or_load_and_never_break_the_loader)
{
    static const char spice[] = "{}[]:,-#&*!|>'\"%@`$ \n\t0a.=<>()";
    uint64_t rng = 20260301;
    char text[RULE_TEXT_MAX];
    size_t good = 0;

    for (int round = 0; round < 600; round++) {
        size_t size;

        (void)snprintf(text, sizeof text, "%s",
            folder_windowed((struct rule_parts){.rest = round % 2 == 0 ? FOLDER_EXCEPTION : NULL}));
        size = strlen(text);
        for (uint64_t cuts = rng_below(&rng, 3) + 1; cuts > 0; cuts--) {
            size_t at = rng_below(&rng, size);

            if (rng_below(&rng, 3) == 0)
                memmove(text + at, text + at + 1, strlen(text + at));
            else
                text[at] = spice[rng_below(&rng, sizeof spice - 1)];
            size = strlen(text);
        }
        folder_put("a.yaml", text);
        ck_assert_int_eq(folder_try(NEVER_JUDGED), WEIR_OK);
        ck_assert(folder.rs->rule_count <= 1);
        good += diags_errors(folder.ds) == 0;
    }
    ck_assert_msg(good > 0 && good < 600, "%zu of 600 still load", good);
}
END_TEST

Suite *
suite_load(void)
{
    Suite *s = suite_create("load");
    TCase *t = tcase_create("load");

#define ROWS(table) (int)(sizeof table / sizeof *table)
    tcase_add_checked_fixture(t, folder_open, folder_close);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, documents_stand_sorted_under_their_names);
    tcase_add_test(t, the_order_of_files_never_matters);
    tcase_add_test(t, one_pass_tells_the_errors_of_all_files);
    tcase_add_test(t, a_list_is_too_old_one_day_after_its_age);
    tcase_add_test(t, key_tables_are_whole_and_name_no_key_twice);
    tcase_add_loop_test(t, a_mention_is_a_whole_word, 0, ROWS(mentions));
    tcase_add_test(t, a_folder_that_is_not_there_is_a_fault_of_the_configuration);
    tcase_add_test(t, no_allocation_that_fails_leaks_or_is_kept_quiet);
    tcase_add_test(t, damaged_files_are_told_or_load_and_never_break_the_loader);
#undef ROWS
    suite_add_tcase(s, t);
    return s;
}
