/*
 * alert_block - the `alert` of a rule: how grave, about whom, how long, who is what.
 */
#include <string.h>

#include "rule/operator.h"

enum { BANDS_MAX = 16, EVIDENCE_LIMIT = 200, EVIDENCE_MAX = 10000 };

/* ---- severity -------------------------------------------------------------------- */

static bool
read_severity(struct rule_making *rm, const struct yaml_node *n, enum severity *out)
{
    size_t word;

    if (!scalar_choice(rm->ld, n, "severity", CHOICE_SEVERITY, &word))
        return false;
    *out = (enum severity)word;
    return true;
}

/* The measure that decides; false after a message, or where its own fault is told already. */
static bool
find_by(struct rule_making *rm, const struct yaml_node *by)
{
    struct diag *d;
    const char *names[64];
    size_t count = 0;
    char room[160];
    const char *best;

    for (uint32_t i = 0; i < rm->measure_count; i++)
        if (bytes_equal(rm->measure_names[i].name, by->text)) {
            rm->rule->severity_measure = i;
            return true;
        }
    for (size_t i = 0; i < rm->broken_count; i++)
        if (bytes_equal(rm->broken[i], by->text))
            return false;
    if (rm->blind)
        return false;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R401", by->at, "there is no measure called `%.*s`",
        QUOTE(by->text));
    for (size_t i = 0; i < rm->measure_count && count < 64; i++) {
        const char *copy = arena_copy(rm->ld->a, rm->measure_names[i].name);

        if (copy != NULL)
            names[count++] = copy;
    }
    best = document_suggest(by->text, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(rm->ld->ds, d, "did you mean %s?", best);
    else
        diag_label(rm->ld->ds, d, "bands are over a measure of this rule");
    return false;
}

static bool
read_band(struct rule_making *rm, const struct yaml_node *list, size_t i, struct band *bands)
{
    const struct yaml_node *n = list->entry[i].value;
    const struct measure_name *by = &rm->measure_names[rm->rule->severity_measure];

    (void)document_check(rm->ld->ds, BLOCK_BAND, n, n->at);
    if (!read_severity(rm, document_scalar(n, "is"), &bands[i].is))
        return false;
    return band_below(rm, list, i, "is", by, i > 0 ? &bands[i - 1].below : NULL, &bands[i].below);
}

static void
load_bands(struct rule_making *rm, const struct yaml_node *map, struct span at)
{
    const struct yaml_node *by = document_scalar(map, "by");
    const struct yaml_node *list = document_list(map, "bands");
    struct band *bands;

    (void)document_check(rm->ld->ds, BLOCK_SEVERITY, map, at);
    if (by == NULL || list == NULL || !find_by(rm, by))
        return;
    if (list->count == 0 || list->count > BANDS_MAX) {
        diag_add(rm->ld->ds, DIAG_ERROR, "R512", list->at, "there are between 1 and %d bands",
            BANDS_MAX);
        return;
    }
    bands = arena_take(rm->ld->a, list->count, sizeof *bands);
    if (bands == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        if (list->entry[i].value->kind != YAML_MAP || !read_band(rm, list, i, bands))
            return;
    rm->rule->bands = bands;
    rm->rule->band_count = list->count;
}

static void
load_severity(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_entry *e = document_entry(alert, "severity");

    if (e == NULL)
        return;
    if (e->value->kind == YAML_MAP)
        load_bands(rm, e->value, e->key_at);
    else if (e->value->kind == YAML_SCALAR)
        (void)read_severity(rm, e->value, &rm->rule->severity);
    else
        diag_add(rm->ld->ds, DIAG_ERROR, "R204", e->key_at,
            "`severity` takes a word, or `by` and `bands`");
}

/* ---- about -------------------------------------------------------------------------- */

/* "account" of originator.account; parts joined by a comma. */
static void
set_about_kind(struct rule_making *rm)
{
    struct buf kind = {0};
    char *copy;

    for (size_t i = 0; i < rm->rule->about_count; i++) {
        const char *name = rm->ld->rs->fields[rm->rule->about[i].field].name;
        const char *dot = strrchr(name, '.');

        buf_print(&kind, "%s%s", i == 0 ? "" : ",", dot == NULL ? name : dot + 1);
    }
    copy = kind.failed ? NULL : arena_copy(rm->ld->a, buf_bytes(&kind));
    if (copy == NULL)
        rm->ld->no_memory = true;
    else
        rm->rule->about_kind = (struct bytes){copy, kind.size};
    buf_fini(&kind);
}

/* With an operator `about` picks from its key. */
static bool
part_of_key(const struct rule_making *rm, const struct key_part *part)
{
    for (size_t i = 0; i < rm->rule->per_count; i++)
        if (rm->rule->per[i].field == part->field && rm->rule->per[i].view == part->view)
            return true;
    return rm->rule->per_count == 0;
}

static void
read_about(struct rule_making *rm, const struct yaml_node *n)
{
    struct key_part *parts = arena_take(rm->ld->a, KEY_PARTS_MAX, sizeof *parts);
    const struct operator_kind *kind = operator_of(rm->rule->op);
    struct diag *d;
    size_t count;

    if (parts == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    if (kind != NULL && kind->pairs) {
        flow_about(rm, n);
        return;
    }
    if (!key_load(rm, n, "`about`", parts, &count))
        return;
    if (kind != NULL && kind->fed) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R228", n->at,
            "an alert of %s is about whom its `per` names", kind->noun);
        diag_label(rm->ld->ds, d, "leave it out");
        return;
    }
    if (rm->rule->op == OPERATOR_NONE && parts[0].view != 0) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R228", n->at,
            "`%.*s` needs the account view, and this rule has none", QUOTE(n->text));
        diag_label(rm->ld->ds, d, "whose account?");
        diag_help(rm->ld->ds, d, "name the side:  originator.account  or  beneficiary.account");
        return;
    }
    if (kind != NULL && !part_of_key(rm, &parts[0])) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R228", n->at,
            "an alert of %s is about its key, and `%.*s` is no part of it", kind->noun,
            QUOTE(n->text));
        diag_label(rm->ld->ds, d, "leave it out, or name a field of `per`");
        return;
    }
    rm->rule->about = parts;
    rm->rule->about_count = count;
}

static void
load_about(struct rule_making *rm, const struct yaml_node *alert, struct span at)
{
    const struct yaml_node *n = document_scalar(alert, "about");

    if (n != NULL) {
        read_about(rm, n);
    } else if (rm->rule->op == OPERATOR_NONE && !rm->blind &&
               document_entry(alert, "about") == NULL) {
        struct diag *d = diag_add(rm->ld->ds, DIAG_ERROR, "R201", at,
            "an alert needs the key `about` in a rule without an operator");

        diag_label(rm->ld->ds, d, "whom or what is the alert about?");
        diag_help(rm->ld->ds, d, "for example  about: beneficiary.account");
    } else if (rm->rule->op == OPERATOR_FLOW) {
        flow_about(rm, NULL);
    }
    if (rm->rule->about_count > 0)
        set_about_kind(rm);
}

/* ---- cooldown, evidence, roles ----------------------------------------------------------- */

static void
load_cooldown(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_node *n = document_scalar(alert, "cooldown");
    struct rule *r = rm->rule;
    const struct operator_kind *kind = operator_of(r->op);
    bool calendar = r->op == OPERATOR_WINDOW && r->window.period != WINDOW_SPAN;
    struct diag *d;

    r->cooldown_us = calendar ? -1 : r->span_us;
    if (n == NULL || !rule_span(rm, n, "`cooldown`", &r->cooldown_us))
        return;
    if (kind == NULL || calendar || r->cooldown_us >= r->span_us)
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L613", n->at,
        "the cooldown is shorter than the %s, so alerts about one entity overlap", kind->key);
    diag_label(rm->ld->ds, d, "shorter than the %s", kind->key);
    diag_mark(rm->ld->ds, d, document_scalar(document_map(rm->map, kind->key), kind->span)->at,
        "the %s", kind->key);
    diag_help(rm->ld->ds, d, "leave `cooldown` out: then it is as long as the %s", kind->key);
}

static void
load_evidence(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_entry *e = document_entry(alert, "evidence");
    int64_t limit = EVIDENCE_LIMIT;
    size_t word = KEEP_NEWEST;

    if (e != NULL && e->value->kind == YAML_MAP) {
        (void)document_check(rm->ld->ds, BLOCK_EVIDENCE, e->value, e->key_at);
        (void)rule_count(
            rm, document_scalar(e->value, "limit"), "`limit`", 1, EVIDENCE_MAX, &limit);
        (void)scalar_choice(
            rm->ld, document_scalar(e->value, "keep"), "way to keep evidence", CHOICE_KEEP, &word);
    }
    rm->rule->evidence_limit = (uint32_t)limit;
    rm->rule->evidence_keep = (enum keep)word;
}

/* Parties only patterns between accounts have. */
static bool
of_flow(struct bytes name)
{
    return bytes_equal(name, bytes_of("origin")) || bytes_equal(name, bytes_of("end")) ||
           bytes_equal(name, bytes_of("middlemen"));
}

static void
load_roles(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_entry *e = document_entry(alert, "roles");
    struct role *list;
    size_t word;

    if (e == NULL || e->value->kind != YAML_MAP)
        return;
    (void)document_check(rm->ld->ds, BLOCK_ROLES, e->value, e->key_at);
    list = arena_take(rm->ld->a, e->value->count + 1, sizeof *list);
    if (list == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    for (size_t i = 0; i < e->value->count; i++) {
        const struct yaml_entry *r = &e->value->entry[i];

        uint8_t party;

        if (of_flow(r->key) && !rm->blind && !flow_party(rm->rule, r->key, &party)) {
            struct diag *d = diag_add(rm->ld->ds, DIAG_ERROR, "R229", r->key_at,
                rm->rule->op == OPERATOR_FLOW
                    ? "`%.*s` is no party of a flow of this shape"
                    : "`%.*s` is a party of `flow` patterns, and this rule has none",
                QUOTE(r->key));

            diag_label(rm->ld->ds, d, "use `about`, `originators` or `beneficiaries`");
        } else if (r->value != NULL && r->value->kind == YAML_SCALAR &&
                   scalar_choice(rm->ld, r->value, "role", CHOICE_ROLE, &word)) {
            list[rm->rule->role_count++] = (struct role){.party = r->key, .is = r->value->text};
        }
    }
    rm->rule->roles = list;
}

static bool
grave(const struct rule *r, enum severity from)
{
    for (size_t i = 0; i < r->band_count; i++)
        if (r->bands[i].is >= from)
            return true;
    return r->band_count == 0 && r->severity >= from;
}

static void
tell_no_roles(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_entry *severity = document_entry(alert, "severity");
    struct diag *d;

    if (!grave(rm->rule, SEVERITY_HIGH) || document_entry(alert, "roles") != NULL ||
        severity == NULL)
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L671", severity->key_at,
        "this rule may alert with high severity, and does not say who is suspected");
    diag_label(rm->ld->ds, d, "without `roles` every party is `unknown`");
    diag_help(rm->ld->ds, d,
        "add for example  roles: {about: suspected-collector, originators: "
        "payer-not-suspected}");
}

/* typologies.md section 8.2: smugglers rarely write the truth, and many honest people write of
 * them.
 */
static void
tell_words_alone(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_entry *severity = document_entry(alert, "severity");
    const struct rule *r = rm->rule;
    struct diag *d;

    if (r->op != OPERATOR_NONE || r->when == NULL || !grave(r, SEVERITY_MEDIUM) ||
        severity == NULL || !program_rests_on_words(r->when))
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L671", severity->key_at,
        "words in a narrative are the only behaviour here, and may alert above low");
    diag_label(rm->ld->ds, d, "words add to behaviour and do not replace it");
    diag_help(rm->ld->ds, d, "write  severity: low  or ask for counts or sums over a window too");
}

/* Nobody is suspect for a country, a name or a segment. */
static void
tell_who_alone(struct rule_making *rm, const struct yaml_node *alert)
{
    const struct yaml_entry *severity = document_entry(alert, "severity");
    const struct rule *r = rm->rule;
    struct diag *d;

    if (r->op != OPERATOR_NONE || r->when == NULL || severity == NULL ||
        !program_rests_on_who(r->when))
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L671", severity->key_at,
        "a country, a name or a segment is the only reason to alert here: behaviour is missing");
    diag_label(rm->ld->ds, d, "this alerts about people for who they are");
    diag_help(rm->ld->ds, d, "ask for what was done too: channels, amounts, counts over a window");
}

static void
put_alert(struct rule_making *rm)
{
    struct buf *o = &rm->other_text;
    const struct rule *r = rm->rule;

    buf_print(o, "severity %d\n", (int)r->severity);
    for (size_t i = 0; i < r->band_count; i++) {
        buf_print(o, "band %u %d ", r->severity_measure, (int)r->bands[i].is);
        value_print(r->bands[i].below, false, NULL, o);
        buf_byte(o, '\n');
    }
    buf_print(o, "cooldown %lld\nevidence %u %d\n", (long long)r->cooldown_us, r->evidence_limit,
        (int)r->evidence_keep);
    if (r->op == OPERATOR_FLOW)
        buf_print(o, "party %u\n", r->party);
    for (size_t i = 0; i < r->role_count; i++)
        buf_print(o, "role %.*s %.*s\n", QUOTE(r->roles[i].party), QUOTE(r->roles[i].is));
}

void
alert_load(struct rule_making *rm)
{
    const struct yaml_entry *e = document_entry(rm->map, "alert");
    const struct yaml_node *say;

    if (e == NULL || e->value->kind != YAML_MAP)
        return;
    (void)document_check(rm->ld->ds, BLOCK_ALERT, e->value, e->key_at);
    load_severity(rm, e->value);
    load_about(rm, e->value, e->key_at);
    load_cooldown(rm, e->value);
    load_evidence(rm, e->value);
    load_roles(rm, e->value);
    tell_no_roles(rm, e->value);
    tell_words_alone(rm, e->value);
    tell_who_alone(rm, e->value);
    put_alert(rm);
    say = document_scalar(e->value, "say");
    if (say != NULL)
        say_load(rm, say);
}
