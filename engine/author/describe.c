/* describe - the sentences about a whole rule. */
#include "author/describe.h"

#include <string.h>

#include "base/buf.h"
#include "base/civil.h"
#include "text/diag_show.h"

enum { COLUMNS = 96 };

static void
put(struct describing *d, const char *text)
{
    buf_text(d->out, text);
}

const struct sheet_node *
describe_get(const struct sheet_node *map, const char *key)
{
    const struct sheet_entry *e = map == NULL ? NULL : sheet_entry(map, key);

    return e == NULL ? NULL : e->value;
}

struct bytes
describe_text(const struct sheet_node *map, const char *key)
{
    const struct sheet_node *n = describe_get(map, key);
    struct bytes t = n == NULL ? (struct bytes){"", 0} : n->text;

    while (t.size > 0 && (t.at[t.size - 1] == '\n' || t.at[t.size - 1] == '.'))
        t.size--;
    return t;
}

/* ---- lines ------------------------------------------------------------------------------ */

static size_t
new_line(size_t indent, struct buf *out)
{
    buf_byte(out, '\n');
    for (size_t i = 0; i < indent; i++)
        buf_byte(out, ' ');
    return indent;
}

/* Thousands stay together, and a sum with its currency. */
static bool
may_break(struct bytes t, size_t at)
{
    bool digit = at > 0 && t.at[at - 1] >= '0' && t.at[at - 1] <= '9';

    if (!digit || at + 1 >= t.size)
        return true;
    return !(t.at[at + 1] >= '0' && t.at[at + 1] <= '9') &&
           !(at + 3 < t.size && t.at[at + 1] >= 'A' && t.at[at + 1] <= 'Z' && t.at[at + 2] >= 'A' &&
               t.at[at + 2] <= 'Z');
}

/* Bytes up to where a line may end. */
static size_t
word_size(struct bytes t, size_t at)
{
    size_t size = 0;

    while (at + size < t.size && t.at[at + size] != '\n' &&
           (t.at[at + size] != ' ' || !may_break(t, at + size)))
        size++;
    return size;
}

/* A paragraph out of what the function writes: filled lines, those after the first indented, items
   further. */
static void
put_filled(struct bytes t, struct buf *out)
{
    size_t column = 0, indent = 2;
    bool fresh = true;

    for (size_t at = 0; at < t.size;) {
        size_t size = word_size(t, at);
        size_t columns = diag_show((struct bytes){t.at + at, size}, NULL);
        if (!fresh && column + 1 + columns > COLUMNS) {
            column = new_line(indent, out);
        } else if (!fresh) {
            buf_byte(out, ' ');
            column++;
        }
        buf_add(out, t.at + at, size);
        column += columns;
        at += size;
        fresh = at < t.size && t.at[at] == '\n';
        if (fresh) {
            column = new_line(2, out) + 2;
            buf_text(out, "- ");
            indent = 4;
        }
        at++;
    }
    buf_byte(out, '\n');
}

/* ---- the alert ------------------------------------------------------------------------------- */

/* "is low while total is below 5 000 EUR and high from there on, " */
static void
put_bands(struct describing *d, const struct sheet_node *severity)
{
    const struct sheet_node *bands = describe_get(severity, "bands");
    struct bytes by = describe_text(severity, "by");

    put(d, "is of severity ");
    for (size_t i = 0; bands != NULL && i < bands->count; i++) {
        const struct sheet_node *below = describe_get(bands->entry[i].value, "below");
        struct bytes is = describe_text(bands->entry[i].value, "is");

        buf_print(d->out, "%.*s ", (int)is.size, is.at);
        if (below == NULL) {
            put(d, "from there on, ");
            continue;
        }
        buf_print(d->out, "while %.*s is below ", (int)by.size, by.at);
        describe_value(d, below);
        put(d, ", ");
    }
}

static void
put_alert(struct describing *d, const struct sheet_node *alert)
{
    const struct sheet_node *severity = describe_get(alert, "severity");
    const struct sheet_node *about = describe_get(alert, "about");
    const struct sheet_node *cooldown = describe_get(alert, "cooldown");
    const struct sheet_node *say = describe_get(alert, "say");

    put(d, "The alert ");
    if (severity != NULL && severity->kind == YAML_SCALAR)
        buf_print(d->out, "is of severity %.*s, ", (int)severity->text.size, severity->text.at);
    else if (severity != NULL)
        put_bands(d, severity);
    if (about != NULL) {
        put(d, "is about the ");
        describe_fields(d, about);
        put(d, ", ");
    }
    put(d, "and says: ");
    if (say != NULL)
        buf_print(d->out, "\"%.*s\"", (int)say->text.size, say->text.at);
    put(d, ".");
    if (cooldown != NULL) {
        put(d, " Further hits within ");
        describe_value(d, cooldown);
        put(d, " join it.");
    }
}

static void
put_roles(struct describing *d, const struct sheet_node *roles)
{
    put(d, "Roles: ");
    for (size_t i = 0; i < roles->count; i++)
        buf_print(d->out, "%s%.*s %.*s", i == 0 ? "" : ", ", (int)roles->entry[i].key.size,
            roles->entry[i].key.at,
            (int)(roles->entry[i].value == NULL ? 0 : roles->entry[i].value->text.size),
            roles->entry[i].value == NULL ? "" : roles->entry[i].value->text.at);
    put(d, "; everyone else is unknown.");
}

static void
put_exception(struct describing *d, const struct sheet_node *x)
{
    const struct sheet_node *when = describe_get(x, "when");
    struct bytes name = describe_text(x, "name"), until = describe_text(x, "until"),
                 reason = describe_text(x, "reason");
    bool alerts = bytes_equal(describe_text(x, "drop"), bytes_of("alerts"));

    buf_print(d->out, "Exception \"%.*s\": leaves out %s where ", (int)name.size, name.at,
        alerts ? "alerts" : "transactions");
    if (when != NULL && when->expr != NULL)
        describe_expr(d, when->expr->root);
    buf_print(d->out, ", until %.*s. Reason: %.*s.", (int)until.size, until.at, (int)reason.size,
        reason.at);
}

static void
end_paragraph(struct describing *d, struct buf *out)
{
    if (d->out->size > 0)
        put_filled(buf_bytes(d->out), out);
    out->failed = out->failed || d->out->failed;
    d->out->size = 0;
}

/* Exception documents that name the rule, its tag or all rules; its own stand before them. */
static void
put_exception_documents(struct describing *d, size_t own, struct buf *out)
{
    const struct rule *rule = NULL;
    struct bytes name = describe_text(d->rule, "rule");

    for (size_t i = 0; i < d->rs->rule_count; i++)
        if (bytes_equal(d->rs->rule[i].name, name))
            rule = &d->rs->rule[i];
    for (size_t i = own; rule != NULL && i < rule->exception_count; i++) {
        const struct exception *x = &rule->exceptions[i];
        struct civil until;

        civil_from_us(x->until_day * US_PER_DAY, &until);
        buf_print(d->out, "The exception %.*s applies too, until %04d-%02d-%02d: %.*s.",
            (int)x->name.size, x->name.at, (int)until.year, (int)until.month, (int)until.day,
            (int)x->reason.size, x->reason.at);
        end_paragraph(d, out);
    }
}

/* ---- the rule
 * ------------------------------------------------------------------------------------ */

static void
put_head(struct describing *d)
{
    struct bytes name = describe_text(d->rule, "rule"), version = describe_text(d->rule, "version"),
                 status = describe_text(d->rule, "status"), title = describe_text(d->rule, "title");

    buf_print(d->out, "%.*s, version %.*s (%.*s): %.*s.", (int)name.size, name.at,
        (int)version.size, version.at, (int)status.size, status.at, (int)title.size, title.at);
}

static void
put_condition(
    struct describing *d, const char *lead, const struct sheet_node *n, const char *without)
{
    if (n == NULL || n->expr == NULL) {
        put(d, without);
        return;
    }
    put(d, lead);
    describe_condition(d, n->expr->root);
}

/* What the rule looks at: transactions, hits of another rule, or, as a score, what it adds up. */
static void
put_looks(struct describing *d)
{
    const struct sheet_node *when = describe_get(d->rule, "when"),
                            *of = describe_get(d->rule, "of");

    if (of != NULL) {
        buf_print(d->out, "Looks at %s of the rule %.*s%s", when == NULL ? "all hits" : "hits",
            (int)of->text.size, of->text.at, when == NULL ? "." : "");
        put_condition(d, " where ", when, "");
        return;
    }
    put_condition(d, "Looks at transactions where ", when,
        describe_get(d->rule, "score") == NULL ? "Looks at all transactions." : "");
}

void
describe_print(const struct ruleset *rs, const struct sheet_node *rule, struct buf *out)
{
    struct buf text = {0};
    struct describing d = {.rs = rs, .rule = rule, .out = &text};
    const struct sheet_node *alert = describe_get(rule, "alert"),
                            *exceptions = describe_get(rule, "exceptions");
    const struct sheet_node *judge = describe_get(rule, "alert_if");

    put_head(&d);
    end_paragraph(&d, out);
    put_looks(&d);
    end_paragraph(&d, out);
    (void)describe_operator(&d);
    end_paragraph(&d, out);
    put_condition(&d, "Alerts when ", judge, judge == NULL ? "Alerts on each of them." : "");
    end_paragraph(&d, out);
    if (alert != NULL) {
        put_alert(&d, alert);
        end_paragraph(&d, out);
        if (describe_get(alert, "roles") != NULL) {
            put_roles(&d, describe_get(alert, "roles"));
            end_paragraph(&d, out);
        }
    }
    for (size_t i = 0; exceptions != NULL && i < exceptions->count; i++)
        if (exceptions->entry[i].value != NULL) {
            put_exception(&d, exceptions->entry[i].value);
            end_paragraph(&d, out);
        }
    put_exception_documents(&d, exceptions == NULL ? 0 : exceptions->count, out);
    buf_fini(&text);
}
