/*
 * plant - schemes hidden among everyday payments, and a look-alike for each that is honest.
 *
 * What is planted where is the ground truth (sample/truth.h). Sizes and rhythms are drawn around
 * the figures of typologies.md; the rules do not see this file and were not tuned on its seeds.
 */
#ifndef SAMPLE_PLANT_H
#define SAMPLE_PLANT_H

#include <stdbool.h>
#include <stddef.h>

#include "sample/world.h"

struct planted {
    struct payment payment;
    uint32_t scheme; /* index in plants.scheme */
};

struct scheme {
    const char *typology; /* the rule that looks for it */
    bool look_alike;      /* honest: no alert of that rule should be about it */
    int32_t about;        /* account */
};

struct plants {
    struct planted *at; /* ordered by time */
    size_t count, cap;
    struct scheme *scheme;
    size_t scheme_count, scheme_cap;
    bool failed; /* out of memory */
};

struct plants_spec {
    uint32_t each;        /* schemes, and as many look-alikes, of every kind about one account */
    uint32_t shapes;      /* the same of patterns of money across accounts */
    int64_t from_s, to_s; /* within [from_s, to_s); kinds that last longer are left out */
};

bool plants_make(
    struct plants *p, const struct world *w, uint64_t seed, const struct plants_spec *spec);
void plants_fini(struct plants *p);

#endif
