/*
 * spade - what a planter works with: a place in the world and in time, and somewhere to put
 * payments. Private to what plants.
 */
#ifndef SAMPLE_SPADE_H
#define SAMPLE_SPADE_H

#include "sample/plant.h"

enum { DAY_S = 86400, HOUR_S = 3600 };

struct spade {
    struct plants *p;
    const struct world *w;
    struct random_state *r;
    int64_t from_s; /* start of this scheme */
    int32_t about;
};

/* One kind of scheme and what honestly looks like it. */
struct planting {
    const char *typology; /* the rule that looks for it */
    void (*scheme)(struct spade *s), (*look_alike)(struct spade *s);
    int32_t days; /* the longest it lasts */
    bool cash;    /* its sums are drawn around a reporting line of 15 000 EUR */
};

void spade_put(struct spade *s, struct payment payment);
int32_t spade_person(const struct world *w, struct random_state *r);
/* Who the scheme that is being planted is about, where that is not `about` as drawn. */
void spade_turn(struct spade *s, int32_t about);

/* Patterns of money across accounts (sample/shape.c). */
enum { SHAPE_PLANTINGS = 11 };
extern const struct planting shape_plantings[SHAPE_PLANTINGS];

#endif
