/*
 * log - diagnostics on standard error: level, message code, one line.
 *
 * Never personal data: account numbers go through log_mask(), names do not come
 * here at all. Control and bidirectional characters are shown as \u{..}.
 * Thread-safe, a line at a time.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "weir/bytes.h"

enum log_level { LOG_QUIET, LOG_WARN, LOG_INFO };

void log_set(enum log_level level, bool colour);
void log_error(const char *code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_warn(const char *code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "...1234": all but the last four characters hidden. `room` is 12 bytes. */
const char *log_mask(struct bytes account, char room[static 12]);

#endif
