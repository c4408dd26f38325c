/*
 * score - how alike two names are, in millionths, and which word was taken for which.
 *
 * Words are paired best first, in any order of theirs; a word may stand for two neighbours written
 * apart. Words left over on both sides contradict each other; words only one side has cost little
 * where two words agree and one of them is no common one, and much where the agreement is thin.
 * An initial agrees with a word that begins with it. Whole numbers throughout; the last step rounds
 * half-even. A score of 1,000,000 is for equal words alone.
 */
#ifndef NAME_SCORE_H
#define NAME_SCORE_H

#include "name/name.h"

struct buf;

/* A pair in question or taken: words or joins at these places. */
struct score_pair {
    int32_t like;
    uint8_t a, a_span, b, b_span; /* a span of 2 is a join */
};

/* Every word and join with every other, at most. */
enum { SCORE_PAIRS = 3 * NAME_WORDS * NAME_WORDS };

struct score {
    int32_t value;
    bool enough; /* two words agree, or all there are of a one-word name: a list may hit */
    uint8_t count;
    struct score_pair pair[2 * NAME_WORDS]; /* as taken; initials last */
};

/* `pairs` are in any order and sorted here; only those with a likeness, joins on one side at most.
 */
void score_pairs(const struct name *a, const struct name *b, struct score_pair *pairs, size_t count,
    struct score *out);
/* The same, after comparing all words. */
void score_names(const struct name *a, const struct name *b, struct score *out);

/* "vladimir = vladimir; putin ~ poutine 98%; only listed: vladimirovich": `a` is the row's. */
void score_explain(
    const struct name *a, const struct name *b, const struct score *s, struct buf *out);

#endif
