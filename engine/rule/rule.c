/*
 * rule - one rule document turned into a struct rule.
 */
#include <string.h>

#include "base/sha256.h"
#include "rule/expr.h"
#include "rule/operator.h"
#include "rule/test.h"

/* ---- what its blocks share ------------------------------------------------------ */

void
rule_break(struct rule_making *rm, struct bytes name)
{
    if (rm->broken_count < BROKEN_MAX)
        rm->broken[rm->broken_count++] = name;
}

bool
rule_own_name(struct rule_making *rm, const struct yaml_entry *e, const char *noun)
{
    const struct document *found = loader_find(rm->ld, e->key);
    struct diag *d;

    if (found == NULL)
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R207", e->key_at,
        "`%.*s` is the name of %s, so it cannot name %s too", QUOTE(e->key),
        document_blocks[found->kind].noun, noun);
    diag_label(rm->ld->ds, d, "choose another name");
    diag_mark(rm->ld->ds, d, found->name_at->at, "%s has it", document_blocks[found->kind].noun);
    return false;
}

static bool
mentions_broken(const struct rule_making *rm, struct bytes text)
{
    for (size_t i = 0; i < rm->broken_count; i++)
        if (scalar_mentions(text, rm->broken[i]))
            return true;
    return rm->broken_count == BROKEN_MAX;
}

/* Does the operator yield its measures by itself, so that a rule names none? */
static bool
fixed_measures(enum rule_operator op)
{
    const struct operator_kind *kind = operator_of(op);

    for (size_t i = 0; kind != NULL && i < document_blocks[kind->block].count; i++)
        if (strcmp(document_blocks[kind->block].key[i].name, "measure") == 0)
            return false;
    return kind != NULL;
}

void
rule_scope(struct rule_making *rm, enum place place, const char *place_name, struct scope *out)
{
    struct ruleset *rs = rm->ld->rs;

    *out = (struct scope){.fields = rs->fields,
        .field_count = rs->field_count,
        .names = rs->names,
        .name_count = rs->name_count,
        .parameters = rm->parameters,
        .parameter_count = rm->parameter_count,
        .measures = rm->measure_names,
        .measure_count = rm->measure_count,
        .measure_block = rm->measure_block,
        .hits = rm->hits,
        .hit_count = rm->rule->of == NULL ? 0 : rm->rule->of->measure_count,
        .hit_rule = rm->rule->of == NULL ? (struct bytes){0} : rm->rule->of->name,
        .about_type =
            rm->rule->about_count == 1 ? rs->fields[rm->rule->about[0].field].type : TYPE_TEXT,
        .own = rm->rule->own,
        .fixed = fixed_measures(rm->rule->op),
        .place = place,
        .place_name = place_name,
        .matcher = rs->matcher,
        .kept = &rs->kept};
}

const struct program *
rule_compile(struct rule_making *rm, const struct expr *e, struct bytes text, enum place place,
    const char *place_name, enum type want)
{
    struct scope scope;

    if (e == NULL || mentions_broken(rm, text) || (rm->blind && place >= PLACE_ALERT_IF))
        return NULL;
    rule_scope(rm, place, place_name, &scope);
    return program_new(rm->ld->a, rm->ld->ds, &scope, e, want,
        place == PLACE_MEASURE ? &rm->rule->aggregates : NULL);
}

const struct program *
rule_program(struct rule_making *rm, const struct yaml_node *scalar, enum place place,
    const char *place_name, enum type want)
{
    if (scalar == NULL)
        return NULL;
    return rule_compile(
        rm, expr_parse(rm->ld->a, rm->ld->ds, scalar), scalar->text, place, place_name, want);
}

/* ---- values where a $parameter may stand ------------------------------------------ */

static void
tell_no_parameter(struct rule_making *rm, const struct yaml_node *n, struct bytes name)
{
    const char *names[64];
    size_t count = 0;
    char room[160];
    const char *best;
    struct diag *d = diag_add(
        rm->ld->ds, DIAG_ERROR, "R403", n->at, "there is no parameter called `$%.*s`", QUOTE(name));

    for (size_t i = 0; i < rm->parameter_count && count < 64; i++) {
        struct bytes p = rm->parameters[i].name;
        char *copy = arena_take(rm->ld->a, p.size + 2, 1);

        if (copy == NULL)
            continue;
        copy[0] = '$';
        memcpy(copy + 1, p.at, p.size);
        names[count++] = copy;
    }
    best = document_suggest(n->text, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(rm->ld->ds, d, "did you mean %s?", best);
    else
        diag_help(rm->ld->ds, d, "add it under  parameters:");
}

static struct parameter *
find_parameter(struct rule_making *rm, const struct yaml_node *n, bool *told)
{
    struct bytes name = {n->text.at + 1, n->text.size - 1};

    *told = true;
    for (size_t i = 0; i < rm->parameter_count; i++)
        if (bytes_equal(rm->parameters[i].name, name)) {
            rm->parameters[i].used = true;
            return &rm->parameters[i];
        }
    if (!mentions_broken(rm, name))
        tell_no_parameter(rm, n, name);
    return NULL;
}

bool
rule_value(struct rule_making *rm, const struct yaml_node *n, struct value *out, bool *told)
{
    bool percent;
    const struct parameter *p;

    *told = false;
    if (n == NULL || n->kind != YAML_SCALAR || n->text.size == 0)
        return false;
    if (n->text.at[0] != '$')
        return expr_literal(n, out, &percent);
    p = find_parameter(rm, n, told);
    if (p != NULL)
        *out = p->value;
    *told = p == NULL;
    return p != NULL;
}

bool
rule_span(struct rule_making *rm, const struct yaml_node *n, const char *what, int64_t *us)
{
    struct value v;
    bool told;
    struct diag *d;

    if (n == NULL)
        return false;
    if (n->kind == YAML_SCALAR && n->text.size > 0 && n->text.at[0] != '$')
        return scalar_span(rm->ld, n, what, us);
    if (!rule_value(rm, n, &v, &told)) {
        if (!told)
            (void)scalar_span(rm->ld, n, what, us);
        return false;
    }
    if (v.type == TYPE_DURATION && v.num > 0 && v.num <= INT64_MAX) {
        *us = (int64_t)v.num;
        return true;
    }
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R406", n->at, "%s must be a time span", what);
    diag_label(rm->ld->ds, d, "this parameter is %s", type_name((enum type)v.type));
    return false;
}

bool
rule_count(struct rule_making *rm, const struct yaml_node *n, const char *what, int64_t low,
    int64_t high, int64_t *out)
{
    struct value v;
    bool told;
    struct diag *d;

    if (n == NULL)
        return false;
    if (n->kind == YAML_SCALAR && n->text.size > 0 && n->text.at[0] != '$')
        return scalar_int(rm->ld, n, what, low, high, out);
    if (!rule_value(rm, n, &v, &told))
        return false;
    if (v.type == TYPE_NUMBER && v.den == 1 && v.num % NUMBER_SCALE == 0 &&
        v.num / NUMBER_SCALE >= low && v.num / NUMBER_SCALE <= high) {
        *out = (int64_t)(v.num / NUMBER_SCALE);
        return true;
    }
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R406", n->at,
        "%s must be a whole number between %lld and %lld", what, (long long)low, (long long)high);
    diag_label(rm->ld->ds, d, "and this parameter is not");
    return false;
}

/* ---- documentation and needs --------------------------------------------------------- */

static void
load_tags(struct rule_making *rm)
{
    const struct yaml_entry *e = document_entry(rm->map, "tags");
    size_t count = e == NULL ? 0 : document_texts(e->value);
    struct bytes *tags = arena_take(rm->ld->a, count + 1, sizeof *tags);

    if (tags == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        tags[i] = document_text(e->value, i)->text;
    rm->rule->tags = tags;
    rm->rule->tag_count = count;
}

static void
load_need(struct rule_making *rm, const struct yaml_node *n)
{
    uint8_t view;
    int field;
    struct diag *d;

    if (n->kind != YAML_SCALAR)
        return;
    if (bytes_equal(n->text, bytes_of("merged"))) {
        rm->rule->needs_merged = true;
        return;
    }
    field = loader_field(rm->ld->rs, n->text, &view);
    if (field >= 0 && view == 0) {
        rm->rule->needs_fields |= UINT64_C(1) << field;
        return;
    }
    d = diag_add(
        rm->ld->ds, DIAG_ERROR, "R401", n->at, "there is no field called `%.*s`", QUOTE(n->text));
    diag_label(rm->ld->ds, d,
        field >= 0 ? "name the originator's or the beneficiary's"
                   : "`needs` takes `merged` or fields");
    diag_help(rm->ld->ds, d, "`weir fields` lists all %zu fields of this installation",
        rm->ld->rs->field_count);
}

static void
load_head(struct rule_making *rm)
{
    const struct yaml_entry *needs = document_entry(rm->map, "needs");
    const struct yaml_node *title = document_scalar(rm->map, "title");
    const struct yaml_node *mode = document_scalar(rm->map, "mode");
    size_t word;

    if (title != NULL)
        rm->rule->title = title->text;
    (void)scalar_int(
        rm->ld, document_scalar(rm->map, "version"), "`version`", 1, 1000000, &rm->rule->version);
    if (scalar_choice(
            rm->ld, document_scalar(rm->map, "status"), "status of a rule", CHOICE_STATUS, &word))
        rm->rule->status = (enum rule_status)word;
    if (scalar_choice(rm->ld, mode, "mode of a rule", CHOICE_MODE, &word))
        rm->rule->signal = word == 1;
    for (size_t i = 0; needs != NULL && i < document_texts(needs->value); i++)
        load_need(rm, document_text(needs->value, i));
    load_tags(rm);
}

/* ---- operator and judgement ------------------------------------------------------------ */

/* Its block, after `when`; where that cannot be read, what it yields is not known. */
static void
load_operator(struct rule_making *rm, const struct operator_kind *kind, const struct yaml_entry *e)
{
    bool two = rm->blind;

    rm->blind = kind != NULL;
    if (kind == NULL)
        return;
    rm->rule->op = kind->op;
    if (two || e->value == NULL || e->value->kind != YAML_MAP)
        return;
    (void)document_check(rm->ld->ds, kind->block, e->value, e->key_at);
    rm->blind = false;
    kind->load(rm, e);
}

static void
load_alert_if(
    struct rule_making *rm, const struct operator_kind *kind, const struct yaml_entry *operator)
{
    const struct yaml_entry *e = document_entry(rm->map, "alert_if");
    struct diag *d;

    if (e != NULL && kind == NULL) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R230", e->key_at,
            "`alert_if` judges what an operator has collected, and this rule has none");
        diag_label(rm->ld->ds, d, "nothing to judge");
        diag_help(rm->ld->ds, d,
            "put a condition on single transactions into `when`, or add a "
            "`window`");
    } else if (e == NULL && kind != NULL) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R230", operator->key_at,
            "a rule with a `%s` needs `alert_if`", kind->key);
        diag_label(rm->ld->ds, d, "when is what it collects suspicious?");
        diag_help(rm->ld->ds, d, "for example  alert_if: payers >= $min_payers");
    } else {
        rm->rule->alert_if = rule_program(
            rm, document_scalar(rm->map, "alert_if"), PLACE_ALERT_IF, "alert_if", TYPE_BOOL);
    }
}

static void
put_program(struct buf *out, const char *name, const struct program *p)
{
    buf_print(out, "%s ", name);
    if (p != NULL)
        program_print(p, out);
    buf_byte(out, '\n');
}

static void
put_keys(struct buf *out, const char *name, const struct key_part *part, size_t count,
    const struct ruleset *rs)
{
    buf_print(out, "%s", name);
    for (size_t i = 0; i < count; i++)
        buf_print(out, " %u %s", part[i].view, rs->fields[part[i].field].name);
    buf_byte(out, '\n');
}

/* The hash of a text without the line of bytes [from, to). */
static bool
hash_without(const struct buf *text, size_t from, size_t to, uint8_t out[32])
{
    struct sha256 *s = sha256_new();

    if (s == NULL)
        return false;
    sha256_add_field(s, text->at, from);
    sha256_add_field(s, text->at + to, text->size - to);
    sha256_end(s, out);
    sha256_free(s);
    return true;
}

/* What shapes state: other parts put theirs in while they load. */
static void
hash_rule(struct rule_making *rm)
{
    struct rule *r = rm->rule;
    const struct operator_kind *kind = operator_of(r->op);
    struct buf *s = &rm->state_text, *o = &rm->other_text;
    size_t from, to;

    buf_print(s, "operator %d own %d\n", (int)r->op, (int)r->own);
    if (r->of != NULL) {
        buf_text(s, "of ");
        buf_add(s, r->of->hash, sizeof r->of->hash);
        buf_byte(s, '\n');
    }
    put_program(s, "when", r->when);
    if (kind != NULL) {
        put_keys(s, "per", r->per, r->per_count, rm->ld->rs);
        if (kind->hash != NULL)
            kind->hash(r, s);
    }
    for (size_t i = 0; i < r->touch_count; i++) {
        buf_print(s, "side %d ", r->touch[i].side);
        put_program(s, "touch", r->touch[i].when);
    }
    for (uint32_t i = 0; kind != NULL && kind->class != NULL && i < r->aggregates.count; i++)
        put_program(s, "input", r->aggregates.at[i].value);
    for (size_t i = 0; i < r->measure_count; i++) {
        put_program(s, "measure", r->measures[i].program);
        buf_print(o, "name %.*s\n", QUOTE(r->measures[i].name.name));
    }
    from = o->size;
    buf_print(o, "rule %.*s\n", QUOTE(r->name));
    to = o->size;
    put_program(o, "alert_if", r->alert_if);
    put_keys(o, "about", r->about, r->about_count, rm->ld->rs);
    buf_print(o, "signal %d\n", (int)r->signal);
    buf_print(o, "needs %d %llx\n", (int)r->needs_merged, (unsigned long long)r->needs_fields);
    buf_add(o, s->at, s->size);
    if (s->failed || o->failed || !hash_without(o, from, to, r->meaning)) {
        rm->ld->no_memory = true;
        return;
    }
    sha256_of(s->at, s->size, r->state_hash);
    sha256_of(o->at, o->size, r->hash);
}

static void
tell_unused_parameters(struct rule_making *rm)
{
    for (size_t i = 0; i < rm->parameter_count; i++) {
        const struct parameter *p = &rm->parameters[i];
        struct diag *d;

        if (p->used)
            continue;
        d = diag_add(rm->ld->ds, DIAG_WARNING, "L606", p->at, "the parameter `%.*s` is not used",
            QUOTE(p->name));
        diag_label(rm->ld->ds, d, "nothing in this rule depends on it");
        diag_help(rm->ld->ds, d, "write `$%.*s` where it is meant, or remove it", QUOTE(p->name));
    }
}

/* A rule at work says by tests when it fires and when it stays quiet (L661). */
static void
tell_untested(struct rule_making *rm)
{
    const struct rule *r = rm->rule;
    bool fires = false, quiet = false, works = r->status == RULE_LIVE || r->status == RULE_SHADOW;
    struct diag *d;

    if (!rm->ld->env->lint || rm->ld->vary != NULL || rm->ld->untested || !works)
        return;
    for (size_t i = 0; i < r->test_count; i++) {
        fires = fires || test_fires(&r->tests[i]);
        quiet = quiet || test_stays_quiet(&r->tests[i]);
    }
    if (fires && quiet)
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L661", r->at,
        r->test_count == 0 ? "this rule has no tests"
        : fires            ? "no test says when this rule stays quiet"
                           : "no test says when this rule alerts");
    diag_help(rm->ld->ds, d, "%s",
        fires ? "add a test that comes close to the line, and whose `alert` column stays blank"
              : "`weir new window` shows a rule with a test that fires and one that stays quiet");
}

void
rule_load(struct loader *ld, const struct document *doc, struct rule *out)
{
    struct rule_making rm = {.ld = ld, .doc = doc, .map = doc->map, .rule = out};
    const struct yaml_entry *operator;
    const struct operator_kind *kind;
    size_t errors = diags_errors(ld->ds);

    *out = (struct rule){
        .name = doc->name, .file = doc->path, .at = doc->name_at->at, .status = RULE_DRAFT};
    if (!document_check(ld->ds, BLOCK_RULE, doc->map, doc->name_at->at))
        return;
    load_head(&rm);
    parameter_load(&rm);
    of_load(&rm);
    kind = operator_find(&rm, &operator);
    if (kind != NULL && kind->per != NULL)
        operator_key(&rm, document_entry(operator->value, kind->per));
    out->when = rule_program(&rm, document_scalar(doc->map, "when"), PLACE_WHEN, "when", TYPE_BOOL);
    load_operator(&rm, kind, operator);
    of_check(&rm, kind);
    load_alert_if(&rm, kind, operator);
    alert_load(&rm);
    except_load(&rm);
    if (ld->vary == NULL)
        test_load(&rm);
    out->parameters = rm.parameters;
    out->parameter_count = rm.parameter_count;
    if (diags_errors(ld->ds) == errors && !rm.blind) {
        tell_unused_parameters(&rm);
        tell_untested(&rm);
        hash_rule(&rm);
        if (out->reach_us < out->span_us)
            out->reach_us = out->span_us;
        of_reach(out);
        out->sound = true;
    }
    buf_fini(&rm.state_text);
    buf_fini(&rm.other_text);
}
