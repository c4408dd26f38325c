#include "reader/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/sha256.h"

enum {
    STORED_BLOCK_BYTES = 256 * 1024,
    FIRST_BYTES = 16, /* the first block tells what the file is, however small blocks are */
};

struct source {
    int fd;
    bool regular; /* a file, that must not change; else standard input */
    struct stat began;
    uint64_t bytes;
    struct sha256 *sha;
    size_t block;
    char room[];
};

static enum weir_status
refuse_kind(mode_t mode, struct weir_err *err)
{
    const char *kind = S_ISDIR(mode)    ? "a directory"
                       : S_ISFIFO(mode) ? "a pipe"
                       : S_ISSOCK(mode) ? "a socket"
                       : S_ISLNK(mode)  ? "a symbolic link"
                                        : "a device";

    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E207",
        "this is %s; a regular file is wanted, or - for standard input", kind);
}

static enum weir_status
refuse_errno(int number, const char *doing, struct weir_err *err)
{
    if (number == ENOENT)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E208", "there is no such file");
    if (number == EACCES || number == EPERM)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E208",
            "the file may not be read by this user; give it read permission");
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E208",
        "the system reports error %d while %s the file; is the disk in order?", number, doing);
}

/* Not blocking, lest a pipe without a writer hold the run; it is refused right after. */
static enum weir_status
open_file(struct source *s, const char *path, struct weir_err *err)
{
    struct stat link;

    if (lstat(path, &link) == 0 && !S_ISREG(link.st_mode))
        return refuse_kind(link.st_mode, err);
    s->fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (s->fd < 0)
        return errno == ELOOP ? refuse_kind(S_IFLNK, err) : refuse_errno(errno, "opening", err);
    if (fstat(s->fd, &s->began) != 0)
        return refuse_errno(errno, "looking at", err);
    if (!S_ISREG(s->began.st_mode))
        return refuse_kind(s->began.st_mode, err);
    s->regular = true;
    return WEIR_OK;
}

enum weir_status
source_open(const char *path, size_t block, struct source **out, struct weir_err *err)
{
    size_t size = block != 0 ? block : STORED_BLOCK_BYTES;
    struct source *s = alloc_take(sizeof *s + (size > FIRST_BYTES ? size : FIRST_BYTES));
    enum weir_status st = WEIR_OK;

    if (s == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to read a file");
    *s = (struct source){.fd = -1, .block = size, .sha = sha256_new()};
    if (s->sha == NULL)
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory to hash a file");
    else if (strcmp(path, "-") == 0)
        s->fd = STDIN_FILENO;
    else
        st = open_file(s, path, err);
    if (st != WEIR_OK) {
        source_close(s);
        return st;
    }
    *out = s;
    return WEIR_OK;
}

enum weir_status
source_next(struct source *s, struct bytes *out, struct weir_err *err)
{
    size_t want = s->bytes == 0 && s->block < FIRST_BYTES ? FIRST_BYTES : s->block;
    size_t size = 0;

    while (size < want) {
        ssize_t got = read(s->fd, s->room + size, want - size);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return refuse_errno(errno, "reading", err);
        if (got == 0)
            break;
        size += (size_t)got;
    }
    if (size == 0)
        return WEIR_END;
    sha256_add(s->sha, s->room, size);
    s->bytes += size;
    *out = (struct bytes){s->room, size};
    return WEIR_OK;
}

enum weir_status
source_check(struct source *s, struct weir_err *err)
{
    struct stat now;

    if (!s->regular)
        return WEIR_OK;
    if (fstat(s->fd, &now) != 0)
        return refuse_errno(errno, "looking at", err);
    if (now.st_size != s->began.st_size || now.st_mtim.tv_sec != s->began.st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != s->began.st_mtim.tv_nsec || s->bytes > (uint64_t)now.st_size)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E206",
            "the file changed while it was read; wait until it has arrived whole");
    return WEIR_OK;
}

uint64_t
source_bytes(const struct source *s)
{
    return s->bytes;
}

void
source_digest(struct source *s, uint8_t digest[static 32])
{
    sha256_end(s->sha, digest);
}

void
source_close(struct source *s)
{
    if (s == NULL)
        return;
    if (s->fd > STDIN_FILENO)
        (void)close(s->fd);
    sha256_free(s->sha);
    alloc_free(s);
}
