/*
 * zone - ICU's transitions as spans of constant offset.
 *
 * A span is found by dividing the moment by a power of two: `first[]` names the
 * span at the start of each such stretch, and at most a few steps forward lead to
 * the right one. There is nothing to remember between calls, so threads share it.
 */
#include "base/zone.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

#include "base/alloc.h"
#include "base/civil.h"

enum {
    NAME_MAX_BYTES = 64,
    SPANS_MAX = 1024,
    STRETCH_BITS = 42, /* 2^42 us are about 51 days */
    OFFSET_MAX_HOURS = 26,
    NEAR_MAX = 3,
};

#define YEAR_2100_US (INT64_C(47482) * US_PER_DAY)
#define MS_PER_DAY 86400000.0

/* From `from_us` to the next span's the offset holds; the first span has no beginning. */
struct span {
    int64_t from_us;   /* UTC */
    int64_t offset_us; /* local = UTC + offset */
};

struct zone {
    char name[NAME_MAX_BYTES];
    int64_t base_us; /* of the first stretch */
    size_t stretches;
    size_t spans;
    int64_t offset_max_us;
    uint16_t *first; /* by stretch: the span in force at its start */
    struct span span[];
};

/* --- lookup --- */

static size_t
guess(const struct zone *z, int64_t utc_us)
{
    uint64_t stretch;

    if (utc_us < z->base_us)
        return 0;
    stretch = (uint64_t)(utc_us - z->base_us) >> STRETCH_BITS;
    return z->first[stretch < z->stretches ? stretch : z->stretches - 1];
}

/* The last span carries a sentinel behind it, so this ends. */
static size_t
span_at(const struct zone *z, int64_t utc_us)
{
    size_t i = guess(z, utc_us);

    while (utc_us >= z->span[i + 1].from_us)
        i++;
    return i;
}

int64_t
zone_to_local(const struct zone *z, int64_t utc_us)
{
    return utc_us + z->span[span_at(z, utc_us)].offset_us;
}

/* The first span whose local end lies behind the local time: the time is in it or in a gap. */
static size_t
span_of_local(const struct zone *z, int64_t local_us)
{
    size_t i = guess(z, local_us - z->offset_max_us);

    while (i + 1 < z->spans && local_us >= z->span[i + 1].from_us + z->span[i].offset_us)
        i++;
    return i;
}

static bool
before_span(const struct zone *z, size_t i, int64_t local_us)
{
    return i > 0 && local_us < z->span[i].from_us + z->span[i].offset_us;
}

int64_t
zone_to_utc(const struct zone *z, int64_t local_us, enum zone_fit *fit)
{
    size_t i = span_of_local(z, local_us);

    *fit = ZONE_EXACT;
    if (before_span(z, i, local_us)) {
        *fit = ZONE_SKIPPED;
        return local_us - z->span[i - 1].offset_us;
    }
    if (i + 1 < z->spans && local_us >= z->span[i + 1].from_us + z->span[i + 1].offset_us)
        *fit = ZONE_REPEATED;
    return local_us - z->span[i].offset_us;
}

int64_t
zone_day_start(const struct zone *z, int64_t day)
{
    int64_t local_us = day * US_PER_DAY;
    size_t i = span_of_local(z, local_us);

    if (before_span(z, i, local_us)) /* no midnight that day: it begins as the gap ends */
        return z->span[i].from_us;
    return local_us - z->span[i].offset_us;
}

const char *
zone_name(const struct zone *z)
{
    return z->name;
}

void
zone_close(struct zone *z)
{
    if (z == NULL)
        return;
    alloc_free(z->first);
    alloc_free(z);
}

/* --- building --- */

static enum weir_status
no_memory(struct weir_err *err)
{
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory for a time zone");
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Letters to change, add or take away to get from one name to the other, case aside. */
static unsigned
distance(const char *a, const char *b)
{
    unsigned row[NAME_MAX_BYTES + 1];
    size_t width = strlen(b);

    if (width > NAME_MAX_BYTES)
        return NAME_MAX_BYTES;
    for (size_t j = 0; j <= width; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        unsigned corner = row[0];

        row[0] = (unsigned)i + 1;
        for (size_t j = 0; j < width; j++) {
            unsigned change = corner + (lower(a[i]) != lower(b[j]));
            unsigned least = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;

            corner = row[j + 1];
            row[j + 1] = change < least ? change : least;
        }
    }
    return row[width];
}

/* How far a zone is from what was written: whole, or its city alone ("Belgrade"). */
static unsigned
zone_distance(const char *written, const char *zone)
{
    const char *city = strrchr(zone, '/');
    unsigned whole = distance(written, zone);
    unsigned part = city == NULL ? whole : distance(written, city + 1) + 1;

    return whole < part ? whole : part;
}

struct near {
    char name[NAME_MAX_BYTES];
    unsigned far;
};

/* Keep the NEAR_MAX nearest, nearest first; of equals the one met first stays in front. */
static void
near_add(struct near near[static NEAR_MAX], const char *name, unsigned far)
{
    size_t at = NEAR_MAX;

    while (at > 0 && far < near[at - 1].far)
        at--;
    if (at == NEAR_MAX)
        return;
    memmove(&near[at + 1], &near[at], (NEAR_MAX - 1 - at) * sizeof *near);
    near[at].far = far;
    (void)strcpy(near[at].name, name);
}

static enum weir_status
unknown(const char *name, struct weir_err *err)
{
    struct near near[NEAR_MAX] = {
        {.far = NAME_MAX_BYTES}, {.far = NAME_MAX_BYTES}, {.far = NAME_MAX_BYTES}};
    UErrorCode code = U_ZERO_ERROR;
    UEnumeration *all = ucal_openTimeZones(&code);
    const char *one;
    int32_t size;

    while (U_SUCCESS(code) && (one = uenum_next(all, &size, &code)) != NULL)
        if (size < NAME_MAX_BYTES)
            near_add(near, one, strlen(name) < NAME_MAX_BYTES ? zone_distance(name, one) : 0);
    uenum_close(all);
    return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_RULES, "",
        "\"%.63s\" is no time zone; nearest: %s, %s, %s", name, near[0].name, near[1].name,
        near[2].name);
}

/* Is it a name of the IANA data? ICU would take unknown names for GMT and make up others. */
static bool
known(const char *name, UChar wide[static NAME_MAX_BYTES])
{
    UChar canonical[NAME_MAX_BYTES];
    UErrorCode code = U_ZERO_ERROR;
    UBool system_id = 0;

    for (const char *c = name; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || c - name >= NAME_MAX_BYTES - 1)
            return false;
    if (*name == '\0' || strcmp(name, "Etc/Unknown") == 0)
        return false;
    u_charsToUChars(name, wide, (int32_t)strlen(name) + 1);
    (void)ucal_getCanonicalTimeZoneID(wide, -1, canonical, NAME_MAX_BYTES, &system_id, &code);
    return U_SUCCESS(code) && system_id;
}

static int64_t
offset_at(UCalendar *cal, double ms, UErrorCode *code)
{
    int64_t offset_ms;

    ucal_setMillis(cal, ms, code);
    offset_ms = ucal_get(cal, UCAL_ZONE_OFFSET, code);
    offset_ms += ucal_get(cal, UCAL_DST_OFFSET, code);
    return offset_ms * 1000;
}

/* All changes of offset from 1970 to 2100; the number of spans, 0 on failure. */
static size_t
read_spans(UCalendar *cal, struct span span[static SPANS_MAX], UErrorCode *code)
{
    double at_ms = -MS_PER_DAY;
    size_t count = 1;

    span[0] = (struct span){.from_us = INT64_MIN, .offset_us = offset_at(cal, at_ms, code)};
    while (U_SUCCESS(*code) &&
           ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &at_ms, code) &&
           (int64_t)at_ms * 1000 < YEAR_2100_US) {
        int64_t offset_us = offset_at(cal, at_ms, code);

        if (offset_us == span[count - 1].offset_us)
            continue;
        if (count == SPANS_MAX - 1)
            return 0;
        span[count++] = (struct span){.from_us = (int64_t)at_ms * 1000, .offset_us = offset_us};
    }
    span[count] = (struct span){.from_us = INT64_MAX, .offset_us = span[count - 1].offset_us};
    return U_SUCCESS(*code) ? count : 0;
}

static bool
fill_stretches(struct zone *z)
{
    size_t i = 0;

    z->base_us = z->spans > 1 ? z->span[1].from_us : 0;
    z->stretches =
        (size_t)((uint64_t)(z->span[z->spans - 1].from_us - z->base_us) >> STRETCH_BITS) + 1;
    if (z->spans == 1)
        z->stretches = 1;
    z->first = alloc_zero(z->stretches, sizeof *z->first);
    if (z->first == NULL)
        return false;
    for (size_t s = 0; s < z->stretches; s++) {
        int64_t start_us = z->base_us + (int64_t)((uint64_t)s << STRETCH_BITS);

        while (start_us >= z->span[i + 1].from_us)
            i++;
        z->first[s] = (uint16_t)i;
    }
    return true;
}

static enum weir_status
build(const char *name, const struct span *span, size_t count, struct zone **out,
    struct weir_err *err)
{
    struct zone *z = alloc_zero(1, sizeof *z + (count + 1) * sizeof *span);

    if (z == NULL)
        return no_memory(err);
    (void)strcpy(z->name, name);
    memcpy(z->span, span, (count + 1) * sizeof *span);
    z->spans = count;
    z->offset_max_us = span[0].offset_us;
    for (size_t i = 0; i < count; i++)
        if (span[i].offset_us > z->offset_max_us)
            z->offset_max_us = span[i].offset_us;
    assert(z->offset_max_us < OFFSET_MAX_HOURS * 3600 * US_PER_S);
    if (!fill_stretches(z)) {
        zone_close(z);
        return no_memory(err);
    }
    *out = z;
    return WEIR_OK;
}

enum weir_status
zone_open(const char *name, struct zone **out, struct weir_err *err)
{
    struct span span[SPANS_MAX];
    UChar wide[NAME_MAX_BYTES];
    UErrorCode code = U_ZERO_ERROR;
    UCalendar *cal;
    size_t count;

    if (!known(name, wide))
        return unknown(name, err);
    cal = ucal_open(wide, -1, "en", UCAL_GREGORIAN, &code);
    count = U_SUCCESS(code) ? read_spans(cal, span, &code) : 0;
    ucal_close(cal);
    if (count == 0)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_INTERNAL, "",
            "the time zone data for %s cannot be read: %s", name, u_errorName(code));
    return build(name, span, count, out, err);
}
