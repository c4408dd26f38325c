/*
 * baseline_peers - what the keys of each group had in the last complete period. Private to
 * baseline.
 *
 * A member is a key with an entry in the period that names the group; it belongs to the group its
 * newest entry there names, with the totals of all its entries there.
 */
#ifndef OPERATOR_BASELINE_PEERS_H
#define OPERATOR_BASELINE_PEERS_H

#include "operator/baseline_usual.h"

enum { PEERS_LEAST = 20 }; /* fewer others: missing */

struct peer {
    int64_t group;
    int128 total;
    uint32_t key;
};

struct peers;

struct peers *peers_new(uint32_t compare_count); /* NULL: no memory */
void peers_free(struct peers *p);
size_t peers_bytes(const struct peers *p);
/* A period is over: all members of it are given anew. False: no memory. */
bool peers_begin(struct peers *p, size_t members);
void peers_put(struct peers *p, int64_t group, uint32_t key, const int128 *totals);
void peers_end(struct peers *p);
/*
 * The median of the others in the group and their median absolute deviation; `own` is where the key
 * itself stands in it, or NULL. False: too few others.
 */
bool peers_middle(const struct peers *p, uint32_t compare, int64_t group, const struct peer *own,
    const struct baseline_compare *c, struct baseline_middle *out);

#endif
