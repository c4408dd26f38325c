/*
 * sequence_block - the `sequence` of a rule: steps one after another, what may not happen between
 * them, and how long the whole may take.
 */
#include <string.h>

#include "operator/sequence.h"
#include "rule/operator.h"
#include "state/keys.h"

enum { AT_LEAST_LOW = 2, AT_LEAST_HIGH = 20, ENTRIES_MAX = 2 * SEQUENCE_STEPS_MAX };
#define LATE_STEP_US (INT64_C(3600) * 1000000) /* how much later late hits may be heard */

struct making {
    struct rule_making *rm;
    struct sequence_spec *spec;
    struct sequence_step *step;
    struct sequence_field *field;
    struct bytes name[ENTRIES_MAX]; /* of steps and absents, as they stand */
    size_t name_count;
    const struct program *when[SEQUENCE_STEPS_MAX], *absent[SEQUENCE_STEPS_MAX], *never;
};

/* ---- names ------------------------------------------------------------------------- */

static bool
check_name(struct making *m, const struct yaml_node *n)
{
    const struct yaml_entry entry = {.key_at = n->at, .key = n->text};
    const char *taken = loader_taken(m->rm->ld->rs, n->text);
    struct diag *d;

    if (!scalar_snake(n->text)) {
        d = diag_add(
            m->rm->ld->ds, DIAG_ERROR, "R206", n->at, "`%.*s` cannot name a step", QUOTE(n->text));
        diag_label(m->rm->ld->ds, d, "use small letters, digits and single `_` between them");
        return false;
    }
    if (bytes_equal(n->text, bytes_of("elapsed")))
        taken = "a measure of every sequence";
    for (size_t i = 0; i < m->name_count; i++)
        if (bytes_equal(m->name[i], n->text))
            taken = "a step of this sequence already";
    if (taken == NULL)
        return rule_own_name(m->rm, &entry, "a step");
    d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R207", n->at, "`%.*s` is %s, so it cannot name a step",
        QUOTE(n->text), taken);
    diag_label(m->rm->ld->ds, d, "choose another name");
    return false;
}

/* ---- entries ------------------------------------------------------------------------ */

static struct diag *
tell(struct making *m, struct span at, const char *what, const char *label)
{
    struct diag *d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R270", at, "%s", what);

    diag_label(m->rm->ld->ds, d, "%s", label);
    return d;
}

/* A key of the other kind of entry. */
static bool
refuse(struct making *m, const struct yaml_node *map, const char *key, const char *what,
    const char *label)
{
    const struct yaml_entry *e = document_entry(map, key);

    if (e != NULL)
        (void)tell(m, e->key_at, what, label);
    return e == NULL;
}

static void
warn_long(struct making *m, const struct yaml_node *n)
{
    struct diag *d = diag_add(m->rm->ld->ds, DIAG_WARNING, "L604", n->at,
        "this limit never matters: the whole sequence takes less time");

    diag_label(m->rm->ld->ds, d, "not shorter than `within` of the sequence");
}

static bool
load_step(struct making *m, const struct yaml_node *map)
{
    struct rule_making *rm = m->rm;
    const struct yaml_node *name = document_scalar(map, "step");
    const struct yaml_node *within = document_scalar(map, "within");
    const struct yaml_node *at_least = document_scalar(map, "at_least");
    struct sequence_step *s = &m->step[m->spec->step_count];
    int64_t need = 1;
    bool good = check_name(m, name);

    m->name[m->name_count++] = name->text;
    *s = (struct sequence_step){.absent = SEQUENCE_NONE};
    good &= refuse(m, map, "for", "`for` belongs to an `absent` at the end", "a step has none");
    if (at_least != NULL)
        good &= rule_count(rm, at_least, "`at_least`", AT_LEAST_LOW, AT_LEAST_HIGH, &need);
    s->need = (uint32_t)need;
    if (within != NULL && m->spec->step_count == 0) {
        (void)tell(m, within->at, "the first step follows no other, so it has no `within`",
            "within which time after what?");
        good = false;
    } else if (within != NULL) {
        good &= rule_span(rm, within, "`within` of a step", &s->within_us);
        if (good && m->spec->within_us > 0 && s->within_us >= m->spec->within_us)
            warn_long(m, within);
    }
    s->name = arena_copy(rm->ld->a, name->text);
    if (s->name == NULL)
        rm->ld->no_memory = true;
    m->when[m->spec->step_count] =
        rule_program(rm, document_scalar(map, "when"), PLACE_WHEN, "when", TYPE_BOOL);
    good &= m->when[m->spec->step_count++] != NULL;
    return good;
}

/* What it says where it stands at the end, or does not. */
static bool
load_for(struct making *m, const struct yaml_node *map, bool last)
{
    const struct yaml_entry *e = document_entry(map, "for");
    struct diag *d;

    if (last && e == NULL && document_entry(map, "within") != NULL)
        return false;
    if (last && e == NULL) {
        d = tell(
            m, map->at, "an `absent` at the end needs `for`", "for how long must it stay away?");
        diag_help(m->rm->ld->ds, d, "for example  for: 48h");
        return false;
    }
    if (!last && e != NULL) {
        d = tell(m, e->key_at, "`for` belongs to an `absent` at the end",
            "here it lasts until the next step begins");
        diag_help(m->rm->ld->ds, d, "limit the next step with `within` instead");
        return false;
    }
    if (last && !rule_span(m->rm, document_scalar(map, "for"), "`for`", &m->spec->for_us))
        return false;
    if (e == NULL || m->spec->for_us <= 400 * DAY_US)
        return true;
    diag_add(m->rm->ld->ds, DIAG_ERROR, "R513", e->value->at, "`for` spans at most 400 days");
    return false;
}

static bool
load_absent(struct making *m, const struct yaml_node *map, bool last)
{
    const struct yaml_node *name = document_scalar(map, "absent");
    uint32_t after = m->spec->step_count;
    bool good = check_name(m, name);
    struct diag *d;

    m->name[m->name_count++] = name->text;
    good &= refuse(m, map, "at_least", "`at_least` belongs to a step", "one is too many already");
    good &= refuse(m, map, "within", "`within` belongs to a step",
        "at the end of a sequence an `absent` takes `for`");
    good &= load_for(m, map, last);
    if (after == 0) {
        d = tell(m, name->at, "a sequence begins with a step", "absent since when?");
        diag_help(m->rm->ld->ds, d, "put a step before it");
        return false;
    }
    if (m->absent[after - 1] != NULL) {
        d = tell(m, name->at, "two `absent` follow one step", "join them");
        diag_help(m->rm->ld->ds, d, "write one `absent` whose `when` joins both with `or`");
        return false;
    }
    m->absent[after - 1] =
        rule_program(m->rm, document_scalar(map, "when"), PLACE_WHEN, "when", TYPE_BOOL);
    return good && m->absent[after - 1] != NULL;
}

static bool
load_entry(struct making *m, const struct yaml_node *map, bool last)
{
    size_t errors = diags_errors(m->rm->ld->ds);
    bool step = document_entry(map, "step") != NULL, absent = document_entry(map, "absent") != NULL;

    (void)document_check(m->rm->ld->ds, BLOCK_SEQUENCE_STEP, map, map->at);
    if (step && absent)
        (void)tell(m, document_entry(map, "absent")->key_at,
            "an entry is either a `step` or an `absent`", "make two entries of it");
    if (!step && !absent)
        diag_help(m->rm->ld->ds,
            tell(m, map->at, "an entry of a sequence is a `step` or an `absent`",
                "what is it called?"),
            "for example  {step: cash_in, when: channel = cash}");
    if (diags_errors(m->rm->ld->ds) > errors)
        return false;
    if (!step)
        return load_absent(m, map, last);
    if (m->spec->step_count < SEQUENCE_STEPS_MAX)
        return load_step(m, map);
    diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", map->at, "a sequence has at most %d steps",
        SEQUENCE_STEPS_MAX);
    return false;
}

static bool
load_entries(struct making *m, const struct yaml_node *list)
{
    uint32_t units = 0;
    bool good = true;

    if (list == NULL)
        return false;
    if (list->count == 0 || list->count > ENTRIES_MAX) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", list->at,
            "a sequence has between 1 and %d steps", SEQUENCE_STEPS_MAX);
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *map = list->entry[i].value;

        good &= map->kind == YAML_MAP && load_entry(m, map, i + 1 == list->count);
    }
    for (uint32_t i = 0; i < m->spec->step_count; i++)
        units += m->step[i].need;
    if (units > SEQUENCE_UNITS_MAX) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", list->at,
            "all steps of a sequence together need at most %d transactions", SEQUENCE_UNITS_MAX);
        return false;
    }
    return good && m->spec->step_count > 0;
}

/* ---- inputs --------------------------------------------------------------------------- */

static bool
touch(struct making *m, const char *part, const struct program *p, int *input)
{
    m->rm->part = part;
    *input = rule_input(m->rm, p, false);
    return *input >= 0 && rule_touch(m->rm, p, TOUCH_BOTH);
}

/* The amount, then a condition for each step, then what else the spec names. */
static bool
add_inputs(struct making *m)
{
    int input;
    bool good = rule_input_text(m->rm, "amount_eur", false) >= 0;

    for (uint32_t i = 0; i < m->spec->step_count; i++)
        good = good && touch(m, m->step[i].name, m->when[i], &input);
    for (uint32_t i = 0; i < m->spec->step_count; i++)
        if (m->absent[i] != NULL)
            good = good && touch(m, "absent", m->absent[i], &m->step[i].absent);
    if (m->never != NULL)
        good = good && touch(m, "never", m->never, &m->spec->never);
    return good;
}

/* ---- measures --------------------------------------------------------------------------- */

/* `step` and what is asked of it, joined by a dot; kept. */
static struct bytes
joined(struct making *m, const char *step, struct bytes of)
{
    size_t size = strlen(step);
    char *text = arena_take(m->rm->ld->a, size + of.size + 2, 1);

    if (text == NULL) {
        m->rm->ld->no_memory = true;
        return (struct bytes){0};
    }
    memcpy(text, step, size);
    text[size] = '.';
    memcpy(text + size + 1, of.at, of.size);
    text[size + 1 + of.size] = '\0';
    return (struct bytes){text, size + 1 + of.size};
}

static void
add_measures(struct making *m)
{
    static const struct {
        const char *name;
        enum type type;
    } of_step[SEQUENCE_STEP_MEASURES] = {
        [SEQUENCE_COUNT] = {"count", TYPE_NUMBER},
        [SEQUENCE_TOTAL] = {"total", TYPE_MONEY},
        [SEQUENCE_FIRST] = {"first", TYPE_TIME},
        [SEQUENCE_LAST] = {"last", TYPE_TIME},
    };

    for (uint32_t i = 0; i < m->spec->step_count; i++)
        for (unsigned k = 0; k < SEQUENCE_STEP_MEASURES && m->step[i].name != NULL; k++)
            (void)rule_measure(m->rm, joined(m, m->step[i].name, bytes_of(of_step[k].name)),
                of_step[k].type, false);
    (void)rule_measure(m->rm, bytes_of("elapsed"), TYPE_DURATION, false);
}

/* A field of a step's last transaction, where the name is one and is not known yet. */
static void
add_field(struct making *m, uint32_t step, struct bytes field)
{
    struct rule_making *rm = m->rm;
    struct bytes name = joined(m, m->step[step].name, field);
    char text[LOADER_NAME_MAX + 16];
    uint8_t view;
    int found = loader_field(rm->ld->rs, field, &view), input;
    const struct program *p;

    if (found < 0 || found == TXN_AMOUNT || field.size >= sizeof text || name.at == NULL ||
        (view != 0 && !rm->rule->own) || m->spec->field_count == SEQUENCE_FIELDS_MAX)
        return;
    for (size_t i = 0; i < rm->measure_count; i++)
        if (bytes_equal(rm->measure_names[i].name, name))
            return;
    memcpy(text, field.at, field.size);
    text[field.size] = '\0';
    input = rule_input_text(rm, text, false);
    if (input < 0)
        return;
    p = rm->rule->aggregates.at[input].value;
    m->field[m->spec->field_count++] =
        (struct sequence_field){step, input, program_type(p), program_currency(p)};
    (void)rule_measure(rm, name, program_type(p), false);
}

static bool
is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* Every `step.field` in a text, `hit.step.field` where another rule asks for it. */
static void
scan_text(struct making *m, struct bytes text, const char *before)
{
    size_t at = 0, skip = strlen(before);

    while (at < text.size) {
        struct bytes word = {text.at + at, 0};

        while (at < text.size && is_name(text.at[at])) {
            word.size++;
            at++;
        }
        if (word.size == 0) {
            at++;
            continue;
        }
        if (word.size <= skip || memcmp(word.at, before, skip) != 0)
            continue;
        word = (struct bytes){word.at + skip, word.size - skip};
        for (uint32_t i = 0; i < m->spec->step_count; i++) {
            size_t size = strlen(m->step[i].name);

            if (word.size > size + 1 && word.at[size] == '.' &&
                memcmp(word.at, m->step[i].name, size) == 0)
                add_field(m, i, (struct bytes){word.at + size + 1, word.size - size - 1});
        }
    }
}

static void
scan(struct making *m, const struct yaml_node *n, const char *before)
{
    if (n == NULL)
        return;
    if (n->kind == YAML_SCALAR)
        scan_text(m, n->text, before);
    for (size_t i = 0; n->kind != YAML_SCALAR && i < n->count; i++)
        scan(m, n->entry[i].value, before);
}

/* Fields are kept only where somebody asks for them. */
static void
add_fields(struct making *m)
{
    static const char *const keys[] = {"alert_if", "alert", "exceptions"};
    const struct loader *ld = m->rm->ld;

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct yaml_entry *e = document_entry(m->rm->map, keys[i]);

        scan(m, e == NULL ? NULL : e->value, "");
    }
    for (size_t i = 0; i < ld->doc_count; i++) {
        const struct yaml_node *of = document_scalar(ld->doc[i].map, "of");

        if (ld->doc[i].kind == BLOCK_MACRO || ld->doc[i].kind == BLOCK_EXCEPTION_DOCUMENT)
            scan(m, ld->doc[i].map, "");
        else if (of != NULL && bytes_equal(of->text, m->rm->rule->name))
            scan(m, ld->doc[i].map, "hit.");
    }
}

/* ---- the block ------------------------------------------------------------------------------ */

/* Does the line hold two steps against each other? */
static bool
related(const struct making *m)
{
    const struct yaml_node *line = document_scalar(m->rm->map, "alert_if");
    unsigned asked = 0;

    for (uint32_t i = 0; line != NULL && i < m->spec->step_count; i++)
        asked += scalar_mentions(line->text, bytes_of(m->step[i].name));
    return asked > 1;
}

static bool
by_account(const struct rule *rule)
{
    for (size_t i = 0; i < rule->per_count; i++)
        if (rule->per[i].field == TXN_O_ACCOUNT && rule->per[i].view == KEYS_OWN)
            return true;
    return false;
}

static bool
load_parts(struct making *m, const struct yaml_node *map)
{
    struct rule_making *rm = m->rm;
    bool good = rule_within(rm, document_scalar(map, "within"), "a sequence");

    m->spec->within_us = good ? rm->rule->span_us : 0;
    good &= load_entries(m, document_list(map, "steps"));
    if (document_entry(map, "never") != NULL) {
        m->never = rule_program(rm, document_scalar(map, "never"), PLACE_WHEN, "never", TYPE_BOOL);
        good &= m->never != NULL;
    }
    return good;
}

void
sequence_load(struct rule_making *rm, const struct yaml_entry *e)
{
    struct sequence_spec *spec = arena_take(rm->ld->a, 1, sizeof *spec);
    struct making m = {.rm = rm, .spec = spec};

    m.step = arena_take(rm->ld->a, SEQUENCE_STEPS_MAX, sizeof *m.step);
    m.field = arena_take(rm->ld->a, SEQUENCE_FIELDS_MAX, sizeof *m.field);
    if (spec == NULL || m.step == NULL || m.field == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    *spec = (struct sequence_spec){
        .step = m.step, .field = m.field, .never = SEQUENCE_NONE, .zone = rm->ld->rs->zone};
    rm->blind = !load_parts(&m, e->value) || !add_inputs(&m);
    if (rm->blind)
        return;
    add_measures(&m);
    add_fields(&m);
    spec->related = related(&m);
    spec->both_sides = rm->rule->own && !by_account(rm->rule);
    rm->rule->spec = spec;
    rm->rule->late = spec->for_us > 0;
    if (rm->rule->late)
        rm->rule->reach_us =
            spec->within_us + spec->for_us + rm->ld->rs->lateness_us + LATE_STEP_US;
}

void
sequence_hash(const struct rule *rule, struct buf *out)
{
    const struct sequence_spec *spec = rule->spec;

    buf_print(out, "within %lld for %lld never %d related %d\n", (long long)spec->within_us,
        (long long)spec->for_us, spec->never, (int)spec->related);
    for (uint32_t i = 0; i < spec->step_count; i++)
        buf_print(out, "step %s need %u within %lld absent %d\n", spec->step[i].name,
            spec->step[i].need, (long long)spec->step[i].within_us, spec->step[i].absent);
    for (uint32_t i = 0; i < spec->field_count; i++)
        buf_print(out, "field %u %d\n", spec->field[i].step, spec->field[i].input);
}

void *
sequence_state(const struct rule *rule, const struct hash_key *key)
{
    return sequence_new(rule->spec, key);
}
