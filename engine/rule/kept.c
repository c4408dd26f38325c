/*
 * kept - what programs use that does not lie in their arena: patterns and time zones.
 */
#include "rule/kept.h"

#include "base/alloc.h"
#include "base/zone.h"
#include "rule/check.h"
#include "text/regex.h"

static void
release(struct regex *regex, struct zone *zone)
{
    if (regex != NULL)
        regex_free(regex);
    zone_close(zone);
}

bool
check_keep(struct checker *c, struct regex *regex, struct zone *zone)
{
    struct kept *k;

    if (c->scope->kept == NULL)
        return true; /* the caller lets them live as long as the process */
    k = alloc_zero(1, sizeof *k);
    if (k == NULL) {
        release(regex, zone);
        check_no_memory(c);
        return false;
    }
    *k = (struct kept){.next = *c->scope->kept, .regex = regex, .zone = zone};
    *c->scope->kept = k;
    return true;
}

void
kept_free(struct kept *first)
{
    while (first != NULL) {
        struct kept *next = first->next;

        release(first->regex, first->zone);
        alloc_free(first);
        first = next;
    }
}
