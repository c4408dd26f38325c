/*
 * file - reads whole, writes aside and renames.
 *
 * A writer fills NAME.part; only file_commit() gives it its name, after the bytes
 * are on disk, so that whatever carries the name is whole.
 */
#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { WRITE_BYTES = 256 * 1024, FILE_MODE = 0600, FOLDER_MODE = 0700 };

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
        "out of memory; give the run more with --memory or fewer files at once");
}

static enum weir_status
cannot(struct weir_err *err, enum weir_trouble trouble, const char *verb, const char *path)
{
    return weir_fail(err, WEIR_FAIL, trouble, "", "%s: cannot %s: %s", path, verb, strerror(errno));
}

/* --- reading --- */

/* Read until the end, or one byte past `max`. */
static enum weir_status
read_all(int fd, const char *path, size_t max, struct buf *out, struct weir_err *err)
{
    for (;;) {
        size_t want = max - out->size + 1 < 64 * 1024 ? max - out->size + 1 : 64 * 1024;
        char *at = buf_room(out, want);
        ssize_t got;

        if (at == NULL)
            return no_memory(err);
        got = read(fd, at, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cannot(err, WEIR_TROUBLE_INPUT, "read it", path);
        if (got == 0)
            return WEIR_OK;
        out->size += (size_t)got;
        if (out->size > max)
            return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "",
                "%s: larger than the %zu bytes such a file may have", path, max);
    }
}

enum weir_status
file_read(const char *path, size_t max, struct buf *out, struct weir_err *err)
{
    /* Without O_NONBLOCK opening a named pipe nobody writes to would wait for ever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct buf got = {0};
    struct stat about;
    enum weir_status st;

    assert(max < SIZE_MAX / 4);
    if (fd < 0)
        return cannot(err, WEIR_TROUBLE_INPUT, "open it", path);
    if (fstat(fd, &about) != 0)
        st = cannot(err, WEIR_TROUBLE_INPUT, "look at it", path);
    else if (!S_ISREG(about.st_mode))
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "",
            "%s: not a file but a %s; name a file", path,
            S_ISDIR(about.st_mode) ? "folder" : "device or pipe");
    else
        st = read_all(fd, path, max, &got, err);
    (void)close(fd);
    if (st != WEIR_OK) {
        buf_fini(&got);
        return st;
    }
    buf_add(out, got.at, got.size);
    buf_fini(&got);
    return out->failed ? no_memory(err) : WEIR_OK;
}

/* --- writing --- */

struct file_writer {
    int fd;
    int failed;  /* errno of the first failure, 0: none */
    size_t held; /* bytes in `room` */
    uint64_t written;
    char *path, *part; /* behind `room` */
    char room[WRITE_BYTES];
};

enum weir_status
file_create(const char *path, struct file_writer **out, struct weir_err *err)
{
    size_t length = strlen(path);
    struct file_writer *w = alloc_take(sizeof *w + 2 * length + sizeof ".part" + 1);

    if (w == NULL)
        return no_memory(err);
    w->failed = 0;
    w->held = 0;
    w->written = 0;
    w->path = (char *)(w + 1);
    w->part = w->path + length + 1;
    memcpy(w->path, path, length + 1);
    memcpy(w->part, path, length);
    memcpy(w->part + length, ".part", sizeof ".part");
    w->fd = open(w->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (w->fd < 0) {
        (void)cannot(err, WEIR_TROUBLE_WRITE, "create it", w->part);
        alloc_free(w);
        return WEIR_FAIL;
    }
    *out = w;
    return WEIR_OK;
}

/* Write all of it, through interruptions and short writes. */
static void
write_out(struct file_writer *w, const char *at, size_t size)
{
    while (size > 0 && w->failed == 0) {
        ssize_t done = write(w->fd, at, size);

        if (done < 0) {
            if (errno != EINTR)
                w->failed = errno;
            continue;
        }
        at += done;
        size -= (size_t)done;
    }
}

static void
flush(struct file_writer *w)
{
    write_out(w, w->room, w->held);
    w->held = 0;
}

void
file_write(struct file_writer *w, const void *bytes, size_t size)
{
    w->written += size;
    if (size > sizeof w->room - w->held)
        flush(w);
    if (size >= sizeof w->room) {
        write_out(w, bytes, size);
        return;
    }
    if (size != 0)
        memcpy(w->room + w->held, bytes, size);
    w->held += size;
}

uint64_t
file_written(const struct file_writer *w)
{
    return w->written;
}

/* The folder remembers a new name only once it is synced itself. */
static int
sync_folder_of(char *path)
{
    char *slash = strrchr(path, '/');
    int fd, failed = 0;

    if (slash == NULL)
        fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    else {
        char kept = slash[1];

        slash[1] = '\0';
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        slash[1] = kept;
    }
    if (fd < 0)
        return errno;
    /* Some file systems cannot sync a folder and say EINVAL: nothing is lost by that. */
    if (fsync(fd) != 0 && errno != EINVAL)
        failed = errno;
    (void)close(fd);
    return failed;
}

enum weir_status
file_commit(struct file_writer *w, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    flush(w);
    if (w->failed == 0 && fsync(w->fd) != 0 && errno != EINVAL && errno != EROFS)
        w->failed = errno;
    if (close(w->fd) != 0 && w->failed == 0)
        w->failed = errno;
    w->fd = -1;
    if (w->failed == 0 && rename(w->part, w->path) != 0)
        w->failed = errno;
    if (w->failed == 0)
        w->failed = sync_folder_of(w->path);
    if (w->failed != 0) {
        errno = w->failed;
        st = cannot(err, WEIR_TROUBLE_WRITE, "write it", w->path);
    }
    file_abandon(w);
    return st;
}

void
file_abandon(struct file_writer *w)
{
    if (w == NULL)
        return;
    if (w->fd >= 0)
        (void)close(w->fd);
    (void)unlink(w->part); /* not there after a commit */
    alloc_free(w);
}

/* --- folders --- */

static enum weir_status
make_dir(const char *path, struct weir_err *err)
{
    struct stat about;
    int failed;

    if (mkdir(path, FOLDER_MODE) == 0)
        return WEIR_OK;
    failed = errno;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return WEIR_OK;
    errno = failed == EEXIST ? ENOTDIR : failed;
    return cannot(err, WEIR_TROUBLE_WRITE, "make the folder", path);
}

enum weir_status
file_make_dirs(const char *path, struct weir_err *err)
{
    size_t length = strlen(path);
    char *copy = alloc_take(length + 1);
    enum weir_status st = WEIR_OK;

    if (copy == NULL)
        return no_memory(err);
    memcpy(copy, path, length + 1);
    for (size_t i = 1; i < length && st == WEIR_OK; i++)
        if (copy[i] == '/' && copy[i - 1] != '/') {
            copy[i] = '\0';
            st = make_dir(copy, err);
            copy[i] = '/';
        }
    if (st == WEIR_OK)
        st = make_dir(copy, err);
    alloc_free(copy);
    return st;
}

enum weir_status
file_temp(const char *dir, int *fd, struct weir_err *err)
{
    static const char name[] = "/spill-XXXXXX";
    size_t length = strlen(dir);
    char *path = alloc_take(length + sizeof name);
    int made;

    if (path == NULL)
        return no_memory(err);
    memcpy(path, dir, length);
    memcpy(path + length, name, sizeof name);
    made = mkstemp(path); /* mode 0600 */
    if (made < 0) {
        enum weir_status st = cannot(err, WEIR_TROUBLE_WRITE, "make a temporary file in it", dir);

        alloc_free(path);
        return st;
    }
    (void)unlink(path);
    (void)fcntl(made, F_SETFD, FD_CLOEXEC);
    alloc_free(path);
    *fd = made;
    return WEIR_OK;
}

bool
file_exists(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0;
}
