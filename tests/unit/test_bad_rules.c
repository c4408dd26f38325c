/*
 * The bad rule files of the golden cases: how many there are, that none of them takes long or
 * hides the faults of another, and that what a message proposes is right. What each message says
 * to the letter is held by the golden cases themselves.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "rule/ruleset.h"
#include "support/slow.h"
#include "support/suites.h"
#include "text/diag.h"
#include "text/json_tree.h"

enum { BAD_LEAST = 350, CORRECTIONS_LEAST = 60, SOON_MS = 100 * SLOW };

/* A load of one folder, with a text in place of one of its files if wanted. */
struct load {
    struct diags *ds;
    struct ruleset *rs;
    struct arena a;
    const struct json_node *said[512];
    size_t count;
};

static void
load_open(struct load *l, const char *folder, const char *path, struct bytes text)
{
    const char *paths[] = {folder};
    struct rules_env env = {.as_of_day = INT64_MAX, .unsaved_path = path, .unsaved = text};
    struct weir_err err = {0};
    struct buf out = {0};

    *l = (struct load){.ds = diags_new()};
    arena_init(&l->a, 0, "test");
    ck_assert_int_eq(ruleset_load(paths, 1, &env, l->ds, &l->rs, &err), WEIR_OK);
    diags_print_json(l->ds, &out);
    for (size_t at = 0; at < out.size && l->count < 512;) {
        const char *end = memchr(out.at + at, '\n', out.size - at);
        struct bytes line = {out.at + at, (size_t)(end - out.at) - at};
        char *copy = arena_copy(&l->a, line);

        l->said[l->count] = json_tree(&l->a, (struct bytes){copy, line.size});
        ck_assert_ptr_nonnull(l->said[l->count++]);
        at = (size_t)(end - out.at) + 1;
    }
    buf_fini(&out);
}

static void
load_close(struct load *l)
{
    ruleset_free(l->rs);
    diags_free(l->ds);
    arena_fini(&l->a);
}

static struct bytes
text_of(const struct json_node *said, const char *key)
{
    const struct json_node *n = json_get(said, key);

    return n == NULL ? (struct bytes){"", 0} : n->text;
}

static size_t
number_of(const struct json_node *said, const char *key)
{
    char digits[24] = "";
    struct bytes text = text_of(said, key);

    ck_assert_uint_lt(text.size, sizeof digits);
    memcpy(digits, text.at, text.size);
    return (size_t)strtoul(digits, NULL, 10);
}

static bool
is_error(const struct json_node *said)
{
    return bytes_equal(text_of(said, "level"), bytes_of("error"));
}

/* Calls `one` with every rules folder of the golden cases named check_*. */
static void
each_folder(void (*one)(const char *folder))
{
    struct file_list all = {0};
    struct weir_err err = {0};
    char last[512] = "";

    ck_assert_int_eq(file_list_add(&all, "tests/golden", &err), WEIR_OK);
    for (size_t i = 0; i < all.count; i++) {
        char path[512];
        char *end;

        (void)snprintf(path, sizeof path, "%s", all.path[i]);
        end = strstr(path, "rules/");
        if (strncmp(path, "tests/golden/check_", 19) != 0 || end == NULL)
            continue;
        end[5] = '\0';
        if (strcmp(path, last) == 0)
            continue;
        memcpy(last, path, sizeof last);
        one(path);
    }
    file_list_fini(&all);
}

/* ---- how many, how soon ----------------------------------------------------------------- */

static size_t bad_files;

static double
now_ms(void)
{
    struct timespec t;

    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t), 0);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
count_bad(const char *folder)
{
    struct load l;
    double began = now_ms();
    struct bytes last = {"", 0};

    load_open(&l, folder, NULL, (struct bytes){0});
    ck_assert_msg(now_ms() - began < SOON_MS, "%s takes %.0f ms", folder, now_ms() - began);
    for (size_t i = 0; i < l.count; i++) { /* they come by file */
        struct bytes path = text_of(l.said[i], "path");

        bad_files += is_error(l.said[i]) && !bytes_equal(path, last);
        if (is_error(l.said[i]))
            last = path;
    }
    load_close(&l);
}

/* Every folder is read whole in the time that one file may take, and tells the faults of all. */
START_TEST(hundreds_of_bad_files_are_told_soon)
{
    bad_files = 0;
    each_folder(count_bad);
    ck_assert_uint_ge(bad_files, BAD_LEAST);
}
END_TEST

/* ---- none stops at the first ------------------------------------------------------------ */

static void
read_text(const char *path, struct buf *out)
{
    struct weir_err err = {0};

    out->size = 0;
    ck_assert_int_eq(file_read(path, (size_t)1 << 20, out, &err), WEIR_OK);
}

static size_t
errors_in(const struct load *l, const char *path)
{
    size_t count = 0;

    for (size_t i = 0; i < l->count; i++)
        count += is_error(l->said[i]) && bytes_equal(text_of(l->said[i], "path"), bytes_of(path));
    return count;
}

/* All documents of a folder in one file give as many errors as in files of their own. */
static void
join(const char *folder)
{
    struct file_list files = {0};
    struct weir_err err = {0};
    struct buf joined = {0}, one = {0};
    struct load apart, together;
    char pack[560], lone[560];
    size_t count = 0, documents = 0;

    (void)snprintf(pack, sizeof pack, "%s/pack.yaml", folder);
    (void)snprintf(lone, sizeof lone, "%s-joined.yaml", folder);
    load_open(&apart, folder, NULL, (struct bytes){0});
    ck_assert_int_eq(file_list_add(&files, folder, &err), WEIR_OK);
    for (size_t i = 0; i < files.count; i++) {
        size_t size = strlen(files.path[i]);

        if (size < 5 || strcmp(files.path[i] + size - 5, ".yaml") != 0)
            continue;
        read_text(files.path[i], &one);
        buf_print(&joined, "%s", documents++ > 0 ? "---\n" : "");
        buf_add(&joined, one.at, one.size);
        count += errors_in(&apart, files.path[i]);
    }
    load_open(&together, lone, lone, buf_bytes(&joined));
    ck_assert_msg(errors_in(&together, lone) == count, "%s: %zu errors joined, %zu apart", folder,
        errors_in(&together, lone), count);
    load_close(&together);
    load_close(&apart);
    file_list_fini(&files);
    buf_fini(&joined);
    buf_fini(&one);
}

START_TEST(one_file_hides_no_error_of_another)
{
    static const char *const folders[] = {"check_types", "check_window", "check_alert",
        "check_parameters", "check_say", "check_sequence", "check_pass_through"};
    char path[128];

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        (void)snprintf(path, sizeof path, "tests/golden/%s/rules", folders[i]);
        join(path);
    }
}
END_TEST

/* ---- corrections ---------------------------------------------------------------------------- */

static size_t corrections;

/* What a message proposes to write at its carets; false where it proposes nothing, or a choice. */
static bool
proposal(const struct json_node *said, struct bytes *out)
{
    static const char *const leads[] = {"did you mean `", "write `"};
    struct bytes label = text_of(said, "label");

    for (size_t i = 0; i < 2; i++) {
        size_t size = strlen(leads[i]);
        const char *end;

        if (label.size <= size || memcmp(label.at, leads[i], size) != 0)
            continue;
        *out = (struct bytes){label.at + size, label.size - size};
        end = memchr(out->at, '`', out->size);
        if (end == NULL || (size_t)(label.at + label.size - end) > 2)
            return false;
        out->size = (size_t)(end - out->at);
        return true;
    }
    return false;
}

/* The byte of a place counted in characters. */
static size_t
byte_at(struct bytes text, size_t line, size_t column)
{
    size_t at = 0;

    for (size_t i = 1; i < line && at < text.size; at++)
        i += text.at[at] == '\n';
    for (size_t i = 1; i < column && at < text.size; i++)
        for (at++; at < text.size && (text.at[at] & 0xc0) == 0x80;)
            at++;
    return at;
}

static bool
still_said(const struct load *l, const struct json_node *was)
{
    static const char *const same[] = {"path", "code", "line", "column"};

    for (size_t i = 0; i < l->count; i++) {
        size_t k = 0;

        while (k < 4 && bytes_equal(text_of(l->said[i], same[k]), text_of(was, same[k])))
            k++;
        if (k == 4)
            return true;
    }
    return false;
}

static void
follow(const char *folder, const struct json_node *said, struct bytes word)
{
    struct buf text = {0}, mended = {0};
    struct load l;
    char path[512];
    size_t from, to;

    (void)snprintf(
        path, sizeof path, "%.*s", (int)text_of(said, "path").size, text_of(said, "path").at);
    read_text(path, &text);
    from = byte_at(buf_bytes(&text), number_of(said, "line"), number_of(said, "column"));
    to = byte_at(buf_bytes(&text), number_of(said, "end_line"), number_of(said, "end_column"));
    ck_assert_uint_le(from, to);
    buf_add(&mended, text.at, from);
    buf_add(&mended, word.at, word.size);
    buf_add(&mended, text.at + to, text.size - to);
    load_open(&l, folder, path, buf_bytes(&mended));
    ck_assert_msg(!still_said(&l, said), "%s:%zu: `%.*s` does not help", path,
        number_of(said, "line"), (int)word.size, word.at);
    corrections++;
    load_close(&l);
    buf_fini(&text);
    buf_fini(&mended);
}

static void
follow_all(const char *folder)
{
    struct load l;
    struct bytes word;

    load_open(&l, folder, NULL, (struct bytes){0});
    for (size_t i = 0; i < l.count; i++)
        if (is_error(l.said[i]) && proposal(l.said[i], &word))
            follow(folder, l.said[i], word);
    load_close(&l);
}

/* A file with the proposed word in place of the faulty one is told no more of that place. */
START_TEST(every_proposed_word_is_accepted)
{
    corrections = 0;
    each_folder(follow_all);
    ck_assert_uint_ge(corrections, CORRECTIONS_LEAST);
}
END_TEST

Suite *
suite_bad_rules(void)
{
    Suite *s = suite_create("bad_rules");
    TCase *t = tcase_create("bad_rules");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, hundreds_of_bad_files_are_told_soon);
    tcase_add_test(t, one_file_hides_no_error_of_another);
    tcase_add_test(t, every_proposed_word_is_accepted);
    suite_add_tcase(s, t);
    return s;
}
