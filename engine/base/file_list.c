/*
 * file_list - the regular files below a folder, in one order everywhere.
 *
 * A link to a file counts as the file; a link to a folder is not followed, so a
 * folder cannot contain itself. Hidden names are skipped, files named outright are not.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "weir/limits.h"

enum { FOLDERS_DEEP = 16 };

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory listing files");
}

static enum weir_status
cannot(struct weir_err *err, const char *path)
{
    return weir_fail(
        err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "", "%s: cannot open it: %s", path, strerror(errno));
}

/* Takes `path`. */
static enum weir_status
append_take(struct file_list *l, char *path, struct weir_err *err)
{
    /* Room is a power of two, so a count that is one says that it is used up. */
    if ((l->count & (l->count - 1)) == 0) {
        char **grown = alloc_grow(l->path, (l->count == 0 ? 1 : 2 * l->count) * sizeof *grown);

        if (grown == NULL) {
            alloc_free(path);
            return no_memory(err);
        }
        l->path = grown;
    }
    l->path[l->count++] = path;
    return WEIR_OK;
}

/* "folder/name" or, without a name, a copy of "folder". */
static char *
join(const char *folder, const char *name)
{
    size_t front = strlen(folder), back = name == NULL ? 0 : strlen(name);
    char *path = alloc_take(front + back + 2);

    while (name != NULL && front > 1 && folder[front - 1] == '/')
        front--;
    if (path == NULL)
        return NULL;
    memcpy(path, folder, front);
    if (name != NULL) {
        if (front == 0 || path[front - 1] != '/')
            path[front++] = '/';
        memcpy(path + front, name, back);
    }
    path[front + back] = '\0';
    return path;
}

static enum weir_status list_folder(
    struct file_list *l, const char *folder, int deep, struct weir_err *err);

/* Takes `path`: something met in a folder. */
static enum weir_status
list_entry_take(struct file_list *l, char *path, int deep, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;
    struct stat about;

    if (lstat(path, &about) != 0)
        st = errno == ENOENT ? WEIR_OK : cannot(err, path); /* gone since it was listed */
    else if (S_ISDIR(about.st_mode))
        st = list_folder(l, path, deep + 1, err);
    else if (S_ISREG(about.st_mode) ||
             (S_ISLNK(about.st_mode) && stat(path, &about) == 0 && S_ISREG(about.st_mode)))
        return append_take(l, path, err);
    alloc_free(path);
    return st;
}

static enum weir_status
list_folder(struct file_list *l, const char *folder, int deep, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;
    const struct dirent *entry;
    DIR *dir;

    if (deep > FOLDERS_DEEP)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "",
            "%s: folders nested more than %d deep; name the inner folder itself", folder,
            FOLDERS_DEEP);
    if ((dir = opendir(folder)) == NULL)
        return cannot(err, folder);
    while (st == WEIR_OK && (errno = 0, entry = readdir(dir)) != NULL) {
        char *path;

        if (entry->d_name[0] == '.')
            continue;
        if (l->count >= LIMIT_INPUTS)
            st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "",
                "%s: more than %d files in one run; name fewer folders", folder, LIMIT_INPUTS);
        else if ((path = join(folder, entry->d_name)) == NULL)
            st = no_memory(err);
        else
            st = list_entry_take(l, path, deep, err);
    }
    if (st == WEIR_OK && errno != 0)
        st = cannot(err, folder);
    (void)closedir(dir);
    return st;
}

static int
by_bytes(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return strcmp(*left, *right);
}

enum weir_status
file_list_add(struct file_list *l, const char *path, struct weir_err *err)
{
    enum weir_status st;
    struct stat about;
    char *copy;

    if (stat(path, &about) != 0)
        return cannot(err, path);
    if (S_ISDIR(about.st_mode))
        st = list_folder(l, path, 0, err);
    else if (!S_ISREG(about.st_mode))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "",
            "%s: neither a file nor a folder; name one of these", path);
    else if (l->count >= LIMIT_INPUTS)
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "",
            "%s: more than %d files in one run; name fewer", path, LIMIT_INPUTS);
    else if ((copy = join(path, NULL)) == NULL)
        st = no_memory(err);
    else
        st = append_take(l, copy, err);
    if (l->count > 1)
        qsort(l->path, l->count, sizeof *l->path, by_bytes);
    return st;
}

void
file_list_fini(struct file_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        alloc_free(l->path[i]);
    alloc_free(l->path);
    *l = (struct file_list){0};
}
