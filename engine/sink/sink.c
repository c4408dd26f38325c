#include "sink/sink.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/file.h"
#include "sink/alert_csv.h"
#include "sink/alert_jsonl.h"
#include "sink/alert_text.h"

const struct sink_format sink_formats[] = {
#define SINK(name, shadow, head, write) {name, shadow, head, write},
#include "sink/sink.def"
#undef SINK
};
enum { FORMATS = sizeof sink_formats / sizeof *sink_formats, PATH_MAX_BYTES = 4096 };
const uint32_t sink_format_count = FORMATS;

static void
write_all(const struct sink_format *format, const struct sink_run *run, struct alert *const *alerts,
    size_t count, struct file_writer *w, struct buf *line)
{
    line->size = 0;
    if (format->head != NULL)
        format->head(line);
    for (size_t i = 0; i < count; i++) {
        if (alerts[i]->rule->shadow == format->shadow)
            format->write(run, alerts[i], line);
        file_write(w, line->at, line->size);
        line->size = 0;
    }
    if (line->size > 0)
        file_write(w, line->at, line->size);
}

enum weir_status
sink_write(const char *folder, const struct sink_run *run, struct alert *const *alerts,
    size_t count, struct weir_err *err)
{
    struct file_writer *w[FORMATS] = {0};
    struct buf line = {0};
    char path[PATH_MAX_BYTES];
    enum weir_status st = WEIR_OK;

    for (size_t i = 0; i < FORMATS && st == WEIR_OK; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, sink_formats[i].name);
        st = file_create(path, &w[i], err);
        if (st == WEIR_OK)
            write_all(&sink_formats[i], run, alerts, count, w[i], &line);
    }
    if (st == WEIR_OK && line.failed)
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory writing alerts");
    buf_fini(&line);
    for (size_t i = 0; i < FORMATS; i++) {
        if (st == WEIR_OK)
            st = file_commit(w[i], err);
        else
            file_abandon(w[i]);
    }
    return st;
}
