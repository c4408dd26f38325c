/*
 * kept - what programs use that does not lie in their arena: patterns and time zones.
 */
#include "rule/kept.h"

#include "base/alloc.h"
#include "base/zone.h"
#include "match/pattern.h"
#include "rule/check.h"

static void
release(struct kept *k)
{
    regex_free(k->written);
    regex_free(k->folded);
    zone_close(k->zone);
}

/* The pattern itself lies in the arena and may be gone when the chain is freed. */
bool
check_keep(struct checker *c, const struct pattern *pattern, struct zone *zone)
{
    struct kept mine = {.zone = zone}, *k;

    if (c->scope->kept == NULL)
        return true; /* the caller lets them live as long as the process */
    if (pattern != NULL) {
        mine.written = pattern->written;
        mine.folded = pattern->folded;
    }
    k = alloc_zero(1, sizeof *k);
    if (k == NULL) {
        release(&mine);
        check_no_memory(c);
        return false;
    }
    mine.next = *c->scope->kept;
    *k = mine;
    *c->scope->kept = k;
    return true;
}

void
kept_free(struct kept *first)
{
    while (first != NULL) {
        struct kept *next = first->next;

        release(first);
        alloc_free(first);
        first = next;
    }
}
