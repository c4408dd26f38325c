/*
 * subject - a text looked at in all its forms: as it is, and folded (one form, or two where a
 * letter may be read in two ways).
 *
 * Most texts of banks are ASCII with single blanks: there the folded form differs from the text by
 * case alone (`plain`), and one look does for both.
 */
#ifndef MATCH_SUBJECT_H
#define MATCH_SUBJECT_H

#include <stdbool.h>

#include "weir/bytes.h"

struct arena;
struct buf;

enum subject_form { SUBJECT_RAW, SUBJECT_FIRST, SUBJECT_SECOND, SUBJECT_FORMS };

struct subject {
    struct bytes form[SUBJECT_FORMS]; /* .at is NULL for those there are not */
    struct bytes
        scan[SUBJECT_FORMS]; /* the same for literals_scan(); .at NULL: nothing more in it */
    bool plain;
};

/*
 * Folded forms are made in `a`, with `room` for the way. `folds` false: an identifier, which is
 * only looked at as it is. False when out of memory.
 */
bool subject_of(
    struct arena *a, struct buf *room, struct bytes text, bool folds, struct subject *out);

/* True where a form is too long to be looked through by patterns to its end. */
bool subject_is_long(const struct subject *s);

#endif
