/*
 * json_write - commas and escapes; compact, keys in the order written, UTF-8.
 *
 *      json_open(&w, '{'); json_key(&w, "id"); json_text(&w, id); json_close(&w, '}');
 *
 * Invalid UTF-8 in a text is written as U+FFFD. Control and bidirectional characters
 * are escaped. Zero-initialise with `out` set.
 */
#ifndef TEXT_JSON_WRITE_H
#define TEXT_JSON_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"

struct buf;

struct json_write {
    struct buf *out;
    bool comma;
};

void json_open(struct json_write *w, char bracket);  /* { or [ */
void json_close(struct json_write *w, char bracket); /* } or ] */
void json_key(struct json_write *w, const char *key);
void json_text(struct json_write *w, struct bytes text);
void json_int(struct json_write *w, int64_t n);
void json_raw(struct json_write *w, struct bytes lexeme); /* a number already in JSON form */
void json_bool(struct json_write *w, bool yes);
void json_null(struct json_write *w);

#endif
