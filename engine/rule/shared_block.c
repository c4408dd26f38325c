/*
 * shared_block - the `shared` of a rule: one attribute behind many members. It collects in windows
 * keyed by the attribute; `members` is their first measure.
 */
#include <string.h>

#include "rule/operator.h"

enum { IGNORE_ABOVE = 50, IGNORE_MAX = 1000000 };

/* distinct(ACROSS), where it was written. */
static bool
load_members(struct rule_making *rm, const struct yaml_node *across)
{
    struct yaml_node *n = arena_take(rm->ld->a, 1, sizeof *n);
    struct buf text = {0};
    uint8_t view;
    struct measure *m = &rm->measures[0];

    if (loader_field(rm->ld->rs, across->text, &view) < 0) {
        (void)rule_program(rm, across, PLACE_WHEN, "across", TYPE_NONE);
        return false;
    }
    buf_print(&text, "distinct(%.*s)", QUOTE(across->text));
    if (n == NULL || text.failed) {
        rm->ld->no_memory = true;
        return false;
    }
    *n = (struct yaml_node){.kind = YAML_SCALAR, .at = across->at, .text = buf_bytes(&text)};
    n->text.at = arena_copy(rm->ld->a, n->text);
    buf_fini(&text);
    m->program = rule_program(rm, n, PLACE_MEASURE, "across", TYPE_NONE);
    if (m->program == NULL)
        return false;
    m->name = (struct measure_name){
        .name = bytes_of("members"), .at = across->at, .type = program_type(m->program)};
    rm->measure_names[rm->measure_count++] = m->name;
    return true;
}

void
shared_load(struct rule_making *rm, const struct yaml_entry *e)
{
    static const struct yaml_node none = {.kind = YAML_MAP};
    const struct yaml_node *across = document_scalar(e->value, "across");
    const struct yaml_node *limit = document_scalar(e->value, "ignore_above");
    const struct yaml_node *measure = document_map(e->value, "measure");

    window_span(rm, document_scalar(e->value, "within"), "`within`");
    rm->rule->ignore_above = IGNORE_ABOVE;
    if (limit != NULL)
        (void)rule_count(rm, limit, "`ignore_above`", 2, IGNORE_MAX, &rm->rule->ignore_above);
    rm->blind = true;
    if (across == NULL || !window_room(rm) || !load_members(rm, across))
        return;
    rm->blind = false;
    window_measures(rm, measure == NULL ? &none : measure);
}

void
shared_hash(const struct rule *rule, struct buf *out)
{
    buf_print(out, "shared within %lld ignore %lld\n", (long long)rule->window.span_us,
        (long long)rule->ignore_above);
}
