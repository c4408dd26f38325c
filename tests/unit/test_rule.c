/* Rules as loaded: windows, cooldowns, parameters, templates, exceptions, hashes. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "rule/loader.h"
#include "support/rule_folder.h"
#include "support/suites.h"

/* ---- what a rule becomes ---------------------------------------------------------- */

START_TEST(a_window_rule_holds_what_its_text_says)
{
    const struct rule *r;

    folder_put("a.yaml", folder_windowed((struct rule_parts){0}));
    folder_load();
    ck_assert_uint_eq(folder.rs->rule_count, 1);
    r = folder_rule("many-payers");
    ck_assert_int_eq(r->op, OPERATOR_WINDOW);
    ck_assert_int_eq(r->status, RULE_LIVE);
    ck_assert(r->own);
    ck_assert_uint_eq(r->per_count, 1);
    ck_assert_uint_eq(r->per[0].field, TXN_O_ACCOUNT);
    ck_assert_uint_eq(r->per[0].view, 1);
    ck_assert_int_eq(r->window.period, WINDOW_SPAN);
    ck_assert_int_eq(r->window.span_us, 7 * US_PER_DAY);
    ck_assert_uint_eq(r->window.count, 2);
    ck_assert_int_eq(r->window.aggregate[0].function, WINDOW_DISTINCT);
    ck_assert_int_eq(r->window.aggregate[1].function, WINDOW_SUM);
    ck_assert_uint_eq(r->measure_count, 2);
    ck_assert_ptr_nonnull(r->when);
    ck_assert_ptr_nonnull(r->alert_if);
    ck_assert_int_eq(r->severity, SEVERITY_MEDIUM);
    ck_assert(bytes_equal(r->about_kind, bytes_of("account")));
    ck_assert_uint_eq(r->about_count, 1);
    ck_assert_uint_eq(r->evidence_limit, 200);
    ck_assert_int_eq(r->evidence_keep, KEEP_NEWEST);
    ck_assert_uint_eq(r->parameter_count, 1);
    ck_assert(r->parameters[0].used);
    ck_assert_int_eq(folder.rs->lateness_us, 7 * US_PER_DAY);
}
END_TEST

START_TEST(a_plain_rule_has_no_cooldown_and_is_about_its_field)
{
    folder_put(
        "a.yaml", folder_single("alert: {severity: low, about: beneficiary.phone, say: x}\n"));
    folder_load();
    ck_assert_int_eq(folder_rule("one")->op, OPERATOR_NONE);
    ck_assert_int_eq(folder_rule("one")->cooldown_us, 0);
    ck_assert_uint_eq(folder_rule("one")->about[0].field, TXN_B_PHONE);
    ck_assert(bytes_equal(folder_rule("one")->about_kind, bytes_of("phone")));
}
END_TEST

static const struct {
    const char *over, *alert;
    int64_t cooldown_us;
    const char *why;
} cooldowns[] = {
    {"7d", "severity: low, say: x", 7 * US_PER_DAY, "the window's span"},
    {"36h", "severity: low, say: x", 36 * US_PER_DAY / 24, "the window's span in hours"},
    {"day", "severity: low, say: x", -1, "what is left of the period"},
    {"month", "severity: low, say: x", -1, "what is left of the period"},
    {"7d", "severity: low, say: x, cooldown: 14d", 14 * US_PER_DAY, "as written"},
    {"week", "severity: low, say: x, cooldown: 2d", 2 * US_PER_DAY, "as written"},
};

START_TEST(the_cooldown_is_the_time_span_unless_it_is_given)
{
    folder_put("a.yaml", folder_windowed((struct rule_parts){
                             .over = cooldowns[_i].over, .alert = cooldowns[_i].alert}));
    folder_load();
    ck_assert_msg(folder_rule("many-payers")->cooldown_us == cooldowns[_i].cooldown_us, "%s",
        cooldowns[_i].why);
}
END_TEST

START_TEST(spans_counts_and_bands_take_parameters)
{
    const struct rule *r;

    folder_put("a.yaml",
        folder_windowed((struct rule_parts){
            .parameters =
                "least: {default: 5, range: [3, 20]}, span: {default: 3d, range: [1d, 9d]}, "
                "line: {default: 9, range: [5, 50]}, rows: {default: 50, range: [1, 100]}",
            .over = "$span",
            .alert = "severity: {by: payers, bands: [{below: $line, is: low}, {is: medium}]}, "
                     "say: x, evidence: {limit: $rows, keep: first}"}));
    folder_load();
    r = folder_rule("many-payers");
    ck_assert_int_eq(r->window.span_us, 3 * US_PER_DAY);
    ck_assert_int_eq(r->cooldown_us, 3 * US_PER_DAY);
    ck_assert_uint_eq(r->band_count, 2);
    ck_assert(r->bands[0].below.set && r->bands[0].below.num == (int128)9 * NUMBER_SCALE);
    ck_assert(!r->bands[1].below.set);
    ck_assert_uint_eq(r->evidence_limit, 50);
    ck_assert_int_eq(r->evidence_keep, KEEP_FIRST);
    ck_assert_uint_eq(diags_warnings(folder.ds), 0);
}
END_TEST

static const struct {
    const char *parameter;
    bool good;
    const char *why;
} ranges[] = {
    {"least: {default: 3, range: [3, 20]}", true, "the lower end is allowed"},
    {"least: {default: 20, range: [3, 20]}", true, "so is the upper"},
    {"least: {default: 2, range: [3, 20]}", false, "below it"},
    {"least: {default: 21, range: [3, 20]}", false, "above it"},
    {"least: {default: 5, choices: [3, 5]}", true, "one of the choices"},
    {"least: {default: 4, choices: [3, 5]}", false, "none of them"},
    {"least: {default: 5, range: [3 EUR, 20 EUR]}", false, "another type"},
    {"least: {default: 5, range: [5, 5]}", true, "one value only"},
};

START_TEST(a_default_lies_within_its_range_ends_included)
{
    folder_put("a.yaml", folder_windowed((struct rule_parts){.parameters = ranges[_i].parameter}));
    ck_assert_int_eq(folder_try(NEVER_JUDGED), WEIR_OK);
    ck_assert_msg((diags_errors(folder.ds) == 0) == ranges[_i].good, "%s", ranges[_i].why);
}
END_TEST

/* ---- templates ------------------------------------------------------------------------- */

static const struct {
    const char *say, *pieces, *why;
} templates[] = {
    {"plain", "T(plain)", "text alone"},
    {"{amount} to {about}", "F T( to ) A", "a field, text, the entity"},
    {"{{x}} {amount}", "T({) T(x}) T( ) F", "doubled braces print one"},
    {"{originator.name}", "F", "any field without an operator"},
    {"{amount}{about}", "F A", "nothing between"},
    {"hits {hit.terms}", "T(hits ) W", "the watchlist's entry"},
};

START_TEST(a_template_is_cut_at_its_names)
{
    char text[512];
    struct buf got = {0};
    const struct rule *r;

    (void)snprintf(text, sizeof text,
        "alert:\n  severity: low\n  about: originator.account\n  say: \"%s\"\n---\n"
        "watchlist: terms\nkind: regex\nentries: [hawala]\n",
        templates[_i].say);
    folder_put("a.yaml", folder_single(text));
    folder_load();
    r = folder_rule("one");
    for (size_t i = 0; i < r->say_count; i++) {
        const struct say *s = &r->say[i];

        if (i > 0)
            buf_byte(&got, ' ');
        if (s->kind == SAY_TEXT)
            buf_print(&got, "T(%.*s)", (int)s->text.size, s->text.at);
        else
            buf_byte(&got, "TMAFW"[s->kind]);
    }
    ck_assert_msg(bytes_equal(buf_bytes(&got), bytes_of(templates[_i].pieces)), "%s: %.*s",
        templates[_i].why, (int)got.size, got.at);
    buf_fini(&got);
}
END_TEST

/* ---- exceptions --------------------------------------------------------------------------------
 */

START_TEST(an_exception_applies_to_its_last_day)
{
    int64_t until = civil_days(2026, 6, 30);
    uint8_t state[32];

    folder_put("a.yaml", folder_windowed((struct rule_parts){.rest = FOLDER_EXCEPTION}));
    folder_load_as_of(until);
    ck_assert_uint_eq(diags_errors(folder.ds), 0);
    ck_assert_uint_eq(folder_rule("many-payers")->exception_count, 1);
    ck_assert_int_eq(folder_rule("many-payers")->exceptions[0].until_day, until);
    ck_assert_msg(folder_said("about to expire"), "thirty days before it warns");
    memcpy(state, folder_rule("many-payers")->state_hash, sizeof state);
    folder_load_as_of(until + 1);
    ck_assert_uint_eq(folder_rule("many-payers")->exception_count, 0);
    ck_assert(folder_said("has expired"));
    ck_assert_msg(memcmp(state, folder_rule("many-payers")->state_hash, sizeof state) == 0,
        "alert numbers must not change the day an exception expires");
    folder_load_as_of(until - 31);
    ck_assert_uint_eq(diags_warnings(folder.ds), 0);
    folder_load();
    ck_assert_msg(folder_rule("many-payers")->exception_count == 1, "not judged without a day");
}
END_TEST

static const struct {
    const char *applies_to;
    size_t one, two;
} applying[] = {
    {"[one]", 1, 0},
    {"one", 1, 0},
    {"[one, two]", 1, 1},
    {"all", 1, 1},
    {"[tag: pair]", 0, 1},
    {"\"tag: pair\"", 0, 1},
    {"[one, tag: pair]", 1, 1},
};

START_TEST(an_exception_document_applies_by_name_tag_or_to_all)
{
    char text[512];

    (void)snprintf(text, sizeof text,
        "rule: two\ntitle: Two\nversion: 1\nstatus: live\ntags: [pair]\n" FOLDER_ALERT
        "---\nexception: known\napplies_to: %s\nwhen: amount_eur < 20 EUR\nreason: seen\n"
        "until: 2030-01-01\ndrop: alerts\n",
        applying[_i].applies_to);
    /* `drop: alerts` speaks of the entity and measures, so this one must be about `about`. */
    folder_put("a.yaml", folder_single(FOLDER_ALERT));
    folder_put("b.yaml", text);
    ck_assert_int_eq(folder_try(NEVER_JUDGED), WEIR_OK);
    ck_assert_msg(diags_errors(folder.ds) > 0, "a field is no measure");
    (void)snprintf(text, sizeof text,
        "rule: two\ntitle: Two\nversion: 1\nstatus: live\ntags: [pair]\n" FOLDER_ALERT
        "---\nexception: known\napplies_to: %s\nwhen: about in spared\nreason: seen\n"
        "until: 2030-01-01\ndrop: alerts\n---\nlist: spared\ntype: account\nitems: [A1]\n",
        applying[_i].applies_to);
    folder_put("b.yaml", text);
    folder_load();
    ck_assert_uint_eq(folder_rule("one")->exception_count, applying[_i].one);
    ck_assert_uint_eq(folder_rule("two")->exception_count, applying[_i].two);
    if (applying[_i].one > 0)
        ck_assert(folder_rule("one")->exceptions[0].drop_alerts);
}
END_TEST

/* ---- hashes
 * ---------------------------------------------------------------------------------------- */

static const struct {
    struct rule_parts changed;
    bool meaning, state;
    const char *why;
} changes[] = {
    {{.title = "Another title"}, false, false, "a title is documentation"},
    {{.version = "2"}, false, false, "the version follows the meaning"},
    {{.status = "shadow"}, false, false, "where it is written to is not its meaning"},
    {{.rest = "description: why\nreferences: [S01]\nowner: us\n"}, false, false, "documentation"},
    {{.parameters = "least: {default: 6, range: [3, 20]}"}, true, false,
        "a changed threshold keeps "
        "its state"},
    {{.alert_if = "payers >= $least and total > 50 EUR"}, true, false, "so does a changed test"},
    {{.alert = "severity: low, say: \"{payers} paid {total} to {about}\""}, true, false,
        "severity"},
    {{.alert = "severity: medium, say: \"{payers} to {about}\""}, true, false, "the sentence"},
    {{.over = "8d"}, true, true, "a changed window starts afresh"},
    {{.over = "week"}, true, true, "so does a calendar window"},
    {{.when = "direction = incoming and amount_eur > 5 EUR"}, true, true, "another filter"},
    {{.when = "(direction = incoming)"}, false, false, "the same said otherwise"},
    {{.measure = "payers: distinct(counterparty.account), total: sum(amount_eur)"}, true, true,
        "another measure"},
    {{.measure = "payers: distinct(counterparty.name), total: sum(amount_eur), n: count()"}, true,
        true, "one measure more"},
    {{.rest = FOLDER_EXCEPTION}, true, true, "an exception on transactions is part of the filter"},
    {{.rest = "exceptions: [{name: a, when: payers > 9, reason: r, until: 2026-06-30, "
              "drop: alerts}]\n"},
        true, false, "an exception on alerts lets state run on"},
};

START_TEST(hashes_say_what_changed)
{
    uint8_t hash[32], state[32];

    folder_put("a.yaml", folder_windowed((struct rule_parts){0}));
    folder_load();
    memcpy(hash, folder_rule("many-payers")->hash, sizeof hash);
    memcpy(state, folder_rule("many-payers")->state_hash, sizeof state);
    folder_put("a.yaml", folder_windowed(changes[_i].changed));
    folder_load();
    ck_assert_msg(
        (memcmp(hash, folder_rule("many-payers")->hash, sizeof hash) != 0) == changes[_i].meaning,
        "hash: %s", changes[_i].why);
    ck_assert_msg((memcmp(state, folder_rule("many-payers")->state_hash, sizeof state) != 0) ==
                      changes[_i].state,
        "state hash: %s", changes[_i].why);
}
END_TEST

START_TEST(a_threshold_inside_of_a_measure_shapes_state)
{
    uint8_t state[32];
    struct rule_parts p = {.measure = "payers: count(where amount_eur > $line)",
        .alert = "severity: low, say: x",
        .parameters = "least: {default: 5, range: [3, 20]}, "
                      "line: {default: 50 EUR, range: [5 EUR, 90 EUR]}"};

    folder_put("a.yaml", folder_windowed(p));
    folder_load();
    memcpy(state, folder_rule("many-payers")->state_hash, sizeof state);
    p.parameters =
        "least: {default: 5, range: [3, 20]}, line: {default: 60 EUR, range: [5 EUR, 90 EUR]}";
    folder_put("a.yaml", folder_windowed(p));
    folder_load();
    ck_assert_mem_ne(state, folder_rule("many-payers")->state_hash, sizeof state);
}
END_TEST

Suite *
suite_rule(void)
{
    Suite *s = suite_create("rule");
    TCase *t = tcase_create("rule");

#define ROWS(table) (int)(sizeof table / sizeof *table)
    tcase_add_checked_fixture(t, folder_open, folder_close);
    tcase_set_timeout(t, 60);
    tcase_add_test(t, a_window_rule_holds_what_its_text_says);
    tcase_add_test(t, a_plain_rule_has_no_cooldown_and_is_about_its_field);
    tcase_add_loop_test(t, the_cooldown_is_the_time_span_unless_it_is_given, 0, ROWS(cooldowns));
    tcase_add_test(t, spans_counts_and_bands_take_parameters);
    tcase_add_loop_test(t, a_default_lies_within_its_range_ends_included, 0, ROWS(ranges));
    tcase_add_loop_test(t, a_template_is_cut_at_its_names, 0, ROWS(templates));
    tcase_add_test(t, an_exception_applies_to_its_last_day);
    tcase_add_loop_test(t, an_exception_document_applies_by_name_tag_or_to_all, 0, ROWS(applying));
    tcase_add_loop_test(t, hashes_say_what_changed, 0, ROWS(changes));
    tcase_add_test(t, a_threshold_inside_of_a_measure_shapes_state);
#undef ROWS
    suite_add_tcase(s, t);
    return s;
}
