/*
 * world - invented people, firms and banks, and the payments of their everyday life.
 *
 * Everything follows from a seed: account n of a world is always the same person. Nobody here
 * exists; names are put together from short lists, IBANs carry bank codes no register knows.
 *
 * Everyday life: wages on the last working days, rents on the first, cards all day, cash at
 * counters and machines, remittances home, transfers among people who know each other; busy
 * accounts with a heavy tail.
 */
#ifndef SAMPLE_WORLD_H
#define SAMPLE_WORLD_H

#include <stdbool.h>
#include <stdint.h>

enum party_kind { PARTY_PERSON, PARTY_BUSINESS, PARTY_MERCHANT };

struct account {
    char iban[35];
    uint8_t bank; /* index of the bank that keeps it */
    uint8_t kind; /* enum party_kind */
    uint8_t first, city;
    uint16_t last; /* with `first`: its name */
    uint16_t mcc;
};

struct world {
    uint64_t seed;
    uint32_t banks;
    uint32_t count;      /* accounts kept by the banks */
    uint32_t businesses; /* the first accounts are businesses and merchants */
    uint32_t merchants;
    struct account *account;
};

enum pay_channel { PAY_TRANSFER, PAY_CARD, PAY_COUNTER, PAY_ATM, PAY_REMITTANCE, PAY_MOBILE };
enum { NOBODY = -1, ABROAD = -2 };

/* One payment, before any bank writes it down. */
struct payment {
    int64_t at_s;      /* seconds since the epoch, UTC */
    int64_t cents;     /* EUR; banks in other currencies convert when writing */
    int32_t from, to;  /* account numbers; NOBODY: cash; ABROAD: `stranger` */
    uint32_t stranger; /* who it is abroad: names and numbers follow from it */
    uint8_t channel;   /* enum pay_channel */
    uint8_t text;      /* index of a narrative */
    uint16_t branch;
    uint64_t id;
};

struct random_state {
    uint64_t at;
};
uint64_t random_next(struct random_state *r);              /* splitmix64, Steele et al. 2014 */
uint32_t random_below(struct random_state *r, uint32_t n); /* 0 .. n-1 */
int64_t random_between(struct random_state *r, int64_t low, int64_t high); /* ends included */

bool world_init(
    struct world *w, uint64_t seed, uint32_t banks, uint32_t accounts); /* false: no memory */
void world_fini(struct world *w);

/* The next everyday payment at this moment, from `r`. */
void world_payment(
    const struct world *w, struct random_state *r, int64_t at_s, struct payment *out);

/* Name of an account's holder, or of a stranger abroad; at most 48 bytes with the NUL. */
uint32_t world_name(const struct world *w, int32_t account, uint32_t stranger, char out[static 48]);
const char *world_city(const struct world *w, int32_t account, uint32_t stranger);
const char *world_country(const struct world *w, int32_t account, uint32_t stranger);
/* Account number of a stranger; at most 35 bytes with the NUL. */
void world_stranger_iban(uint32_t stranger, char out[static 35]);
const char *world_text(uint8_t text);

struct bank {
    const char *name; /* as `source.bank` */
    const char *folder;
    const char *country;
    const char *code; /* in IBANs */
    const char *currency;
};
enum { BANKS_MAX = 8 };
extern const struct bank world_banks[BANKS_MAX];

#endif
