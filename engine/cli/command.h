/* command - the commands of weir, one file each, and what they share. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "weir/status.h"

/* Exit codes (reliability.md section 5). */
enum exit_code {
    EXIT_OK = 0,
    EXIT_INTERNAL = 1,
    EXIT_USAGE = 2,
    EXIT_ATTENTION = 3,
    EXIT_RULES = 4,
    EXIT_NO_USABLE_INPUT = 5,
    EXIT_NO_INPUT = 6,
    EXIT_WRITE = 8,
    EXIT_ALERTS = 10,
    EXIT_LIMIT = 11,
    EXIT_DIFFERENT = 12,
    EXIT_RULE_TEST = 13,
    EXIT_SIGNAL = 128, /* + the signal's number */
};

struct buf;
struct diags;

/* Each takes its own argv (argv[0] is the command's name) and returns an exit code. */
#define COMMAND(name, function, help) int function(int argc, char **argv);
#include "cli/command.def"
#undef COMMAND

/* The commands, each with its line; EXIT_OK. */
int command_list(void);
/* What `weir NAME --help` prints; -1: there is no such command. */
int command_explain(const char *name);
/* Print the error with its code on standard error; the exit code that goes with it. */
int command_fail(const struct weir_err *err);
/* Standard error is a terminal and NO_COLOR is not set. */
bool command_colour(void);
/* "unknown option" and "missing argument" in plain words, with where to look. Returns EXIT_USAGE.
 */
int command_usage(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* getopt_long() returned '?' or ':': say what was wrong with argv[optind - 1]. */
int command_bad_option(const char *command, char **argv);
/* Print all messages of `ds` on standard error. */
void command_diags(const struct diags *ds);
/* Write to standard output; EXIT_WRITE when that fails. */
int command_put(const struct buf *text);
/* 2026-01-31 to days since 1970; false when it is no date. */
bool command_day(const char *text, int64_t *day);
/* 512M, 2G, 65536 to bytes; false when it is no size. */
bool command_size(const char *text, uint64_t *bytes);
/* A whole number within [least, most]. */
bool command_number(const char *text, uint64_t least, uint64_t most, uint64_t *out);

#endif
