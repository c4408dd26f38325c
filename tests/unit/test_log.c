/* Diagnostics: levels, hostile characters, masks. */
#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "support/suites.h"

static char said[4096];

/* Run one message with standard error in a file; what came out is in `said`. */
static void
capture(void (*fn)(const char *, const char *, ...), const char *code, const char *text)
{
    FILE *aside = tmpfile();
    int kept = dup(STDERR_FILENO);
    size_t size;

    ck_assert(aside != NULL && kept >= 0);
    (void)fflush(stderr);
    ck_assert_int_ge(dup2(fileno(aside), STDERR_FILENO), 0);
    fn(code, "%s", text);
    (void)fflush(stderr);
    ck_assert_int_ge(dup2(kept, STDERR_FILENO), 0);
    (void)close(kept);
    rewind(aside);
    size = fread(said, 1, sizeof said - 1, aside);
    said[size] = '\0';
    (void)fclose(aside);
}

START_TEST(levels_choose_what_is_said)
{
    log_set(LOG_QUIET, false);
    capture(log_error, "E201", "bad");
    ck_assert_str_eq(said, "weir: error E201: bad\n");
    capture(log_warn, "W310", "odd");
    ck_assert_str_eq(said, "");
    log_set(LOG_WARN, false);
    capture(log_warn, "W310", "odd");
    ck_assert_str_eq(said, "weir: warning W310: odd\n");
    capture(log_info, "", "fine");
    ck_assert_str_eq(said, "");
    log_set(LOG_INFO, true);
    capture(log_info, "", "fine");
    ck_assert_str_eq(said, "weir: \033[1mnote\033[0m: fine\n");
    log_set(LOG_WARN, false);
}
END_TEST

static const struct hostile {
    const char *why, *text, *shown;
} hostile[] = {
    {"plain", "a \xc5\xa1 b", "a \xc5\xa1 b"},
    {"new line", "a\nb", "a\\u{a}b"},
    {"escape", "\033[2J", "\\u{1b}[2J"},
    {"C1 control", "\xc2\x9b", "\\u{9b}"},
    {"right-to-left override", "a\xe2\x80\xae", "a\\u{202e}"},
    {"isolate", "\xe2\x81\xa6", "\\u{2066}"},
    {"no UTF-8", "\xff\xc3", "\\x{ff}\\x{c3}"},
    {"cut off", "\xe2\x80", "\\x{e2}\\x{80}"},
};

START_TEST(characters_that_move_the_line_are_shown_as_numbers)
{
    const struct hostile *h = &hostile[_i];
    char want[256];

    (void)snprintf(want, sizeof want, "weir: error: %s\n", h->shown);
    capture(log_error, "", h->text);
    ck_assert_msg(strcmp(said, want) == 0, "%s: %s", h->why, said);
}
END_TEST

START_TEST(accounts_show_four_characters_at_most)
{
    char room[12];

    ck_assert_str_eq(log_mask(bytes_of("RS35260005601001611379"), room), "...1379");
    ck_assert_str_eq(log_mask(bytes_of("1234567"), room), "...");
    ck_assert_str_eq(log_mask(bytes_of("12345678"), room), "...5678");
    ck_assert_str_eq(log_mask(bytes_of("12345\n\033x9"), room), ".....x9");
    ck_assert_str_eq(log_mask(bytes_of(""), room), "...");
}
END_TEST

Suite *
suite_log(void)
{
    Suite *s = suite_create("log");
    TCase *t = tcase_create("log");

    tcase_add_test(t, levels_choose_what_is_said);
    tcase_add_loop_test(
        t, characters_that_move_the_line_are_shown_as_numbers, 0, sizeof hostile / sizeof *hostile);
    tcase_add_test(t, accounts_show_four_characters_at_most);
    suite_add_tcase(s, t);
    return s;
}
