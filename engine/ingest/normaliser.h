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

#include "base/buf.h"
#include "ingest/normalise.h"
#include "ingest/plan.h"

struct regex_room;

enum { WORDS_KEPT = 16, WORD_BYTES = 16, DATE_BYTES = 32 };
#define NO_CELL UINT32_MAX

/* What a short cell meant when it was last met; a direct-mapped table of its bytes. */
struct word_cache {
    struct {
        uint64_t text[WORD_BYTES / 8]; /* its first and last bytes */
        uint32_t size;                 /* 0: empty */
        bool known;
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

/* Ways of filling that need no more than the cell; the common ones have a short way. */
enum fill_way { FILL_ANY, FILL_TEXT, FILL_ACCOUNT, FILL_WORD, FILL_CONSTANT };

struct filler {
    const struct step *step;
    uint8_t way;      /* enum fill_way */
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
    int own_account; /* the filler of own.account; -1: none */
    struct regex_room *room;
    struct buf scratch; /* joined, expanded or canonical text of one value */
    struct buf hashed;  /* cells of a made id */
    struct date_cache date;
    struct day_cache local, pack;
    int64_t day_from_us, day_to_us, day_is; /* the last day of the pack's zone that was met */
    const struct batch *batch;              /* whose constants are laid out */
    uint32_t bank_off;
    int32_t year_value; /* `year:`, 0: none */
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
void row_eur(struct normaliser *n, struct row *r);
bool row_id(struct normaliser *n, struct row *r);
/* The day or the moment a text says, by the mapping's pictures. */
bool row_date(struct normaliser *n, struct bytes text, struct date_parts *parts, int64_t *day,
    const struct date_format **format);
/* Put a text into the row: a view into its raw text where it stands there, else a copy. */
void row_text(struct row *r, uint32_t field, struct bytes text);
/* Set *why; returns false. */
bool row_reject(struct row *r, const char *code, const char *column, struct bytes found,
    const char *right, ...) __attribute__((format(printf, 5, 6)));
/* Lay out the constants in a batch that is begun. */
void row_constants(struct normaliser *n, struct batch *b);

/* The trimmed cell of a plain origin; most cells have no blanks at their ends. */
static inline struct bytes
origin_plain(const struct origin *o, const struct record *rec)
{
    struct bytes t = {"", 0};
    unsigned char first, last;

    if (o->cell >= rec->count || rec->cell[o->cell].size == 0)
        return t;
    t = rec->cell[o->cell];
    first = (unsigned char)t.at[0];
    last = (unsigned char)t.at[t.size - 1];
    return first > ' ' && last > ' ' && (first | last) < 0x80 ? t : origin_trim(t, rec->high);
}

static inline void
row_num(struct row *r, uint32_t field, int64_t num)
{
    r->txn->cell[field].num = num;
    r->txn->present |= UINT64_C(1) << field;
}

#endif
