/*
 * normaliser - the inside of one, shared by the files that make a row's values.
 *
 * One a feed, on one thread. Everything that many rows share (columns found in the header, the
 * last date, words already looked up) is worked out once and kept here.
 */
#ifndef INGEST_NORMALISER_H
#define INGEST_NORMALISER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "ingest/normalise.h"
#include "ingest/plan.h"

struct regex_room;

enum {
    WORDS_KEPT_BITS = 8,
    WORDS_KEPT = 1 << WORDS_KEPT_BITS,
    WORD_BYTES = 16,
    DATE_BYTES = 32,
    TEXT_SLACK = 16, /* bytes that may be read behind a row's raw text in the batch */
    ACCOUNT_MAX = 64,
};
#define NO_CELL UINT32_MAX

/* What a short cell meant when it was last met; a direct-mapped table of its bytes. */
struct word_cache {
    struct {
        uint64_t text[WORD_BYTES / 8]; /* its bytes, then zeros */
        uint32_t size;                 /* 0: empty */
        int64_t value;
    } at[WORDS_KEPT];
};

/* A source with what this file makes of it. */
struct origin {
    const struct source *source;
    const char *name;      /* as the mapping calls it, for messages */
    uint32_t cell;         /* of a plain column; NO_CELL: see `source` */
    struct bytes constant; /* SOURCE_CONSTANT, _FILE, _PREAMBLE: the value for all rows */
    bool is_constant;
    bool plain; /* one column, taken as it stands but for blanks at its ends */
};

/* How a field is filled in a plain row (row_plain.c); FILL_ANY: as in every other row. */
enum fill_way { FILL_CONSTANT, FILL_TEXT, FILL_ACCOUNT, FILL_WORD, FILL_ANY, FILL_WAYS };

/* One field of a plain row; those of one way stand together. */
struct plain_step {
    struct filler *filler;
    uint32_t cell;
    uint8_t field[2];
};

struct filler {
    const struct step *step;
    bool constant;    /* a text that was settled before the first row */
    uint8_t field[2]; /* where it lands when money comes in, and when it goes out */
    struct origin origin;
    char *settled;            /* canonical text of a constant, owned */
    uint64_t unread;          /* cells with something that is no value of the field */
    uint32_t constant_off;    /* text of a constant in the batch being filled */
    struct word_cache *words; /* fields with a closed set of words */
};

struct date_cache {
    char text[DATE_BYTES];
    uint8_t size;   /* 0: empty */
    uint8_t format; /* which picture it was */
    int64_t day;
};

/* One local day of a zone with no change of clocks in it. */
struct day_cache {
    int64_t day, start_us;
    bool even; /* 24 hours, all at one offset */
    bool set;
};

struct normaliser {
    const struct mapping *m;
    struct normalise_env env;
    char *file;            /* base name */
    uint32_t header_count; /* 0: no header */
    uint32_t cells_needed; /* highest column used */
    uint32_t *cell_of;     /* by column of the mapping; NO_CELL: not in this file */
    bool *ignored;         /* by cell, left out of made ids */
    bool any_ignored, hash_raw;
    struct bytes bank;
    struct origin booked, value_time, year, amount, debit, credit, direction, currency, reversal,
        balance;
    struct word_cache direction_words, currency_words;
    struct filler *filler;
    uint32_t filler_count;
    struct plain_step *plain; /* by way */
    uint32_t plain_count[FILL_WAYS];
    uint64_t plain_late;  /* bits of those that are FILL_ANY */
    uint32_t plain_cells; /* cells a plain row has at least */
    int own_account;      /* the filler of own.account; -1: none */
    struct regex_room *room;
    struct buf scratch; /* joined, expanded or canonical text of one value */
    struct buf hashed;  /* cells of a made id */
    struct date_cache date;
    struct day_cache local, pack;
    int64_t day_from_us, day_to_us, day_is; /* the last day of the pack's zone that was met */
    const struct batch *batch;              /* whose constants are laid out */
    uint32_t bank_off;
    int32_t year_value;    /* `year:`, 0: none */
    char currency_text[3]; /* the last currency of three letters as it was written */
    int64_t currency_is;
    int places; /* its decimals */
};

/* What is known of the row while it is made. */
struct row {
    const struct record *rec;
    struct batch *batch;
    struct txn *txn;
    struct reject *why;
    uintptr_t raw;    /* address of the raw text */
    uint32_t raw_off; /* where its copy stands in the batch */
    int64_t day;      /* in the pack's zone, or as written */
    int64_t currency;
    int places;
    bool outgoing; /* statements */
};

/* ---- value_source.c: text of a value, before it is read as its type ---- */

/* Find the columns of `source`; E221, E223 when it cannot be had from this file. */
enum weir_status origin_init(struct normaliser *n, const struct source *source, const char *name,
    struct bytes preamble, struct origin *out, struct weir_err *err);
/* Trimmed and unwrapped, words not yet looked up; empty: missing. Until the next call. */
struct bytes origin_text(struct normaliser *n, const struct origin *o, const struct record *rec);
struct bytes origin_trim(struct bytes text, bool high);
/* `map:`, `match:` and `else:` on a text; false when no word fits. */
bool origin_word(
    struct normaliser *n, const struct origin *o, struct bytes text, struct bytes *out);
/* A word of a closed set; 1: *value is set, 0: empty, -1: no such word. */
int origin_code(struct normaliser *n, const struct origin *o, enum type type,
    struct word_cache *words, struct bytes text, int64_t *value);

/* ---- row_time.c, row_money.c, row_cell.c, row_id.c: parts of a row; false: rejected ---- */

bool row_time(struct normaliser *n, struct row *r);
bool row_money(struct normaliser *n, struct row *r);
bool row_cells(struct normaliser *n, struct row *r);
/* A row whose cells can be taken as they stand: neither blanks at their ends nor texts to compose.
 */
bool row_is_plain(const struct normaliser *n, const struct record *rec);
/* Fill every field of a plain row. */
void row_plain(struct normaliser *n, struct row *r);
/* Fill one field of any row. */
void row_fill(struct normaliser *n, struct row *r, struct filler *f);
void row_eur(struct normaliser *n, struct row *r);
bool row_id(struct normaliser *n, struct row *r);
/* The day or the moment a text says, by the mapping's pictures. */
bool row_date(struct normaliser *n, struct bytes text, struct date_parts *parts, int64_t *day,
    const struct date_format **format);
/* A text that says nothing: `NOTPROVIDED`, `NOT PROVIDED` or `NONREF` (SWIFT, ISO 20022). */
bool row_says_nothing(struct bytes text);
/* An account's or bank's text that is its canonical form as it stands. Not empty. */
bool row_canonical(struct bytes text);
/* Put a text into the row: a view into its raw text where it stands there, else a copy. */
void row_text(struct row *r, uint32_t field, struct bytes text);
/* Set *why; returns false. */
bool row_reject(struct row *r, const char *code, const char *column, struct bytes found,
    const char *right, ...) __attribute__((format(printf, 5, 6)));
/* Lay out the constants in a batch that is begun. */
void row_constants(struct normaliser *n, struct batch *b);

/* A cell that is not empty, trimmed; most have no blanks at their ends. */
static inline struct bytes
origin_trimmed(struct bytes t, bool high)
{
    unsigned char first = (unsigned char)t.at[0], last = (unsigned char)t.at[t.size - 1];

    return first > ' ' && last > ' ' && (first | last) < 0x80 ? t : origin_trim(t, high);
}

/* The trimmed cell of a plain origin. */
static inline struct bytes
origin_plain(const struct origin *o, const struct record *rec)
{
    if (o->cell >= rec->count || rec->cell[o->cell].size == 0)
        return (struct bytes){"", 0};
    return origin_trimmed(rec->cell[o->cell], rec->high);
}

/* origin_text(), with its commonest case in place. */
static inline struct bytes
origin_take(struct normaliser *n, const struct origin *o, const struct record *rec)
{
    return o->plain ? origin_plain(o, rec) : origin_text(n, o, rec);
}

/* The bytes of a text of at most 16, and zeros, as two numbers. */
static inline void
word_key(struct bytes t, uint64_t key[static 2])
{
    key[0] = key[1] = 0;
    memcpy(key, t.at, t.size);
}

static inline uint32_t
word_slot(const uint64_t key[static 2])
{
    uint64_t mixed = key[0] * UINT64_C(0x9e3779b97f4a7c15) ^ key[1] * UINT64_C(0xd6e8feb86659fd93);

    return (uint32_t)(mixed >> (64 - WORDS_KEPT_BITS));
}

/* What the word meant when it was last met; false: not known, ask origin_code(). */
static inline bool
word_met(const struct word_cache *words, const uint64_t key[static 2], size_t size, int64_t *value)
{
    uint32_t slot = word_slot(key);

    *value = words->at[slot].value;
    return ((words->at[slot].text[0] ^ key[0]) | (words->at[slot].text[1] ^ key[1]) |
               (words->at[slot].size ^ size)) == 0;
}

static inline void
row_num(struct row *r, uint32_t field, int64_t num)
{
    r->txn->cell[field].num = num;
    r->txn->present |= UINT64_C(1) << field;
}

#endif
