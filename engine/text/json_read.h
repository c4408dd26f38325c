/*
 * json_read - pull parser over one JSON value held whole in memory (a line of
 * JSON Lines), RFC 8259, with a depth cap. Number lexemes are kept as text.
 *
 *      json_init(&r, line); while (json_next(&r, &ev) == WEIR_OK) ...
 *
 * WEIR_END after the last event; WEIR_REJECT on a fault, with r.fault (a phrase
 * such as "a comma or } is missing") and r.at (offset).
 */
#ifndef TEXT_JSON_READ_H
#define TEXT_JSON_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/bytes.h"
#include "weir/limits.h"
#include "weir/status.h"

struct buf;

enum json_event {
    JSON_OPEN_MAP,
    JSON_CLOSE_MAP,
    JSON_OPEN_LIST,
    JSON_CLOSE_LIST,
    JSON_KEY,
    JSON_TEXT,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

struct json_token {
    enum json_event event;
    struct bytes raw; /* KEY and TEXT: between the quotes; NUMBER: the lexeme */
    bool escaped;     /* raw holds backslashes: use json_unescape() */
};

struct json_read {
    struct bytes text;
    size_t at;
    const char *fault;
    uint32_t depth, most; /* levels open; LIMIT_JSON_DEPTH unless the caller sets at most 63 */
    uint64_t kinds;       /* bit d: level d is a map */
    uint8_t expect;
};

void json_init(struct json_read *r, struct bytes text);
enum weir_status json_next(struct json_read *r, struct json_token *out);
/* Appends the decoded text; false on a bad escape. */
bool json_unescape(struct bytes raw, struct buf *out);

#endif
