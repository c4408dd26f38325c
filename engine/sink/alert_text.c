#include "sink/alert_text.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/number.h"
#include "base/sha256.h"
#include "sink/sink.h"

enum { SHOWN_TRANSACTIONS = 5, SHORT_ID = 4 };

static const char *const severity_capitals[] = {
    [SEVERITY_INFO] = "INFO",
    [SEVERITY_LOW] = "LOW",
    [SEVERITY_MEDIUM] = "MEDIUM",
    [SEVERITY_HIGH] = "HIGH",
    [SEVERITY_CRITICAL] = "CRITICAL",
};

static void
put(struct buf *out, struct bytes text)
{
    buf_add(out, text.at, text.size);
}

static struct bytes
role_of(const struct alert *a, const char *party)
{
    for (size_t i = 0; i < a->rule->role_count; i++)
        if (bytes_equal(a->rule->roles[i].name, bytes_of(party)))
            return a->rule->roles[i].is;
    return bytes_of("unknown");
}

static void
put_time(const struct sink_run *run, int64_t at_us, struct buf *out)
{
    value_print(value_num(TYPE_TIME, at_us), false, run->zone, out);
}

static void
put_head(const struct sink_run *run, const struct alert *a, struct buf *out)
{
    char id[2 * SHORT_ID + 1];

    buf_text(out, severity_capitals[a->severity]);
    buf_text(out, "  ");
    put(out, a->rule->name);
    buf_print(out, " v%" PRId64 "   about ", a->rule->version);
    put(out, a->about);
    buf_text(out, " (");
    put(out, role_of(a, "about"));
    buf_text(out, ")   opened ");
    put_time(run, a->opened_us, out);
    sha256_hex(a->id, SHORT_ID, id);
    buf_print(out, "   alert %s\n  ", id);
    put(out, a->say);
    buf_byte(out, '\n');
}

static void
put_clauses(const struct alert *a, struct buf *out)
{
    if (a->clause_count == 0)
        return;
    for (size_t i = 0; i < a->clause_count; i++) {
        const struct alert_clause *c = &a->clauses[i];

        buf_text(out, i == 0 ? "  " : "   ");
        put(out, c->text);
        if (c->left.size > 0) {
            buf_text(out, " (");
            put(out, c->left);
            buf_text(out, "; line ");
            put(out, c->right);
            buf_byte(out, ')');
        }
    }
    buf_byte(out, '\n');
}

/* ": name 96.43% like" for entries of a list of names, and why. */
static void
put_likeness(const struct alert_watch *w, struct buf *out)
{
    buf_text(out, ": ");
    put(out, w->name);
    buf_byte(out, ' ');
    number_print_fixed(number_divide(w->score, 100), 2, (struct number_style){.trim = true}, out);
    buf_text(out, "% [");
    put(out, w->why);
    buf_byte(out, ']');
}

static void
put_watches(const struct alert *a, struct buf *out)
{
    for (size_t i = 0; i < a->watch_count; i++) {
        buf_text(out, "  listed: ");
        put(out, a->watches[i].list);
        buf_byte(out, ' ');
        put(out, a->watches[i].id);
        buf_text(out, " on ");
        put(out, a->watches[i].field);
        if (a->watches[i].score > 0)
            put_likeness(&a->watches[i], out);
        if (a->watches[i].note.size > 0) {
            buf_text(out, " (");
            put(out, a->watches[i].note);
            buf_byte(out, ')');
        }
        if (a->watches[i].at > 0) {
            buf_text(out, ": \"");
            put(out, a->watches[i].matched);
            buf_text(out, "\" in \"");
            put(out, a->watches[i].around);
            buf_byte(out, '"');
        }
        buf_byte(out, '\n');
    }
}

static void
put_transaction(const struct sink_run *run, const struct evidence *e, struct buf *out)
{
    buf_text(out, "  ");
    put_time(run, e->at_us, out);
    buf_text(out, "  ");
    put(out, e->originator.size > 0 ? e->originator : bytes_of("(cash or unknown)"));
    buf_text(out, " -> ");
    put(out, e->beneficiary.size > 0 ? e->beneficiary : bytes_of("(cash or unknown)"));
    buf_text(out, "  ");
    if (e->currency != 0)
        value_print(value_money(e->currency, e->amount_minor), false, NULL, out);
    buf_print(out, "  %s:%" PRIu64 "\n", run->files[e->file], e->row);
}

static void
put_evidence(const struct sink_run *run, const struct alert *a, struct buf *out)
{
    uint32_t shown =
        a->evidence_count < SHOWN_TRANSACTIONS ? a->evidence_count : SHOWN_TRANSACTIONS;

    for (uint32_t i = 0; i < shown; i++)
        put_transaction(run, &a->evidence[i], out);
    if (a->evidence_all > shown)
        buf_print(out, "  ... %" PRIu64 " more in alerts.jsonl\n", a->evidence_all - shown);
}

void
alert_text_write(const struct sink_run *run, const struct alert *a, struct buf *out)
{
    put_head(run, a, out);
    put_clauses(a, out);
    put_watches(a, out);
    buf_print(out, "  %" PRIu64 " hit%s, latest ", a->hits, a->hits == 1 ? "" : "s");
    put_time(run, a->latest_us, out);
    buf_print(
        out, "   %" PRIu64 " transaction%s\n", a->evidence_all, a->evidence_all == 1 ? "" : "s");
    put_evidence(run, a, out);
    buf_byte(out, '\n');
}
