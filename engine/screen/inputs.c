#include "screen/inputs.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "weir/limits.h"

static char *
copy_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = alloc_take(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

static enum weir_status
out_of_memory(struct weir_err *err)
{
    return weir_fail(
        err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory listing the inputs");
}

/* The part of `path` below the folder `given`, or the whole where it was given itself. */
static const char *
below(const char *path, const char *given)
{
    size_t size = strlen(given);

    if (strncmp(path, given, size) != 0 || path[size] == 0)
        return path;
    path += size;
    while (*path == '/')
        path++;
    return path;
}

static enum weir_status
add_input(struct inputs *in, const char *path, const char *shown, struct weir_err *err)
{
    struct input *grown;

    if (in->count == LIMIT_INPUTS)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E226",
            "more than %d input files at once; give them in several runs", LIMIT_INPUTS);
    grown = alloc_grow(in->at, (in->count + 1) * sizeof *grown);
    if (grown == NULL)
        return out_of_memory(err);
    in->at = grown;
    in->at[in->count] = (struct input){.path = copy_text(path), .shown = copy_text(shown)};
    in->count++;
    if (in->at[in->count - 1].path == NULL || in->at[in->count - 1].shown == NULL)
        return out_of_memory(err);
    return WEIR_OK;
}

static enum weir_status
add_path(struct inputs *in, const char *given, struct weir_err *err)
{
    struct file_list list = {0};
    enum weir_status st;

    if (strcmp(given, "-") == 0)
        return add_input(in, "-", "-", err);
    st = file_list_add(&list, given, err);
    for (size_t i = 0; st == WEIR_OK && i < list.count; i++)
        st = add_input(in, list.path[i], below(list.path[i], given), err);
    file_list_fini(&list);
    return st;
}

static int
by_shown(const void *left, const void *right)
{
    const struct input *a = left, *b = right;
    int order = strcmp(a->shown, b->shown);

    return order != 0 ? order : strcmp(a->path, b->path);
}

/* The same file given twice is one input. */
static void
drop_repeats(struct inputs *in)
{
    size_t kept = 0;

    for (size_t i = 0; i < in->count; i++) {
        if (kept > 0 && strcmp(in->at[kept - 1].path, in->at[i].path) == 0) {
            alloc_free(in->at[i].path);
            alloc_free(in->at[i].shown);
            continue;
        }
        in->at[kept++] = in->at[i];
    }
    in->count = kept;
}

static int
by_name(const void *left, const void *right)
{
    return bytes_compare(*(const struct bytes *)left, *(const struct bytes *)right);
}

/* Rank the banks of the usable inputs bytewise by name. */
static enum weir_status
rank_sources(struct inputs *in, struct weir_err *err)
{
    uint32_t count = 0;

    in->sources = alloc_zero(in->count + 1, sizeof *in->sources);
    if (in->sources == NULL)
        return out_of_memory(err);
    for (size_t i = 0; i < in->count; i++)
        if (!in->at[i].aside)
            in->sources[in->source_count++] = bytes_of(mapping_bank(in->at[i].mapping));
    if (in->source_count == 0)
        return WEIR_OK;
    qsort(in->sources, in->source_count, sizeof *in->sources, by_name);
    for (uint32_t i = 0; i < in->source_count; i++)
        if (count == 0 || !bytes_equal(in->sources[count - 1], in->sources[i]))
            in->sources[count++] = in->sources[i];
    in->source_count = count;
    for (size_t i = 0; i < in->count; i++) {
        struct bytes bank;

        if (in->at[i].aside)
            continue;
        bank = bytes_of(mapping_bank(in->at[i].mapping));
        while (!bytes_equal(in->sources[in->at[i].source], bank))
            in->at[i].source++;
    }
    return WEIR_OK;
}

enum weir_status
inputs_find(struct inputs *in, const char *const *paths, size_t count,
    const struct mappings *mappings, struct weir_err *err)
{
    enum weir_status st = WEIR_OK;

    *in = (struct inputs){0};
    for (size_t i = 0; i < count && st == WEIR_OK; i++)
        st = add_path(in, paths[i], err);
    if (st != WEIR_OK)
        return st;
    if (in->count == 0)
        return WEIR_END;
    qsort(in->at, in->count, sizeof *in->at, by_shown);
    drop_repeats(in);
    for (size_t i = 0; i < in->count; i++)
        in->at[i].aside =
            mapping_choose(mappings, in->at[i].path, &in->at[i].mapping, &in->at[i].why) != WEIR_OK;
    return rank_sources(in, err);
}

void
inputs_fini(struct inputs *in)
{
    for (size_t i = 0; i < in->count; i++) {
        alloc_free(in->at[i].path);
        alloc_free(in->at[i].shown);
        buf_fini(&in->at[i].quarantine);
        buf_fini(&in->at[i].reasons);
    }
    alloc_free(in->at);
    alloc_free(in->sources);
    *in = (struct inputs){0};
}

size_t
inputs_usable(const struct inputs *in)
{
    size_t n = 0;

    for (size_t i = 0; i < in->count; i++)
        n += !in->at[i].aside;
    return n;
}

const char *
input_why(const struct input *input)
{
    size_t size = strlen(input->shown);
    const char *text = input->why.text;

    if (strncmp(text, input->shown, size) == 0 && strncmp(text + size, ": ", 2) == 0)
        return text + size + 2;
    return text;
}
