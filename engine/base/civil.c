/* civil - Hinnant's day algorithms: years begin in March, so that the leap day comes last. */
#include "base/civil.h"

enum { ERA_YEARS = 400, ERA_DAYS = 146097, EPOCH_SHIFT = 719468 /* 0000-03-01 to 1970-01-01 */ };

int64_t
civil_days(int32_t year, int32_t month, int32_t day)
{
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = (y >= 0 ? y : y - (ERA_YEARS - 1)) / ERA_YEARS;
    int64_t year_of_era = y - era * ERA_YEARS;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

static bool
leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool
civil_valid_date(int32_t year, int32_t month, int32_t day)
{
    static const int8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    return day <= month_days[month - 1] + (month == 2 && leap(year));
}

int64_t
civil_to_us(const struct civil *c)
{
    int64_t seconds = (int64_t)c->hour * 3600 + c->minute * 60 + c->second;

    return civil_days(c->year, c->month, c->day) * US_PER_DAY + seconds * US_PER_S + c->micro;
}

static void
date_from_days(int64_t days, struct civil *c)
{
    int64_t z = days + EPOCH_SHIFT;
    int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    int64_t day_of_era = z - era * ERA_DAYS;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153; /* month from March */

    c->day = (int32_t)(day_of_year - (153 * shifted + 2) / 5 + 1);
    c->month = (int32_t)(shifted < 10 ? shifted + 3 : shifted - 9);
    c->year = (int32_t)(year_of_era + era * ERA_YEARS + (c->month <= 2));
}

void
civil_from_us(int64_t us, struct civil *c)
{
    int64_t days = civil_day_of(us);
    int64_t rest = us - days * US_PER_DAY;
    int32_t seconds = (int32_t)(rest / US_PER_S);

    date_from_days(days, c);
    c->hour = seconds / 3600;
    c->minute = seconds / 60 % 60;
    c->second = seconds % 60;
    c->micro = (int32_t)(rest % US_PER_S);
}

int32_t
civil_weekday(int64_t days)
{
    int64_t from_thursday = (days + 3) % 7; /* 1970-01-01 was a Thursday */

    return (int32_t)(from_thursday < 0 ? from_thursday + 7 : from_thursday);
}
