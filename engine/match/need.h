/*
 * need - what a text must hold for a pattern to be found in it: one of a few literals.
 *
 * Read off the pattern's syntax: alternatives, groups, repeats, small classes written out. Of what
 * could be asked for, the rarest in ordinary text is taken, not the longest: a search for the
 * literals of all patterns then stops seldom. Literals are in the form of fold_case(), so a text is
 * looked at in that form; small and capital letters of the pattern make no difference.
 */
#ifndef MATCH_NEED_H
#define MATCH_NEED_H

#include <stdbool.h>
#include <stddef.h>

#include "weir/bytes.h"

struct arena;

enum {
    NEED_LEAST = 3,  /* characters, and so bytes, of a literal worth looking for */
    NEED_MOST = 128, /* literals of one pattern */
    NEED_BYTES = 12, /* of a literal; what is longer is cut to its rarest part */
    NEED_WINDOW = 6  /* bytes by which it is first recognised, where it has so many */
};

/* count 0: no such literals are known, and the pattern may be found in any text. */
struct need {
    const struct bytes *literal;
    size_t count;
};

/*
 * What `pattern`, one that PCRE2 took, needs; lives in `a`. `scratch` is given back as it came.
 * False when out of memory.
 */
bool need_of(struct arena *a, struct arena *scratch, struct bytes pattern, struct need *out);
/* What a plain text needs that is looked for as it is, in the form of fold_case(). */
bool need_of_text(struct arena *a, struct bytes text, struct need *out);
/* A need either of which is enough; one without literals makes the whole so. */
bool need_either(struct arena *a, const struct need *x, const struct need *y, struct need *out);

#endif
