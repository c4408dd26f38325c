/*
 * shape - patterns of money across accounts, and the honest life that resembles each.
 *
 * Commissions, delays and sizes are drawn around the figures of typologies.md and somewhat beyond
 * them, so that part of what is planted lies outside of what rules look for: splitting a sum into
 * two payments, resting longer, keeping more.
 */
#include "sample/spade.h"

enum { CREW_MAX = 24, GROUP_MAX = 5 };

static int64_t
between(struct spade *s, int64_t low, int64_t high)
{
    return random_between(s->r, low, high);
}

static bool
one_in(struct spade *s, uint32_t n)
{
    return random_below(s->r, n) == 0;
}

/* Different accounts, none of them the scheme's own. */
static void
draw(struct spade *s, int32_t *out, size_t count, bool firms)
{
    for (size_t n = 0; n < count;) {
        int32_t who = firms ? (int32_t)(s->w->merchants +
                                        random_below(s->r, s->w->businesses - s->w->merchants))
                            : spade_person(s->w, s->r);
        bool taken = who == s->about;

        for (size_t i = 0; i < n; i++)
            taken |= out[i] == who;
        if (!taken)
            out[n++] = who;
    }
}

static int32_t
a_firm(struct spade *s)
{
    int32_t firm = 0;

    draw(s, &firm, 1, true);
    return firm;
}

static void
pay(struct spade *s, int32_t from, int32_t to, int64_t at_s, int64_t cents, uint8_t text)
{
    spade_put(s, (struct payment){.at_s = at_s,
                     .cents = cents,
                     .from = from,
                     .to = to,
                     .channel = (uint8_t)(one_in(s, 4) ? PAY_MOBILE : PAY_TRANSFER),
                     .text = text});
}

/* What is left of an amount of whole euros after a commission of low to high percent. */
static int64_t
less(struct spade *s, int64_t cents, int64_t low, int64_t high)
{
    return cents * (1000 - between(s, low * 10, high * 10)) / 1000 / 100 * 100;
}

/* ---- stars ------------------------------------------------------------------------------ */

static void
gather(struct spade *s, int64_t payers, int64_t days, int64_t low, int64_t high)
{
    int32_t who[CREW_MAX];

    draw(s, who, (size_t)payers, false);
    for (int64_t i = 0; i < payers; i++)
        pay(s, who[i], s->about, s->from_s + between(s, 0, days * DAY_S - 1),
            between(s, low, high) * 5000, 0);
}

static void
collector(struct spade *s)
{
    gather(s, between(s, 8, 16), between(s, 5, 15), 4, 40);
}

/* A savings club: everyone pays one member in turn, week after week. */
static void
savings_club(struct spade *s)
{
    int32_t member[12];
    int64_t count = between(s, 6, 12), sum = between(s, 2, 8) * 5000;

    draw(s, member, (size_t)count, false);
    for (int64_t week = 0; week < 4; week++)
        for (int64_t i = 0; i < count; i++)
            if (i != week)
                pay(s, member[i], member[week], s->from_s + week * 7 * DAY_S + between(s, 0, DAY_S),
                    sum, 9);
    spade_turn(s, member[0]);
}

static void
scatter(struct spade *s)
{
    int32_t who[CREW_MAX];
    int64_t count = between(s, 6, 12), days = between(s, 1, 6);

    draw(s, who, (size_t)count, false);
    for (int64_t i = 0; i < count; i++)
        pay(s, s->about, who[i], s->from_s + between(s, 0, days * DAY_S - 1),
            between(s, 7, 24) * 5000, 0);
}

/* The staff of an event is paid on one evening; half of the organisers are firms. */
static void
event_staff(struct spade *s)
{
    int32_t who[CREW_MAX];
    int64_t count = between(s, 8, 20);

    draw(s, who, (size_t)count, false);
    if (one_in(s, 2))
        spade_turn(s, a_firm(s));
    for (int64_t i = 0; i < count; i++)
        pay(s, s->about, who[i], s->from_s + between(s, 0, 4 * HOUR_S), between(s, 10, 40) * 1000,
            4);
}

static void
through(struct spade *s)
{
    int32_t who[7];
    int64_t parts = between(s, 3, 6), sum = 0, last = s->from_s;

    draw(s, who, (size_t)parts + 1, false);
    for (int64_t i = 0; i < parts; i++) {
        int64_t cents = between(s, 14, 36) * 5000;

        last += between(s, HOUR_S, 8 * HOUR_S);
        sum += cents;
        pay(s, who[i], s->about, last, cents, 0);
    }
    pay(s, s->about, who[parts], last + between(s, HOUR_S, 30 * HOUR_S), less(s, sum, 2, 12), 0);
}

/* Friends pay one of them, who pays the agency for all. */
static void
holiday(struct spade *s)
{
    int32_t who[8], agency = a_firm(s);
    int64_t count = between(s, 4, 8), share = between(s, 30, 90) * 1000;

    draw(s, who, (size_t)count, false);
    for (int64_t i = 0; i < count; i++)
        pay(s, who[i], s->about, s->from_s + between(s, 0, 3 * DAY_S), share, 9);
    pay(s, s->about, agency, s->from_s + 3 * DAY_S + between(s, 1, 48) * HOUR_S,
        share * (count + 1), 3);
}

/* Waves: fees come in, then the same few are paid, each time. */
static void
crew(struct spade *s)
{
    int32_t payer[CREW_MAX], helper[5];
    int64_t helpers = between(s, 3, 5), waves = between(s, 3, 4), payers = between(s, 4, 6);

    draw(s, helper, (size_t)helpers, false);
    draw(s, payer, (size_t)(payers * waves), false);
    for (int64_t wave = 0; wave < waves; wave++) {
        int64_t start = s->from_s + wave * between(s, 9, 10) * DAY_S;

        for (int64_t i = 0; i < payers; i++)
            pay(s, payer[wave * payers + i], s->about, start + between(s, 0, 36) * HOUR_S,
                between(s, 24, 36) * 5000, 0);
        for (int64_t i = 0; i < helpers; i++)
            pay(s, s->about, helper[i], start + between(s, 37, 90) * HOUR_S,
                between(s, 6, 18) * 5000, 0);
    }
}

/* Children's lessons: parents pay, two trainers are paid, small sums. */
static void
lessons(struct spade *s)
{
    int32_t parent[8], trainer[2];

    draw(s, parent, 8, false);
    draw(s, trainer, 2, false);
    for (int64_t month = 0; month < 2; month++) {
        for (size_t i = 0; i < 8; i++)
            pay(s, parent[i], s->about, s->from_s + month * 28 * DAY_S + between(s, 0, 4 * DAY_S),
                6000, 7);
        for (size_t i = 0; i < 2; i++)
            pay(s, s->about, trainer[i], s->from_s + (month * 28 + 6) * DAY_S, 20000, 4);
    }
}

/* Fees are held until people arrive, then go to two; some come back. */
static void
guarantor(struct spade *s)
{
    int32_t payer[CREW_MAX], taker[2];
    int64_t payers = between(s, 11, 20);

    draw(s, payer, (size_t)payers, false);
    draw(s, taker, 2, false);
    for (int64_t i = 0; i < payers; i++) {
        int64_t cents = between(s, 20, 70) * 5000;
        int64_t at_s = s->from_s + between(s, 0, 20 * DAY_S);

        pay(s, payer[i], s->about, at_s, cents, 0);
        pay(s, s->about, one_in(s, 8) ? payer[i] : taker[random_below(s->r, 2)],
            at_s + between(s, 4 * DAY_S, 28 * DAY_S), cents, 0);
    }
}

/* A landlord takes deposits and gives one back. */
static void
deposits(struct spade *s)
{
    int32_t tenant[5];

    draw(s, tenant, 5, false);
    for (size_t i = 0; i < 5; i++)
        pay(s, tenant[i], s->about, s->from_s + between(s, 0, 20 * DAY_S), 80000, 12);
    pay(s, s->about, tenant[0], s->from_s + 40 * DAY_S, 80000, 12);
}

static void
forwarded(struct spade *s)
{
    int32_t payer[CREW_MAX];
    int64_t payers = between(s, 9, 20);
    int64_t step = 24 * DAY_S / payers;

    draw(s, payer, (size_t)payers + 1, false);
    for (int64_t i = 0; i < payers; i++) {
        int64_t at_s = s->from_s + i * step + between(s, 0, step / 2);
        int64_t cents = between(s, 60, 300) * 100;

        pay(s, payer[i], s->about, at_s, cents, 0);
        pay(s, s->about, payer[payers], at_s + between(s, 1, 40) * HOUR_S, less(s, cents, 0, 15),
            0);
    }
}

/* The treasurer of a school class collects and pays the coach firm. */
static void
treasurer(struct spade *s)
{
    int32_t parent[CREW_MAX], firm = a_firm(s);

    draw(s, parent, CREW_MAX, false);
    for (size_t i = 0; i < CREW_MAX; i++)
        pay(s, parent[i], s->about, s->from_s + between(s, 0, 9 * DAY_S), 6500, 7);
    pay(s, s->about, firm, s->from_s + 11 * DAY_S, 140000, 3);
}

/* ---- between groups ------------------------------------------------------------------------ */

static void
rejoin(struct spade *s)
{
    int32_t who[9];
    int64_t helpers = between(s, 3, 8);

    draw(s, who, (size_t)helpers + 1, false);
    for (int64_t i = 0; i < helpers; i++) {
        int64_t cents = between(s, 14, 60) * 5000, at_s = s->from_s + between(s, 0, 5 * DAY_S);
        int64_t back = less(s, cents, 1, 14), later = at_s + between(s, 2, 96) * HOUR_S;

        pay(s, s->about, who[i], at_s, cents, 0);
        if (one_in(s, 12)) { /* in two payments: each too small a part to follow */
            pay(s, who[i], who[helpers], later, back / 2, 0);
            back -= back / 2;
            later += HOUR_S;
        }
        pay(s, who[i], who[helpers], later, back, 0);
    }
    spade_turn(s, who[helpers]);
}

/* Parents give three children money, who buy one thing at a dealer's. */
static void
joint_purchase(struct spade *s)
{
    int32_t child[3], dealer = a_firm(s);
    int64_t cents = between(s, 20, 60) * 5000;

    draw(s, child, 3, false);
    for (size_t i = 0; i < 3; i++) {
        pay(s, s->about, child[i], s->from_s + between(s, 0, DAY_S), cents, 5);
        pay(s, child[i], dealer, s->from_s + 2 * DAY_S + between(s, 0, DAY_S), cents, 3);
    }
    spade_turn(s, dealer);
}

static void
two_layers(struct spade *s, const int32_t *from, int64_t senders, const int32_t *to,
    int64_t receivers, int64_t day)
{
    for (int64_t i = 0; i < senders; i++)
        for (int64_t k = 0; k < receivers; k++)
            if (!one_in(s, 8))
                pay(s, from[i], to[k], s->from_s + day * DAY_S + between(s, 0, 4 * DAY_S),
                    between(s, 7, 30) * 5000, 0);
}

static void
layers(struct spade *s)
{
    int32_t who[2 * GROUP_MAX];
    int64_t a = between(s, 3, GROUP_MAX), b = between(s, 3, GROUP_MAX);

    draw(s, who, (size_t)(a + b), false);
    two_layers(s, who, a, who + a, b, 0);
    spade_turn(s, who[0]);
}

static void
three_layers(struct spade *s)
{
    int32_t who[3 * GROUP_MAX];
    int64_t a = between(s, 3, GROUP_MAX), b = between(s, 3, GROUP_MAX),
            c = between(s, 3, GROUP_MAX);

    draw(s, who, (size_t)(a + b + c), false);
    two_layers(s, who, a, who + a, b, 0);
    two_layers(s, who + a, b, who + a + b, c, 4);
    spade_turn(s, who[a]);
}

/* Firms that all buy from the same suppliers. */
static void
suppliers(struct spade *s)
{
    int32_t firm[8];

    draw(s, firm, 8, true);
    two_layers(s, firm, 4, firm + 4, 4, 0);
    spade_turn(s, firm[0]);
}

/* Importers, wholesalers, shops: three layers of trade. */
static void
trade_layers(struct spade *s)
{
    int32_t firm[9];

    draw(s, firm, 9, true);
    two_layers(s, firm, 3, firm + 3, 3, 0);
    two_layers(s, firm + 3, 3, firm + 6, 3, 4);
    spade_turn(s, firm[3]);
}

/* ---- paths --------------------------------------------------------------------------------- */

static int64_t
relay(struct spade *s, const int32_t *stop, int64_t hops, int64_t least, int64_t most, uint8_t text)
{
    int64_t cents = between(s, 40, 160) * 5000, at_s = s->from_s;

    for (int64_t i = 0; i < hops; i++) {
        pay(s, stop[i], stop[i + 1], at_s, cents, text);
        cents = less(s, cents, least, most);
        at_s += between(s, 2, 78) * HOUR_S;
    }
    return at_s;
}

static void
chain(struct spade *s)
{
    int32_t stop[7];
    int64_t hops = between(s, 3, 6);

    stop[0] = s->about;
    draw(s, stop + 1, (size_t)hops, false);
    (void)relay(s, stop, hops, 1, 11, 0);
}

/* A firm pays a supplier, who pays his: most of a price is passed up. */
static void
supply_chain(struct spade *s)
{
    int32_t firm[5];

    draw(s, firm, 5, true);
    (void)relay(s, firm, 4, 2, 10, 3);
    spade_turn(s, firm[0]);
}

static void
ring(struct spade *s)
{
    int32_t stop[7];
    int64_t hops = between(s, 3, 6);

    stop[0] = s->about;
    draw(s, stop + 1, (size_t)hops - 1, false);
    stop[hops] = s->about;
    (void)relay(s, stop, hops, 1, 9, 0);
}

/* Firms of one group lend each other what they have, and it comes round. */
static void
cash_pool(struct spade *s)
{
    int32_t firm[5];

    draw(s, firm, 4, true);
    firm[4] = firm[0];
    for (int64_t week = 0; week < 2; week++) {
        int64_t from_s = s->from_s;

        s->from_s += week * 14 * DAY_S;
        (void)relay(s, firm, 4, 0, 2, 12);
        s->from_s = from_s;
    }
    spade_turn(s, firm[0]);
}

const struct planting shape_plantings[SHAPE_PLANTINGS] = {
    {"collector-fan-in", collector, savings_club, 29, false},
    {"fan-out", scatter, event_staff, 6, false},
    {"rapid-pass-through", through, holiday, 6, false},
    {"organiser-pays-crew", crew, lessons, 45, false},
    {"guarantor-hold-release", guarantor, deposits, 49, false},
    {"victim-account-forwarding", forwarded, treasurer, 28, false},
    {"scatter-gather", rejoin, joint_purchase, 10, false},
    {"layer-to-layer", layers, suppliers, 5, false},
    {"stacked-bipartite", three_layers, trade_layers, 9, false},
    {"chain-layering", chain, supply_chain, 20, false},
    {"cycle", ring, cash_pool, 34, false},
};
