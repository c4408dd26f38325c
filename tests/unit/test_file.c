/* Files: whole or not at all, and folders in one order. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "support/suites.h"

static char folder[64];
static char room[512];

static void
setup(void)
{
    (void)strcpy(folder, "/tmp/weir-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void
teardown(void)
{
    (void)snprintf(room, sizeof room, "rm -rf '%s'", folder);
    ck_assert_int_eq(system(room), 0);
}

static const char *
in(const char *name)
{
    (void)snprintf(room, sizeof room, "%s/%s", folder, name);
    return room;
}

static void
put(const char *name, const char *text)
{
    struct weir_err err = {0};
    struct file_writer *w;

    ck_assert_msg(file_create(in(name), &w, &err) == WEIR_OK, "%s", err.text);
    file_write(w, text, strlen(text));
    ck_assert_uint_eq(file_written(w), strlen(text));
    ck_assert_msg(file_commit(w, &err) == WEIR_OK, "%s", err.text);
}

START_TEST(what_was_committed_is_read_back)
{
    struct weir_err err = {0};
    struct buf b = {0};
    struct stat about;

    put("a", "hello");
    ck_assert_int_eq(file_read(in("a"), 5, &b, &err), WEIR_OK);
    ck_assert(bytes_equal(buf_bytes(&b), bytes_of("hello")));
    ck_assert_int_eq(stat(in("a"), &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0600);
    ck_assert_int_ne(access(in("a.part"), F_OK), 0);
    buf_fini(&b);
}
END_TEST

START_TEST(until_the_commit_there_is_no_file)
{
    struct weir_err err = {0};
    struct file_writer *w;

    ck_assert_int_eq(file_create(in("a"), &w, &err), WEIR_OK);
    file_write(w, "x", 1);
    ck_assert_int_ne(access(in("a"), F_OK), 0);
    ck_assert_int_eq(access(in("a.part"), F_OK), 0);
    file_abandon(w);
    file_abandon(NULL);
    ck_assert_int_ne(access(in("a"), F_OK), 0);
    ck_assert_int_ne(access(in("a.part"), F_OK), 0);
}
END_TEST

START_TEST(large_writes_come_through)
{
    enum { PIECES = 300, PIECE = 7001 };
    static char piece[PIECE], large[1 << 20];
    struct weir_err err = {0};
    struct file_writer *w;
    struct buf b = {0};

    ck_assert_int_eq(file_create(in("a"), &w, &err), WEIR_OK);
    for (int i = 0; i < PIECES; i++) {
        memset(piece, i % 250, PIECE);
        file_write(w, piece, PIECE);
    }
    memset(large, 251, sizeof large);
    file_write(w, large, sizeof large);
    ck_assert_int_eq(file_commit(w, &err), WEIR_OK);
    ck_assert_int_eq(file_read(in("a"), 1 << 24, &b, &err), WEIR_OK);
    ck_assert_uint_eq(b.size, (size_t)PIECES * PIECE + sizeof large);
    for (size_t i = 0; i < b.size; i++) {
        size_t piece_no = i / PIECE;

        if ((unsigned char)b.at[i] != (piece_no < PIECES ? piece_no % 250 : 251))
            ck_abort_msg("byte %zu is another", i);
    }
    buf_fini(&b);
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_reported)
{
    struct weir_err err = {0};
    struct file_writer *w;

    ck_assert_int_eq(symlink("/dev/full", in("a.part")), 0);
    ck_assert_int_eq(file_create(in("a"), &w, &err), WEIR_FAIL); /* a link is not followed */
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_WRITE);
    err = (struct weir_err){0};
    ck_assert_int_eq(file_create("/dev/null/a", &w, &err), WEIR_FAIL);
    ck_assert_ptr_nonnull(strstr(err.text, "/dev/null/a"));
}
END_TEST

/* A size limit of the process makes the write fail half way, as a full disk does. */
START_TEST(a_failed_write_is_reported_at_the_commit_and_leaves_nothing)
{
    static char large[1 << 20];
    struct rlimit small = {.rlim_cur = 100000, .rlim_max = RLIM_INFINITY}, before;
    struct weir_err err = {0};
    struct file_writer *w;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(file_create(in("a"), &w, &err), WEIR_OK);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    file_write(w, large, sizeof large);
    file_write(w, large, 10);
    ck_assert_int_eq(file_commit(w, &err), WEIR_FAIL);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_WRITE);
    ck_assert_int_ne(access(in("a"), F_OK), 0);
    ck_assert_int_ne(access(in("a.part"), F_OK), 0);
}
END_TEST

START_TEST(what_is_too_large_or_no_file_is_refused)
{
    struct weir_err err = {0};
    struct buf b = {0};

    put("a", "hello");
    ck_assert_int_eq(file_read(in("a"), 4, &b, &err), WEIR_FAIL);
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_INPUT);
    err = (struct weir_err){0};
    ck_assert_int_eq(file_read(folder, 100, &b, &err), WEIR_FAIL);
    ck_assert_ptr_nonnull(strstr(err.text, "folder"));
    err = (struct weir_err){0};
    ck_assert_int_eq(file_read(in("none"), 100, &b, &err), WEIR_FAIL);
    ck_assert_ptr_nonnull(strstr(err.text, "none"));
    err = (struct weir_err){0};
    ck_assert_int_eq(mkfifo(in("pipe"), 0600), 0);
    ck_assert_int_eq(file_read(in("pipe"), 100, &b, &err), WEIR_FAIL);
    ck_assert_uint_eq(b.size, 0);
    buf_fini(&b);
}
END_TEST

START_TEST(folders_are_listed_in_bytewise_order)
{
    static const char *const want[] = {"B", "a", "b/c", "b/d/e", "link"};
    struct weir_err err = {0};
    struct file_list l = {0};

    ck_assert_int_eq(file_make_dirs(in("b/d"), &err), WEIR_OK);
    ck_assert_int_eq(file_make_dirs(in("b/d"), &err), WEIR_OK);
    put("a", "");
    put("b/d/e", "");
    put("b/c", "");
    put("B", "");
    put(".hidden", "");
    ck_assert_int_eq(symlink("a", in("link")), 0);
    ck_assert_int_eq(symlink("..", in("b/up")), 0);
    ck_assert_int_eq(mkfifo(in("pipe"), 0600), 0);
    ck_assert_int_eq(file_list_add(&l, folder, &err), WEIR_OK);
    ck_assert_uint_eq(l.count, 5);
    for (size_t i = 0; i < l.count; i++)
        ck_assert_str_eq(l.path[i], in(want[i]));
    ck_assert_int_eq(file_list_add(&l, in(".hidden"), &err), WEIR_OK);
    ck_assert_uint_eq(l.count, 6);
    ck_assert_str_eq(l.path[0], in(".hidden"));
    ck_assert_int_eq(file_list_add(&l, in("none"), &err), WEIR_FAIL);
    file_list_fini(&l);
}
END_TEST

START_TEST(a_file_in_the_way_of_a_folder_is_said)
{
    struct weir_err err = {0};

    put("a", "");
    ck_assert_int_eq(file_make_dirs(in("a/b"), &err), WEIR_FAIL);
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_WRITE);
    err = (struct weir_err){0};
    ck_assert_int_eq(file_make_dirs(in("a"), &err), WEIR_FAIL);
}
END_TEST

START_TEST(a_spill_has_no_name)
{
    struct weir_err err = {0};
    struct file_list l = {0};
    int fd = -1;

    ck_assert_int_eq(file_temp(folder, &fd, &err), WEIR_OK);
    ck_assert_int_eq(write(fd, "x", 1), 1);
    ck_assert_int_eq(file_list_add(&l, folder, &err), WEIR_OK);
    ck_assert_uint_eq(l.count, 0);
    (void)close(fd);
    file_list_fini(&l);
    ck_assert_int_eq(file_temp(in("none"), &fd, &err), WEIR_FAIL);
}
END_TEST

START_TEST(refused_memory_leaks_nothing)
{
    size_t before = alloc_live();

    put("a", "1");
    put("b", "2");
    for (size_t fail = 1; fail < 12; fail++) {
        struct weir_err err = {0};
        struct file_list l = {0};
        struct buf b = {0};

        alloc_fail_at(fail, 1);
        (void)file_list_add(&l, folder, &err);
        (void)file_read(in("a"), 10, &b, &err);
        alloc_fail_at(0, 0);
        file_list_fini(&l);
        buf_fini(&b);
        ck_assert_uint_eq(alloc_live(), before);
    }
}
END_TEST

Suite *
suite_file(void)
{
    Suite *s = suite_create("file");
    TCase *t = tcase_create("file");

    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, what_was_committed_is_read_back);
    tcase_add_test(t, until_the_commit_there_is_no_file);
    tcase_add_test(t, large_writes_come_through);
    tcase_add_test(t, a_place_that_cannot_be_written_is_reported);
    tcase_add_test(t, a_failed_write_is_reported_at_the_commit_and_leaves_nothing);
    tcase_add_test(t, what_is_too_large_or_no_file_is_refused);
    tcase_add_test(t, folders_are_listed_in_bytewise_order);
    tcase_add_test(t, a_file_in_the_way_of_a_folder_is_said);
    tcase_add_test(t, a_spill_has_no_name);
    tcase_add_test(t, refused_memory_leaks_nothing);
    suite_add_tcase(s, t);
    return s;
}
