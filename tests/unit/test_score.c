/*
 * test_score - points against a twin that adds up all hits of the span anew each time.
 */
#include <stdlib.h>
#include <string.h>

#include "operator/score.h"
#include "support/must.h"
#include "support/rng.h"
#include "support/suites.h"

enum { HITS = 60, KEYS = 4, LINES = 4, CASES = 10000, MOMENTS = HITS };

struct past {
    int64_t at_us, by;
    uint64_t number;
    uint32_t key, line;
    bool by_set;
    uint64_t behind[3];
    size_t behind_count;
};

struct world {
    struct score_spec spec;
    struct score_line line[LINES];
    struct score_band band[LINES][3];
    uint32_t named[LINES];
    struct past hit[HITS];
    size_t count;
    size_t moments; /* seen */
    void *score;
};

static const char *const roles[LINES] = {"one", "two", "three", "four"};

/* ---- the twin --------------------------------------------------------------------- */

static int64_t
twin_points(const struct score_line *line, const struct past *h)
{
    if (line->band_count == 0)
        return line->points;
    if (!h->by_set)
        return 0;
    for (size_t i = 0; i + 1 < line->band_count; i++)
        if (h->by < (int64_t)line->bands[i].below.num)
            return line->bands[i].points;
    return line->bands[line->band_count - 1].points;
}

static bool
in_span(const struct world *w, const struct past *h, uint32_t key, size_t last)
{
    return h->key == key && h->at_us > w->hit[last].at_us - w->spec.over_us && h <= &w->hit[last];
}

static int64_t
twin_line(const struct world *w, uint32_t line, uint32_t key, size_t last, int64_t *hits)
{
    int64_t sum = 0, newest = 0;

    *hits = 0;
    for (size_t i = 0; i <= last; i++)
        if (w->hit[i].line == line && in_span(w, &w->hit[i], key, last)) {
            newest = twin_points(&w->line[line], &w->hit[i]);
            sum += newest;
            ++*hits;
        }
    sum = w->line[line].each ? sum : newest;
    return w->line[line].capped && sum > w->line[line].at_most ? w->line[line].at_most : sum;
}

static bool
twin_cites(const struct world *w, uint64_t number, uint32_t key, size_t last)
{
    for (size_t i = 0; i <= last; i++)
        for (size_t k = 0; k < w->hit[i].behind_count; k++)
            if (w->hit[i].behind[k] == number && in_span(w, &w->hit[i], key, last))
                return true;
    return false;
}

/* The last hit of the transaction that hit i belongs to. */
static size_t
last_of(const struct world *w, size_t i)
{
    while (i + 1 < w->count && w->hit[i + 1].number == w->hit[i].number &&
           w->hit[i + 1].at_us == w->hit[i].at_us)
        i++;
    return i;
}

/* ---- comparing ---------------------------------------------------------------------- */

static void
check_evidence(struct world *w, const struct operator_moment *m, size_t last)
{
    struct operator_quote quote[3 * HITS];
    size_t n = score_class.evidence(w->score, m, 0, quote, 3 * HITS), cited = 0;

    for (size_t i = 0; i < n; i++) {
        must(twin_cites(w, quote[i].number, m->key, last));
        must(i == 0 || quote[i].number > quote[i - 1].number);
    }
    for (uint64_t number = 1; number <= 3 * HITS; number++)
        cited += twin_cites(w, number, m->key, last);
    must(n == cited);
}

static bool
compare(void *context, const struct operator_moment *m)
{
    struct world *w = context;
    size_t last = 0;
    int64_t score = 0, rules = 0, hits[LINES];
    bool seen[LINES] = {false};

    while (w->hit[last].number != m->number || w->hit[last].at_us != m->at_us)
        must(++last < w->count);
    last = last_of(w, last);
    for (uint32_t i = 0; i < w->spec.line_count; i++) {
        score += twin_line(w, i, m->key, last, &hits[i]);
        rules += hits[i] > 0 && !seen[w->line[i].rule];
        seen[w->line[i].rule] |= hits[i] > 0;
    }
    must(m->measures[0].num == (int128)score * NUMBER_SCALE);
    must(m->measures[1].num == (int128)rules * NUMBER_SCALE);
    for (uint32_t i = 0; i < w->spec.named_count; i++)
        must(m->measures[SCORE_MEASURES + i].num == (int128)hits[w->named[i]] * NUMBER_SCALE);
    check_evidence(w, m, last);
    w->moments++;
    return true;
}

/* ---- random worlds -------------------------------------------------------------------- */

static void
make_lines(struct world *w, uint64_t *seed)
{
    w->spec = (struct score_spec){.over_us = 1 + (int64_t)rng_below(seed, 12),
        .line = w->line,
        .line_count = 1 + (uint32_t)rng_below(seed, LINES),
        .rules = LINES,
        .named = w->named};
    for (uint32_t i = 0; i < w->spec.line_count; i++) {
        struct score_line *line = &w->line[i];

        *line = (struct score_line){.role = roles[i],
            .rule = (uint32_t)rng_below(seed, i + 1),
            .each = rng_below(seed, 2) == 0,
            .capped = rng_below(seed, 3) == 0,
            .at_most = (int64_t)rng_below(seed, 30),
            .points = (int64_t)rng_below(seed, 40) - 10,
            .bands = w->band[i],
            .band_count = rng_below(seed, 4)};
        for (size_t b = 0; b < line->band_count; b++)
            w->band[i][b] = (struct score_band){
                .below = b + 1 == line->band_count ? value_missing(TYPE_NUMBER)
                                                   : value_num(TYPE_NUMBER, (int128)(3 * b + 2)),
                .points = (int64_t)rng_below(seed, 50) - 5};
        if (rng_below(seed, 2) == 0)
            w->named[w->spec.named_count++] = i;
    }
}

static void
make_hits(struct world *w, uint64_t *seed)
{
    int64_t at = 1000;
    uint64_t number = 1;

    w->count = 1 + rng_below(seed, HITS - 1);
    for (size_t i = 0; i < w->count; i++) {
        struct past *h = &w->hit[i];

        if (i > 0 && rng_below(seed, 3) > 0) { /* else a further hit of the same transaction */
            number++;
            at += (int64_t)rng_below(seed, 4);
        }
        *h = (struct past){.at_us = at,
            .number = number,
            .by = (int64_t)rng_below(seed, 10),
            .by_set = rng_below(seed, 8) > 0,
            .key = (uint32_t)rng_below(seed, KEYS),
            .line = (uint32_t)rng_below(seed, w->spec.line_count)};
        h->behind_count = rng_below(seed, 4);
        for (size_t k = 0; k < h->behind_count; k++)
            h->behind[k] = (k == 0 ? 0 : h->behind[k - 1]) + 1 + rng_below(seed, number);
    }
}

/* How many (transaction, entity) pairs there are: each is judged once. */
static size_t
pairs(const struct world *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->count; i++) {
        bool before = false;

        for (size_t k = 0; k < i; k++)
            before |= w->hit[k].number == w->hit[i].number && w->hit[k].key == w->hit[i].key;
        n += !before;
    }
    return n;
}

START_TEST(every_moment_is_the_sum_of_the_hits_in_its_span)
{
    uint64_t seed = 71;

    for (int c = 0; c < CASES; c++) {
        struct world w = {.count = 0};

        make_lines(&w, &seed);
        make_hits(&w, &seed);
        w.score = score_open(&w.spec);
        ck_assert_ptr_nonnull(w.score);
        for (size_t i = 0; i < w.count; i++) {
            const struct past *h = &w.hit[i];
            struct value by = value_num(TYPE_NUMBER, h->by);
            struct operator_entry e = {.key = h->key,
                .number = h->number,
                .at_us = h->at_us,
                .inputs = &by,
                .line = h->line,
                .behind = h->behind,
                .behind_count = h->behind_count};

            by.set = h->by_set;
            must(score_class.add(w.score, &e, compare, &w));
            if (rng_below(&seed, 3) == 0) /* where slabs end decides nothing */
                must(score_class.advance(w.score, h->at_us, h->at_us, compare, &w));
        }
        must(score_class.advance(w.score, INT64_MAX, INT64_MAX, compare, &w));
        ck_assert_uint_eq(w.moments, pairs(&w));
        score_class.free(w.score);
    }
}
END_TEST

Suite *
suite_score(void)
{
    Suite *s = suite_create("score");
    TCase *c = tcase_create("score");

    tcase_set_timeout(c, 60);
    tcase_add_test(c, every_moment_is_the_sum_of_the_hits_in_its_span);
    suite_add_tcase(s, c);
    return s;
}
