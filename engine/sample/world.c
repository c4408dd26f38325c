#include "sample/world.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"

const struct bank world_banks[BANKS_MAX] = {
    {"Banka Vrelo", "vrelo", "RS", "999", "EUR"},
    {"Most Banka", "most", "RS", "998", "RSD"},
    {"Trapeza Kyma", "kyma", "GR", "9990999", "EUR"},
    {"Banka Liqeni", "liqeni", "AL", "99911009", "EUR"},
    {"Izvor Bank", "izvor", "BG", "ZZIZ9999", "EUR"},
    {"Donau Kasse", "donau", "AT", "99990", "EUR"},
    {"Banka Planina", "planina", "MK", "999", "EUR"},
    {"Sava Hranilnica", "sava", "SI", "99999", "EUR"},
};

static const char *const first_names[] = {"Ana", "Marko", "Jelena", "Nikola", "Milica", "Stefan",
    "Ivana", "Luka", "Sara", "Petar", "Elena", "Dimitris", "Eleni", "Giorgos", "Maria", "Kostas",
    "Arben", "Mirela", "Besnik", "Drita", "Ivan", "Desislava", "Georgi", "Radka", "Lukas", "Lena",
    "Emre", "Zeynep", "Omar", "Layla", "Tomaz", "Vesna"};
/* Surnames are put together: beginning, middle, ending. */
static const char *const last_begin[] = {"Vod", "Brez", "Tal", "Gur", "Pol", "Reč", "Kam", "Jez",
    "Mal", "Ujk", "Sten", "Bor", "Liv", "Det", "Gor", "Pot", "Vetr", "Obl", "Klis", "Zim"};
static const char *const last_middle[] = {
    "en", "ar", "as", "ab", "ev", "ik", "or", "an", "il", "os", "ad", "et", "un", "av", "im", "ur"};
static const char *const last_end[] = {"ov", "ić", "idis", "aj", "ski", "ar", "er", "oğlu", "ek",
    "anu", "as", "ović", "ka", "in", "opoulos", "ja"};
static const char *const firm_words[] = {"Jablan", "Orfeja", "Delta Plus", "Kruna", "Balkanika",
    "Mesec", "Zora", "Trgovina Most", "Kamen", "Vihor", "Maslina", "Pelagos", "Aurora Tim",
    "Strela", "Pčela", "Talas"};
static const char *const firm_forms[] = {
    "d.o.o.", "AD", "OOD", "DOOEL", "ΑΕ", "SHPK", "GmbH", "d.d."};
static const char *const cities[] = {"Subotica", "Beograd", "Thessaloniki", "Skopje", "Tirana",
    "Sofia", "Wien", "Ljubljana", "Niš", "Bihać", "Patras", "Edirne", "Novi Sad", "Kumanovo",
    "Durrës", "Plovdiv"};
static const char *const abroad_cities[] = {
    "Berlin", "Stockholm", "London", "Paris", "Istanbul", "Hamburg", "Malmö", "Milano"};
static const char *const abroad_countries[] = {"DE", "SE", "GB", "FR", "TR", "DE", "SE", "IT"};
static const char *const texts[] = {"", "monthly wage", "rent", "invoice 2231", "thank you",
    "family help", "groceries", "school fees", "loan instalment", "shared dinner", "electricity",
    "phone bill", "deposit", "present", "fuel", "insurance"};
enum {
    FIRSTS = sizeof first_names / sizeof *first_names,
    BEGINS = sizeof last_begin / sizeof *last_begin,
    MIDDLES = sizeof last_middle / sizeof *last_middle,
    ENDS = sizeof last_end / sizeof *last_end,
    LASTS = BEGINS * MIDDLES * ENDS,
    FIRMS = sizeof firm_words / sizeof *firm_words,
    FORMS = sizeof firm_forms / sizeof *firm_forms,
    CITIES = sizeof cities / sizeof *cities,
    AWAY = sizeof abroad_cities / sizeof *abroad_cities,
    TEXTS = sizeof texts / sizeof *texts,
};
static const uint16_t mccs[] = {5411, 5812, 5541, 5912, 5732, 4111, 4900, 5651};

uint64_t
random_next(struct random_state *r)
{
    uint64_t z = (r->at += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t
random_below(struct random_state *r, uint32_t n)
{
    return (uint32_t)(((random_next(r) >> 32) * n) >> 32);
}

int64_t
random_between(struct random_state *r, int64_t low, int64_t high)
{
    return low + (int64_t)random_below(r, (uint32_t)(high - low + 1));
}

/* ISO 13616 check digits: the letters of the country as numbers, mod 97-10 (ISO 7064). */
static uint32_t
mod97(const char *text, uint32_t rest)
{
    for (; *text != 0; text++) {
        if (*text >= '0' && *text <= '9')
            rest = (rest * 10 + (uint32_t)(*text - '0')) % 97;
        else
            rest = (rest * 100 + (uint32_t)(*text - 'A' + 10)) % 97;
    }
    return rest;
}

static void
make_iban(const char *country, const char *code, uint32_t digits, uint64_t number, char *out)
{
    char body[40], tail[5];
    uint32_t check;

    (void)snprintf(body, sizeof body, "%s%0*llu", code, (int)digits, (unsigned long long)number);
    (void)snprintf(tail, sizeof tail, "%.2s00", country);
    check = 98 - mod97(tail, mod97(body, 0));
    (void)snprintf(out, 35, "%.2s%02u%.28s", country, check, body);
}

/* Length of the part behind the bank code, so that the whole has its country's length. */
static uint32_t
digits_of(const struct bank *b)
{
    static const struct {
        char country[3];
        uint8_t length;
    } lengths[] = {{"RS", 22}, {"GR", 27}, {"AL", 28}, {"BG", 22}, {"AT", 20}, {"MK", 19},
        {"SI", 19}, {"DE", 22}};

    size_t i = 0;

    while (i < sizeof lengths / sizeof *lengths - 1 && strcmp(lengths[i].country, b->country) != 0)
        i++;
    assert(strcmp(lengths[i].country, b->country) == 0);
    return lengths[i].length - 4 - (uint32_t)strlen(b->code);
}

/* A number below ten to the tenth that no other gives: the factor has none of its prime factors. */
static uint64_t
scatter(uint64_t n)
{
    return n * UINT64_C(2862933557) % UINT64_C(10000000000);
}

static void
make_account(const struct world *w, uint32_t n, struct account *a)
{
    struct random_state r = {w->seed ^ (UINT64_C(0x517cc1b727220a95) * (n + 1))};

    a->bank = (uint8_t)random_below(&r, w->banks);
    a->first = (uint8_t)random_below(&r, FIRSTS);
    a->last = (uint16_t)random_below(&r, LASTS);
    a->city = (uint8_t)random_below(&r, CITIES);
    a->kind = n < w->merchants ? PARTY_MERCHANT : n < w->businesses ? PARTY_BUSINESS : PARTY_PERSON;
    a->mcc = mccs[random_below(&r, sizeof mccs / sizeof *mccs)];
    make_iban(world_banks[a->bank].country, world_banks[a->bank].code,
        digits_of(&world_banks[a->bank]), scatter(n + 1), a->iban);
}

bool
world_init(struct world *w, uint64_t seed, uint32_t banks, uint32_t accounts)
{
    assert(banks >= 1 && banks <= BANKS_MAX && accounts >= 100);
    *w = (struct world){.seed = seed,
        .banks = banks,
        .count = accounts,
        .merchants = accounts / 50,
        .businesses = accounts / 12};
    w->account = alloc_take(accounts * sizeof *w->account);
    if (w->account == NULL)
        return false;
    for (uint32_t n = 0; n < accounts; n++)
        make_account(w, n, &w->account[n]);
    return true;
}

void
world_fini(struct world *w)
{
    alloc_free(w->account);
    w->account = NULL;
}

/* Busy accounts are few: the square of an even number leans towards the low end. */
static int32_t
heavy(struct random_state *r, uint32_t low, uint32_t high)
{
    uint64_t u = random_below(r, 1u << 16);

    return (int32_t)(low + (uint32_t)((u * u >> 16) * (high - low) >> 16));
}

static int32_t
person(const struct world *w, struct random_state *r)
{
    return heavy(r, w->businesses, w->count);
}

/* People pay those they know: a few fixed neighbours in number. */
static int32_t
friend_of(const struct world *w, struct random_state *r, int32_t who)
{
    uint32_t people = w->count - w->businesses;
    uint32_t step = 1 + random_below(r, 4) * 37;

    return (int32_t)(w->businesses + ((uint32_t)who - w->businesses + step) % people);
}

static void
wage(const struct world *w, struct random_state *r, struct payment *p)
{
    /* Everyone has one employer. */
    p->to = person(w, r);
    p->from = (int32_t)(w->merchants + (uint32_t)p->to * 7 % (w->businesses - w->merchants));
    p->cents = random_between(r, 450, 2600) * 100 + random_between(r, 0, 99);
    p->text = 1;
}

static void
rent(const struct world *w, struct random_state *r, struct payment *p)
{
    p->from = person(w, r);
    p->to = friend_of(w, r, p->from);
    p->cents = random_between(r, 30, 130) * 500;
    p->text = 2;
}

static void
card(const struct world *w, struct random_state *r, struct payment *p)
{
    int64_t base = random_between(r, 80, 4000);

    p->from = person(w, r);
    p->to = heavy(r, 0, w->merchants);
    p->cents = random_below(r, 20) == 0 ? base * 12 : base;
    p->channel = PAY_CARD;
    p->text = 6;
}

static void
cash(const struct world *w, struct random_state *r, struct payment *p)
{
    bool deposit = random_below(r, 3) == 0;
    int32_t who = random_below(r, 4) == 0 ? heavy(r, 0, w->businesses) : person(w, r);

    p->from = deposit ? NOBODY : who;
    p->to = deposit ? who : NOBODY;
    p->cents = random_between(r, 1, 30) * (deposit ? 1250 : 2000);
    p->channel = random_below(r, 3) == 0 ? PAY_COUNTER : PAY_ATM;
    p->text = deposit ? 12 : 0;
}

/* A family abroad sends home each month: always the same pair. */
static void
remittance(const struct world *w, struct random_state *r, struct payment *p)
{
    p->from = ABROAD;
    p->to = person(w, r);
    p->stranger = (uint32_t)p->to * 2 + random_below(r, 2);
    p->cents = random_between(r, 5, 40) * 1000;
    p->channel = random_below(r, 2) == 0 ? PAY_REMITTANCE : PAY_TRANSFER;
    p->text = 5;
}

static void
among_friends(const struct world *w, struct random_state *r, struct payment *p)
{
    p->from = person(w, r);
    p->to = friend_of(w, r, p->from);
    p->cents = random_between(r, 300, 15000);
    p->channel = random_below(r, 2) == 0 ? PAY_MOBILE : PAY_TRANSFER;
    p->text = (uint8_t)(random_below(r, 2) == 0 ? 9 : 4);
}

static void
trade(const struct world *w, struct random_state *r, struct payment *p)
{
    p->from = heavy(r, 0, w->businesses);
    p->to = heavy(r, w->merchants, w->businesses);
    p->cents = random_between(r, 20, 9000) * 100 + random_between(r, 0, 99);
    p->text = 3;
}

static void
bill(const struct world *w, struct random_state *r, struct payment *p)
{
    p->from = person(w, r);
    p->to = heavy(r, w->merchants, w->businesses);
    p->cents = random_between(r, 900, 18000);
    p->text = (uint8_t)(10 + random_below(r, 2));
}

void
world_payment(const struct world *w, struct random_state *r, int64_t at_s, struct payment *p)
{
    struct civil c;
    uint32_t dice = random_below(r, 100);

    civil_from_us(at_s * US_PER_S, &c);
    *p = (struct payment){.at_s = at_s, .channel = PAY_TRANSFER};
    p->branch = (uint16_t)(1 + random_below(r, 40));
    if (c.day >= 26 && dice < 12)
        wage(w, r, p);
    else if (c.day <= 5 && dice < 8)
        rent(w, r, p);
    else if (dice < 55)
        card(w, r, p);
    else if (dice < 66)
        cash(w, r, p);
    else if (dice < (c.month == 7 || c.month == 8 || c.month == 12 ? 72u : 69u))
        remittance(w, r, p);
    else if (dice < 84)
        among_friends(w, r, p);
    else if (dice < 92)
        bill(w, r, p);
    else
        trade(w, r, p);
}

static uint32_t
put(char *out, uint32_t at, const char *text)
{
    size_t size = strlen(text);

    memcpy(out + at, text, size + 1);
    return at + (uint32_t)size;
}

uint32_t
world_name(const struct world *w, int32_t account, uint32_t stranger, char out[static 48])
{
    uint32_t first = stranger % FIRSTS, last = stranger / FIRSTS % LASTS, at;

    out[0] = 0;
    if (account == NOBODY)
        return 0;
    if (account >= 0) {
        const struct account *a = &w->account[account];

        first = a->first;
        last = a->last;
        if (a->kind != PARTY_PERSON) {
            at = put(out, 0, firm_words[(first + (uint32_t)account) % FIRMS]);
            at = put(out, at, " ");
            return put(out, at, firm_forms[a->bank % FORMS]);
        }
    }
    at = put(out, 0, first_names[first]);
    at = put(out, at, " ");
    at = put(out, at, last_begin[last % BEGINS]);
    at = put(out, at, last_middle[last / BEGINS % MIDDLES]);
    return put(out, at, last_end[last / BEGINS / MIDDLES]);
}

const char *
world_city(const struct world *w, int32_t account, uint32_t stranger)
{
    if (account == NOBODY)
        return "";
    return account == ABROAD ? abroad_cities[stranger % AWAY] : cities[w->account[account].city];
}

const char *
world_country(const struct world *w, int32_t account, uint32_t stranger)
{
    if (account == NOBODY)
        return "";
    return account == ABROAD ? abroad_countries[stranger % AWAY]
                             : world_banks[w->account[account].bank].country;
}

void
world_stranger_iban(uint32_t stranger, char out[static 35])
{
    make_iban("DE", "99999999", 10, scatter(stranger + UINT64_C(1)), out);
}

const char *
world_text(uint8_t text)
{
    return texts[text % TEXTS];
}
