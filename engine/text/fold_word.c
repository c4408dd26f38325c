#include "text/fold_word.h"

enum script { LATIN, GREEK, CYRILLIC, SCRIPTS };

static const uint32_t looks[][SCRIPTS] = {
#define LOOK(latin, greek, cyrillic) {latin, greek, cyrillic},
#include "text/fold.def"
};

static enum script
script_of(uint32_t point)
{
    if ((point | 0x20) - 'a' < 26 || (point >= 0xc0 && point < 0x250))
        return LATIN;
    if (point >= 0x370 && point < 0x400)
        return GREEK;
    return point >= 0x400 && point < 0x530 ? CYRILLIC : SCRIPTS;
}

/* The letter of `to` that looks like `point` of `from`, or 0. */
static uint32_t
twin(uint32_t point, enum script from, enum script to)
{
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (looks[i][from] == point)
            return looks[i][to];
    return 0;
}

/* Has every letter of `from` a twin in `to`? */
static bool
can_move(const uint32_t *points, size_t count, enum script from, enum script to)
{
    for (size_t i = 0; i < count; i++)
        if (script_of(points[i]) == from && twin(points[i], from, to) == 0)
            return false;
    return true;
}

static void
move(uint32_t *points, size_t count, enum script from, enum script to)
{
    for (size_t i = 0; i < count; i++)
        if (script_of(points[i]) == from)
            points[i] = twin(points[i], from, to);
}

bool
fold_word_unify(uint32_t *points, size_t count, bool second)
{
    size_t of[SCRIPTS + 1] = {0};
    bool two = false;

    for (size_t i = 0; i < count; i++)
        of[script_of(points[i])]++;
    for (enum script s = GREEK; of[LATIN] > 0 && s < SCRIPTS; s++) {
        bool in, out;

        if (of[s] == 0)
            continue;
        in = can_move(points, count, s, LATIN);
        out = can_move(points, count, LATIN, s);
        two = two || (in && out);
        if (in && !(out && second))
            move(points, count, s, LATIN);
        else if (out)
            move(points, count, LATIN, s);
    }
    return two;
}
