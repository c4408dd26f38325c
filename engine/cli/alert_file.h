/* alert_file - alerts written by a run, read back: whom each is about, and its line. */
#ifndef CLI_ALERT_FILE_H
#define CLI_ALERT_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "weir/bytes.h"
#include "weir/status.h"

struct alert_lines {
    struct alert_line {
        struct bytes id, rule, about, line; /* `line` without its end */
    } * at;
    size_t count, cap;
    struct buf text; /* the file */
    struct arena arena;
};

/*
 * The alerts of a file whose numbers begin with `id`; NULL: all. WEIR_FAIL: no such file, or a line
 * that is no alert. To be freed in any case; *out is zero before.
 */
enum weir_status alert_file_read(
    const char *path, const char *id, struct alert_lines *out, struct weir_err *err);
void alert_file_fini(struct alert_lines *lines);

#endif
