/* normalise - what a file's rows share is settled once; then one row after the other. */
#include "ingest/normalise.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "ingest/columns.h"
#include "ingest/normaliser.h"
#include "model/account.h"
#include "text/regex.h"
#include "weir/limits.h"

/* ---- setting up ---- */

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
}

static enum weir_status
open_sources(struct normaliser *n, struct bytes preamble, struct weir_err *err)
{
    const struct mapping *m = n->m;
    const struct {
        const struct source *source;
        const char *name;
        struct origin *origin;
    } all[] = {
        {&m->booked, "time", &n->booked},
        {&m->value_time, "value_time", &n->value_time},
        {&m->year, "year", &n->year},
        {&m->amount, "amount", &n->amount},
        {&m->debit, "debit", &n->debit},
        {&m->credit, "credit", &n->credit},
        {&m->direction, "direction", &n->direction},
        {&m->currency, "currency", &n->currency},
        {&m->reversal, "reversal", &n->reversal},
        {&m->balance, "balance", &n->balance},
    };
    enum weir_status st;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if ((st = origin_init(n, all[i].source, all[i].name, preamble, all[i].origin, err)) !=
            WEIR_OK)
            return st;
    return WEIR_OK;
}

/* Constants are canonical before the first row: an account, a bank. */
static enum weir_status
settle_constant(struct normaliser *n, struct filler *f, struct weir_err *err)
{
    struct bytes word;
    char *kept;

    if (!f->origin.is_constant || f->words != NULL)
        return WEIR_OK;
    if (!origin_word(n, &f->origin, f->origin.constant, &word))
        word = (struct bytes){"", 0};
    n->scratch.size = 0;
    if (f->step->type == TYPE_ACCOUNT)
        (void)account_canonical(word, &n->scratch);
    else if (f->step->type == TYPE_BANK)
        (void)bank_canonical(word, &n->scratch);
    else if (f->step->type == TYPE_PHONE)
        (void)phone_canonical(word, n->m->country, &n->scratch);
    else
        buf_add(&n->scratch, word.at, word.size);
    if (n->scratch.size == 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_RULES, "E223",
            "mapping %s: what it gives for `%s` is no value of that field", n->m->name,
            f->step->name);
    kept = alloc_take(n->scratch.size);
    if (kept == NULL || n->scratch.failed)
        return no_memory(err);
    memcpy(kept, n->scratch.at, n->scratch.size);
    f->settled = kept;
    f->origin.constant = (struct bytes){kept, n->scratch.size};
    return WEIR_OK;
}

static enum fill_way
way_of(const struct filler *f)
{
    const struct step *s = f->step;

    if (f->constant)
        return FILL_CONSTANT;
    if (!f->origin.plain || f->origin.cell == NO_CELL)
        return FILL_ANY;
    if (f->words != NULL)
        return FILL_WORD;
    if (f->origin.source->word_count > 0)
        return FILL_ANY;
    if (s->type == TYPE_TEXT || s->type == TYPE_CODE)
        return FILL_TEXT;
    return s->type == TYPE_ACCOUNT ? FILL_ACCOUNT : FILL_ANY;
}

static enum weir_status
open_filler(struct normaliser *n, const struct step *s, struct bytes preamble, struct filler *f,
    struct weir_err *err)
{
    enum weir_status st;

    *f = (struct filler){.step = s};
    if (s->field >= TXN_FIELD_COUNT && s->field - TXN_FIELD_COUNT >= n->env.extra_count)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_RULES, "E225",
            "mapping %s fills `%s`, a field this installation does not have", n->m->name, s->name);
    if (s->type == TYPE_CHANNEL || s->type == TYPE_KIND || s->type == TYPE_COUNTRY ||
        s->type == TYPE_CURRENCY) {
        f->words = alloc_zero(1, sizeof *f->words);
        if (f->words == NULL)
            return no_memory(err);
    }
    if ((st = origin_init(n, &s->source, s->name, preamble, &f->origin, err)) != WEIR_OK)
        return st;
    f->constant = f->origin.is_constant && f->words == NULL && type_is_text(s->type);
    for (int out = 0; out < 2; out++)
        f->field[out] = (uint8_t)(s->side == SIDE_NONE || (s->side == SIDE_OWN) == (out == 1)
                                      ? s->field
                                      : s->field + TXN_PARTY_SPAN);
    return settle_constant(n, f, err);
}

static enum weir_status
open_fillers(struct normaliser *n, struct bytes preamble, struct weir_err *err)
{
    n->own_account = -1;
    n->filler = alloc_zero((size_t)n->m->step_count + 1, sizeof *n->filler);
    if (n->filler == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < n->m->step_count; i++) {
        const struct step *s = &n->m->step[i];
        enum weir_status st;

        n->filler_count = i + 1;
        if (s->side == SIDE_OWN && s->field == TXN_O_ACCOUNT)
            n->own_account = (int)i;
        if ((st = open_filler(n, s, preamble, &n->filler[i], err)) != WEIR_OK)
            return st;
    }
    return WEIR_OK;
}

/* The fields by way, each way's in the mapping's order. */
static enum weir_status
open_plain(struct normaliser *n, struct weir_err *err)
{
    uint32_t count = 0;

    if (n->filler_count > 64) { /* bits of plain_late */
        n->plain_cells = UINT32_MAX;
        return WEIR_OK;
    }
    n->plain = alloc_zero((size_t)n->filler_count + 1, sizeof *n->plain);
    if (n->plain == NULL)
        return no_memory(err);
    for (uint32_t way = 0; way < FILL_WAYS; way++)
        for (uint32_t i = 0; i < n->filler_count; i++) {
            struct filler *f = &n->filler[i];

            if (way_of(f) != way)
                continue;
            if (way == FILL_ANY)
                n->plain_late |= UINT64_C(1) << count;
            n->plain[count++] = (struct plain_step){f, f->origin.cell, {f->field[0], f->field[1]}};
            n->plain_count[way]++;
            if (way != FILL_CONSTANT && way != FILL_ANY && f->origin.cell >= n->plain_cells)
                n->plain_cells = f->origin.cell + 1;
        }
    return WEIR_OK;
}

/* Which cells a made id leaves out. */
static enum weir_status
open_ignored(struct normaliser *n, struct weir_err *err)
{
    n->ignored = alloc_zero(LIMIT_COLUMNS, sizeof *n->ignored);
    if (n->ignored == NULL)
        return no_memory(err);
    for (uint32_t i = 0; i < n->m->ignore_count; i++) {
        uint32_t cell = n->cell_of[n->m->ignore[i]];

        if (cell == NO_CELL)
            continue;
        n->ignored[cell] = true;
        n->any_ignored = true;
    }
    n->hash_raw = n->m->notation == READER_JSONL && !n->any_ignored;
    return WEIR_OK;
}

static enum weir_status
open_year(struct normaliser *n, struct weir_err *err)
{
    struct bytes t = n->year.constant;
    int32_t year = 0;

    if (!n->year.is_constant)
        return WEIR_OK;
    for (size_t i = 0; i < t.size && i < 5; i++)
        year = (unsigned char)(t.at[i] - '0') > 9 ? 100000 : year * 10 + (t.at[i] - '0');
    if (t.size == 2)
        year += year >= 70 ? 1900 : 2000;
    else if (t.size != 4 || year > 9999)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INPUT, "E223",
            "mapping %s: `year` finds no year of two or four digits", n->m->name);
    n->year_value = year;
    return WEIR_OK;
}

static char *
base_name(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    char *copy = alloc_take(strlen(name) + 1);

    return copy == NULL ? NULL : strcpy(copy, name);
}

static enum weir_status
open_all(struct normaliser *n, const struct reader *r, const char *path, struct weir_err *err)
{
    struct bytes preamble = reader_preamble(r);
    enum weir_status st;

    n->bank = bytes_of(n->m->bank);
    n->room = regex_room_new();
    n->file = base_name(path);
    n->cell_of = alloc_zero((size_t)n->m->column_count + 1, sizeof *n->cell_of);
    if (n->room == NULL || n->file == NULL || n->cell_of == NULL)
        return no_memory(err);
    if ((st = columns_find(n->m, r, n->cell_of, &n->header_count, &n->cells_needed, err)) !=
        WEIR_OK)
        return st;
    if ((st = open_sources(n, preamble, err)) != WEIR_OK)
        return st;
    if ((st = open_fillers(n, preamble, err)) != WEIR_OK)
        return st;
    if ((st = open_plain(n, err)) != WEIR_OK || (st = open_ignored(n, err)) != WEIR_OK)
        return st;
    return open_year(n, err);
}

enum weir_status
normaliser_new(const struct mapping *m, const struct normalise_env *env, const struct reader *r,
    const char *path, struct normaliser **out, struct weir_err *err)
{
    struct normaliser *n = alloc_zero(1, sizeof *n);
    enum weir_status st;

    if (n == NULL)
        return no_memory(err);
    n->m = m;
    n->env = *env;
    if ((st = open_all(n, r, path, err)) != WEIR_OK) {
        normaliser_free(n);
        return st;
    }
    *out = n;
    return WEIR_OK;
}

void
normaliser_free(struct normaliser *n)
{
    if (n == NULL)
        return;
    for (uint32_t i = 0; i < n->filler_count; i++) {
        alloc_free(n->filler[i].words);
        alloc_free(n->filler[i].settled);
    }
    alloc_free(n->filler);
    alloc_free(n->plain);
    alloc_free(n->ignored);
    alloc_free(n->cell_of);
    alloc_free(n->file);
    regex_room_free(n->room);
    buf_fini(&n->scratch);
    buf_fini(&n->hashed);
    alloc_free(n);
}

uint64_t
normaliser_unread(const struct normaliser *n, uint32_t i, const char **field)
{
    if (i >= n->filler_count) {
        *field = NULL;
        return 0;
    }
    *field = n->filler[i].step->name;
    return n->filler[i].unread;
}

/* ---- a row ---- */

bool
row_reject(
    struct row *r, const char *code, const char *column, struct bytes found, const char *right, ...)
{
    va_list args;

    r->why->code = code;
    r->why->column = column;
    r->why->found = found;
    va_start(args, right);
    (void)vsnprintf(r->why->right, sizeof r->why->right, right, args);
    va_end(args);
    return false;
}

static bool
skipped(struct normaliser *n, const struct record *rec)
{
    for (uint32_t i = 0; i < n->m->skip_count; i++) {
        uint32_t cell = n->cell_of[n->m->skip[i].column];
        struct bytes text = cell < rec->count ? rec->cell[cell] : (struct bytes){"", 0};

        if (text.size == 0)
            text.at = "";
        if (regex_match(n->m->skip[i].re, n->room, text, NULL) == REGEX_YES)
            return true;
    }
    return false;
}

/* Cells behind those of the header may stand there empty: banks end rows with a delimiter. */
static bool
right_count(const struct normaliser *n, struct row *r)
{
    const struct record *rec = r->rec;
    uint32_t want = n->header_count > 0 ? n->header_count : n->cells_needed;

    if (rec->count < want && !n->m->short_rows)
        return row_reject(r, "Q_COLUMNS", "", rec->raw,
            "%s%u columns, here are %u; if the bank leaves out empty ones at the end, say "
            "`short_rows: allow`",
            n->header_count > 0 ? "" : "at least ", (unsigned)want, (unsigned)rec->count);
    for (uint32_t i = want; i < rec->count && n->header_count > 0; i++)
        if (rec->cell[i].size > 0)
            return row_reject(r, "Q_COLUMNS", "", rec->raw,
                "%u columns as in the header, here are %u; a delimiter inside a text must be "
                "quoted",
                (unsigned)want, (unsigned)rec->count);
    return true;
}

static bool
make_row(struct normaliser *n, struct row *r)
{
    if (n->m->notation == READER_CSV && !right_count(n, r))
        return false;
    if (!row_time(n, r) || !row_money(n, r) || !row_cells(n, r))
        return false;
    row_eur(n, r);
    r->txn->cell[TXN_SOURCE_BANK].text.off = n->bank_off;
    r->txn->cell[TXN_SOURCE_BANK].text.size = (uint32_t)n->bank.size;
    r->txn->present |= UINT64_C(1) << TXN_SOURCE_BANK;
    return true;
}

/* The row as it stands, and room to read on behind it. */
static bool
add_raw(struct buf *b, struct bytes raw)
{
    char *at = buf_room(b, raw.size + TEXT_SLACK);

    if (at == NULL)
        return false;
    memcpy(at, raw.at, raw.size);
    b->size += raw.size;
    return true;
}

enum weir_status
normalise(struct normaliser *n, const struct record *rec, struct batch *b, struct reject *why,
    struct weir_err *err)
{
    struct row r = {.rec = rec, .batch = b, .why = why, .raw = (uintptr_t)rec->raw.at};
    size_t text_size;

    assert(b->count < b->cap);
    if (rec->fault != NULL) {
        (void)row_reject(
            &r, rec->fault, "", rec->raw, "%s", rec->fault_text == NULL ? "" : rec->fault_text);
        return WEIR_REJECT;
    }
    if (n->m->skip_count > 0 && skipped(n, rec))
        return WEIR_END;
    if (b->count == 0 || n->batch != b)
        row_constants(n, b);
    text_size = b->text.size;
    r.raw_off = (uint32_t)text_size;
    if (!add_raw(&b->text, rec->raw))
        return no_memory(err);
    r.txn = batch_at(b, b->count);
    *r.txn = (struct txn){
        .row = rec->row, .offset = rec->offset, .flags = rec->bad_utf8 ? TXN_BAD_UTF8 : 0};
    if (!make_row(n, &r)) {
        b->text.size = text_size;
        return b->text.failed || n->scratch.failed ? no_memory(err) : WEIR_REJECT;
    }
    if (!row_id(n, &r) || n->scratch.failed || b->text.size > UINT32_MAX)
        return no_memory(err);
    b->count++;
    return WEIR_OK;
}
