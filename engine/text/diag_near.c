/*
 * diag_near - the names nearest to a misspelt word.
 *
 * Edit distance counts a swap of neighbours as one (optimal string alignment), in bytes: the
 * names of the language are ASCII.
 */
#include <stdint.h>
#include <string.h>

#include "text/diag.h"

enum {
    WORD_MAX = 64,      /* longer words get no suggestion */
    RANK_FOLDED = 1000, /* after every edit distance */
    RANK_PREFIX = 2000,
    RANK_NONE = 3000,
    PREFIX_LEAST = 2,
    EDIT_LEAST = 3 /* of two letters, one wrong says nothing about the other */
};

static unsigned char
lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t
edit_distance(struct bytes a, struct bytes b)
{
    size_t row[3][WORD_MAX + 1];

    for (size_t j = 0; j <= b.size; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

        now[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t change = last[j - 1] + (a.at[i - 1] != b.at[j - 1]);

            now[j] = least(change, least(last[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[a.size % 3][b.size];
}

static bool
starts_folded(struct bytes text, struct bytes head)
{
    for (size_t i = 0; i < head.size; i++)
        if (i >= text.size || lower(text.at[i]) != lower(head.at[i]))
            return false;
    return true;
}

/* How far the name is from the word; RANK_NONE where it is no suggestion. */
static size_t
rank_of(struct bytes word, struct bytes name)
{
    size_t distance;

    if (name.size > WORD_MAX || bytes_equal(word, name))
        return RANK_NONE;
    distance = edit_distance(word, name);
    if (word.size >= EDIT_LEAST && distance <= (word.size + 2) / 3)
        return distance;
    if (word.size == name.size && starts_folded(name, word))
        return RANK_FOLDED;
    if (word.size >= PREFIX_LEAST && starts_folded(name, word))
        return RANK_PREFIX;
    return RANK_NONE;
}

size_t
diag_nearest(struct bytes word, const char *const *names, size_t count, size_t *best, size_t max)
{
    size_t rank[16], found = 0;

    if (max > sizeof rank / sizeof *rank)
        max = sizeof rank / sizeof *rank;
    if (word.size == 0 || word.size > WORD_MAX)
        return 0;
    for (size_t i = 0; i < count; i++) {
        size_t r = rank_of(word, bytes_of(names[i])), at = found;

        if (r == RANK_NONE)
            continue;
        while (at > 0 && rank[at - 1] > r)
            at--;
        if (at >= max)
            continue;
        if (found < max)
            found++;
        for (size_t j = found - 1; j > at; j--) {
            rank[j] = rank[j - 1];
            best[j] = best[j - 1];
        }
        rank[at] = r;
        best[at] = i;
    }
    return found;
}
