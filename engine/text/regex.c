/* regex - compile, match with caps; the only file that sees PCRE2. */
#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "text/regex_syntax.h"
#include "weir/limits.h"

enum {
    /*
     * PCRE2 counts steps anew at each place of the subject where a match may begin; this is for all
     * places together, about a millisecond.
     */
    TOTAL_STEPS = 1 << 17,
    CHEAP_STEPS = TOTAL_STEPS / (LIMIT_REGEX_SUBJECT + 1)
};

struct regex {
    pcre2_code *code;
    struct regex_pool *pool; /* NULL: on the heap */
};

/* A piece of a pool's memory; 16 bytes, so that what follows is aligned. */
struct chunk {
    size_t size;
    struct chunk *next; /* while it is free */
};

struct regex_pool {
    struct arena *a;
    struct chunk *free;
};

struct regex_room {
    pcre2_match_data *match;
    pcre2_match_context *limits;
    pcre2_jit_stack *stack;
};

_Static_assert(sizeof(struct chunk) % 16 == 0, "what follows a chunk must be aligned");

/* The first free piece that fits and is not wastefully large. */
static struct chunk *
take_free(struct regex_pool *pool, size_t size)
{
    for (struct chunk **c = &pool->free; *c != NULL; c = &(*c)->next)
        if ((*c)->size >= size && (*c)->size / 4 <= size) {
            struct chunk *found = *c;

            *c = found->next;
            return found;
        }
    return NULL;
}

/* PCRE2's memory counts towards the run's cap like all other. */
static void *
take(size_t size, void *pool)
{
    struct regex_pool *p = pool;
    struct chunk *c;

    if (p == NULL)
        return alloc_take(size);
    if (size > SIZE_MAX - sizeof *c)
        return NULL;
    c = take_free(p, size);
    if (c == NULL) {
        c = arena_take(p->a, 1, sizeof *c + size);
        if (c == NULL)
            return NULL;
        c->size = size;
    }
    return c + 1;
}

static void
give(void *at, void *pool)
{
    struct regex_pool *p = pool;
    struct chunk *c;

    if (p == NULL || at == NULL) {
        alloc_free(at);
        return;
    }
    c = (struct chunk *)at - 1;
    c->next = p->free;
    p->free = c;
}

static pcre2_general_context *
new_general(struct regex_pool *pool)
{
    return pcre2_general_context_create(take, give, pool);
}

static void
say(char *fault, size_t size, const char *text)
{
    snprintf(fault, size, "%s", text);
}

/* ---- what is refused before PCRE2 sees it ------------------------------------ */

static bool
starts(struct bytes pattern, size_t at, const char *head)
{
    size_t size = strlen(head);

    return size <= pattern.size - at && memcmp(pattern.at + at, head, size) == 0;
}

/*
 * Verbs in front of a pattern lift limits or change the meaning of texts; callouts call code;
 * \C splits characters. All else that PCRE2 understands is let through: it is bounded.
 */
static bool
refused(struct bytes p, char *fault, size_t fault_size, size_t *fault_at)
{
    for (size_t i = 0; i < p.size;) {
        *fault_at = i;
        if (starts(p, i, "\\Q")) {
            for (i += 2; i < p.size && !starts(p, i, "\\E");)
                i++;
        } else if (starts(p, i, "\\C")) {
            say(fault, fault_size, "`\\C` is not allowed: it would split a character");
            return true;
        } else if (p.at[i] == '\\') {
            i += 2;
        } else if (p.at[i] == '[') {
            i = regex_class_end(p, i);
        } else if (starts(p, i, "(?C")) {
            say(fault, fault_size, "callouts `(?C...)` are not allowed");
            return true;
        } else if (starts(p, i, "(*") && i + 2 < p.size &&
                   ((p.at[i + 2] >= 'A' && p.at[i + 2] <= 'Z') || p.at[i + 2] == ':')) {
            say(fault, fault_size,
                "verbs such as `(*LIMIT_MATCH=...)` or `(*UTF)` are not allowed");
            return true;
        } else {
            i++;
        }
    }
    return false;
}

/* ---- which patterns may use the JIT -------------------------------------------- */

/*
 * The JIT counts fewer steps than the interpreter and no depth, so near a limit the two could
 * differ, and an alert with them. It is used only where the interpreter cannot come near: the
 * choices of the pattern, multiplied, stay below the limit for any subject. Words, classes, `?` and
 * alternatives do; all else is interpreted, here and everywhere.
 */
struct cost {
    uint64_t choices, points;
};

/* ASCII punctuation, which behind a backslash is itself. */
static bool
is_mark(char c)
{
    return c >= 0x20 && c < 0x7f && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
           !(c >= 'a' && c <= 'z');
}

static bool
charge(struct cost *c, uint64_t choices)
{
    c->points++;
    c->choices *= choices;
    return c->choices <= CHEAP_STEPS;
}

static bool
is_cheap(struct bytes p)
{
    struct cost c = {.choices = 1};

    for (size_t i = 0; i < p.size;) {
        char at = p.at[i], next = i + 1 < p.size ? p.at[i + 1] : '\0';
        bool good = true;

        if (at == '\\') {
            good = next != '\0' && (strchr("bBwWsSdDAzZntr", next) != NULL || is_mark(next));
            i += 2;
        } else if (at == '[') {
            i = regex_class_end(p, i);
        } else if (at == '(') {
            good = next != '*' && (next != '?' || starts(p, i, "(?:")) && charge(&c, 1);
            i += next == '?' ? 3 : 1;
        } else {
            if (at == '|' || at == '?')
                good = charge(&c, 2);
            good = good && at != '{' && at != '*' && at != '+';
            i++;
        }
        if (!good)
            return false;
    }
    return c.choices * (c.points + 1) <= CHEAP_STEPS;
}

/* ---- compiling ------------------------------------------------------------------ */

static pcre2_code *
compile(struct regex_pool *pool, struct bytes pattern, bool caseless, int *error, size_t *at)
{
    pcre2_general_context *general = new_general(pool);
    pcre2_compile_context *context = general ? pcre2_compile_context_create(general) : NULL;
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_INVALID_UTF |
                       (caseless ? PCRE2_CASELESS : 0);
    pcre2_code *code = NULL;

    *error = PCRE2_ERROR_NOMEMORY;
    *at = 0;
    if (context != NULL) {
        pcre2_set_parens_nest_limit(context, LIMIT_EXPR_DEPTH);
        code = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.size, options, error, at, context);
        /* Where the system forbids it, matching interprets; the answer is the same. */
        if (code != NULL && is_cheap(pattern))
            (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    }
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    return code;
}

struct regex_pool *
regex_pool_new(struct arena *a)
{
    struct regex_pool *pool = arena_take(a, 1, sizeof *pool);

    if (pool != NULL)
        pool->a = a;
    return pool;
}

struct regex *
regex_compile_in(struct regex_pool *pool, struct bytes pattern, bool caseless, char *fault,
    size_t fault_size, size_t *fault_at)
{
    struct regex *re;
    int error;

    *fault_at = 0;
    if (pattern.size == 0) {
        say(fault, fault_size, "the pattern is empty and would match everything");
        return NULL;
    }
    if (pattern.size > LIMIT_REGEX_SUBJECT) {
        snprintf(fault, fault_size, "the pattern is longer than %d bytes", LIMIT_REGEX_SUBJECT);
        return NULL;
    }
    if (refused(pattern, fault, fault_size, fault_at))
        return NULL;
    re = take(sizeof *re, pool);
    if (re != NULL) {
        *re = (struct regex){.pool = pool};
        re->code = compile(pool, pattern, caseless, &error, fault_at);
    }
    if (re != NULL && re->code != NULL)
        return re;
    if (re == NULL || error == PCRE2_ERROR_NOMEMORY)
        say(fault, fault_size, "out of memory");
    else if (pcre2_get_error_message(error, (PCRE2_UCHAR *)fault, fault_size) < 0 &&
             fault[0] == '\0')
        say(fault, fault_size, "not a regular expression");
    regex_free(re);
    return NULL;
}

struct regex *
regex_compile(struct bytes pattern, bool caseless, char *fault, size_t fault_size, size_t *fault_at)
{
    return regex_compile_in(NULL, pattern, caseless, fault, fault_size, fault_at);
}

void
regex_free(struct regex *re)
{
    if (re == NULL)
        return;
    pcre2_code_free(re->code);
    give(re, re->pool);
}

/* ---- matching ------------------------------------------------------------------- */

struct regex_room *
regex_room_new(void)
{
    struct regex_room *room = alloc_zero(1, sizeof *room);
    pcre2_general_context *general = new_general(NULL);

    if (room != NULL && general != NULL) {
        room->match = pcre2_match_data_create(1, general);
        room->limits = pcre2_match_context_create(general);
        room->stack = pcre2_jit_stack_create(32 * 1024, LIMIT_REGEX_HEAP_KIB * 1024, general);
    }
    pcre2_general_context_free(general);
    if (room == NULL || room->match == NULL || room->limits == NULL) {
        regex_room_free(room);
        return NULL;
    }
    pcre2_set_depth_limit(room->limits, LIMIT_REGEX_DEPTH);
    pcre2_set_heap_limit(room->limits, LIMIT_REGEX_HEAP_KIB);
    if (room->stack != NULL) /* NULL also where there is no JIT */
        pcre2_jit_stack_assign(room->limits, NULL, room->stack);
    return room;
}

void
regex_room_free(struct regex_room *room)
{
    if (room == NULL)
        return;
    pcre2_match_data_free(room->match);
    pcre2_match_context_free(room->limits);
    pcre2_jit_stack_free(room->stack);
    alloc_free(room);
}

static int
run(const struct regex *re, struct regex_room *room, struct bytes subject, unsigned share,
    uint32_t options)
{
    uint32_t steps = TOTAL_STEPS / share / (uint32_t)(subject.size + 1);

    pcre2_set_match_limit(room->limits, steps < LIMIT_REGEX_MATCH ? steps : LIMIT_REGEX_MATCH);
    return pcre2_match(
        re->code, (PCRE2_SPTR)subject.at, subject.size, 0, options, room->match, room->limits);
}

/*
 * Where the JIT gives up (its stack), the interpreter has the last word.
 *
 * Match the first LIMIT_REGEX_SUBJECT bytes; a longer subject without a hit there is inconclusive.
 */
enum regex_verdict
regex_match_share(const struct regex *re, struct regex_room *room, struct bytes subject,
    unsigned share, struct bytes *hit)
{
    size_t size = subject.size;
    const size_t *ends;
    int found;

    if (size > LIMIT_REGEX_SUBJECT)
        for (size = LIMIT_REGEX_SUBJECT;
             size > 0 && ((unsigned char)subject.at[size] & 0xc0) == 0x80;)
            size--;
    found = run(re, room, (struct bytes){size > 0 ? subject.at : "", size}, share, 0);
    if (found < PCRE2_ERROR_NOMATCH)
        found =
            run(re, room, (struct bytes){size > 0 ? subject.at : "", size}, share, PCRE2_NO_JIT);
    if (found >= 0) {
        ends = pcre2_get_ovector_pointer(room->match);
        if (hit != NULL)
            *hit = (struct bytes){subject.at + ends[0], ends[1] > ends[0] ? ends[1] - ends[0] : 0};
        return REGEX_YES;
    }
    if (found == PCRE2_ERROR_NOMATCH)
        return size < subject.size ? REGEX_INCONCLUSIVE : REGEX_NO;
    return REGEX_INCONCLUSIVE;
}

enum regex_verdict
regex_match(
    const struct regex *re, struct regex_room *room, struct bytes subject, struct bytes *hit)
{
    return regex_match_share(re, room, subject, 1, hit);
}

bool
regex_jit(void)
{
    uint32_t yes = 0;
    pcre2_code *code;
    int error;
    size_t at;

    if (pcre2_config(PCRE2_CONFIG_JIT, &yes) < 0 || yes == 0)
        return false;
    code = compile(NULL, bytes_of("a"), false, &error, &at);
    if (code == NULL)
        return false;
    at = 0;
    yes = pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &at) == 0 && at > 0;
    pcre2_code_free(code);
    return yes;
}
