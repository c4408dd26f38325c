/* pack - a growing file, gzip or plain: what a layout writes into. One of two files that see zlib.
 */
#ifndef SAMPLE_PACK_H
#define SAMPLE_PACK_H

#include "base/buf.h"
#include "weir/status.h"

struct pack;

/* `level` 0: plain, 1 to 9: gzip. Same bytes for the same input: no time, no name inside. */
enum weir_status pack_open(const char *path, int level, struct pack **out, struct weir_err *err);
/* Take what stands in `text` and empty it. Failures are kept for pack_close(). */
void pack_write(struct pack *p, struct buf *text);
enum weir_status pack_close(struct pack *p, struct weir_err *err);

#endif
