/*
 * The merge against a slow twin: whatever the files, their order, their rows' order, the threads
 * and the budgets, the same rows come out in the same order, and the books balance.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "support/rng.h"
#include "support/stream.h"
#include "support/suites.h"
#include "weir/limits.h"

enum { ROWS_MAX = 4000, ACCOUNTS = 4 };

static struct stream_row row[ROWS_MAX], mixed[ROWS_MAX], sorted[ROWS_MAX];
static struct stream_file file[STREAM_FILES_MAX];
static struct weir_err err;

/* --- rows --- */

/* Most ids say all of their row; some rows repeat an id with something changed. */
static void
make_rows(uint64_t *seed, size_t count, uint32_t span_s, uint32_t ids)
{
    for (size_t i = 0; i < count; i++) {
        struct stream_row *r = &row[i];
        uint64_t id = rng_below(seed, ids), own = id * 7919 + 1;

        *r = (struct stream_row){.bank = (uint32_t)(id % STREAM_BANKS)};
        (void)snprintf(r->id, sizeof r->id, "N%" PRIu64, id / STREAM_BANKS);
        r->at_s = (int64_t)rng_below(&own, span_s);
        r->amount = (int32_t)rng_below(&own, 5) * 100 + 1;
        (void)snprintf(r->from, sizeof r->from, "A%u", (unsigned)rng_below(&own, ACCOUNTS));
        (void)snprintf(r->to, sizeof r->to, "B%u", (unsigned)rng_below(&own, ACCOUNTS));
        if (rng_below(&own, 2) == 0)
            (void)snprintf(r->text, sizeof r->text, "rent %u", (unsigned)rng_below(&own, 3));
        if (rng_below(seed, 40) == 0)
            r->amount += (int32_t)rng_below(seed, 3);
        if (rng_below(seed, 60) == 0)
            r->at_s = (int64_t)rng_below(seed, span_s);
    }
}

static void
shuffle(uint64_t *seed, struct stream_row *r, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)rng_below(seed, i);
        struct stream_row was = r[i - 1];

        r[i - 1] = r[other];
        r[other] = was;
    }
}

/* --- the slow twin --- */

/* Time, source bank, then content in the order of the fields; nothing before something. */
static int
by_order(const void *a, const void *b)
{
    const struct stream_row *x = a, *y = b;
    int order;

    if (x->at_s != y->at_s)
        return x->at_s < y->at_s ? -1 : 1;
    if (x->bank != y->bank)
        return x->bank < y->bank ? -1 : 1;
    if ((order = strcmp(x->id, y->id)) != 0)
        return order;
    if (x->amount != y->amount)
        return x->amount < y->amount ? -1 : 1;
    if ((order = strcmp(x->text, y->text)) != 0 || (order = strcmp(x->from, y->from)) != 0)
        return order;
    return strcmp(x->to, y->to);
}

struct expected {
    struct stream_row *row;
    size_t count;
    uint64_t duplicates, conflicts;
};

/* Sort all, then look back over everything that came before. */
static struct expected
expect(size_t count)
{
    struct expected e = {.row = sorted};
    static struct stream_row all[ROWS_MAX];

    memcpy(all, row, count * sizeof *all);
    qsort(all, count, sizeof *all, by_order);
    for (size_t i = 0; i < count; i++) {
        bool met = false;

        if (i > 0 && by_order(&all[i - 1], &all[i]) == 0) {
            e.duplicates++;
            continue;
        }
        for (size_t j = 0; j < e.count && !met; j++)
            met = sorted[j].bank == all[i].bank && strcmp(sorted[j].id, all[i].id) == 0;
        if (met)
            e.conflicts++;
        else
            sorted[e.count++] = all[i];
    }
    return e;
}

static bool
same(const struct stream_out *o, const struct stream_row *r)
{
    return o->at_us == INT64_C(19723) * US_PER_DAY + r->at_s * US_PER_S && o->source == r->bank &&
           strcmp(o->id, r->id) == 0 && o->amount == r->amount && strcmp(o->text, r->text) == 0 &&
           strcmp(o->from, r->from) == 0 && strcmp(o->to, r->to) == 0;
}

static void
check_run(const struct stream_run *run, const struct expected *e, size_t count, const char *why)
{
    ck_assert_msg(run->count == e->count, "%s: %zu rows stand, not %zu", why, run->count, e->count);
    for (size_t i = 0; i < e->count; i++)
        if (!same(&run->out[i], &e->row[i]))
            ck_abort_msg("%s: row %zu is %s, not %s", why, i, run->out[i].id, e->row[i].id);
    ck_assert_uint_eq(run->rows, count);
    ck_assert_uint_eq(run->accepted, count);
    ck_assert_uint_eq(run->duplicates, e->duplicates);
    ck_assert_uint_eq(run->conflicts, e->conflicts);
}

/* --- files --- */

/* Deal the rows out to `files` files, each of one bank; `neat` of four files are in order of time.
 */
static void
deal(uint64_t *seed, size_t count, uint32_t files, uint32_t neat)
{
    static struct stream_row part[ROWS_MAX];
    static uint32_t to[ROWS_MAX];

    memcpy(mixed, row, count * sizeof *mixed);
    shuffle(seed, mixed, count);
    for (size_t i = 0; i < count; i++)
        to[i] =
            (uint32_t)rng_below(seed, (files + STREAM_BANKS - 1) / STREAM_BANKS) * STREAM_BANKS +
            mixed[i].bank;
    for (uint32_t n = 0; n < files; n++) {
        size_t size = 0;

        for (size_t i = 0; i < count; i++)
            if (to[i] % files == n && mixed[i].bank == n % STREAM_BANKS)
                part[size++] = mixed[i];
        if (rng_below(seed, 4) < neat)
            qsort(part, size, sizeof *part, by_order);
        file[n] = (struct stream_file){
            .path = stream_write(n, part, size, false), .bank = n % STREAM_BANKS};
    }
}

/* The files in another order; the number of an input must not matter. */
static void
reorder(uint64_t *seed, uint32_t files)
{
    for (uint32_t i = files; i > 1; i--) {
        uint32_t other = (uint32_t)rng_below(seed, i);
        struct stream_file was = file[i - 1];

        file[i - 1] = file[other];
        file[other] = was;
    }
}

static struct stream_run
draw_run(uint64_t *seed, uint32_t files)
{
    static const uint32_t threads[] = {0, 1, 2}, batches[] = {1, 7, 64, 1024};
    static const size_t blocks[] = {1, 31, 65536}, small[] = {1, 3000, 0};

    return (struct stream_run){.file = file,
        .file_count = files,
        .threads = threads[rng_below(seed, 3)],
        .batch_rows = batches[rng_below(seed, 4)],
        .block_bytes = blocks[rng_below(seed, 3)],
        .ahead_bytes = small[rng_below(seed, 3)],
        .sort_bytes = small[rng_below(seed, 3)],
        .hold_bytes = small[rng_below(seed, 3)],
        .repeat_bytes = rng_below(seed, 2),
        .key = rng_next(seed),
        .verify = rng_below(seed, 2) == 0};
}

static void
teardown(void)
{
    stream_clean();
}

/* --- what must hold --- */

START_TEST(any_shuffle_and_any_split_give_the_same_stream)
{
    static const uint32_t spans[] = {1, 20, 100000}, counts[] = {3, 6, 9};
    uint64_t seed = (uint64_t)_i * 977 + 5;
    size_t count = 40 + (size_t)rng_below(&seed, 500);
    struct expected e;

    make_rows(&seed, count, spans[_i % 3], (uint32_t)count);
    e = expect(count);
    for (int turn = 0; turn < 10; turn++) {
        uint32_t files = counts[rng_below(&seed, 3)];
        struct stream_run run;
        char why[96];

        deal(&seed, count, files, (uint32_t)rng_below(&seed, 5));
        reorder(&seed, files);
        run = draw_run(&seed, files);
        (void)snprintf(why, sizeof why, "turn %d: %u files, %u threads, batches of %u", turn,
            (unsigned)files, (unsigned)run.threads, (unsigned)run.batch_rows);
        ck_assert_msg(stream_go(&run, &err) == WEIR_END, "%s: %s %s", why, err.code, err.text);
        check_run(&run, &e, count, why);
        stream_free(&run);
    }
}
END_TEST

START_TEST(one_file_streams_like_many)
{
    uint64_t seed = (uint64_t)_i + 31;
    size_t count = 3000;
    struct expected e;
    struct stream_run run;

    make_rows(&seed, count, 400, 100000);
    for (size_t i = 0; i < count; i++)
        row[i].bank = 0;
    e = expect(count);
    memcpy(mixed, row, count * sizeof *mixed);
    if (_i % 2 == 0)
        qsort(mixed, count, sizeof *mixed, by_order);
    file[0] = (struct stream_file){.path = stream_write(0, mixed, count, false)};
    run = draw_run(&seed, 1);
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    check_run(&run, &e, count, "one file");
    stream_free(&run);
}
END_TEST

START_TEST(the_same_file_given_twice_adds_nothing)
{
    uint64_t seed = 11;
    size_t count = 500;
    struct expected e;

    make_rows(&seed, count, 50, 100000);
    for (size_t i = 0; i < count; i++)
        row[i].bank = 0;
    e = expect(count);
    file[0] = file[1] = (struct stream_file){.path = stream_write(0, row, count, false)};
    for (uint32_t threads = 0; threads < 3; threads++) {
        struct stream_run run = {.file = file, .file_count = 2, .threads = threads, .key = 3};

        ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
        ck_assert_uint_eq(run.count, e.count);
        ck_assert_uint_eq(run.duplicates + run.conflicts + e.count, 2 * count);
        stream_free(&run);
    }
}
END_TEST

START_TEST(least_content_stands_and_the_rest_is_written_down)
{
    static const struct stream_row plain = {.at_s = 5, .id = "X", .amount = 300, .from = "A"};
    struct stream_row rows[3] = {plain, plain, plain};

    rows[1].amount = 200;
    rows[2].at_s = 9;
    rows[2].amount = 100;
    for (uint32_t n = 0; n < 3; n++)
        file[n] = (struct stream_file){.path = stream_write(n, &rows[n], 1, false)};
    for (uint32_t turn = 0; turn < 6; turn++) {
        uint64_t seed = turn;
        struct stream_run run = {.file = file, .file_count = 3, .threads = turn % 3, .key = turn};

        reorder(&seed, 3);
        ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
        ck_assert_uint_eq(run.count, 1);
        ck_assert_int_eq(run.out[0].amount, 200);
        ck_assert_uint_eq(run.conflicts, 2);
        ck_assert_uint_eq(run.attempts, 2);
        ck_assert_ptr_nonnull(strstr(run.quarantine, "\"reason\":\"Q_DUPCONFLICT\""));
        stream_free(&run);
    }
}
END_TEST

/* Neighbours in the order are told apart at once; no second attempt is needed. */
START_TEST(a_conflict_within_one_moment_costs_no_restart)
{
    struct stream_row rows[2] = {{.at_s = 5, .id = "X", .amount = 300, .from = "A"},
        {.at_s = 5, .id = "X", .amount = 200, .from = "A"}};
    struct stream_run run = {.file = file, .file_count = 1};

    file[0] = (struct stream_file){.path = stream_write(0, rows, 2, false)};
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_uint_eq(run.count, 1);
    ck_assert_int_eq(run.out[0].amount, 200);
    ck_assert_uint_eq(run.conflicts, 1);
    ck_assert_uint_eq(run.attempts, 1);
    stream_free(&run);
}
END_TEST

START_TEST(an_id_may_repeat_at_another_bank)
{
    static const struct stream_row plain = {.at_s = 5, .id = "X", .amount = 300, .from = "A"};
    struct stream_run run = {.file = file, .file_count = 2};

    for (uint32_t n = 0; n < 2; n++)
        file[n] = (struct stream_file){.path = stream_write(n, &plain, 1, false), .bank = n};
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_uint_eq(run.count, 2);
    ck_assert_uint_eq(run.attempts, 1);
    stream_free(&run);
}
END_TEST

/* Four bad rows at the end of a short file condemn it after its good rows were handed on. */
START_TEST(damage_found_late_takes_the_whole_file_back)
{
    uint64_t seed = (uint64_t)_i + 77;
    size_t count = 280;
    struct expected e;
    struct stream_run run;

    make_rows(&seed, count, 1000, 100000);
    e = expect(count);
    deal(&seed, count, 6, 4);
    for (size_t i = 0; i < 250; i++)
        (void)snprintf(mixed[i].id, sizeof mixed[i].id, "Z%zu", i);
    qsort(mixed, 250, sizeof *mixed, by_order);
    for (size_t i = 246; i < 250; i++)
        mixed[i].amount = -1;
    for (uint32_t n = 6; n < 8; n++)
        file[n] = (struct stream_file){.path = stream_write(n, mixed, 250, false)};
    run = draw_run(&seed, 8);
    run.ahead_bytes = 1;
    run.batch_rows = 7;
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert(file[6].bad);
    ck_assert(file[7].bad);
    ck_assert_uint_ge(run.attempts, 2);
    check_run(&run, &e, count, "without the bad files");
    stream_free(&run);
}
END_TEST

START_TEST(disorder_found_late_starts_again_sorted)
{
    uint64_t seed = (uint64_t)_i + 99;
    size_t count = 600;
    struct expected e;
    struct stream_run run;

    make_rows(&seed, count, 5000, 100000);
    for (size_t i = 0; i < count; i++)
        row[i].bank = 0;
    e = expect(count);
    memcpy(mixed, row, count * sizeof *mixed);
    qsort(mixed, count, sizeof *mixed, by_order);
    {
        struct stream_row first = mixed[0];

        memmove(mixed, mixed + 1, (count - 1) * sizeof *mixed);
        mixed[count - 1] = first;
    }
    file[0] = (struct stream_file){.path = stream_write(0, mixed, count, false)};
    run = draw_run(&seed, 1);
    run.ahead_bytes = 1;
    run.batch_rows = 7;
    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert(file[0].sort);
    check_run(&run, &e, count, "sorted");
    stream_free(&run);
}
END_TEST

START_TEST(three_hundred_files_in_one_run)
{
    uint64_t seed = 4;
    size_t count = 3600;
    struct merge_share share = merge_share_of(300, 2, 0);
    struct expected e;

    make_rows(&seed, count, 100000, 1000000);
    e = expect(count);
    deal(&seed, count, 300, 4);
    for (uint32_t threads = 0; threads < 3; threads += 2) {
        struct stream_run run = {.file = file,
            .file_count = 300,
            .threads = threads,
            .batch_rows = share.batch_rows,
            .ahead_bytes = share.ahead_bytes,
            .sort_bytes = share.sort_bytes,
            .hold_bytes = share.hold_bytes,
            .block_bytes = share.block_bytes,
            .key = 9};

        ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
        check_run(&run, &e, count, "300 files");
        stream_free(&run);
    }
}
END_TEST

START_TEST(more_files_than_one_run_takes_are_refused)
{
    struct hash_key key = {1, 2};
    struct merge_spec spec = {
        .feed_count = LIMIT_INPUTS + 1, .fields = TXN_FIELD_COUNT, .batch_rows = 8, .key = &key};
    struct merge *m;

    err = (struct weir_err){0};
    ck_assert_int_eq(merge_open(&spec, &m, &err), WEIR_FAIL);
    ck_assert_str_eq(err.code, "E226");
}
END_TEST

START_TEST(no_feeds_are_an_empty_night)
{
    struct stream_run run = {.file = file, .file_count = 0, .threads = 2};

    ck_assert_int_eq(stream_go(&run, &err), WEIR_END);
    ck_assert_uint_eq(run.count, 0);
    stream_free(&run);
}
END_TEST

/* Closed after 0, 1, 2, ... slabs, while the workers are at it. */
START_TEST(closing_early_stops_the_workers)
{
    uint64_t seed = (uint64_t)_i;
    struct feed *feed[6];
    struct hash_key key = {1, 2};
    struct merge_spec spec = {.feed = feed,
        .feed_count = 6,
        .threads = (uint32_t)_i % 3,
        .fields = TXN_FIELD_COUNT,
        .batch_rows = 5,
        .key = &key};
    struct stream_run run = {.file = file, .file_count = 6, .ahead_bytes = 1};
    struct merge *m;
    struct slab slab;
    uint32_t bad;

    make_rows(&seed, 1500, 100000, 1000000);
    deal(&seed, 1500, 6, 4);
    for (uint32_t n = 0; n < 6; n++) {
        struct feed_spec f = stream_feed(&run, n);

        ck_assert_int_eq(feed_open(&f, &feed[n], &err), WEIR_OK);
    }
    ck_assert_int_eq(merge_open(&spec, &m, &err), WEIR_OK);
    for (int i = 0; i < _i / 3; i++)
        if (merge_next(m, &slab, &bad, &err) != WEIR_OK)
            break;
    merge_close(m);
    for (uint32_t n = 0; n < 6; n++)
        feed_close(feed[n]);
}
END_TEST

/* Both ends of the scale fit the promise of 256 MB beside the reader's own rooms. */
START_TEST(shares_stay_within_the_budget)
{
    for (uint32_t feeds = 1; feeds <= 4096; feeds *= 2) {
        struct merge_share s = merge_share_of(feeds, 2, 0);
        size_t batches = (size_t)s.batch_rows * 640 * 4;

        ck_assert_uint_ge(s.batch_rows, 8);
        ck_assert_uint_le(s.batch_rows, 1024);
        ck_assert_uint_le(feeds * (s.ahead_bytes + batches + s.block_bytes), 256u << 20);
        ck_assert_uint_le(2 * s.sort_bytes, 128u << 20);
    }
}
END_TEST

START_TEST(missing_comes_before_present_and_numbers_go_by_value)
{
    _Alignas(16) static char room_a[4096], room_b[4096];
    static enum type types[LIMIT_FIELDS];
    struct txn *a = (struct txn *)(void *)room_a, *b = (struct txn *)(void *)room_b;

    for (uint32_t f = 0; f < TXN_FIELD_COUNT; f++)
        types[f] = txn_fields[f].type;
    *a = (struct txn){.at_us = 1, .base = "ab", .present = 1u << TXN_ID};
    *b = *a;
    a->cell[TXN_ID].text.off = b->cell[TXN_ID].text.off = 0;
    a->cell[TXN_ID].text.size = 1;
    b->cell[TXN_ID].text.size = 2;
    ck_assert_int_lt(txn_order(a, b, types, TXN_FIELD_COUNT), 0);
    b->cell[TXN_ID].text.size = 1;
    b->file = 7;
    b->row = 9;
    ck_assert_int_eq(txn_order(a, b, types, TXN_FIELD_COUNT), 0);
    b->present |= 1u << TXN_AMOUNT;
    b->cell[TXN_AMOUNT].num = -5;
    ck_assert_int_lt(txn_order(a, b, types, TXN_FIELD_COUNT), 0);
    a->present = b->present;
    a->cell[TXN_AMOUNT].num = 3;
    ck_assert_int_gt(txn_order(a, b, types, TXN_FIELD_COUNT), 0);
    b->cell[TXN_AMOUNT].num = 3;
    b->flags = TXN_OWN_ORIGINATOR;
    ck_assert_int_lt(txn_order(a, b, types, TXN_FIELD_COUNT), 0);
    b->flags = TXN_TIME_REPEATED;
    ck_assert_int_eq(txn_order(a, b, types, TXN_FIELD_COUNT), 0);
}
END_TEST

Suite *
suite_merge(void)
{
    Suite *s = suite_create("merge");
    TCase *order = tcase_create("order"), *restart = tcase_create("restart");

    tcase_set_timeout(order, 120);
    tcase_set_timeout(restart, 120);
    tcase_add_checked_fixture(order, NULL, teardown);
    tcase_add_checked_fixture(restart, NULL, teardown);
    tcase_add_test(order, missing_comes_before_present_and_numbers_go_by_value);
    tcase_add_loop_test(order, any_shuffle_and_any_split_give_the_same_stream, 0, 50);
    tcase_add_loop_test(order, one_file_streams_like_many, 0, 12);
    tcase_add_test(order, the_same_file_given_twice_adds_nothing);
    tcase_add_test(order, least_content_stands_and_the_rest_is_written_down);
    tcase_add_test(order, a_conflict_within_one_moment_costs_no_restart);
    tcase_add_test(order, an_id_may_repeat_at_another_bank);
    tcase_add_test(order, three_hundred_files_in_one_run);
    tcase_add_test(order, more_files_than_one_run_takes_are_refused);
    tcase_add_test(order, no_feeds_are_an_empty_night);
    tcase_add_test(order, shares_stay_within_the_budget);
    tcase_add_loop_test(restart, damage_found_late_takes_the_whole_file_back, 0, 8);
    tcase_add_loop_test(restart, disorder_found_late_starts_again_sorted, 0, 8);
    tcase_add_loop_test(restart, closing_early_stops_the_workers, 0, 18);
    suite_add_tcase(s, order);
    suite_add_tcase(s, restart);
    return s;
}
