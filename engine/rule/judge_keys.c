/*
 * judge_keys - keys and counted texts as numbers, found once for all rules.
 *
 * `own.account`, `counterparty.account`, `originator.account` and `beneficiary.account` are one
 * numbering of two cells: a row is looked up once for each side, whatever rules ask. Any other key
 * is numbered as it is stated.
 */
#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "rule/judge_private.h"

#define NOT_ASKED (KEYS_NONE - 1) /* above any number */

/* ---- planning -------------------------------------------------------------- */

static bool
of_party(unsigned field)
{
    return field >= TXN_O_ACCOUNT && field < TXN_O_ACCOUNT + 2 * (unsigned)TXN_PARTY_SPAN;
}

/* One text, whoever's it is, as `own.` text; what tells the rules apart goes into the use. */
static struct keys_part
unify(struct keys_part part, struct key_use *use)
{
    use->cell = true;
    use->view = part.view;
    if (!of_party(part.field))
        return part;
    if (part.view == KEYS_FIELD && part.field >= TXN_B_ACCOUNT) {
        part.field -= (unsigned)TXN_PARTY_SPAN;
        use->side = SIDE_BENEFICIARY;
    }
    part.view = KEYS_OWN;
    return part;
}

static struct numbering *
numbering_for(
    struct judge *j, const struct keys_part *part, size_t count, const struct hash_key *key)
{
    struct numbering *n;

    for (uint32_t i = 0; i < j->numbering_count; i++)
        if (keys_same(j->numbering[i]->keys, part, count))
            return j->numbering[i];
    if ((n = alloc_zero(1, sizeof *n)) == NULL)
        return NULL;
    j->numbering[j->numbering_count++] = n;
    n->keys = keys_new(part, count, key);
    return n->keys == NULL ? NULL : n;
}

bool
judge_keys_plan(struct judge *j, const struct keys_part *parts, size_t count,
    const struct hash_key *key, struct key_use *use)
{
    struct keys_part one;

    *use = (struct key_use){0};
    if (count == 1 && type_is_text((enum type)parts[0].type)) {
        one = unify(parts[0], use);
        parts = &one;
    }
    use->numbering = numbering_for(j, parts, count, key);
    return use->numbering != NULL;
}

bool
judge_keys_of_rule(
    struct judge *j, const struct rule *rule, const struct hash_key *key, struct key_use *use)
{
    struct keys_part part[KEYS_PARTS_MAX];

    assert(rule->per_count <= KEYS_PARTS_MAX);
    for (size_t i = 0; i < rule->per_count; i++)
        part[i] = (struct keys_part){.field = rule->per[i].field,
            .view = rule->per[i].view,
            .type = (uint8_t)j->rs->fields[rule->per[i].field].type};
    return judge_keys_plan(j, part, rule->per_count, key, use);
}

void
judge_keys_free(struct judge *j)
{
    for (uint32_t i = 0; i < j->numbering_count; i++) {
        keys_free(j->numbering[i]->keys);
        alloc_free(j->numbering[i]);
    }
    alloc_free(j->numbering);
}

/* ---- one slab ---------------------------------------------------------------- */

void
judge_keys_begin(struct judge *j, uint32_t count)
{
    for (uint32_t i = 0; i < j->numbering_count; i++)
        for (int side = 0; side < 2; side++)
            for (uint32_t k = 0; k < count; k++)
                j->numbering[i]->number[side][k] = NOT_ASKED;
}

/* The side whose cell the key is, for an entry seen from `side`. */
static inline unsigned
side_of(const struct key_use *use, uint8_t side)
{
    return use->view == KEYS_OWN ? side : use->view == KEYS_COUNTERPARTY ? !side : use->side;
}

/* Number the cells that no rule has asked for yet. */
static bool
ask(struct judge *j, const struct key_use *use, uint32_t n)
{
    struct asking *a = &j->asking;
    uint32_t(*number)[SLAB_MAX] = use->numbering->number;
    uint32_t count = 0;

    for (uint32_t i = 0; i < n; i++) {
        unsigned side = side_of(use, j->side[i]);
        uint32_t *place = &number[side][j->at[i]];

        if (*place != NOT_ASKED)
            continue;
        *place = KEYS_NONE;
        a->row[count] = j->row[i];
        a->side[count] = (uint8_t)side;
        a->place[count++] = place;
    }
    if (!keys_batch(use->numbering->keys, a->row, a->side, count, a->number))
        return false;
    for (uint32_t i = 0; i < count; i++)
        *a->place[i] = a->number[i];
    return true;
}

bool
judge_keys_number(struct judge *j, const struct key_use *use, uint32_t n, uint32_t *out)
{
    if (!use->cell)
        return keys_batch(use->numbering->keys, j->row, j->side, n, out);
    if (!ask(j, use, n))
        return false;
    for (uint32_t i = 0; i < n; i++)
        out[i] = use->numbering->number[side_of(use, j->side[i])][j->at[i]];
    return true;
}
