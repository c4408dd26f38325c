/*
 * One file through a feed: moments, days, twins, limits on bad rows, disorder early and late,
 * memory that runs out anywhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "ingest/feed.h"
#include "support/rng.h"
#include "support/stream.h"
#include "support/suites.h"
#include "weir/limits.h"

enum { ROWS_MAX = 120000 };

static struct stream_row *row;
static struct stream_file file;
static struct weir_err err;
static struct stream_run run;

static void
setup(void)
{
    row = calloc(ROWS_MAX, sizeof *row);
    ck_assert_ptr_nonnull(row);
    err = (struct weir_err){0};
    run = (struct stream_run){.file = &file, .file_count = 1, .batch_rows = 64};
}

static void
teardown(void)
{
    free(row);
    stream_free(&run);
    stream_clean();
}

static void
make_rows(size_t count, int64_t gap_s)
{
    for (size_t i = 0; i < count; i++) {
        row[i] = (struct stream_row){
            .at_s = (int64_t)i * gap_s, .amount = 100, .from = "A1", .to = "B1"};
        (void)snprintf(row[i].id, sizeof row[i].id, "%07zu", (i * 7919) % 1000003);
    }
}

static void
write_file(size_t count, bool days)
{
    file = (struct stream_file){.path = stream_write(0, row, count, days)};
}

/* Pull a feed to its end; the number of rows, and how it ended. */
static uint64_t
pull(const struct feed_spec *spec, enum feed_end *end, struct feed_counts *counts)
{
    struct batch *b = batch_new(run.batch_rows, TXN_FIELD_COUNT, 0);
    struct feed *f;
    uint64_t rows = 0;

    ck_assert_int_eq(feed_open(spec, &f, &err), WEIR_OK);
    while (feed_next(f, b, &err) == WEIR_OK)
        rows += b->count;
    *end = feed_ended(f);
    feed_counts(f, counts);
    feed_close(f);
    batch_free(b);
    return rows;
}

/* --- limits on bad rows: reliability.md section 3 --- */

static const struct limit {
    const char *why;
    uint32_t rows, bad;
    bool stands;
} limits[] = {
    {"three bad rows in a small file are borne", 299, 3, true},
    {"two are", 10, 2, true},
    {"four are not", 299, 4, false},
    {"four are not, however small the file", 4, 4, false},
    {"from row 300 on it is the share: exactly 1 %", 300, 3, true},
    {"more than 1 % of 300", 300, 4, false},
    {"less than 1 % of 301", 301, 3, true},
    {"exactly 1 % of 1,000", 1000, 10, true},
    {"one fewer", 1000, 9, true},
    {"one more", 1000, 11, false},
    {"999 of very many", 120000, 999, true},
    {"1,000 of very many", 120000, 1000, true},
    {"1,001 of very many, though below 1 %", 120000, 1001, false},
};

START_TEST(bad_rows_are_borne_up_to_the_limit)
{
    const struct limit *l = &limits[_i];
    struct feed_counts counts;
    enum feed_end end;
    uint64_t rows;

    make_rows(l->rows, 1);
    for (uint32_t i = 0; i < l->bad; i++)
        row[(uint64_t)i * l->rows / l->bad].amount = -1;
    write_file(l->rows, false);
    run.batch_rows = 1024;
    {
        struct feed_spec spec = stream_feed(&run, 0);

        rows = pull(&spec, &end, &counts);
    }
    ck_assert_msg((end == FEED_DONE) == l->stands, "%s: %s", l->why, err.text);
    if (l->stands) {
        ck_assert_uint_eq(rows, l->rows - l->bad);
        ck_assert_uint_eq(counts.quarantined, l->bad);
        ck_assert_uint_eq(counts.rows, counts.accepted + counts.quarantined + counts.skipped);
    } else {
        ck_assert_int_eq(end, FEED_DAMAGED);
        ck_assert_str_eq(err.code, "E220");
    }
}
END_TEST

/* Where in the file the bad rows stand must not matter. */
START_TEST(bad_rows_at_the_front_weigh_no_more)
{
    struct feed_counts counts;
    enum feed_end end;

    make_rows(1000, 1);
    for (int i = 0; i < 10; i++)
        row[i].amount = -1;
    write_file(1000, false);
    {
        struct feed_spec spec = stream_feed(&run, 0);

        ck_assert_uint_eq(pull(&spec, &end, &counts), 990);
    }
    ck_assert_int_eq(end, FEED_DONE);
}
END_TEST

START_TEST(a_row_set_aside_says_what_where_and_what_would_be_right)
{
    make_rows(20, 1);
    row[6].amount = -1;
    write_file(20, false);
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_uint_eq(run.quarantined, 1);
    ck_assert_ptr_nonnull(strstr(run.quarantine, "\"file\":\"0000.csv\",\"row\":7,\"line\":8,"));
    ck_assert_ptr_nonnull(strstr(run.quarantine, "\"reason\":\"Q_AMOUNT\",\"column\":\"amount\","
                                                 "\"found\":\"none\",\"right\":\"a"));
    ck_assert_ptr_nonnull(strstr(run.quarantine, ",none,EUR,A1,B1,\"}\n"));
}
END_TEST

/* --- order --- */

START_TEST(early_disorder_costs_nothing_and_late_disorder_is_said)
{
    struct feed_spec spec;
    struct feed_counts counts;
    enum feed_end end;

    make_rows(5000, 1);
    row[4999].at_s = 0;
    write_file(5000, false);
    spec = stream_feed(&run, 0);
    ck_assert_uint_eq(pull(&spec, &end, &counts), 5000);
    ck_assert_int_eq(end, FEED_DONE);
    ck_assert(counts.sorted);
    spec.ahead_bytes = 1;
    ck_assert_uint_lt(pull(&spec, &end, &counts), 5000);
    ck_assert_int_eq(end, FEED_DISORDER);
    spec.sort = true;
    err = (struct weir_err){0};
    ck_assert_uint_eq(pull(&spec, &end, &counts), 5000);
    ck_assert_int_eq(end, FEED_DONE);
}
END_TEST

static void
check_order(void)
{
    for (size_t i = 1; i < run.count; i++) {
        const struct stream_out *a = &run.out[i - 1], *b = &run.out[i];

        if (a->at_us > b->at_us || (a->at_us == b->at_us && strcmp(a->id, b->id) >= 0))
            ck_abort_msg("row %zu, %s, is out of order", i, b->id);
    }
}

/* A file of days: each day's rows are one moment, far more than a batch holds. */
START_TEST(days_are_sorted_among_themselves)
{
    static const size_t budgets[] = {1, 50000, 0};

    make_rows(9000, 29); /* about three days; 86,400 / 29 = 2,979 rows each */
    write_file(9000, true);
    run.ahead_bytes = _i % 2 == 0 ? 1 : 0;
    run.sort_bytes = budgets[_i % 3];
    run.hold_bytes = budgets[_i / 3];
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_uint_eq(run.count, 9000);
    ck_assert_uint_eq(run.attempts, 1);
    ck_assert((run.out[0].flags & TXN_DATE_ONLY) != 0);
    check_order();
    ck_assert_uint_eq(run.spilled > 0, run.sort_bytes == 1 || run.sort_bytes == 50000 ||
                                           (run.hold_bytes > 0 && run.hold_bytes <= 50000));
}
END_TEST

/* --- rows without ids --- */

static uint64_t
count_twins(size_t alike, bool once)
{
    make_rows(100, 1);
    for (size_t i = 40; i < 40 + alike; i++) {
        row[i] = row[40];
        row[i].id[0] = '\0';
    }
    write_file(100, false);
    run.once = once;
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    check_order();
    return run.count;
}

START_TEST(equal_rows_of_one_file_both_count)
{
    static const size_t batches[] = {1, 7, 16, 1024};

    run.batch_rows = (uint32_t)batches[_i % 4];
    run.ahead_bytes = _i < 4 ? 1 : 0;
    ck_assert_uint_eq(count_twins(25, false), 100);
    ck_assert_uint_eq(run.duplicates, 0);
}
END_TEST

START_TEST(twins_once_counts_them_once)
{
    ck_assert_uint_eq(count_twins(25, true), 76);
    ck_assert_uint_eq(run.duplicates, 24);
}
END_TEST

START_TEST(a_file_without_ids_sent_twice_adds_nothing)
{
    struct stream_file both[2];

    make_rows(60, 1);
    for (size_t i = 0; i < 60; i++) {
        row[i].id[0] = '\0';
        row[i].at_s = (int64_t)(i / 20);
    }
    both[0] = (struct stream_file){.path = stream_write(0, row, 60, false)};
    both[1] = (struct stream_file){.path = stream_write(1, row, 50, false)};
    run.file = both;
    run.file_count = 2;
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_msg(run.count == 60, "%s", run.why);
    ck_assert_uint_eq(run.duplicates, 50);
    ck_assert_uint_eq(run.attempts, 1);
    check_order();
}
END_TEST

/* --- trouble --- */

START_TEST(a_file_that_is_not_there_is_a_bad_file)
{
    struct feed_counts counts;
    enum feed_end end;
    struct feed_spec spec;

    write_file(0, false);
    spec = stream_feed(&run, 0);
    spec.path = "/nonexistent-folder/file.csv";
    ck_assert_uint_eq(pull(&spec, &end, &counts), 0);
    ck_assert_int_eq(end, FEED_DAMAGED);
}
END_TEST

START_TEST(a_stop_ends_it_without_blaming_the_file)
{
    atomic_int stop = 1;
    struct feed_counts counts;
    enum feed_end end;
    struct feed_spec spec;

    make_rows(1000, 1);
    write_file(1000, false);
    spec = stream_feed(&run, 0);
    spec.stop = &stop;
    ck_assert_uint_eq(pull(&spec, &end, &counts), 0);
    ck_assert_int_eq(end, FEED_OPEN);
    ck_assert_int_eq(err.trouble, WEIR_TROUBLE_STOPPED);
}
END_TEST

START_TEST(header_only_is_an_empty_file)
{
    write_file(0, false);
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_uint_eq(run.count, 0);
}
END_TEST

/* Every allocation of a run in turn is refused, inline and with workers. */
START_TEST(memory_that_runs_out_ends_the_run_cleanly)
{
    size_t n, live;

    make_rows(120, 1);
    row[100].at_s = 0;
    for (size_t i = 60; i < 80; i++) {
        row[i] = row[60];
        row[i].id[0] = '\0';
    }
    write_file(120, false);
    run.batch_rows = 16;
    run.sort_bytes = run.hold_bytes = 2000;
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    stream_free(&run);
    live = alloc_live();
    for (n = 1; n < 2000; n++) {
        enum weir_status st;

        file.sort = false;
        run.threads = (uint32_t)n % 2;
        alloc_fail_at(n, _i);
        st = stream_go(&run, &err);
        ck_assert_uint_eq(alloc_live(), live);
        if (alloc_count() < n)
            break;
        ck_assert_msg(
            st == WEIR_END || err.trouble == WEIR_TROUBLE_LIMIT, "request %zu: %s", n, err.text);
        ck_assert_msg(st != WEIR_END || run.count == 120, "request %zu: rows are missing", n);
        stream_free(&run);
    }
    alloc_fail_at(0, 0);
    ck_assert_uint_gt(n, 30);
}
END_TEST

Suite *
suite_feed(void)
{
    Suite *s = suite_create("feed");
    TCase *rows = tcase_create("rows");

    tcase_set_timeout(rows, 120);
    tcase_add_checked_fixture(rows, setup, teardown);
    tcase_add_loop_test(
        rows, bad_rows_are_borne_up_to_the_limit, 0, sizeof limits / sizeof *limits);
    tcase_add_test(rows, bad_rows_at_the_front_weigh_no_more);
    tcase_add_test(rows, a_row_set_aside_says_what_where_and_what_would_be_right);
    tcase_add_test(rows, early_disorder_costs_nothing_and_late_disorder_is_said);
    tcase_add_loop_test(rows, days_are_sorted_among_themselves, 0, 9);
    tcase_add_loop_test(rows, equal_rows_of_one_file_both_count, 0, 8);
    tcase_add_test(rows, twins_once_counts_them_once);
    tcase_add_test(rows, a_file_without_ids_sent_twice_adds_nothing);
    tcase_add_test(rows, a_file_that_is_not_there_is_a_bad_file);
    tcase_add_test(rows, a_stop_ends_it_without_blaming_the_file);
    tcase_add_test(rows, header_only_is_an_empty_file);
    tcase_add_loop_test(rows, memory_that_runs_out_ends_the_run_cleanly, 0, 2);
    suite_add_tcase(s, rows);
    return s;
}
