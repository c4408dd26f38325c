/*
 * fold_word - one word of mixed scripts brought into one, by what its letters look like. Private to
 * text/fold.
 *
 * Some Greek exports mix Latin and Greek capitals within a word, and who wants to slip past a list
 * does the same. Where all letters of one script have a twin in the other, they are taken for the
 * twins; a word that cannot be explained so stays as it is. Where both ways explain the word, its
 * first form is the Latin one and its second the other: "TAXI" and "ΤΑΧΙ".
 */
#ifndef TEXT_FOLD_WORD_H
#define TEXT_FOLD_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True where there is a second form. */
bool fold_word_unify(uint32_t *points, size_t count, bool second);

#endif
