/*
 * lex - the text of an expression cut into tokens; private to the expression language.
 *
 * One token of look-ahead is all the grammar needs. What cannot be a token is said in `ds`
 * once, and the lexer then yields TOKEN_FAULT for ever. A pattern (/.../) begins with a sign
 * that is also division, so the parser asks for it where the grammar wants one.
 */
#ifndef RULE_LEX_H
#define RULE_LEX_H

#include <stdbool.h>
#include <stdint.h>

#include "model/value.h"
#include "text/diag.h"
#include "text/yaml_read.h"

enum token_kind {
    TOKEN_END,
    TOKEN_FAULT,
    TOKEN_LITERAL,
    TOKEN_NAME,
    TOKEN_PARAMETER,
#define WORD(id, text) TOKEN_##id,
#define SIGN(id, text) TOKEN_##id,
#include "rule/token.def"
#undef WORD
#undef SIGN
    TOKEN_COUNT
};

struct token {
    enum token_kind kind;
    uint32_t from, size; /* in the decoded text of the scalar */
    struct bytes name;   /* TOKEN_NAME, TOKEN_PARAMETER: without the $ */
    struct value value;  /* TOKEN_LITERAL */
    bool percent;        /* TOKEN_LITERAL: written with % */
    bool local;          /* TOKEN_LITERAL: a timestamp without zone, in the pack's zone */
};

struct lexer {
    const struct yaml_node *scalar;
    struct diags *ds;
    uint32_t at; /* next byte to read */
    bool fault;  /* said; nothing more will come */
};

struct token lex_next(struct lexer *lx);
/* The pattern whose opening / is `slash`; false after a fault. Sets *cased for a trailing c. */
bool lex_pattern(struct lexer *lx, const struct token *slash, struct bytes *pattern, bool *cased,
    uint32_t *size);
struct span lex_span(const struct lexer *lx, uint32_t from, uint32_t size);

/* "and", "!=": as written; NULL for names, literals and the end. */
const char *token_text(enum token_kind kind);

#endif
