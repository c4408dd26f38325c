/*
 * scalar - texts of a rule file read as numbers, days, spans and words, with messages.
 */
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "base/number.h"
#include "rule/expr.h"
#include "rule/loader.h"

bool
scalar_day(struct bytes text, int64_t *day)
{
    int32_t part[3] = {0, 0, 0};
    static const size_t begin[3] = {0, 5, 8}, end[3] = {4, 7, 10};

    if (text.size != 10 || text.at[4] != '-' || text.at[7] != '-')
        return false;
    for (size_t p = 0; p < 3; p++)
        for (size_t i = begin[p]; i < end[p]; i++) {
            if (text.at[i] < '0' || text.at[i] > '9')
                return false;
            part[p] = part[p] * 10 + (text.at[i] - '0');
        }
    if (!civil_valid_date(part[0], part[1], part[2]))
        return false;
    *day = civil_days(part[0], part[1], part[2]);
    return true;
}

static bool
name_form(struct bytes text, char joint)
{
    bool after_joint = true;

    if (text.size == 0 || text.size > LOADER_NAME_MAX || text.at[0] < 'a' || text.at[0] > 'z')
        return false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        if (c == joint ? after_joint : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
            return false;
        after_joint = c == joint;
    }
    return !after_joint;
}

bool
scalar_snake(struct bytes text)
{
    return name_form(text, '_');
}

bool
scalar_kebab(struct bytes text)
{
    return name_form(text, '-');
}

static bool
word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool
scalar_mentions(struct bytes text, struct bytes word)
{
    if (word.size == 0)
        return false;
    for (size_t i = 0; i + word.size <= text.size; i++)
        if (memcmp(text.at + i, word.at, word.size) == 0 &&
            (i == 0 || !word_byte(text.at[i - 1])) &&
            (i + word.size == text.size || !word_byte(text.at[i + word.size])))
            return true;
    return false;
}

bool
scalar_int(struct loader *ld, const struct yaml_node *n, const char *what, int64_t low,
    int64_t high, int64_t *out)
{
    int64_t value;
    struct diag *d;

    if (n == NULL)
        return false;
    if (!number_read_int(n->text, &value)) {
        d = diag_add(ld->ds, DIAG_ERROR, "R208", n->at, "%s must be a whole number", what);
        diag_label(ld->ds, d, "this is none");
        return false;
    }
    if (value < low || value > high) {
        d = diag_add(ld->ds, DIAG_ERROR, "R209", n->at, "%s must lie between %lld and %lld", what,
            (long long)low, (long long)high);
        diag_label(ld->ds, d, value < low ? "too small" : "too large");
        return false;
    }
    *out = value;
    return true;
}

bool
scalar_date(struct loader *ld, const struct yaml_node *n, const char *what, int64_t *day)
{
    struct diag *d;

    if (n == NULL)
        return false;
    if (scalar_day(n->text, day))
        return true;
    d = diag_add(ld->ds, DIAG_ERROR, "R210", n->at, "%s must be a day such as 2027-01-31", what);
    diag_label(ld->ds, d, "not a day of the calendar in that form");
    return false;
}

bool
scalar_span(struct loader *ld, const struct yaml_node *n, const char *what, int64_t *us)
{
    struct value v;
    bool percent;
    struct diag *d;

    if (n == NULL)
        return false;
    if (expr_literal(n, &v, &percent) && v.type == TYPE_DURATION && v.num > 0 &&
        v.num <= INT64_MAX) {
        *us = (int64_t)v.num;
        return true;
    }
    d = diag_add(ld->ds, DIAG_ERROR, "R211", n->at, "%s must be a time span", what);
    diag_label(ld->ds, d, "write a whole number with s, m, h, d or w");
    diag_help(ld->ds, d, "for example  30m  48h  7d  2w; months and years do not exist as spans");
    return false;
}

bool
scalar_choice(struct loader *ld, const struct yaml_node *n, const char *what, enum choice_id choice,
    size_t *out)
{
    return scalar_word(
        ld, n, what, document_choices[choice].word, document_choices[choice].count, out);
}

bool
scalar_word(struct loader *ld, const struct yaml_node *n, const char *what,
    const char *const *words, size_t count, size_t *out)
{
    char room[160];
    const char *best;
    struct diag *d;
    struct buf all = {0};

    if (n == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(n->text, bytes_of(words[i]))) {
            *out = i;
            return true;
        }
    best = document_suggest(n->text, words, count, room, sizeof room);
    d = diag_add(ld->ds, DIAG_ERROR, "R212", n->at, "`%.*s` is no %s", QUOTE(n->text), what);
    if (best != NULL)
        diag_label(ld->ds, d, "did you mean %s?", best);
    for (size_t i = 0; i < count; i++)
        buf_print(&all, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", words[i]);
    buf_byte(&all, '\0');
    if (!all.failed)
        diag_note(ld->ds, d, "it may be %s", all.at);
    buf_fini(&all);
    return false;
}

bool
scalar_bool(struct loader *ld, const struct yaml_node *n, const char *what, bool *out)
{
    struct diag *d;

    if (n == NULL)
        return false;
    *out = bytes_equal(n->text, bytes_of("true"));
    if (*out || bytes_equal(n->text, bytes_of("false")))
        return true;
    d = diag_add(ld->ds, DIAG_ERROR, "R213", n->at, "%s must be true or false", what);
    diag_label(ld->ds, d, "write `true` or `false`");
    return false;
}
