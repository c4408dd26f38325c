/*
 * civil - ISO 8601 and calendar days to seconds and back; no libc time zone.
 *
 * Proleptic Gregorian calendar. Days count from 1970-01-01, microseconds from
 * 1970-01-01T00:00:00Z. Algorithms after H. Hinnant, "chrono-compatible low-level
 * date algorithms".
 */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define US_PER_S INT64_C(1000000)
#define US_PER_DAY (INT64_C(86400) * US_PER_S)

struct civil {
    int32_t year; /* 1 to 9999 */
    int32_t month, day, hour, minute, second;
    int32_t micro;
};

int64_t civil_days(int32_t year, int32_t month, int32_t day); /* valid dates only */
bool civil_valid_date(int32_t year, int32_t month, int32_t day);
int64_t civil_to_us(const struct civil *c); /* as if UTC */
void civil_from_us(int64_t us, struct civil *c);
int32_t civil_weekday(int64_t days); /* 0 monday .. 6 sunday */

/* Floor division: days of a microsecond count, also before 1970. */
static inline int64_t
civil_day_of(int64_t us)
{
    return us >= 0 ? us / US_PER_DAY : -((-us + US_PER_DAY - 1) / US_PER_DAY);
}

#endif
