/*
 * check_usual - the functions of a baseline: usual(x), spread(x), z(x), ratio(x), peer_z(x) and
 * peer_ratio(x). Its operator yields each of them as a measure by just that name.
 */
#include <stdio.h>

#include "base/arena.h"
#include "rule/check.h"

static const char *const functions[] = {
#define FUNCTION(id, name, least, most, form)
#define AGGREGATE(id, name, least, most, measure, form)
#define USUAL(name) name,
#include "rule/function.def"
#undef FUNCTION
#undef AGGREGATE
#undef USUAL
};
enum { FUNCTIONS = sizeof functions / sizeof *functions, NAME_MAX = 160 };

const char *
check_usual_next(size_t index)
{
    return index < FUNCTIONS ? functions[index] : NULL;
}

bool
check_is_usual(struct bytes name)
{
    for (size_t i = 0; i < FUNCTIONS; i++)
        if (bytes_equal(bytes_of(functions[i]), name))
            return true;
    return false;
}

/* Does the rule yield any measure named function(...)? */
static bool
yields(const struct checker *c, const char *function)
{
    size_t size = strlen(function);

    for (size_t i = 0; i < c->scope->measure_count; i++) {
        struct bytes name = c->scope->measures[i].name;

        if (name.size > size && name.at[size] == '(' && memcmp(name.at, function, size) == 0)
            return true;
    }
    return false;
}

static const struct term *
tell_absent(struct checker *c, const struct node *n, bool baseline)
{
    struct phrase name = check_quote(n->name);
    struct diag *d;

    if (baseline) {
        d = check_say(c, "R424", expr_span(n),
            "`%s` compares with peers, and it is not said who they are", name.text);
        check_label(c, d, "whose peers?");
        check_help(c, d, "name the field they share under `baseline:`, as  peers: own.segment");
        return NULL;
    }
    d = check_say(c, "R424", expr_span(n),
        "`%s` speaks of what is usual, and nothing here knows that", name.text);
    check_label(c, d, "only `alert_if` and `say` of a rule with a `baseline` do");
    return NULL;
}

/* What may stand between the brackets. */
static const struct term *
tell_argument(struct checker *c, const struct node *n)
{
    const char *names[64];
    size_t count = 0;
    struct diag *d;
    const struct node *arg = n->first;

    d = check_say(c, "R401", arg == NULL ? expr_span(n) : expr_span(arg),
        "`%s` takes a name that stands under `compare`", check_quote(n->name).text);
    for (size_t i = 0; i < c->scope->measure_count && count < 64; i++) {
        struct bytes name = c->scope->measures[i].name;
        char text[NAME_MAX];

        (void)snprintf(
            text, sizeof text, "usual(%.*s)", (int)(name.size < 64 ? name.size : 64), name.at);
        for (size_t k = 0; k < c->scope->measure_count; k++)
            if (bytes_equal(c->scope->measures[k].name, bytes_of(text)) &&
                (names[count] = arena_copy(c->arena, name)) != NULL)
                count++;
    }
    if (arg != NULL && n->count == 1 && arg->kind == NODE_PATH)
        check_suggest(c, d, arg->name, names, count);
    else if (count > 0)
        check_label(c, d, "for example %s(%s)", check_quote(n->name).text, names[0]);
    return NULL;
}

const struct term *
check_usual(struct checker *c, const struct node *n)
{
    const struct node *arg = n->first;
    const struct term *t = NULL;
    char text[NAME_MAX];
    bool baseline = yields(c, "usual");

    (void)snprintf(text, sizeof text, "%s", check_quote(n->name).text);
    if (c->scope->place == PLACE_WHEN || c->scope->place == PLACE_MEASURE || !yields(c, text))
        return tell_absent(c, n, baseline && c->scope->place >= PLACE_ALERT_IF);
    if (n->count != 1 || n->where != NULL || arg->kind != NODE_PATH || arg->name.size > 64)
        return tell_argument(c, n);
    (void)snprintf(text, sizeof text, "%.*s(%.*s)", (int)n->name.size, n->name.at,
        (int)arg->name.size, arg->name.at);
    t = check_measure(c, n, bytes_of(text));
    return t != NULL ? t : tell_argument(c, n);
}
