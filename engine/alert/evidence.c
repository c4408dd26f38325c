#include "alert/evidence.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/sha256.h"

enum { FIRST_ROOM = 8 };

/* hash = SHA-256(hash, source, account, id), each preceded by its length. */
static void
chain(struct alert *alert, const struct evidence *entry, struct bytes source, struct sha256 *s)
{
    sha256_add_field(s, alert->evidence_hash, sizeof alert->evidence_hash);
    sha256_add_field(s, source.at, source.size);
    sha256_add_field(s, entry->own.at, entry->own.size);
    sha256_add_field(s, entry->id.at, entry->id.size);
    sha256_end(s, alert->evidence_hash);
}

static bool
grow(struct alert *alert, struct arena *a)
{
    uint32_t limit = alert->rule->evidence_limit;
    uint32_t cap = alert->evidence_cap == 0 ? FIRST_ROOM : alert->evidence_cap * 2;
    struct evidence *room;

    if (cap > limit)
        cap = limit;
    room = arena_take(a, cap, sizeof *room);
    if (room == NULL)
        return false;
    if (alert->evidence_count > 0)
        memcpy(room, alert->evidence, alert->evidence_count * sizeof *room);
    alert->evidence = room;
    alert->evidence_cap = cap;
    return true;
}

/* Which kept entry gives way to a new one: evidence_count when the new one does. */
static uint32_t
loser(const struct alert *alert, const struct evidence *entry)
{
    uint32_t count = alert->evidence_count, least = 0;

    switch (alert->rule->evidence_keep) {
    case KEEP_NEWEST:
        return entry->number > alert->evidence[0].number ? 0 : count;
    case KEEP_FIRST:
        return entry->number > alert->evidence[count - 1].number ? count : count - 1;
    case KEEP_LARGEST:
        break;
    }
    for (uint32_t i = 1; i < count; i++)
        if (alert->evidence[i].amount_eur < alert->evidence[least].amount_eur)
            least = i;
    return alert->evidence[least].amount_eur < entry->amount_eur ? least : count;
}

/* Into its place in the total order; nearly always the last. There is room. */
static void
place(struct alert *alert, const struct evidence *entry)
{
    uint32_t at = alert->evidence_count++;

    for (; at > 0 && alert->evidence[at - 1].number > entry->number; at--)
        alert->evidence[at] = alert->evidence[at - 1];
    alert->evidence[at] = *entry;
}

static bool
grow_taken(struct alert *alert, struct arena *a)
{
    size_t cap = alert->taken_cap == 0 ? FIRST_ROOM : alert->taken_cap * 2;
    uint64_t *room = arena_take(a, cap, sizeof *room);

    if (room == NULL)
        return false;
    if (alert->taken_cap > 0)
        memcpy(room, alert->taken, alert->taken_cap * sizeof *room);
    alert->taken = room;
    alert->taken_cap = cap;
    return true;
}

/* Where a rule revisits: remember the number; *known when it was taken before. */
static bool
remember(struct alert *alert, uint64_t number, struct arena *a, bool *known)
{
    size_t low = 0, high = alert->evidence_all;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (alert->taken[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    *known = low < alert->evidence_all && alert->taken[low] == number;
    if (*known)
        return true;
    if (alert->evidence_all == alert->taken_cap && !grow_taken(alert, a))
        return false;
    memmove(&alert->taken[low + 1], &alert->taken[low],
        ((size_t)alert->evidence_all - low) * sizeof *alert->taken);
    alert->taken[low] = number;
    return true;
}

bool
evidence_add(struct alert *alert, const struct evidence *entry, struct bytes source,
    struct sha256 *digest, struct arena *a)
{
    bool known = false;
    uint32_t out;

    if (alert->rule->revisits && !remember(alert, entry->number, a, &known))
        return false;
    if (known)
        return true;
    assert(alert->rule->revisits || alert->evidence_count == 0 ||
           entry->number > alert->evidence_newest);
    if (entry->number > alert->evidence_newest)
        alert->evidence_newest = entry->number;
    alert->evidence_all++;
    if (entry->amount_eur != INT64_MIN)
        alert->evidence_eur += entry->amount_eur;
    chain(alert, entry, source, digest);

    if (alert->evidence_count < alert->rule->evidence_limit) {
        if (alert->evidence_count == alert->evidence_cap && !grow(alert, a))
            return false;
        place(alert, entry);
        return true;
    }
    out = alert->evidence_count == 0 ? 0 : loser(alert, entry);
    if (out < alert->evidence_count) {
        memmove(&alert->evidence[out], &alert->evidence[out + 1],
            (alert->evidence_count - out - 1) * sizeof *alert->evidence);
        alert->evidence_count--;
        place(alert, entry);
    }
    return true;
}
