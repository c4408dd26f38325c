#include "sample/plant.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "sample/spade.h"

enum { STRANGERS_FROM = 1 << 20 };

void
spade_put(struct spade *s, struct payment payment)
{
    struct plants *p = s->p;

    if (p->count == p->cap) {
        size_t cap = p->cap == 0 ? 1024 : p->cap * 2;
        struct planted *grown = alloc_grow(p->at, cap * sizeof *grown);

        if (grown == NULL) {
            p->failed = true;
            return;
        }
        p->at = grown;
        p->cap = cap;
    }
    p->at[p->count++] = (struct planted){payment, (uint32_t)p->scheme_count - 1};
}

static uint32_t
new_stranger(struct spade *s)
{
    return STRANGERS_FROM + random_below(s->r, 1u << 28);
}

void
spade_turn(struct spade *s, int32_t about)
{
    s->about = about;
    s->p->scheme[s->p->scheme_count - 1].about = about;
}

int32_t
spade_person(const struct world *w, struct random_state *r)
{
    return (int32_t)(w->businesses + random_below(r, w->count - w->businesses));
}

static int64_t
within(struct spade *s, int64_t days)
{
    return s->from_s + random_between(s->r, 0, days * DAY_S - 1);
}

/* Someone pays the account: half of them from abroad. */
static void
paid_by_someone(struct spade *s, int64_t at_s, int64_t cents, uint8_t channel, uint8_t text)
{
    struct payment p = {.at_s = at_s,
        .cents = cents,
        .to = s->about,
        .channel = channel,
        .text = text,
        .branch = 1};

    if (random_below(s->r, 2) == 0 || channel == PAY_REMITTANCE) {
        p.from = ABROAD;
        p.stranger = new_stranger(s);
    } else {
        p.from = spade_person(s->w, s->r);
    }
    if (p.from != s->about)
        spade_put(s, p);
}

static void
cash_in(struct spade *s, int64_t at_s, int64_t cents)
{
    spade_put(s, (struct payment){.at_s = at_s,
                     .cents = cents,
                     .from = NOBODY,
                     .to = s->about,
                     .channel = PAY_COUNTER,
                     .text = 12,
                     .branch = (uint16_t)random_between(s->r, 1, 40)});
}

/* ---- schemes ----------------------------------------------------------------- */

static void
collector(struct spade *s)
{
    int64_t payers = random_between(s->r, 11, 16);

    for (int64_t i = 0; i < payers; i++)
        paid_by_someone(s, within(s, 9), random_between(s->r, 4, 30) * 5000, PAY_TRANSFER, 0);
}

static void
fee_bands(struct spade *s)
{
    int64_t fee = random_between(s->r, 24, 36) * 5000;
    int64_t payers = random_between(s->r, 6, 9);

    for (int64_t i = 0; i < payers; i++)
        paid_by_someone(s, within(s, 25), fee + random_between(s->r, 0, 2) * 5000, PAY_TRANSFER, 4);
}

static void
under_the_line(struct spade *s)
{
    int64_t parts = random_between(s->r, 4, 7);

    for (int64_t i = 0; i < parts; i++)
        paid_by_someone(s, within(s, 5), random_between(s->r, 850, 995) * 100, PAY_REMITTANCE, 5);
}

static void
just_below(struct spade *s)
{
    int64_t parts = random_between(s->r, 3, 5);

    for (int64_t i = 0; i < parts; i++)
        cash_in(s, within(s, 8), random_between(s->r, 128, 149) * 10000);
}

static void
many_pieces(struct spade *s)
{
    int64_t parts = random_between(s->r, 12, 18);

    for (int64_t i = 0; i < parts; i++)
        cash_in(s, within(s, 24), random_between(s->r, 15, 42) * 10000);
}

static void
through(struct spade *s)
{
    int64_t parts = random_between(s->r, 4, 6), sum = 0, last = s->from_s;

    for (int64_t i = 0; i < parts; i++) {
        int64_t cents = random_between(s->r, 12, 30) * 5000;

        last += random_between(s->r, HOUR_S, 6 * HOUR_S);
        sum += cents;
        paid_by_someone(s, last, cents, PAY_TRANSFER, 0);
    }
    spade_put(s, (struct payment){.at_s = last + random_between(s->r, HOUR_S, 10 * HOUR_S),
                     .cents = sum / 100 * 94,
                     .from = s->about,
                     .to = ABROAD,
                     .stranger = new_stranger(s),
                     .channel = PAY_TRANSFER});
}

/* ---- their honest look-alikes ---------------------------------------------------- */

/* A birthday whip-round: a few people, small sums, one week. */
static void
whip_round(struct spade *s)
{
    int64_t payers = random_between(s->r, 4, 6);

    for (int64_t i = 0; i < payers; i++)
        paid_by_someone(s, within(s, 7), random_between(s->r, 2, 10) * 500, PAY_MOBILE, 13);
}

/* Selling old furniture: different prices from few buyers. */
static void
small_seller(struct spade *s)
{
    int64_t sales = random_between(s->r, 5, 8);

    for (int64_t i = 0; i < sales; i++)
        paid_by_someone(s, within(s, 28), random_between(s->r, 1500, 17900), PAY_TRANSFER, 4);
}

/* One relative sends the same sum each month. */
static void
family_help(struct spade *s)
{
    uint32_t who = new_stranger(s);

    for (int64_t month = 0; month < 2; month++)
        spade_put(s, (struct payment){.at_s = s->from_s + month * 28 * DAY_S,
                         .cents = 35000,
                         .from = ABROAD,
                         .stranger = who,
                         .to = s->about,
                         .channel = PAY_REMITTANCE,
                         .text = 5});
}

/* A shop carries its takings to the bank every other day, well under any line. */
static void
takings(struct spade *s)
{
    spade_turn(s, (int32_t)random_below(s->r, s->w->merchants));
    for (int64_t day = 0; day < 20; day += 2)
        cash_in(s, s->from_s + day * DAY_S + 17 * HOUR_S, random_between(s->r, 300, 1200) * 100);
}

/* Someone sells a car and pays the cash in at once. */
static void
car_sale(struct spade *s)
{
    cash_in(s, s->from_s + 10 * HOUR_S, random_between(s->r, 30, 90) * 10000);
}

/* Wages come in, the rent goes out the next day, the rest stays. */
static void
wage_and_rent(struct spade *s)
{
    int32_t home = spade_person(s->w, s->r);

    spade_put(s, (struct payment){.at_s = s->from_s,
                     .cents = 145000,
                     .from = (int32_t)s->w->merchants,
                     .to = s->about,
                     .channel = PAY_TRANSFER,
                     .text = 1});
    if (home != s->about)
        spade_put(s, (struct payment){.at_s = s->from_s + DAY_S,
                         .cents = 42000,
                         .from = s->about,
                         .to = home,
                         .channel = PAY_TRANSFER,
                         .text = 2});
}

static const struct planting kinds[] = {
    {"collector-fan-in", collector, whip_round, 10, false},
    {"fee-band-repeat", fee_bands, small_seller, 29, false},
    {"sub-threshold-remittances", under_the_line, family_help, 29, false},
    {"structuring-just-below", just_below, car_sale, 9, true},
    {"structuring-aggregated", many_pieces, takings, 25, true},
    {"rapid-pass-through", through, wage_and_rent, 3, false},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Someone to plant a scheme on; for cash, where the reporting line is the one its sums know. */
static int32_t
someone(const struct world *w, struct random_state *r, bool cash)
{
    for (;;) {
        int32_t who = spade_person(w, r);
        const char *country = world_country(w, who, 0);

        if (!cash || strcmp(country, "RS") == 0 || strcmp(country, "GR") == 0)
            return who;
    }
}

static bool
new_scheme(struct plants *p, const char *typology, bool look_alike, int32_t about)
{
    if (p->scheme_count == p->scheme_cap) {
        size_t cap = p->scheme_cap == 0 ? 64 : p->scheme_cap * 2;
        struct scheme *grown = alloc_grow(p->scheme, cap * sizeof *grown);

        if (grown == NULL)
            return false;
        p->scheme = grown;
        p->scheme_cap = cap;
    }
    p->scheme[p->scheme_count++] = (struct scheme){typology, look_alike, about};
    return true;
}

static int
by_time(const void *left, const void *right)
{
    const struct planted *a = left, *b = right;

    if (a->payment.at_s != b->payment.at_s)
        return a->payment.at_s < b->payment.at_s ? -1 : 1;
    return (a->scheme > b->scheme) - (a->scheme < b->scheme);
}

/* `each` schemes and as many look-alikes of every kind. False: no memory. */
static bool
plant_all(struct spade *s, const struct planting *kind, uint32_t count, uint32_t each,
    int64_t from_s, int64_t to_s)
{
    for (uint32_t i = 0; i < each * count * 2; i++) {
        const struct planting *k = &kind[i / 2 % count];
        bool honest = i % 2 == 1;
        int64_t room = to_s - from_s - k->days * DAY_S;

        if (room <= 0)
            continue;
        s->from_s = from_s + (int64_t)(random_next(s->r) % (uint64_t)room);
        s->about = someone(s->w, s->r, k->cash);
        if (!new_scheme(s->p, k->typology, honest, s->about))
            return false;
        (honest ? k->look_alike : k->scheme)(s);
    }
    return true;
}

bool
plants_make(struct plants *p, const struct world *w, uint64_t seed, const struct plants_spec *spec)
{
    struct random_state r = {seed ^ UINT64_C(0x6a09e667f3bcc908)};
    struct random_state shapes = {seed ^ UINT64_C(0xbb67ae8584caa73b)};
    struct spade one = {.p = p, .w = w, .r = &r}, across = {.p = p, .w = w, .r = &shapes};

    *p = (struct plants){0};
    if (!plant_all(&one, kinds, KINDS, spec->each, spec->from_s, spec->to_s) ||
        !plant_all(
            &across, shape_plantings, SHAPE_PLANTINGS, spec->shapes, spec->from_s, spec->to_s))
        return false;
    if (p->count > 0)
        qsort(p->at, p->count, sizeof *p->at, by_time);
    return !p->failed;
}

void
plants_fini(struct plants *p)
{
    alloc_free(p->at);
    alloc_free(p->scheme);
    *p = (struct plants){0};
}
