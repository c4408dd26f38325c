/* month - names of months, folded once on the way and compared by their beginnings. */
#include "ingest/month.h"

#include <stdint.h>

#include "base/buf.h"
#include "text/fold.h"

static const struct month {
    int number;
    const char *name;
} months[] = {
#define MONTH(number, name) {number, name},
#include "ingest/month.def"
#undef MONTH
};

/* The English abbreviations are nearly all that is met; they need no folding. */
static int
english(struct bytes word)
{
    static const char known[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    char low[3];

    if (word.size != 3)
        return 0;
    for (int i = 0; i < 3; i++)
        low[i] = (char)(word.at[i] | 0x20);
    for (int m = 0; m < 12; m++)
        if (memcmp(low, known + 3 * m, 3) == 0)
            return m + 1;
    return 0;
}

static bool
begins(struct bytes name, struct bytes word)
{
    return word.size <= name.size && memcmp(name.at, word.at, word.size) == 0;
}

static int
search(struct bytes word)
{
    struct buf name = {0};
    int found = 0;

    for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
        name.size = 0;
        fold_text(bytes_of(months[i].name), FOLD_FIRST, &name);
        if (bytes_equal(buf_bytes(&name), word)) {
            found = months[i].number;
            break;
        }
        if (!begins(buf_bytes(&name), word))
            continue;
        if (found != 0 && found != months[i].number) {
            found = -1; /* two months begin like this; only a full name can still decide */
            continue;
        }
        found = found == -1 ? -1 : months[i].number;
    }
    buf_fini(&name);
    return found < 0 ? 0 : found;
}

int
month_find(struct bytes word)
{
    struct buf folded = {0};
    int found;

    if (word.size > 0 && word.at[word.size - 1] == '.')
        word.size--;
    if ((found = english(word)) != 0)
        return found;
    if (word.size < 3 || word.size > 40)
        return 0;
    fold_text(word, FOLD_FIRST, &folded);
    found = folded.size >= 3 ? search(buf_bytes(&folded)) : 0;
    buf_fini(&folded);
    return found;
}
