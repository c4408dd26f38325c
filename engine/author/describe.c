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

static const struct sheet_node *
value_of(const struct sheet_node *map, const char *key)
{
    const struct sheet_entry *e = sheet_entry(map, key);

    return e == NULL ? NULL : e->value;
}

static struct bytes
text_of(const struct sheet_node *map, const char *key)
{
    const struct sheet_node *n = value_of(map, key);
    struct bytes t = n == NULL ? (struct bytes){"", 0} : n->text;

    while (t.size > 0 && (t.at[t.size - 1] == '\n' || t.at[t.size - 1] == '.'))
        t.size--;
    return t;
}

/* ---- lines ------------------------------------------------------------------------------ */

/* A paragraph out of what the function writes: filled lines, those after the first indented. */
static void
put_filled(struct bytes t, struct buf *out)
{
    size_t column = 0;

    for (size_t at = 0; at < t.size;) {
        const char *end = memchr(t.at + at, ' ', t.size - at);
        struct bytes word = {t.at + at, end == NULL ? t.size - at : (size_t)(end - t.at) - at};
        size_t columns = diag_show(word, NULL);

        if (column > 0 && column + 1 + columns > COLUMNS) {
            buf_text(out, "\n  ");
            column = 2;
        } else if (column > 0) {
            buf_byte(out, ' ');
            column++;
        }
        buf_add(out, word.at, word.size);
        column += columns;
        at += word.size + 1;
    }
    buf_byte(out, '\n');
}

/* ---- operators ----------------------------------------------------------------------------- */

static void
put_key_of_fields(struct describing *d, const struct sheet_node *per)
{
    if (per == NULL)
        return;
    if (per->kind == YAML_SCALAR) {
        describe_field(d, per->text, true);
        return;
    }
    for (size_t i = 0; i < per->count; i++) {
        put(d, i == 0 ? "" : i + 1 == per->count ? " and " : ", ");
        if (per->entry[i].value != NULL)
            describe_field(d, per->entry[i].value->text, true);
    }
}

static void
put_measures(struct describing *d, const struct sheet_node *measure)
{
    for (size_t i = 0; measure != NULL && i < measure->count; i++) {
        const struct sheet_entry *e = &measure->entry[i];

        put(d, i == 0 ? "" : "; ");
        buf_print(d->out, "%.*s: ", (int)e->key.size, e->key.at);
        if (e->value != NULL && e->value->expr != NULL)
            describe_expr(d, e->value->expr->root);
    }
}

static bool
is_period(struct bytes t)
{
    return bytes_equal(t, bytes_of("day")) || bytes_equal(t, bytes_of("week")) ||
           bytes_equal(t, bytes_of("month"));
}

static void
put_window(struct describing *d, const struct sheet_node *window)
{
    const struct sheet_node *over = value_of(window, "over");

    put(d, "For each ");
    put_key_of_fields(d, value_of(window, "per"));
    if (over != NULL && over->kind == YAML_SCALAR && is_period(over->text)) {
        buf_print(d->out, ", over each calendar %.*s", (int)over->text.size, over->text.at);
    } else {
        put(d, ", over the last ");
        describe_value(d, over);
    }
    put(d, ", reckons: ");
    put_measures(d, value_of(window, "measure"));
    put(d, ".");
}

static void put_generic(struct describing *d, enum block block, const struct sheet_node *map);

static void
put_generic_value(
    struct describing *d, enum block block, const struct sheet_entry *e, const struct sheet_node *v)
{
    struct nest nest = document_nest(block, e->key);

    if (v->expr != NULL) {
        describe_expr(d, v->expr->root);
    } else if (nest.how == NEST_EXPRS) {
        put_measures(d, v);
    } else if (nest.how == NEST_ONE && v->kind == YAML_MAP) {
        put_generic(d, nest.inner, v);
    } else if (nest.how == NEST_EACH && v->kind == YAML_LIST) {
        for (size_t i = 0; i < v->count; i++) {
            buf_print(d->out, "%s(%zu) ", i == 0 ? "" : " ", i + 1);
            if (v->entry[i].value != NULL)
                put_generic(d, nest.inner, v->entry[i].value);
        }
    } else {
        describe_value(d, v);
    }
}

/* Key by key: "within 3 days, shape fan_out". */
static void
put_generic(struct describing *d, enum block block, const struct sheet_node *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct sheet_entry *e = &map->entry[i];
        struct bytes key = e->key;

        put(d, i == 0 ? "" : "; ");
        for (size_t k = 0; k < key.size; k++)
            buf_byte(d->out, key.at[k] == '_' ? ' ' : key.at[k]);
        put(d, " ");
        if (e->value != NULL)
            put_generic_value(d, block, e, e->value);
    }
}

/* The operator's block: the first key of the rule that holds a block with its own keys, between
 * `when` and `alert_if`. */
static void
put_operator(struct describing *d)
{
    for (size_t i = 0; i < d->rule->count; i++) {
        const struct sheet_entry *e = &d->rule->entry[i];
        const struct key *k = document_key(BLOCK_RULE, e->key);
        struct nest nest = document_nest(BLOCK_RULE, e->key);

        if (k == NULL || k <= document_key(BLOCK_RULE, bytes_of("when")) ||
            k >= document_key(BLOCK_RULE, bytes_of("alert_if")) || e->value == NULL ||
            e->value->kind != YAML_MAP)
            continue;
        if (nest.inner == BLOCK_WINDOW && nest.how == NEST_ONE) {
            put_window(d, e->value);
        } else {
            buf_print(d->out, "Collects by `%s`, %s: ", k->name, k->what);
            put_generic(d, nest.inner, e->value);
            put(d, ".");
        }
        return;
    }
}

/* ---- the alert ------------------------------------------------------------------------------- */

static void
put_alert(struct describing *d, const struct sheet_node *alert)
{
    const struct sheet_node *severity = value_of(alert, "severity");
    const struct sheet_node *about = value_of(alert, "about");
    const struct sheet_node *cooldown = value_of(alert, "cooldown");
    const struct sheet_node *say = value_of(alert, "say");

    put(d, "The alert ");
    if (severity != NULL && severity->kind == YAML_SCALAR)
        buf_print(d->out, "is of severity %.*s, ", (int)severity->text.size, severity->text.at);
    else if (severity != NULL)
        buf_print(d->out, "has a severity by %.*s, ", (int)text_of(severity, "by").size,
            text_of(severity, "by").at);
    if (about != NULL) {
        put(d, "is about the ");
        put_key_of_fields(d, about);
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
    const struct sheet_node *when = value_of(x, "when");
    struct bytes name = text_of(x, "name"), until = text_of(x, "until"),
                 reason = text_of(x, "reason");
    bool alerts = bytes_equal(text_of(x, "drop"), bytes_of("alerts"));

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
    struct bytes name = text_of(d->rule, "rule");

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
    struct bytes name = text_of(d->rule, "rule"), version = text_of(d->rule, "version"),
                 status = text_of(d->rule, "status"), title = text_of(d->rule, "title");

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
    describe_expr(d, n->expr->root);
    put(d, ".");
}

void
describe_print(const struct ruleset *rs, const struct sheet_node *rule, struct buf *out)
{
    struct buf text = {0};
    struct describing d = {.rs = rs, .rule = rule, .out = &text};
    const struct sheet_node *alert = value_of(rule, "alert"),
                            *exceptions = value_of(rule, "exceptions");
    const struct sheet_node *judge = value_of(rule, "alert_if");

    put_head(&d);
    end_paragraph(&d, out);
    put_condition(
        &d, "Looks at transactions where ", value_of(rule, "when"), "Looks at all transactions.");
    end_paragraph(&d, out);
    put_operator(&d);
    end_paragraph(&d, out);
    put_condition(&d, "Alerts when ", judge, judge == NULL ? "Alerts on each of them." : "");
    end_paragraph(&d, out);
    if (alert != NULL) {
        put_alert(&d, alert);
        end_paragraph(&d, out);
        if (value_of(alert, "roles") != NULL) {
            put_roles(&d, value_of(alert, "roles"));
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
