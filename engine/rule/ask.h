/*
 * ask - what an instruction will ask of texts, told to the matcher while it is compiled; private to
 * the compiler.
 *
 * Each sets in->high to the first of its ids, from 1. It stays 0 where there is no matcher, or
 * nothing to gain: then the text itself is looked through.
 */
#ifndef RULE_ASK_H
#define RULE_ASK_H

#include "rule/code.h"

void ask_pattern(struct compiler *c, struct instr *in, const struct term *subject);
void ask_watch(struct compiler *c, struct instr *in, const struct term *subject);
/* `contains` with a part that is known; in->first is set. */
void ask_part(struct compiler *c, struct instr *in, const struct term *t);

#endif
