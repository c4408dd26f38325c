/* suspects - the few identities under suspicion, kept whole. */
#include <assert.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "ingest/repeat.h"

/* An identity met; several may share a fingerprint. */
struct watched {
    struct watched *next;
    uint32_t source, id_size, account_size;
    char text[]; /* id, account */
};

struct suspects_slot {
    uint64_t print;
    bool used;
    struct watched *met;
};

struct suspects {
    struct suspects_slot *slot;
    uint64_t mask;
    struct arena texts;
};

static struct suspects_slot *
place_of(const struct suspects *w, uint64_t print)
{
    uint64_t at = print & w->mask;

    while (w->slot[at].used && w->slot[at].print != print)
        at = (at + 1) & w->mask;
    return &w->slot[at];
}

struct suspects *
suspects_new(const uint64_t *prints, size_t count)
{
    struct suspects *w = alloc_zero(1, sizeof *w);
    uint64_t cap = 64;

    while (cap < 2 * (uint64_t)count)
        cap *= 2;
    if (w == NULL || (w->slot = alloc_zero((size_t)cap, sizeof *w->slot)) == NULL) {
        alloc_free(w);
        return NULL;
    }
    w->mask = cap - 1;
    arena_init(&w->texts, 0, "watch");
    for (size_t i = 0; i < count; i++) {
        struct suspects_slot *s = place_of(w, prints[i]);

        s->print = prints[i];
        s->used = true;
    }
    return w;
}

void
suspects_free(struct suspects *w)
{
    if (w == NULL)
        return;
    arena_fini(&w->texts);
    alloc_free(w->slot);
    alloc_free(w);
}

bool
suspects_has(const struct suspects *w, uint64_t print)
{
    return place_of(w, print)->used;
}

enum weir_status
suspects_meet(
    struct suspects *w, const struct txn *t, uint64_t print, bool *met, struct weir_err *err)
{
    struct suspects_slot *s = place_of(w, print);
    struct bytes account = repeat_account(t);
    struct bytes id = txn_has(t, TXN_ID) ? txn_text(t, TXN_ID) : (struct bytes){"", 0};
    struct watched *m;

    assert(s->used);
    for (m = s->met; m != NULL; m = m->next) {
        struct bytes had = {m->text, m->id_size},
                     had_account = {m->text + m->id_size, m->account_size};

        *met = m->source == t->source && bytes_equal(had, id) && bytes_equal(had_account, account);
        if (*met)
            return WEIR_OK;
    }
    m = arena_take(&w->texts, 1, sizeof *m + id.size + account.size);
    if (m == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401",
            "out of memory while resolving repeated ids; raise --memory");
    m->next = s->met;
    m->source = t->source;
    m->id_size = (uint32_t)id.size;
    m->account_size = (uint32_t)account.size;
    memcpy(m->text, id.at, id.size);
    memcpy(m->text + id.size, account.at, account.size);
    s->met = m;
    *met = false;
    return WEIR_OK;
}
