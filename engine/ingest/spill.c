/* spill - reads and writes until all is done, whatever the system does in one call. */
#include "ingest/spill.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

void
spill_init(struct spill *s, const char *work)
{
    *s = (struct spill){.work = work, .fd = -1};
}

void
spill_fini(struct spill *s)
{
    if (s->fd >= 0)
        (void)close(s->fd); /* the file is unlinked: nothing of it is wanted any more */
    s->fd = -1;
}

static enum weir_status
fail(const struct spill *s, const char *what, int wrong, struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_WRITE, "E410",
        "%s: a temporary file cannot be %s (%s); free some space or name another folder with "
        "--work",
        s->work, what, strerror(wrong));
}

enum weir_status
spill_add(struct spill *s, const void *bytes, size_t size, struct weir_err *err)
{
    const char *at = bytes;

    if (s->fd < 0) {
        enum weir_status st = file_temp(s->work, &s->fd, err);

        if (st != WEIR_OK) {
            s->fd = -1;
            return st;
        }
    }
    while (size > 0) {
        ssize_t done = pwrite(s->fd, at, size, (off_t)s->size);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(s, "written", done < 0 ? errno : ENOSPC, err);
        at += done;
        size -= (size_t)done;
        s->size += (uint64_t)done;
    }
    return WEIR_OK;
}

enum weir_status
spill_read(const struct spill *s, uint64_t at, void *bytes, size_t size, struct weir_err *err)
{
    char *to = bytes;

    assert(at + size <= s->size);
    while (size > 0) {
        ssize_t done = pread(s->fd, to, size, (off_t)at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return fail(s, "read back", done < 0 ? errno : EIO, err);
        to += done;
        at += (uint64_t)done;
        size -= (size_t)done;
    }
    return WEIR_OK;
}
