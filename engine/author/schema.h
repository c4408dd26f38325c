/*
 * schema - the key tables as JSON Schema draft-07, for editors (rule-language.md section 17).
 *
 * Kinds of documents are told apart by if/then on their kind key. What stands inside expressions
 * is beyond it; `weir check` knows.
 */
#ifndef AUTHOR_SCHEMA_H
#define AUTHOR_SCHEMA_H

struct buf;

void schema_print(struct buf *out);

#endif
