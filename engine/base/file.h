/*
 * file - the one table of file calls: read whole, write aside and rename, list a folder.
 *
 * Outputs appear whole: a writer fills NAME.part beside the target and
 * file_commit() renames it. Files 0600, folders 0700.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "weir/status.h"

/* Whole content, at most `max` bytes (WEIR_FAIL beyond). Regular files only. */
enum weir_status file_read(const char *path, size_t max, struct buf *out, struct weir_err *err);

struct file_writer; /* buffered, sticky first failure */
enum weir_status file_create(const char *path, struct file_writer **out, struct weir_err *err);
void file_write(struct file_writer *w, const void *bytes, size_t size);
uint64_t file_written(const struct file_writer *w);
/* Flush, fsync, close, rename into place; frees `w`. Reports the first failure of all. */
enum weir_status file_commit(struct file_writer *w, struct weir_err *err);
void file_abandon(struct file_writer *w); /* removes the .part; NULL allowed; frees `w` */

bool file_exists(const char *path);
enum weir_status file_make_dirs(const char *path, struct weir_err *err);

/* Regular files below a folder, or the one file; sorted bytewise by path; hidden names skipped. */
struct file_list {
    char **path;
    size_t count;
};
enum weir_status file_list_add(struct file_list *l, const char *path, struct weir_err *err);
void file_list_fini(struct file_list *l);

/* An unlinked temporary file below `dir` for spills, read and written by descriptor. */
enum weir_status file_temp(const char *dir, int *fd, struct weir_err *err);

#endif
