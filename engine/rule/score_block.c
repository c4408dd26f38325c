/*
 * score_block - the `score` of a rule: whose points, over which time, for which rules' hits.
 */
#include <string.h>

#include "operator/score.h"
#include "rule/operator.h"

enum { BANDS_MAX = 16, POINTS_MAX = 10000 };

struct making {
    struct rule_making *rm;
    struct score_spec *spec;
    struct score_line *lines;
    struct feed *feeds;
    uint32_t *named;
};

/* ---- whose points --------------------------------------------------------------- */

/* Hits about an account count for the customer it belongs to in the completing transaction. */
static bool
counts_for(struct bytes about_kind, struct bytes entity)
{
    return bytes_equal(about_kind, entity) || (bytes_equal(entity, bytes_of("customer")) &&
                                                  bytes_equal(about_kind, bytes_of("account")));
}

static bool
load_per(struct making *m, const struct yaml_node *n)
{
    size_t word;

    if (n == NULL || !scalar_choice(m->rm->ld, n, "kind of entity", CHOICE_ENTITY, &word))
        return false;
    m->rm->rule->about_kind = bytes_of(document_choices[CHOICE_ENTITY].word[word]);
    return true;
}

/* ---- one line --------------------------------------------------------------------- */

static const struct measure_name *
find_by(struct making *m, const struct yaml_node *n, struct feed *feed)
{
    const struct rule *rule = feed->rule;
    const char *names[RULE_MEASURES_MAX];
    char room[160];
    const char *best;
    size_t count = 0;
    struct diag *d;

    for (uint32_t i = 0; i < rule->measure_count; i++)
        if (bytes_equal(rule->measures[i].name.name, n->text)) {
            feed->by = i;
            return &rule->measures[i].name;
        }
    d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R401", n->at,
        "the rule `%.*s` has no measure called `%.*s`", QUOTE(rule->name), QUOTE(n->text));
    for (size_t i = 0; i < rule->measure_count; i++)
        if ((names[count] = arena_copy(m->rm->ld->a, rule->measures[i].name.name)) != NULL)
            count++;
    best = document_suggest(n->text, names, count, room, sizeof room);
    if (best != NULL)
        diag_label(m->rm->ld->ds, d, "did you mean %s?", best);
    else if (count == 0)
        diag_label(m->rm->ld->ds, d, "it has none: give `points` instead of bands");
    return NULL;
}

static bool
load_points(struct making *m, const struct yaml_node *n, int64_t *out)
{
    return rule_count(m->rm, n, "`points`", -POINTS_MAX, POINTS_MAX, out);
}

static bool
load_bands(struct making *m, const struct yaml_node *map, const struct measure_name *by,
    struct score_line *line)
{
    const struct yaml_node *list = document_list(map, "bands");
    struct score_band *bands;

    if (list == NULL)
        return false;
    if (list->count == 0 || list->count > BANDS_MAX) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", list->at, "there are between 1 and %d bands",
            BANDS_MAX);
        return false;
    }
    bands = arena_take(m->rm->ld->a, list->count, sizeof *bands);
    if (bands == NULL) {
        m->rm->ld->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *n = list->entry[i].value;

        if (n->kind != YAML_MAP || !document_check(m->rm->ld->ds, BLOCK_SCORE_BAND, n, n->at) ||
            !load_points(m, document_scalar(n, "points"), &bands[i].points) ||
            !band_below(
                m->rm, list, i, "points", by, i > 0 ? &bands[i - 1].below : NULL, &bands[i].below))
            return false;
    }
    line->bands = bands;
    line->band_count = list->count;
    return true;
}

/* Either `points`, or `by` with `bands`. */
static bool
load_worth(
    struct making *m, const struct yaml_node *map, struct feed *feed, struct score_line *line)
{
    const struct yaml_node *points = document_scalar(map, "points");
    const struct yaml_entry *by = document_entry(map, "by"), *bands = document_entry(map, "bands");
    const struct measure_name *measure;
    struct diag *d;

    if (points != NULL && by == NULL && bands == NULL)
        return load_points(m, points, &line->points);
    if (points == NULL && by != NULL && bands != NULL) {
        measure = by->value == NULL || by->value->kind != YAML_SCALAR ? NULL
                                                                      : find_by(m, by->value, feed);
        return measure != NULL && load_bands(m, map, measure, line);
    }
    d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R252", map->at,
        "a line of a score gives either `points`, or `by` a measure and `bands` of it");
    diag_label(m->rm->ld->ds, d,
        points != NULL ? "it gives both" : "how many points is a hit of this rule?");
    diag_help(m->rm->ld->ds, d,
        "for example  {rule: %.*s, points: 40}  or  {rule: %.*s, by: senders, bands: [{below: 5, "
        "points: 0}, {points: 30}]}",
        QUOTE(feed->rule->name), QUOTE(feed->rule->name));
    return false;
}

static bool
right_entity(struct making *m, const struct yaml_node *n, const struct rule *rule)
{
    struct bytes per = m->rm->rule->about_kind;
    struct diag *d;

    if (counts_for(rule->about_kind, per))
        return true;
    d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R253", n->at,
        "alerts of `%.*s` are about a different thing than this score", QUOTE(rule->name));
    diag_label(m->rm->ld->ds, d, "about: %.*s", QUOTE(rule->about_kind));
    diag_note(m->rm->ld->ds, d, "this score adds up points per %.*s", QUOTE(per));
    return false;
}

static void
warn_silent(struct making *m, const struct yaml_node *n, const struct rule *rule)
{
    struct diag *d;
    bool retired = rule->status == RULE_RETIRED;

    if (m->rm->rule->status < RULE_SHADOW || m->rm->rule->status == RULE_RETIRED ||
        (rule->status != RULE_DRAFT && !retired &&
            !(rule->status == RULE_SHADOW && m->rm->rule->status == RULE_LIVE)))
        return;
    d = diag_add(m->rm->ld->ds, DIAG_WARNING, "L604", n->at, "this line never counts: `%.*s` is %s",
        QUOTE(rule->name),
        retired                       ? "retired"
        : rule->status == RULE_SHADOW ? "shadow, and only shadow scores hear it"
                                      : "a draft");
    diag_label(m->rm->ld->ds, d, "no hits");
}

static bool
load_as(struct making *m, const struct yaml_node *n, uint32_t line)
{
    const struct yaml_entry entry = {.key_at = n->at, .key = n->text};
    const char *taken = loader_taken(m->rm->ld->rs, n->text);
    struct diag *d;

    if (taken != NULL) {
        d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R207", n->at,
            "`%.*s` is %s, so it cannot name a measure", QUOTE(n->text), taken);
        diag_label(m->rm->ld->ds, d, "choose another name");
        return false;
    }
    if (!scalar_snake(n->text)) {
        d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R206", n->at, "`%.*s` cannot name a measure",
            QUOTE(n->text));
        diag_label(m->rm->ld->ds, d, "use small letters, digits and single `_` between them");
        return false;
    }
    if (!rule_own_name(m->rm, &entry, "a measure"))
        return false;
    for (size_t i = 0; i < m->rm->measure_count; i++)
        if (bytes_equal(m->rm->measure_names[i].name, n->text)) {
            d = diag_add(m->rm->ld->ds, DIAG_ERROR, "R207", n->at,
                "this score has a measure `%.*s` already", QUOTE(n->text));
            diag_label(m->rm->ld->ds, d, "choose another name");
            return false;
        }
    m->named[m->spec->named_count++] = line;
    return rule_measure(m->rm, n->text, TYPE_NUMBER, false);
}

/* Lines of one rule share a number, so that it counts once in rules_hit. */
static uint32_t
rule_number(struct making *m, uint32_t line)
{
    for (uint32_t i = 0; i < line; i++)
        if (m->feeds[i].rule == m->feeds[line].rule)
            return m->lines[i].rule;
    return m->spec->rules++;
}

static bool
load_line(struct making *m, const struct yaml_node *map, uint32_t i)
{
    struct score_line *line = &m->lines[i];
    struct feed *feed = &m->feeds[i];
    const struct yaml_node *name = document_scalar(map, "rule");
    const struct yaml_node *at_most = document_scalar(map, "at_most");
    const struct yaml_node *as = document_scalar(map, "as");
    const struct yaml_node *each = document_scalar(map, "each");
    size_t errors = diags_errors(m->rm->ld->ds);
    bool good;

    (void)document_check(m->rm->ld->ds, BLOCK_SCORE_LINE, map, map->at);
    if (name == NULL || diags_errors(m->rm->ld->ds) > errors)
        return false;
    *feed =
        (struct feed){.rule = loader_rule(m->rm->ld, name, "rule"), .line = i, .by = FEED_COUNT};
    if (feed->rule == NULL || !right_entity(m, name, feed->rule) || !load_worth(m, map, feed, line))
        return false;
    warn_silent(m, name, feed->rule);
    line->role = arena_copy(m->rm->ld->a, feed->rule->name);
    line->rule = rule_number(m, i);
    line->capped = at_most != NULL;
    good = (at_most == NULL || rule_count(m->rm, at_most, "`at_most`", -POINTS_MAX * 100,
                                   POINTS_MAX * 100, &line->at_most)) &&
           (each == NULL || scalar_bool(m->rm->ld, each, "`each`", &line->each)) &&
           (as == NULL || load_as(m, as, i));
    if (line->role == NULL)
        m->rm->ld->no_memory = true;
    return good && line->role != NULL;
}

/* ---- what the points can come to ------------------------------------------------------ */

static int64_t
most_of(const struct score_line *line)
{
    int64_t most = line->band_count == 0 ? line->points : 0;

    for (size_t i = 0; i < line->band_count; i++)
        most = line->bands[i].points > most ? line->bands[i].points : most;
    if (line->capped && (line->each || line->at_most < most))
        most = line->at_most;
    return most > 0 ? most : 0; /* a line without hits gives nothing */
}

/* "a 45 + b 40 + c 20 (capped) + others 10": the heaviest three by name, equals as written. */
static void
tell_parts(const struct making *m, int64_t total, struct buf *out)
{
    bool named[SCORE_LINES_MAX] = {false};

    for (int n = 0; n < 3; n++) {
        const struct score_line *line;
        uint32_t best = 0;

        for (uint32_t i = 1; i < m->spec->line_count; i++)
            if (named[best] || (!named[i] && most_of(&m->lines[i]) > most_of(&m->lines[best])))
                best = i;
        line = &m->lines[best];
        if (named[best] || most_of(line) == 0)
            break;
        named[best] = true;
        total -= most_of(line);
        buf_print(out, "%s%s %lld%s", n > 0 ? " + " : "", line->role, (long long)most_of(line),
            line->capped && most_of(line) == line->at_most ? " (capped)" : "");
    }
    if (total > 0)
        buf_print(out, " + others %lld", (long long)total);
}

/* The checker is told what `score` can reach, unless some line has no limit. */
static void
limit_score(struct making *m)
{
    struct buf parts = {0};
    int64_t total = 0;

    for (uint32_t i = 0; i < m->spec->line_count; i++) {
        if (m->lines[i].each && !m->lines[i].capped)
            return;
        total += most_of(&m->lines[i]);
    }
    tell_parts(m, total, &parts);
    m->rm->measure_names[0].at_most = total;
    m->rm->measure_names[0].at_most_of = arena_copy(m->rm->ld->a, buf_bytes(&parts));
    m->rm->ld->no_memory |= parts.failed || m->rm->measure_names[0].at_most_of == NULL;
    buf_fini(&parts);
}

/* ---- the block ---------------------------------------------------------------------- */

static bool
load_lines(struct making *m, const struct yaml_node *list)
{
    bool good = true;

    if (list == NULL)
        return false;
    if (list->count == 0 || list->count > SCORE_LINES_MAX) {
        diag_add(m->rm->ld->ds, DIAG_ERROR, "R512", list->at, "a score adds between 1 and %d lines",
            SCORE_LINES_MAX);
        return false;
    }
    m->lines = arena_take(m->rm->ld->a, list->count, sizeof *m->lines);
    m->feeds = arena_take(m->rm->ld->a, list->count, sizeof *m->feeds);
    m->named = arena_take(m->rm->ld->a, list->count, sizeof *m->named);
    if (m->lines == NULL || m->feeds == NULL || m->named == NULL) {
        m->rm->ld->no_memory = true;
        return false;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const struct yaml_node *map = list->entry[i].value;

        if (map->kind != YAML_MAP || !load_line(m, map, i))
            good = false;
    }
    m->spec->line = m->lines;
    m->spec->line_count = (uint32_t)list->count;
    m->spec->named = m->named;
    m->rm->rule->feeds = m->feeds;
    m->rm->rule->feed_count = list->count;
    return good;
}

/* It stands above all it hears, and quotes what they rest on. */
static void
place(struct rule *rule)
{
    int64_t behind = 0;

    for (size_t i = 0; i < rule->feed_count; i++) {
        const struct rule *heard = rule->feeds[i].rule;

        if (heard->level >= rule->level)
            rule->level = heard->level + 1;
        if (heard->reach_us > behind)
            behind = heard->reach_us;
        rule->late |= heard->late;
    }
    rule->reach_us = rule->span_us + behind;
}

void
score_load(struct rule_making *rm, const struct yaml_entry *e)
{
    struct making m = {.rm = rm, .spec = arena_take(rm->ld->a, 1, sizeof *m.spec)};
    bool good;

    if (m.spec == NULL) {
        rm->ld->no_memory = true;
        return;
    }
    if (document_entry(rm->map, "when") != NULL) {
        struct diag *d =
            diag_add(rm->ld->ds, DIAG_ERROR, "R254", document_entry(rm->map, "when")->key_at,
                "a score looks at hits of rules and not at transactions, so it has no `when`");

        diag_label(rm->ld->ds, d, "put the condition into the rules it adds");
    }
    (void)rule_measure(rm, bytes_of("score"), TYPE_NUMBER, false);
    (void)rule_measure(rm, bytes_of("rules_hit"), TYPE_NUMBER, false);
    good = load_per(&m, document_scalar(e->value, "per"));
    good &= rule_span(rm, document_scalar(e->value, "over"), "`over`", &m.spec->over_us);
    good = good && load_lines(&m, document_list(e->value, "add"));
    rm->blind = !good;
    rm->rule->span_us = m.spec->over_us;
    rm->rule->spec = m.spec;
    if (good) {
        place(rm->rule);
        limit_score(&m);
    }
}

static void
put_line(const struct score_line *line, const struct feed *feed, struct buf *out)
{
    buf_print(out, "line %.*s by %u each %d most %d %lld points %lld", QUOTE(feed->rule->name),
        feed->by, (int)line->each, (int)line->capped, (long long)line->at_most,
        (long long)line->points);
    for (size_t i = 0; i < line->band_count; i++) {
        buf_text(out, " below ");
        value_print(line->bands[i].below, false, NULL, out);
        buf_print(out, " %lld", (long long)line->bands[i].points);
    }
    buf_text(out, " hash ");
    buf_add(out, feed->rule->hash, sizeof feed->rule->hash);
    buf_byte(out, '\n');
}

void
score_hash(const struct rule *rule, struct buf *out)
{
    const struct score_spec *spec = rule->spec;

    buf_print(out, "score %.*s over %lld\n", QUOTE(rule->about_kind), (long long)spec->over_us);
    for (uint32_t i = 0; i < spec->line_count; i++)
        put_line(&spec->line[i], &rule->feeds[i], out);
    for (uint32_t i = 0; i < spec->named_count; i++)
        buf_print(out, "named %u\n", spec->named[i]);
}

void *
score_state(const struct rule *rule, const struct hash_key *key)
{
    (void)key;
    return score_open(rule->spec);
}
