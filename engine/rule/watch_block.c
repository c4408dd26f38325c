/*
 * watch_block - watchlists: their documents, and how their files are laid out.
 *
 * Entries themselves are read by engine/list.
 */
#include "rule/expr.h"
#include "rule/loader.h"

/* L623: nothing says where such a pattern cannot be, so it is tried on every text. */
static void
lint_unguided(struct loader *ld, const struct document *doc, const struct watch *watch)
{
    struct bytes first;
    size_t count = watch_unguided(watch, &first);
    struct diag *d;

    if (count == 0)
        return;
    d = diag_add(ld->ds, DIAG_WARNING, "L623", doc->name_at->at,
        "%zu of the %zu patterns of `%.*s` %s no three characters that every text they find must "
        "hold",
        count, watch_count(watch), QUOTE(doc->name), count == 1 ? "has" : "have");
    diag_label(ld->ds, d, "`%.*s`%s tried on every text, one by one", QUOTE(first),
        count == 1 ? " is" : " and the others are");
    diag_help(ld->ds, d, "write out a word of it, or longer alternatives");
}

enum { MIN_SCORE = 900000 };

static bool
refuse_key(struct loader *ld, const struct document *doc, const char *key, const char *why)
{
    const struct yaml_entry *e = document_entry(doc->map, key);
    struct diag *d;

    if (e == NULL)
        return true;
    d = diag_add(ld->ds, DIAG_ERROR, "R216", e->key_at, "%s", why);
    diag_label(ld->ds, d, "leave this out");
    return false;
}

/* Keys of one kind on a watchlist of another. */
static bool
refuse_others(struct loader *ld, const struct document *doc, enum watch_kind kind, bool published,
    enum list_format format)
{
    static const char *const of_names[] = {"min_score", "format"};
    static const char *const of_ofac[] = {"aliases", "addresses"};
    static const char *const of_csv[] = {"columns", "delimiter"};
    bool good = true;

    if (kind == WATCH_REGEX)
        good = refuse_key(
            ld, doc, "type", "a watchlist of kind regex has no `type`: it is matched against text");
    if (kind == WATCH_NAMES)
        good = refuse_key(
            ld, doc, "type", "a watchlist of kind names has no `type`: it is compared with names");
    for (size_t i = 0; kind != WATCH_NAMES && i < 2; i++)
        good =
            refuse_key(ld, doc, of_names[i], "only a watchlist of kind names has this key") && good;
    for (size_t i = 0; !(published && format == FORMAT_OFAC) && i < 2; i++)
        good =
            refuse_key(ld, doc, of_ofac[i], "only lists of `format: ofac` have this key") && good;
    for (size_t i = 0; !(published && format == FORMAT_CSV) && i < 2; i++)
        good = refuse_key(ld, doc, of_csv[i], "only lists of `format: csv` have this key") && good;
    return good;
}

/* `90%` in millionths; false after a message. */
static bool
take_score(struct loader *ld, const struct yaml_node *n, int32_t *out)
{
    struct value v;
    bool percent;
    struct diag *d;

    *out = MIN_SCORE;
    if (n == NULL)
        return true;
    if (expr_literal(n, &v, &percent) && percent && v.num % 1000 == 0 &&
        v.num / 1000 >= WATCH_LEAST_SCORE && v.num <= NUMBER_SCALE) {
        *out = (int32_t)(v.num / 1000);
        if (*out < WATCH_LOW_SCORE) {
            d = diag_add(ld->ds, DIAG_WARNING, "L623", n->at,
                "names this little alike are mostly those of different people");
            diag_label(ld->ds, d, "below %d%%", WATCH_LOW_SCORE / 10000);
        }
        return true;
    }
    d = diag_add(ld->ds, DIAG_ERROR, "R217", n->at,
        "`min_score` is a percentage from %d%% to 100%%", WATCH_LEAST_SCORE / 10000);
    diag_label(ld->ds, d, "write for example `90%%`");
    return false;
}

/* How a published file is laid out; false after a message. */
static bool
take_source(struct loader *ld, const struct document *doc, struct list_source *source)
{
    const struct yaml_node *format = document_scalar(doc->map, "format");
    const struct yaml_node *delimiter = document_scalar(doc->map, "delimiter");
    size_t word;
    struct diag *d;

    if (!scalar_choice(ld, format, "layout of a list", CHOICE_FORMAT, &word))
        return false;
    *source = (struct list_source){.format = (enum list_format)word,
        .aliases = document_scalar(doc->map, "aliases"),
        .addresses = document_scalar(doc->map, "addresses"),
        .columns = document_map(doc->map, "columns"),
        .delimiter = ','};
    if (document_entry(doc->map, "file") == NULL) {
        d = diag_add(ld->ds, DIAG_ERROR, "R215", format->at, "`format` speaks of a `file`");
        diag_label(ld->ds, d, "which file is laid out so?");
        return false;
    }
    if (delimiter == NULL)
        return true;
    if (delimiter->text.size == 1 && delimiter->text.at[0] != '"' &&
        delimiter->text.at[0] != '\n') {
        source->delimiter = delimiter->text.at[0];
        return true;
    }
    d = diag_add(ld->ds, DIAG_ERROR, "R218", delimiter->at, "`delimiter` is one character");
    diag_label(ld->ds, d, "write for example  \";\"  or  \"\\t\"  for a tabulator");
    return false;
}

static bool
need_type(struct loader *ld, const struct document *doc, struct list_spec *spec)
{
    struct diag *d;

    if (document_entry(doc->map, "type") != NULL)
        return dated_type(ld, doc, &spec->type);
    d = diag_add(ld->ds, DIAG_ERROR, "R201", doc->name_at->at,
        "a watchlist of kind exact needs the key `type`");
    diag_label(ld->ds, d, "`type` is missing here: what its entries are");
    diag_help(ld->ds, d, "for example  type: phone");
    return false;
}

/* What the document says of the watchlist, but for its entries; false after a message. */
static bool
describe_watch(struct loader *ld, struct document *doc, enum watch_kind kind,
    struct list_spec *spec, struct list_source *source)
{
    bool published = document_entry(doc->map, "format") != NULL;
    bool good = !published || kind != WATCH_NAMES || take_source(ld, doc, source);

    if (good)
        good = refuse_others(ld, doc, kind, published, source->format);
    if (kind == WATCH_NAMES)
        good = take_score(ld, document_scalar(doc->map, "min_score"), &spec->min_score) && good;
    spec->type = TYPE_TEXT;
    spec->source = published ? source : NULL;
    return (kind != WATCH_EXACT || need_type(ld, doc, spec)) && good;
}

void
watch_load(struct loader *ld, struct document *doc)
{
    const struct yaml_node *prefix = document_scalar(doc->map, "id_prefix");
    struct list_source source = {.format = FORMAT_CSV};
    struct list_spec spec;
    struct watch *w;
    size_t kind;

    if (!document_check(ld->ds, BLOCK_WATCHLIST, doc->map, doc->name_at->at))
        return;
    if (!scalar_choice(
            ld, document_scalar(doc->map, "kind"), "kind of watchlist", CHOICE_WATCH_KIND, &kind) ||
        !dated_spec(ld, doc, "entries", &spec)) {
        dated_check(ld, doc);
        return;
    }
    if (spec.items == NULL && spec.file == NULL) {
        dated_check(ld, doc);
        if (document_entry(doc->map, "entries") == NULL && document_entry(doc->map, "file") == NULL)
            dated_tell_source(ld, doc, "entries", false);
        return;
    }
    if (!describe_watch(ld, doc, (enum watch_kind)kind, &spec, &source)) {
        dated_check(ld, doc);
        return;
    }
    w = watch_new(ld->a, ld->ds, &spec, (enum watch_kind)kind,
        prefix == NULL ? (struct bytes){"", 0} : prefix->text);
    doc->named->watch = w;
    /* Of a file that could not be read nobody knows its day. */
    if (w != NULL || document_scalar(doc->map, "dated") != NULL)
        dated_judge(ld, doc, w == NULL ? WATCH_NO_DAY : watch_tally(w).day);
    if (w != NULL)
        lint_unguided(ld, doc, w);
}
