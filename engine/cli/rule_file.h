/* rule_file - the rule files a command is given: files, folders, standard input. */
#ifndef CLI_RULE_FILE_H
#define CLI_RULE_FILE_H

#include <stddef.h>

#include "weir/bytes.h"

struct buf;

/*
 * Calls `one` with every *.yaml below the paths, each file given by itself, and with standard
 * input for `-`. Goes on after failures; the worst exit code of all.
 */
int rule_files_each(const char *const *paths, size_t count,
    int (*one)(const char *path, struct bytes text, void *context), void *context);

/* All of standard input, within the limit of a rule file; an exit code. */
int rule_file_stdin(struct buf *out);

#endif
