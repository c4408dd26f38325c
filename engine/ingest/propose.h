/* propose - what the two parts of writing a proposed mapping share; private to inspect. */
#ifndef INGEST_PROPOSE_H
#define INGEST_PROPOSE_H

#include "ingest/look.h"

/* A scalar of YAML, in quotes where it needs them. */
void propose_scalar(struct buf *out, struct bytes t);
/* An expression that fits just this text. */
void propose_literal(struct buf *out, struct bytes t);
/* A column by its name, or by its number where the name is not its alone. */
void propose_column(const struct look *l, uint32_t c, struct buf *out);
struct bytes propose_file_name(const struct look *l); /* without its folder */
bool propose_has(const struct look *l, enum meaning m);
bool propose_messages(const struct look *l); /* both parties have columns */
bool propose_blind(const struct look *l);    /* nothing looks like a date, and nothing like a sum */
/* `columns:`; *account tells whether the own account was found. */
void propose_columns(const struct look *l, bool *account, struct buf *out);

#endif
