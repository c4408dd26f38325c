#include "list/fact.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/number.h"
#include "list/list.h"
#include "model/account.h"
#include "model/type.h"

enum { YEAR_FIRST = 1850, YEAR_LAST = 2100, WHOLE = 1000000 };

/* ---- reading ------------------------------------------------------------------------------ */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char
capital(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* JAN to DEC at the start of a word: 1 to 12; 0: none. */
static int32_t
month_of(const char *at, size_t size)
{
    static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

    for (int32_t m = 0; size >= 3 && m < 12; m++)
        if (capital(at[0]) == months[3 * m] && capital(at[1]) == months[3 * m + 1] &&
            capital(at[2]) == months[3 * m + 2])
            return m + 1;
    return 0;
}

/* The numbers of a date in their order, and a month written as a word among them. */
struct parts {
    int32_t number[3];
    size_t digits[3];
    size_t count;
    int32_t month;
};

static bool
split_date(struct bytes t, struct parts *p)
{
    *p = (struct parts){.count = 0};
    for (size_t i = 0; i < t.size;) {
        size_t from = i;

        if (is_digit(t.at[i])) {
            if (p->count == 3)
                return false;
            for (; i < t.size && is_digit(t.at[i]) && i - from < 4; i++)
                p->number[p->count] = p->number[p->count] * 10 + (t.at[i] - '0');
            p->digits[p->count++] = i - from;
        } else if (month_of(t.at + i, t.size - i) > 0 && p->month == 0) {
            p->month = month_of(t.at + i, t.size - i);
            while (i < t.size && capital(t.at[i]) >= 'A' && capital(t.at[i]) <= 'Z')
                i++;
        } else if (strchr(" -/.,", t.at[i]) != NULL) {
            i++;
        } else if (t.at[i] == 'T' && p->count == 3) {
            break; /* a time of day follows */
        } else {
            return false;
        }
    }
    return true;
}

static bool
plausible(int32_t year)
{
    return year >= YEAR_FIRST && year <= YEAR_LAST;
}

bool
fact_born(struct bytes text, struct fact *out)
{
    struct parts p;
    int32_t year, month, day;

    if (!split_date(text, &p) || p.count == 0)
        return false;
    *out = (struct fact){.kind = FACT_BORN, .year = true};
    if (p.count == 1 && p.digits[0] == 4 && plausible(p.number[0])) {
        out->num = p.number[0];
        return true;
    }
    if (p.count == 2 && p.month > 0) {
        day = p.number[0], month = p.month, year = p.number[1];
    } else if (p.count == 3 && p.month == 0 && p.digits[0] == 4) {
        year = p.number[0], month = p.number[1], day = p.number[2];
    } else if (p.count == 3 && p.month == 0 && p.digits[2] == 4) {
        day = p.number[0], month = p.number[1], year = p.number[2];
    } else {
        return false;
    }
    if (!plausible(year) || !civil_valid_date(year, month, day))
        return false;
    out->year = false;
    out->num = civil_days(year, month, day);
    return true;
}

static const struct {
    const char *name, code[3];
} countries[] = {
#define COUNTRY_NAME(code, name) {name, code},
#include "list/country_name.def"
};

bool
fact_country(struct bytes text, struct fact *out)
{
    *out = (struct fact){.kind = FACT_COUNTRY};
    if (text.size == 2) {
        char code[2] = {capital(text.at[0]), capital(text.at[1])};

        out->num = code_pack(code, 2);
        return country_known(out->num);
    }
    for (size_t i = 0; i < sizeof countries / sizeof *countries; i++) {
        size_t size = strlen(countries[i].name), k = 0;

        while (k < size && k < text.size && capital(countries[i].name[k]) == capital(text.at[k]))
            k++;
        if (k == size && k == text.size) {
            out->num = code_pack(countries[i].code, 2);
            return true;
        }
    }
    return false;
}

bool
fact_document(struct bytes text, struct arena *a, struct fact *out)
{
    char *copy = arena_take(a, 1, text.size + 1);
    size_t size = 0;

    if (copy == NULL)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = capital(text.at[i]);

        if (is_digit(c) || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80)
            copy[size++] = c;
    }
    *out = (struct fact){.kind = FACT_DOCUMENT, .text = {copy, size}};
    return size > 0;
}

bool
fact_phone(struct bytes text, struct arena *a, struct fact *out)
{
    struct buf canonical = {0};
    char *copy = NULL;

    if (phone_canonical(text, 0, &canonical) && !canonical.failed)
        copy = arena_copy(a, buf_bytes(&canonical));
    *out = (struct fact){.kind = FACT_PHONE, .text = {copy, copy == NULL ? 0 : canonical.size}};
    buf_fini(&canonical);
    return copy != NULL;
}

/* ---- weighing ---------------------------------------------------------------------------------
 */

/* What facts do to a score, in percent: of what is missing to certain, or of the score. */
enum {
    DOCUMENT_RAISES = 80,
    PHONE_RAISES = 60,
    BIRTH_RAISES = 50,
    BIRTH_YEAR_RAISES = 25,
    COUNTRY_RAISES = 10,
    BIRTH_LOWERS = 20,   /* years apart */
    BIRTHDAY_LOWERS = 5, /* another day of the year or of the year beside it */
    COUNTRY_LOWERS = 3
};

enum verdict { UNKNOWN, AGREES, NEAR, DIFFERS };

static enum verdict
compare_births(const struct fact *f, int64_t born_day)
{
    struct civil c;
    int64_t year, apart;

    civil_from_us(born_day * US_PER_DAY, &c);
    if (!f->year && f->num == born_day)
        return AGREES;
    if (f->year) {
        year = f->num;
    } else {
        struct civil listed;

        civil_from_us(f->num * US_PER_DAY, &listed);
        year = listed.year;
    }
    apart = year > c.year ? year - c.year : c.year - year;
    return apart > 1 ? DIFFERS : NEAR;
}

static enum verdict
compare_fact(const struct fact *f, const struct watch_person *row)
{
    switch (f->kind) {
    case FACT_BORN:
        return row->born_day == WATCH_NO_DAY ? UNKNOWN : compare_births(f, row->born_day);
    case FACT_COUNTRY:
        return row->country == 0 ? UNKNOWN : row->country == f->num ? AGREES : DIFFERS;
    case FACT_DOCUMENT:
        return row->document.size == 0               ? UNKNOWN
               : bytes_equal(row->document, f->text) ? AGREES
                                                     : DIFFERS;
    case FACT_PHONE:
        return row->phone.size == 0 ? UNKNOWN : bytes_equal(row->phone, f->text) ? AGREES : DIFFERS;
    case FACT_KINDS:
        break;
    }
    return UNKNOWN;
}

/* A list may know several births or countries of one person: the best of them counts. */
static enum verdict
best_of(const struct fact *facts, size_t count, enum fact_kind kind, const struct watch_person *row,
    bool *year)
{
    enum verdict best = UNKNOWN;

    for (size_t i = 0; i < count; i++) {
        enum verdict v = facts[i].kind == kind ? compare_fact(&facts[i], row) : UNKNOWN;

        if (v == UNKNOWN || (best != UNKNOWN && best <= v))
            continue;
        best = v;
        *year = facts[i].year;
    }
    return best;
}

static int32_t
raise(int32_t score, int percent)
{
    return score + (int32_t)number_divide((int128)(WHOLE - score) * percent, 100);
}

static int32_t
lower(int32_t score, int percent)
{
    return (int32_t)number_divide((int128)score * (100 - percent), 100);
}

/* By how much a verdict on a fact raises (above 0) or lowers (below 0). */
static int
effect(enum fact_kind kind, enum verdict v, bool year)
{
    switch (kind) {
    case FACT_BORN:
        return v == AGREES    ? BIRTH_RAISES
               : v == DIFFERS ? -BIRTH_LOWERS
               : year         ? BIRTH_YEAR_RAISES
                              : -BIRTHDAY_LOWERS;
    case FACT_COUNTRY:
        return v == AGREES ? COUNTRY_RAISES : -COUNTRY_LOWERS;
    case FACT_DOCUMENT:
        return v == AGREES ? DOCUMENT_RAISES : 0; /* people have several */
    case FACT_PHONE:
        return v == AGREES ? PHONE_RAISES : 0;
    case FACT_KINDS:
        break;
    }
    return 0;
}

bool
fact_any(const struct watch_person *row)
{
    return row->born_day != WATCH_NO_DAY || row->country != 0 || row->document.size > 0 ||
           row->phone.size > 0;
}

int32_t
fact_weigh(int32_t score, const struct fact *facts, size_t count, const struct watch_person *row,
    struct buf *why)
{
    static const char *const names[FACT_KINDS] = {"birth", "country", "document", "phone"};
    bool firm = score >= FACT_FROM;

    for (int k = 0; k < FACT_KINDS; k++) {
        bool year = false;
        enum verdict v = best_of(facts, count, (enum fact_kind)k, row, &year);
        int by = v == UNKNOWN ? 0 : effect((enum fact_kind)k, v, year);

        if (by == 0 || (by > 0 && !firm))
            continue;
        score = by > 0 ? raise(score, by) : lower(score, -by);
        if (why != NULL)
            buf_print(why, "; %s %s", names[k], by > 0 ? "agrees" : "differs");
    }
    return score;
}
