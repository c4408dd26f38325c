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
    uint32_t least = 0;

    switch (alert->rule->evidence_keep) {
    case KEEP_NEWEST:
        return 0;
    case KEEP_FIRST:
        return alert->evidence_count;
    case KEEP_LARGEST:
        break;
    }
    for (uint32_t i = 1; i < alert->evidence_count; i++)
        if (alert->evidence[i].amount_eur < alert->evidence[least].amount_eur)
            least = i;
    return alert->evidence[least].amount_eur < entry->amount_eur ? least : alert->evidence_count;
}

bool
evidence_add(struct alert *alert, const struct evidence *entry, struct bytes source,
    struct sha256 *digest, struct arena *a)
{
    uint32_t out;

    assert(alert->evidence_count == 0 || entry->number > alert->evidence_newest);
    alert->evidence_newest = entry->number;
    alert->evidence_all++;
    if (entry->amount_eur != INT64_MIN)
        alert->evidence_eur += entry->amount_eur;
    chain(alert, entry, source, digest);

    if (alert->evidence_count < alert->rule->evidence_limit) {
        if (alert->evidence_count == alert->evidence_cap && !grow(alert, a))
            return false;
        alert->evidence[alert->evidence_count++] = *entry;
        return true;
    }
    out = alert->evidence_count == 0 ? 0 : loser(alert, entry);
    if (out < alert->evidence_count) {
        memmove(&alert->evidence[out], &alert->evidence[out + 1],
            (alert->evidence_count - out - 1) * sizeof *alert->evidence);
        alert->evidence[alert->evidence_count - 1] = *entry;
    }
    return true;
}
