#include "alert/book.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "alert/evidence.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/intern.h"
#include "base/sha256.h"

const char *const severity_names[] = {
    [SEVERITY_INFO] = "info",
    [SEVERITY_LOW] = "low",
    [SEVERITY_MEDIUM] = "medium",
    [SEVERITY_HIGH] = "high",
    [SEVERITY_CRITICAL] = "critical",
};
_Static_assert(sizeof severity_names / sizeof *severity_names == SEVERITY_COUNT, "a name each");

struct book {
    const struct alert_rule *rules;
    size_t rule_count;
    const struct bytes *sources;
    struct arena arena;    /* alerts and all they say */
    struct intern *texts;  /* accounts and the like, each once */
    struct intern *keys;   /* (rule, about) -> newest alert of that pair */
    struct alert **newest; /* by key number */
    size_t newest_cap;
    struct alert **all;
    size_t count, cap;
    struct buf key; /* the pair being looked up */
    struct sha256 *digest;
};

struct book *
book_new(const struct alert_rule *rules, size_t rule_count, const struct bytes *sources,
    const struct hash_key *key)
{
    struct book *b = alloc_zero(1, sizeof *b);

    if (b == NULL)
        return NULL;
    b->rules = rules;
    b->rule_count = rule_count;
    b->sources = sources;
    arena_init(&b->arena, 0, "alerts");
    b->texts = intern_new(key);
    b->keys = intern_new(key);
    b->digest = sha256_new();
    if (b->texts == NULL || b->keys == NULL || b->digest == NULL) {
        book_free(b);
        return NULL;
    }
    return b;
}

void
book_free(struct book *b)
{
    if (b == NULL)
        return;
    intern_free(b->texts);
    intern_free(b->keys);
    sha256_free(b->digest);
    alloc_free(b->newest);
    alloc_free(b->all);
    buf_fini(&b->key);
    arena_fini(&b->arena);
    alloc_free(b);
}

/* A copy that lives as long as the book; equal texts share one. */
static bool
keep(struct book *b, struct bytes *text)
{
    uint32_t number;

    if (text->size == 0)
        return true;
    number = intern_add(b->texts, *text);
    if (number == INTERN_NONE)
        return false;
    *text = intern_text(b->texts, number);
    return true;
}

/* The number of the pair (rule, about); INTERN_NONE when out of memory. */
static uint32_t
pair_number(struct book *b, const struct hit *hit)
{
    b->key.size = 0;
    buf_add(&b->key, &hit->rule, sizeof hit->rule);
    if (hit->join.size > 0)
        buf_add(&b->key, hit->join.at, hit->join.size);
    else
        buf_add(&b->key, hit->about.at, hit->about.size);
    return b->key.failed ? INTERN_NONE : intern_add(b->keys, buf_bytes(&b->key));
}

static bool
room_for(struct alert ***list, size_t *cap, size_t need)
{
    size_t want = *cap == 0 ? 64 : *cap;
    struct alert **grown;

    while (want < need)
        want *= 2;
    if (want == *cap)
        return true;
    grown = alloc_grow(*list, want * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + *cap, 0, (want - *cap) * sizeof *grown);
    *list = grown;
    *cap = want;
    return true;
}

static struct alert *
new_alert(struct book *b, const struct hit *hit)
{
    const struct alert_rule *rule = &b->rules[hit->rule];
    struct alert *a = arena_take(&b->arena, 1, sizeof *a);

    if (a == NULL || !room_for(&b->all, &b->cap, b->count + 1))
        return NULL;
    a->rule = rule;
    a->about = hit->about;
    a->opened_us = hit->at_us;
    a->open_until_us = hit->open_until_us;
    a->severity = hit->severity;
    a->first = arena_take(&b->arena, rule->measure_count, sizeof *a->first);
    a->latest = arena_take(&b->arena, rule->measure_count, sizeof *a->latest);
    if (a->first == NULL || a->latest == NULL || !keep(b, &a->about))
        return NULL;
    b->all[b->count++] = a;
    return a;
}

/* Measures that are text point into the window's tables, which go: keep a copy. */
static bool
keep_measures(struct book *b, struct value *to, const struct value *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
        if (to[i].set && type_is_text(to[i].type) && !keep(b, &to[i].text))
            return false;
    }
    return true;
}

struct alert *
book_hit(struct book *b, const struct hit *hit, bool *first)
{
    uint32_t number;
    struct alert *a;

    assert(hit->rule < b->rule_count);
    number = pair_number(b, hit);
    if (number == INTERN_NONE || !room_for(&b->newest, &b->newest_cap, (size_t)number + 1))
        return NULL;
    a = b->newest[number];
    *first = a == NULL || hit->at_us >= a->open_until_us;
    if (*first) {
        a = new_alert(b, hit);
        if (a == NULL)
            return NULL;
        b->newest[number] = a;
    }
    a->hits++;
    a->uncertain |= hit->uncertain;
    a->incomplete |= hit->incomplete;
    a->latest_us = hit->at_us;
    if (hit->severity > a->severity)
        a->severity = hit->severity;
    if (!keep_measures(b, a->latest, hit->measures, a->rule->measure_count))
        return NULL;
    return a;
}

/* rule-language.md section 12, Identity: each field preceded by its length. */
static void
number_alert(struct book *b, struct alert *a, const struct evidence *completing)
{
    uint8_t digest[32];
    struct bytes source = b->sources[completing->source];

    sha256_add_field(b->digest, a->rule->name.at, a->rule->name.size);
    sha256_add_field(b->digest, a->rule->state_hash, sizeof a->rule->state_hash);
    sha256_add_field(b->digest, a->rule->about_kind.at, a->rule->about_kind.size);
    sha256_add_field(b->digest, a->about.at, a->about.size);
    sha256_add_field(b->digest, source.at, source.size);
    sha256_add_field(b->digest, completing->own.at, completing->own.size);
    sha256_add_field(b->digest, completing->id.at, completing->id.size);
    sha256_end(b->digest, digest);
    memcpy(a->id, digest, sizeof a->id);
}

static bool
keep_clauses(struct book *b, struct alert *a, const struct hit *hit)
{
    a->clause_count = hit->clause_count;
    a->clauses = arena_take(&b->arena, hit->clause_count, sizeof *a->clauses);
    if (a->clauses == NULL)
        return false;
    for (size_t i = 0; i < hit->clause_count; i++) {
        a->clauses[i] = hit->clauses[i];
        if (!keep(b, &a->clauses[i].text) || !keep(b, &a->clauses[i].left) ||
            !keep(b, &a->clauses[i].right))
            return false;
    }
    return true;
}

static bool
keep_watches(struct book *b, struct alert *a, const struct hit *hit)
{
    a->watch_count = hit->watch_count;
    a->watches = arena_take(&b->arena, hit->watch_count, sizeof *a->watches);
    if (a->watches == NULL)
        return false;
    for (size_t i = 0; i < hit->watch_count; i++) {
        a->watches[i] = hit->watches[i];
        if (!keep(b, &a->watches[i].list) || !keep(b, &a->watches[i].id) ||
            !keep(b, &a->watches[i].note) || !keep(b, &a->watches[i].field) ||
            !keep(b, &a->watches[i].matched) || !keep(b, &a->watches[i].around) ||
            !keep(b, &a->watches[i].name) || !keep(b, &a->watches[i].why))
            return false;
    }
    return true;
}

bool
book_open(struct book *b, struct alert *a, const struct hit *hit, const struct evidence *completing)
{
    number_alert(b, a, completing);
    a->say = hit->say;
    return keep(b, &a->say) && keep_measures(b, a->first, hit->measures, a->rule->measure_count) &&
           keep_clauses(b, a, hit) && keep_watches(b, a, hit);
}

bool
book_evidence(struct book *b, struct alert *a, const struct evidence *entry)
{
    struct evidence kept = *entry;

    if (!keep(b, &kept.id) || !keep(b, &kept.originator) || !keep(b, &kept.beneficiary) ||
        !keep(b, &kept.own))
        return false;
    return evidence_add(a, &kept, b->sources[entry->source], b->digest, &b->arena);
}

static int
by_written_order(const void *left, const void *right)
{
    const struct alert *a = *(struct alert *const *)left, *b = *(struct alert *const *)right;
    int order;

    if (a->opened_us != b->opened_us)
        return a->opened_us < b->opened_us ? -1 : 1;
    order = bytes_compare(a->rule->name, b->rule->name);
    if (order == 0)
        order = bytes_compare(a->about, b->about);
    if (order == 0)
        order = memcmp(a->id, b->id, sizeof a->id);
    return order;
}

struct alert *const *
book_close(struct book *b, size_t *count)
{
    if (b->count > 0)
        qsort(b->all, b->count, sizeof *b->all, by_written_order);
    *count = b->count;
    return b->all;
}
