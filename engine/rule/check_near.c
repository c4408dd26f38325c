/*
 * check_near - the names a misspelt one is nearest to (rule-language.md section 14).
 *
 * Only the nearest are offered, at most three: a list of guesses helps nobody. Where nothing is
 * within a third of the length, text/diag's wider search (case, beginnings) has the word.
 */
#include "rule/check.h"

enum { WORD_MAX = 60, OFFERED = 3, SUGGESTED_MAX = 50 /* messages of one expression */ };

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edits from one to the other; two letters changing places count one. Above WORD_MAX: far. */
static unsigned
distance(struct bytes a, struct bytes b)
{
    unsigned row[3][WORD_MAX + 1] = {{0}};
    unsigned *two = row[0], *one = row[1], *now = row[2];

    if (a.size > WORD_MAX || b.size > WORD_MAX)
        return WORD_MAX;
    for (unsigned j = 0; j <= b.size; j++)
        one[j] = j;
    for (unsigned i = 1; i <= a.size; i++) {
        unsigned *spare = two;

        now[0] = i;
        for (unsigned j = 1; j <= b.size; j++) {
            now[j] =
                least(least(one[j], now[j - 1]) + 1, one[j - 1] + (a.at[i - 1] != b.at[j - 1]));
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
                now[j] = least(now[j], two[j - 2] + 1);
        }
        two = one;
        one = now;
        now = spare;
    }
    return one[b.size];
}

/* The names at the least distance, in their order; 0 where all are too far. */
static size_t
nearest(struct bytes word, const char *const *names, size_t count, size_t best[static OFFERED])
{
    unsigned limit = word.size < 3 ? 0 : (unsigned)(word.size + 2) / 3;
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned d = distance(word, bytes_of(names[i]));

        if (d == 0 || d > limit)
            continue;
        if (d < limit)
            n = 0;
        limit = d;
        if (n < OFFERED)
            best[n++] = i;
    }
    return n;
}

/* Names that end in the word after a point: `country` of originator and beneficiary. */
static size_t
endings(struct bytes word, const char *const *names, size_t count, size_t best[static OFFERED])
{
    size_t n = 0;

    for (size_t i = 0; i < count && n < OFFERED; i++) {
        const char *point = strchr(names[i], '.');

        if (point != NULL && bytes_equal(bytes_of(point + 1), word))
            best[n++] = i;
    }
    return n;
}

void
check_suggest(
    struct checker *c, struct diag *d, struct bytes word, const char *const *names, size_t count)
{
    size_t best[OFFERED], n;

    if (d == NULL || c->errors > SUGGESTED_MAX)
        return;
    n = endings(word, names, count, best);
    if (n == 0)
        n = nearest(word, names, count, best);
    if (n == 0)
        n = diag_nearest(word, names, count, best, OFFERED);
    if (n == 1)
        check_label(c, d, "did you mean `%s`?", names[best[0]]);
    else if (n == 2)
        check_label(c, d, "did you mean `%s` or `%s`?", names[best[0]], names[best[1]]);
    else if (n == OFFERED)
        check_label(c, d, "did you mean `%s`, `%s` or `%s`?", names[best[0]], names[best[1]],
            names[best[2]]);
}
