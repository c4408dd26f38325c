/* accepted - lists against the versions accepted last. */
#include "rule/accepted.h"

#include <string.h>

#include "base/arena.h"
#include "list/list.h"
#include "rule/ruleset.h"
#include "rule/scope.h"

/* False for macros, and for lists that could not be read. */
static bool
describe(const struct named *n, struct accepted_list *out)
{
    const uint8_t *hash = NULL;

    out->name = n->name;
    if (n->kind == NAME_LIST && n->list != NULL) {
        out->count = list_count(n->list);
        hash = list_hash(n->list);
    } else if (n->kind == NAME_TABLE && n->table != NULL) {
        out->count = table_count(n->table);
        hash = table_hash(n->table);
    } else if (n->kind == NAME_WATCHLIST && n->watch != NULL) {
        out->count = watch_count(n->watch);
        hash = watch_hash(n->watch);
    }
    if (hash != NULL)
        memcpy(out->hash, hash, sizeof out->hash);
    return hash != NULL;
}

bool
accepted_lists(const struct ruleset *rs, struct arena *a, struct accepted_list **out, size_t *count)
{
    *count = 0;
    *out = arena_take(a, rs->name_count + 1, sizeof **out);
    for (size_t i = 0; *out != NULL && i < rs->name_count; i++)
        *count += describe(&rs->names[i], &(*out)[*count]);
    return *out != NULL;
}

static const struct accepted_list *
find(const struct accepted_list *all, size_t count, struct bytes name)
{
    size_t low = 0;

    for (size_t high = count; low < high;) {
        size_t mid = low + (high - low) / 2;

        if (bytes_compare(all[mid].name, name) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < count && bytes_equal(all[low].name, name) ? &all[low] : NULL;
}

static void
tell(struct diags *ds, const struct named *n, size_t before, size_t now)
{
    struct diag *d = diag_add(ds, DIAG_ERROR, "E511", n->at,
        "`%.*s` has %zu of the %zu entries it had when it was last accepted", (int)n->name.size,
        n->name.at, now, before);

    diag_label(ds, d, "it lost more than a fifth of them");
    diag_help(ds, d,
        "fetch the list again; if so many entries are really gone, have the new version accepted");
}

size_t
accepted_check(const struct ruleset *rs, struct diags *ds, const struct accepted_list *before,
    size_t before_count)
{
    size_t refused = 0;

    for (size_t i = 0; i < rs->name_count; i++) {
        struct accepted_list now;
        const struct accepted_list *old;

        if (!describe(&rs->names[i], &now))
            continue;
        old = find(before, before_count, now.name);
        if (old == NULL || !list_shrunk(old->count, now.count))
            continue;
        tell(ds, &rs->names[i], old->count, now.count);
        refused++;
    }
    return refused;
}
