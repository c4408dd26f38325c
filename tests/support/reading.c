#include "support/reading.h"
#include "reader/ahead.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static char path[64];

static void
clean(void)
{
    (void)unlink(path);
}

const char *
reading_path(void)
{
    static pid_t owner;
    int fd;

    if (owner != getpid()) {
        strcpy(path, "/tmp/weir-reading-XXXXXX");
        fd = mkstemp(path);
        ck_assert_int_ge(fd, 0);
        (void)close(fd);
        owner = getpid();
        (void)atexit(clean);
    }
    return path;
}

const char *
reading_file(struct bytes content)
{
    const char *at = reading_path();
    int fd = open(at, O_WRONLY | O_CREAT, 0600);
    size_t done = 0;

    ck_assert_int_ge(fd, 0);
    while (done < content.size) {
        ssize_t wrote = write(fd, content.at + done, content.size - done);

        if (wrote <= 0)
            ck_abort_msg("cannot write %s", at);
        done += (size_t)wrote;
    }
    /* Not emptied first: some file systems then write through to the disk, thousands of times. */
    ck_assert_int_eq(ftruncate(fd, (off_t)content.size), 0);
    (void)close(fd);
    return at;
}

struct reader_spec
reading_spec(void)
{
    return (struct reader_spec){
        .path = reading_path(), .delimiter = ',', .quote = '"', .has_header = true};
}

static void
note_record(const struct record *rec, struct reading *out)
{
    struct buf *log = &out->log;

    buf_print(log, "\n%llu line %llu at %llu%s%s%s%s", (unsigned long long)rec->row,
        (unsigned long long)rec->line, (unsigned long long)rec->offset, rec->high ? " high" : "",
        rec->bad_utf8 ? " bad" : "", rec->fault != NULL ? " " : "",
        rec->fault != NULL ? rec->fault : "");
    for (uint32_t i = 0; i < rec->count; i++) {
        if (i == 0 || rec->cell[i].at == NULL || rec->cell[i - 1].at == NULL)
            buf_byte(log, ' ');
        buf_byte(log, rec->cell[i].at == NULL ? '-' : '|');
        buf_add(log, rec->cell[i].at, rec->cell[i].size);
    }
    buf_add(&out->raw, rec->raw.at, rec->raw.size);
    buf_byte(&out->raw, '\n');
}

void
reading_go(const struct reader_spec *spec, struct reading *out)
{
    const struct record *rec;
    const struct bytes *cells;
    struct reader *r = NULL;

    *out = (struct reading){0};
    out->status = reader_open(spec, &r, &out->err);
    if (out->status != WEIR_OK)
        return;
    for (uint32_t i = 0, n = reader_header(r, &cells); i < n; i++) {
        buf_byte(&out->header, '|');
        buf_add(&out->header, cells[i].at, cells[i].size);
    }
    buf_add(&out->preamble, reader_preamble(r).at, reader_preamble(r).size);
    while ((out->status = reader_next(r, &rec, &out->err)) == WEIR_OK) {
        note_record(rec, out);
        out->faults += rec->fault != NULL;
        if (rec->fault != NULL && (rec->count != 0 || rec->fault_text == NULL))
            ck_abort_msg("a fault with cells, or without words");
    }
    if (spec->ahead != NULL)
        ahead_rest(spec->ahead);
    reader_counts(r, &out->counts);
    reader_close(r);
}

void
reading_free(struct reading *r)
{
    buf_fini(&r->log);
    buf_fini(&r->raw);
    buf_fini(&r->header);
    buf_fini(&r->preamble);
}

void
reading_of(struct bytes content, const struct reader_spec *spec, struct reading *out)
{
    (void)reading_file(content);
    reading_go(spec, out);
}

void
reading_gzip(struct bytes plain, int level, struct buf *out)
{
    z_stream z = {0};
    int verdict;

    ck_assert_int_eq(deflateInit2(&z, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.avail_out = (uInt)deflateBound(&z, plain.size) + 64;
    z.next_out = (Bytef *)buf_room(out, z.avail_out);
    ck_assert_ptr_nonnull(z.next_out);
    z.next_in = malloc(plain.size + 1);
    ck_assert_ptr_nonnull(z.next_in);
    memcpy(z.next_in, plain.size > 0 ? plain.at : "", plain.size);
    z.avail_in = (uInt)plain.size;
    {
        Bytef *in = z.next_in;

        verdict = deflate(&z, Z_FINISH);
        free(in);
    }
    ck_assert_int_eq(verdict, Z_STREAM_END);
    out->size += z.total_out;
    (void)deflateEnd(&z);
}
