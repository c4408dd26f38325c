/*
 * yaml_origin - the raw text of a YAML scalar read again, keeping where each byte came from.
 *
 * libyaml says where a scalar begins and ends and what it means, but not which source byte each
 * byte of the meaning stands for; carets need that. The rules are those of libyaml's scanner
 * (YAML 1.1); the caller compares the result with libyaml's and drops the map where they differ.
 */
#ifndef TEXT_YAML_ORIGIN_H
#define TEXT_YAML_ORIGIN_H

#include <stddef.h>
#include <stdint.h>

#include "text/yaml_read.h"
#include "weir/bytes.h"

/* What is being re-read. */
struct yaml_raw {
    struct bytes file;
    size_t from, to; /* the scalar with its quotes or block header */
    enum yaml_style style;
    int32_t parent_indent; /* column of the enclosing block collection, -1 at the top */
};

/*
 * Decode at most `cap` bytes into `text` and `origin` (cap + 1 of them, offsets in the file; the
 * last is one past the end). Returns the size, or SIZE_MAX where it does not fit or cannot be read.
 * *end is set to where the scalar's last raw byte ends.
 */
size_t yaml_origin(
    const struct yaml_raw *raw, char *text, uint32_t *origin, size_t cap, size_t *end);

#endif
