/*
 * band - half-open bands over a measure, as severities and points have them.
 */
#include "rule/loader.h"

static bool
rising(struct value below, struct value last)
{
    bool overflow = false;

    return value_compare(last, below, &overflow) < 0 && !overflow;
}

static bool
read_below(struct rule_making *rm, const struct yaml_node *n, const struct measure_name *by,
    const struct value *last, struct value *out)
{
    struct diag *d;
    bool told;

    if (!rule_value(rm, n, out, &told)) {
        if (told)
            return false;
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R217", n->at, "a band ends at a value");
        diag_label(rm->ld->ds, d, "a number, percent, amount or time span");
        return false;
    }
    if (out->type != by->type || out->currency != by->currency) {
        d = diag_add(rm->ld->ds, DIAG_ERROR, "R406", n->at,
            "this band is of another type than its "
            "measure");
        diag_label(rm->ld->ds, d, "this is %s", type_name((enum type)out->type));
        diag_mark(rm->ld->ds, d, by->at, "the measure is %s", type_name(by->type));
        return false;
    }
    if (last == NULL || rising(*out, *last))
        return true;
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R227", n->at, "bands go from low to high");
    diag_label(rm->ld->ds, d, "not above the band before it");
    return false;
}

/* A band that no value of the measure can fall into (L604). */
static void
tell_idle(struct rule_making *rm, const struct yaml_node *band, const struct measure_name *by,
    const struct value *from, const struct value *to)
{
    const struct value zero = value_num(TYPE_NUMBER, 0);
    const int64_t end = by->portion ? 1 : by->at_most;
    const struct value most = value_num(TYPE_NUMBER, end * (int128)NUMBER_SCALE);
    bool limited = by->portion || by->at_most_of != NULL;
    bool below = to != NULL && (by->counted || by->portion) && !rising(*to, zero);
    struct diag *d;

    if (!below && !(from != NULL && limited && rising(*from, most)))
        return;
    d = diag_add(rm->ld->ds, DIAG_WARNING, "L604", band->at,
        "no value of `%.*s` falls into this band", QUOTE(by->name));
    diag_label(rm->ld->ds, d, below ? "it is never below 0" : "it is never so high");
}

bool
band_below(struct rule_making *rm, const struct yaml_node *list, size_t i, const char *yields,
    const struct measure_name *by, const struct value *before, struct value *out)
{
    const struct yaml_node *n = list->entry[i].value;
    const struct yaml_node *below = document_scalar(n, "below");
    bool last = i + 1 == list->count;
    struct diag *d;

    if ((below == NULL) == last) {
        if (!last && !read_below(rm, below, by, i > 0 ? before : NULL, out))
            return false;
        tell_idle(rm, n, by, i > 0 ? before : NULL, last ? NULL : out);
        return true;
    }
    d = diag_add(rm->ld->ds, DIAG_ERROR, "R227", n->at,
        last ? "the last band has no `below`, so that no value is left over"
             : "only the last band has no `below`");
    if (last)
        diag_label(rm->ld->ds, d, "add a band  {%s: ...}  after this one", yields);
    else
        diag_label(rm->ld->ds, d, "up to where?");
    return false;
}
