/*
 * lexicon - what is known of single words: particles, titles, legal forms, common words, and the
 * forms one given name has from Tirana to Tehran (name/word.def). Immutable once made.
 */
#ifndef NAME_LEXICON_H
#define NAME_LEXICON_H

#include <stdint.h>

#include "name/sound.h"

enum lexicon_kind {
    LEXICON_UNKNOWN,
    LEXICON_PARTICLE,
    LEXICON_HONORIFIC,
    LEXICON_LEGAL,
    LEXICON_COMMON,
    LEXICON_TRADE
};

struct lexicon;

struct lexicon *lexicon_new(void); /* NULL when out of memory */
void lexicon_free(struct lexicon *l);
enum lexicon_kind lexicon_kind(const struct lexicon *l, const char *word, size_t size);
/* The given name that sounds so, from 1; 0 where it is none that is known in several forms. */
uint16_t lexicon_group(const struct lexicon *l, const struct sound *s);

#endif
