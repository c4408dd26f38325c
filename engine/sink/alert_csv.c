#include "sink/alert_csv.h"

#include "alert/figure.h"
#include "base/buf.h"
#include "base/sha256.h"
#include "sink/sink.h"
#include "text/csv_write.h"

enum { ID_BYTES = 16 };

static const char *const columns[] = {"id", "rule", "version", "severity", "about_kind", "about",
    "opened", "latest", "hits", "say", "transactions", "total_eur", "first_file", "first_row"};

void
alert_csv_head(struct buf *out)
{
    struct csv_write w = {.out = out};

    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        csv_text(&w, bytes_of(columns[i]));
    csv_end(&w);
}

static void
put_number(struct csv_write *w, int128 n, int places)
{
    struct buf text = {0};

    figure_decimal(n, places, &text);
    csv_number(w, buf_bytes(&text));
    buf_fini(&text);
}

static void
put_time(struct csv_write *w, int64_t at_us)
{
    struct buf text = {0};

    figure_time(at_us, &text);
    csv_text(w, buf_bytes(&text));
    buf_fini(&text);
}

void
alert_csv_write(const struct sink_run *run, const struct alert *a, struct buf *out)
{
    struct csv_write w = {.out = out};
    char id[2 * ID_BYTES + 1];

    sha256_hex(a->id, sizeof a->id, id);
    csv_text(&w, bytes_of(id));
    csv_text(&w, a->rule->name);
    put_number(&w, a->rule->version, 0);
    csv_text(&w, bytes_of(severity_names[a->severity]));
    csv_text(&w, a->rule->about_kind);
    csv_text(&w, a->about);
    put_time(&w, a->opened_us);
    put_time(&w, a->latest_us);
    put_number(&w, (int128)a->hits, 0);
    csv_text(&w, a->say);
    put_number(&w, (int128)a->evidence_all, 0);
    put_number(&w, a->evidence_eur, 2);
    if (a->evidence_count > 0) {
        csv_text(&w, bytes_of(run->files[a->evidence[0].file]));
        put_number(&w, (int128)a->evidence[0].row, 0);
    } else {
        csv_text(&w, bytes_of(""));
        csv_text(&w, bytes_of(""));
    }
    csv_end(&w);
}
