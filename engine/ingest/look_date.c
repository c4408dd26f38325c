/* look_date - how a file writes its dates: every picture that fits, and the doubts between them. */
#include <stdio.h>
#include <string.h>

#include "ingest/look.h"

/* Digits alone are a date only if they begin with a year of our days. */
bool
look_like_date(const struct look *l, struct bytes t)
{
    struct date_parts parts;
    bool digits = true;

    if (t.size < 6 || t.size > 40 || t.at[0] == '-' || t.at[0] == '+')
        return false;
    for (size_t i = 0; i < t.size; i++)
        digits = digits && t.at[i] >= '0' && t.at[i] <= '9';
    if (digits && (t.size != 8 || (memcmp(t.at, "19", 2) != 0 && memcmp(t.at, "20", 2) != 0)))
        return false;
    for (uint32_t i = 0; i < l->date_count; i++)
        if (date_format_parse(&l->date[i], t, &parts))
            return true;
    return false;
}

static const char *const day_pictures[] = {"YYYY-MM-DD", "DD.MM.YYYY", "D.M.YYYY", "DD.MM.YYYY.",
    "D.M.YYYY.", "D. M. YYYY", "YYYY.MM.DD", "YYYY.MM.DD.", "YYYY. MM. DD.", "DD/MM/YYYY",
    "MM/DD/YYYY", "D/M/YYYY", "M/D/YYYY", "YYYY/MM/DD", "DD-MM-YYYY", "MM-DD-YYYY", "YYYYMMDD",
    "DDMMYYYY", "DD.MM.YY", "D.M.YY", "DD.MM.YY.", "DD/MM/YY", "MM/DD/YY", "DD-MM-YY", "YY-MM-DD",
    "YYMMDD", "DDMMYY", "DD-MMM-YYYY", "D-MMM-YYYY", "DD MMM YYYY", "D MMM YYYY", "D MMM YY",
    "DD-MMM-YY", "MMM D, YYYY"};
static const char *const clock_pictures[] = {"", " HH:mm", " HH:mm:ss", "THH:mm:ss", "THH:mm:ssZ",
    " HH:mm:ss Z", "THH:mm:ss.SSSZ", "THH:mm:ss.SSS", " HH:mm:ss.SSS", " HH.mm.ss", " / HH:mm",
    "THH:mmZ", " HH:mmZ", " HH:mm:ssZ"};

bool
look_pictures(struct look *l)
{
    enum {
        DAYS = sizeof day_pictures / sizeof *day_pictures,
        CLOCKS = sizeof clock_pictures / sizeof *clock_pictures
    };

    l->date = arena_take(&l->arena, (size_t)DAYS * CLOCKS, sizeof *l->date);
    if (l->date == NULL)
        return false;
    for (size_t d = 0; d < DAYS; d++)
        for (size_t c = 0; c < CLOCKS; c++) {
            char *picture = arena_take(&l->arena, LOOK_PICTURE, 1), fault[100];
            size_t at;

            if (picture == NULL)
                return false;
            (void)snprintf(picture, LOOK_PICTURE, "%s%s", day_pictures[d], clock_pictures[c]);
            if (date_format_compile(
                    bytes_of(picture), &l->date[l->date_count], fault, sizeof fault, &at))
                l->date_count++;
        }
    return true;
}

/* Every value of the column fits the picture. */
static bool
all_fit(const struct look *l, uint32_t column, const struct date_format *f)
{
    uint32_t fits = 0, odd = 0;

    for (uint32_t r = 0; r < l->row_count; r++) {
        struct bytes t = look_cell(l, r, column);
        struct date_parts parts;

        if (t.size == 0)
            continue;
        if (date_format_parse(f, t, &parts))
            fits++;
        else
            odd++;
    }
    /* Rows not yet booked, sums, remarks: a few may be something else. */
    return fits > 0 && odd * 2 <= fits;
}

static bool
known(const struct look *l, const char *picture)
{
    for (uint32_t i = 0; i < l->picture_count; i++)
        if (strcmp(l->picture[i], picture) == 0)
            return true;
    return false;
}

static void
add_picture(struct look *l, const char *picture, const struct date_format *f)
{
    if (known(l, picture) || l->picture_count == LOOK_DATES)
        return;
    (void)snprintf(l->picture[l->picture_count++], LOOK_PICTURE, "%s", picture);
    l->clock = l->clock || (f->has_time && !f->has_offset);
    l->offset = l->offset || f->has_offset;
}

/* The pictures that fit a column: the first, and the first of those that contradict it. */
static void
date_column(struct look *l, uint32_t column, bool settle)
{
    const struct date_format *chosen = NULL, *rival = NULL;

    for (uint32_t i = 0; i < l->date_count; i++) {
        const struct date_format *f = &l->date[i];

        if (!all_fit(l, column, f))
            continue;
        if (known(l, f->text.at))
            return; /* another column has settled it */
        if (chosen == NULL)
            chosen = f;
        else if (rival == NULL && date_format_clash(chosen, f))
            rival = f;
    }
    if (chosen == NULL || (rival != NULL && !settle))
        return;
    if (rival != NULL)
        (void)snprintf(l->rival, sizeof l->rival, "%s", rival->text.at);
    add_picture(l, chosen->text.at, chosen);
}

/* Rows without a date: what they have in its place, where that is one word. */
static void
find_undated(struct look *l)
{
    uint32_t c = look_find(l, MEANING_BOOKED);

    for (uint32_t r = 0; c < l->column_count && r < l->row_count; r++) {
        struct bytes t = look_cell(l, r, c);

        if (t.size == 0)
            l->blank_dates = true;
        else if (!look_like_date(l, t) && t.size < sizeof l->undated && l->undated[0] == '\0')
            (void)snprintf(l->undated, sizeof l->undated, "%.*s", (int)t.size, t.at);
    }
}

/* Columns that leave no doubt first; they settle the others. */
void
look_dates(struct look *l)
{
    for (int settle = 0; settle < 2; settle++)
        for (uint32_t c = 0; c < l->column_count; c++)
            if (l->column[c].meaning == MEANING_BOOKED || l->column[c].meaning == MEANING_VALUE)
                date_column(l, c, settle == 1);
    find_undated(l);
}
