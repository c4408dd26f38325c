#include "name/script.h"

#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/alloc.h"

enum { UNITS = 2048, TEXT_MAX = 256 }; /* one letter becomes at most eight */

struct script {
    UTransliterator *rules; /* NULL: not opened yet, or there are none */
    bool opened;
    UChar units[UNITS];
};

struct script *
script_new(void)
{
    return alloc_zero(1, sizeof(struct script));
}

void
script_free(struct script *s)
{
    if (s != NULL && s->rules != NULL)
        utrans_close(s->rules);
    alloc_free(s);
}

static void
open_rules(struct script *s)
{
    UErrorCode code = U_ZERO_ERROR;

    s->opened = true;
    s->rules = utrans_openU(
        u"Any-Latin; Latin-ASCII; Any-Lower", -1, UTRANS_FORWARD, NULL, 0, NULL, &code);
    if (U_FAILURE(code))
        s->rules = NULL;
}

size_t
script_write(struct script *s, struct bytes text, char *out, size_t cap)
{
    UErrorCode code = U_ZERO_ERROR;
    int32_t count = 0, limit;
    size_t made = 0;

    if (!s->opened)
        open_rules(s);
    if (text.size > TEXT_MAX)
        text.size = TEXT_MAX;
    u_strFromUTF8WithSub(s->units, UNITS, &count, text.at, (int32_t)text.size, 0xfffd, NULL, &code);
    limit = count;
    if (s->rules != NULL && U_SUCCESS(code))
        utrans_transUChars(s->rules, s->units, &count, UNITS, 0, &limit, &code);
    if (U_FAILURE(code))
        count = 0;
    for (int32_t i = 0; i < count && made < cap; i++) {
        UChar u = s->units[i];

        if (u >= 'A' && u <= 'Z')
            u = (UChar)(u + 'a' - 'A');
        if ((u >= 'a' && u <= 'z') || (u >= '0' && u <= '9'))
            out[made++] = (char)u;
        else if (u != '\'' && u != '`')
            out[made++] = ' ';
    }
    return made;
}
