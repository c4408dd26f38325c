/* band - spans of values, ends included. */
#include "list/band.h"

#include <stdlib.h>

int
band_compare(struct value a, struct value b)
{
    bool overflow;

    if (type_is_text((enum type)a.type)) {
        if (a.text.size != b.text.size)
            return a.text.size < b.text.size ? -1 : 1;
        return bytes_compare(a.text, b.text);
    }
    if (a.currency != b.currency)
        return a.currency < b.currency ? -1 : 1;
    return value_compare(a, b, &overflow);
}

static int
by_low(const void *a, const void *b)
{
    const struct band *x = a, *y = b;
    int order = band_compare(x->low, y->low);

    return order != 0 ? order : band_compare(x->high, y->high);
}

static bool
same_kind(struct value a, struct value b)
{
    return type_is_text((enum type)a.type) ? a.text.size == b.text.size : a.currency == b.currency;
}

size_t
band_join(struct band *bands, size_t count)
{
    size_t kept = count > 0;

    if (count > 1)
        qsort(bands, count, sizeof *bands, by_low);
    for (size_t i = 1; i < count; i++) {
        struct band *last = &bands[kept - 1];

        if (!same_kind(last->high, bands[i].low) || band_compare(last->high, bands[i].low) < 0)
            bands[kept++] = bands[i];
        else if (band_compare(last->high, bands[i].high) < 0)
            last->high = bands[i].high;
    }
    return kept;
}

bool
band_has(const struct band *bands, size_t count, struct value v)
{
    size_t low = 0, high = count;

    /* The last band that begins at or below v is the only one that can hold it. */
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (band_compare(bands[mid].low, v) <= 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 && same_kind(bands[low - 1].low, v) && band_compare(v, bands[low - 1].high) <= 0;
}
