/*
 * cmd_check - load rules and lists, and say all that is wrong with them in one pass.
 *
 * Messages go to standard error and the closing line to standard output; with `--format json`
 * the messages are the data and go to standard output.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "author/against.h"
#include "author/cost.h"
#include "base/buf.h"
#include "base/civil.h"
#include "cli/command.h"
#include "cli/rule_file.h"
#include "list/list.h"
#include "rule/ruleset.h"
#include "text/diag.h"
#include "weir/version.h"

static const char usage[] =
    "Usage: weir check [--as-of DAY] [--format text|json|sarif] PATH...\n"
    "       weir check [--as FILE] - [PATH...]\n"
    "       weir check --cost SAMPLE --mapping PATH PATH...\n\n"
    "Reads the rules and lists below each PATH and prints every error and doubt. With `-` a text "
    "on\n"
    "standard input is read too, as an editor holds it unsaved.\n\n"
    "  --as-of DAY       judge the age of lists and exceptions on DAY (2026-03-01);\n"
    "                    without it they are not judged\n"
    "  --format FORMAT   text (default); or on standard output json, one message a line, or\n"
    "                    sarif, one SARIF 2.1.0 log\n"
    "  --as FILE         the text on standard input stands for FILE, as it is named below PATH\n"
    "  --against DIR     compare with the approved rules of DIR: where the meaning of a rule\n"
    "                    changed, its version must too\n"
    "  --cost SAMPLE     run the rules over a file or folder of rows, too, print what each did, "
    "and\n"
    "                    tell those too broad, silent, or without their key; with --mapping\n"
    "  --mapping PATH    how the columns of SAMPLE are read\n"
    "  -h, --help        show this\n\n"
    "Exit status: 0 no errors (there may be warnings), 2 wrong usage, 4 errors in the rules.";

struct check_options {
    struct rules_env env;
    enum { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF } format;
    const char *as, *against, *cost, *mapping;
    const char *const *paths;
    size_t path_count;
    struct buf unsaved;
};

static bool
read_format(const char *word, struct check_options *o)
{
    static const char *const words[] = {
        [FORMAT_TEXT] = "text", [FORMAT_JSON] = "json", [FORMAT_SARIF] = "sarif"};

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(word, words[i]) == 0) {
            o->format = i;
            return true;
        }
    return false;
}

/* -1: go on; else the exit code. */
static int
read_options(int argc, char **argv, struct check_options *o)
{
    static const struct option longs[] = {{"as-of", required_argument, NULL, 'a'},
        {"format", required_argument, NULL, 'f'}, {"as", required_argument, NULL, 's'},
        {"against", required_argument, NULL, 'g'}, {"cost", required_argument, NULL, 'c'},
        {"mapping", required_argument, NULL, 'm'}, {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (c) {
        case 'h':
            puts(usage);
            return EXIT_OK;
        case 'a':
            if (!command_day(optarg, &o->env.as_of_day))
                return command_usage(
                    "check", "--as-of takes a day such as 2026-03-01, not `%s`", optarg);
            break;
        case 'f':
            if (!read_format(optarg, o))
                return command_usage(
                    "check", "--format takes text, json or sarif, not `%s`", optarg);
            break;
        case 'g':
            o->against = optarg;
            break;
        case 'c':
            o->cost = optarg;
            break;
        case 'm':
            o->mapping = optarg;
            break;
        case 's':
            o->as = optarg;
            break;
        default:
            return command_bad_option("check", argv);
        }
    }
    if ((o->cost == NULL) != (o->mapping == NULL))
        return command_usage("check", "--cost SAMPLE and --mapping PATH go together");
    if (optind < argc)
        return -1;
    return command_usage("check", "where are the rules? For instance: weir check rules");
}

static void
put_count(struct buf *out, size_t from, size_t n, const char *one, const char *many)
{
    if (n > 0)
        buf_print(out, "%s%zu %s", out->size > from ? ", " : "", n, n == 1 ? one : many);
}

/* "content of 2026-02-27, 33 days old" */
static void
put_age(struct buf *out, const struct named *n, int64_t as_of_day)
{
    struct civil day;

    if (n->day == WATCH_NO_DAY)
        return;
    civil_from_us(n->day * US_PER_DAY, &day);
    buf_print(out, ", content of %04d-%02d-%02d", (int)day.year, (int)day.month, (int)day.day);
    if (as_of_day != INT64_MAX)
        buf_print(out, ", %lld day%s old", (long long)(as_of_day - n->day),
            as_of_day - n->day == 1 ? "" : "s");
}

/* A line for each list that was read: what is in it and how old it is. */
static void
put_lists(struct buf *out, const struct ruleset *rs, int64_t as_of_day)
{
    for (size_t i = 0; i < rs->name_count; i++) {
        const struct named *n = &rs->names[i];
        struct list_tally tally = {.day = WATCH_NO_DAY};

        if (n->kind == NAME_WATCHLIST && n->watch != NULL)
            tally = watch_tally(n->watch);
        else if (n->kind == NAME_LIST && n->list != NULL)
            tally.entries = list_count(n->list);
        else
            continue;
        buf_print(out, "%s %.*s: %zu entr%s", n->kind == NAME_LIST ? "list" : "watchlist",
            (int)n->name.size, n->name.at, tally.entries, tally.entries == 1 ? "y" : "ies");
        if (tally.duplicates > 0)
            buf_print(out, ", %zu of them said twice", tally.duplicates);
        if (tally.unreadable > 0)
            buf_print(out, ", %zu of %zu rows cannot be read", tally.unreadable, tally.rows);
        put_age(out, n, as_of_day);
        buf_byte(out, '\n');
    }
}

/* "5 rules, 3 lists, 1 table: no errors" */
static void
put_summary(struct buf *out, const struct ruleset *rs, const struct diags *ds)
{
    size_t kinds[NAME_RULE + 1] = {0}, from = out->size;

    for (size_t i = 0; i < rs->name_count; i++)
        kinds[rs->names[i].kind]++;
    put_count(out, from, rs->rule_count, "rule", "rules");
    put_count(out, from, kinds[NAME_LIST], "list", "lists");
    put_count(out, from, kinds[NAME_TABLE], "table", "tables");
    put_count(out, from, kinds[NAME_WATCHLIST], "watchlist", "watchlists");
    put_count(out, from, kinds[NAME_MACRO], "macro", "macros");
    if (out->size == from)
        buf_text(out, "no rules");
    if (diags_errors(ds) == 0)
        buf_text(out, ": no errors");
    else
        buf_print(out, ": %zu error%s", diags_errors(ds), diags_errors(ds) == 1 ? "" : "s");
    if (diags_warnings(ds) > 0)
        buf_print(out, ", %zu warning%s", diags_warnings(ds), diags_warnings(ds) == 1 ? "" : "s");
    buf_byte(out, '\n');
}

static bool
write_out(FILE *to, struct buf *text)
{
    bool good =
        !text->failed && fwrite(text->at, 1, text->size, to) == text->size && fflush(to) == 0;

    buf_fini(text);
    return good;
}

static int
report(const struct check_options *o, const struct ruleset *rs, const struct diags *ds)
{
    struct buf summary = {0}, messages = {0};
    bool good = true;

    if (o->format != FORMAT_TEXT) {
        if (o->format == FORMAT_JSON)
            diags_print_json(ds, &messages);
        else
            diags_print_sarif(ds, WEIR_VERSION, &messages);
        good = write_out(stdout, &messages);
    } else if (diags_errors(ds) + diags_warnings(ds) > 0) {
        command_diags(ds);
    }
    put_lists(&summary, rs, o->env.as_of_day);
    put_summary(&summary, rs, ds);
    if (!write_out(o->format != FORMAT_TEXT ? stderr : stdout, &summary) || !good)
        return EXIT_WRITE;
    return diags_errors(ds) > 0 ? EXIT_RULES : EXIT_OK;
}

/* Findings that need the approved rules; an exit code. */
static int
hold_against(const struct check_options *o, const struct ruleset *rs, struct diags *ds)
{
    const struct rules_env env = {.as_of_day = INT64_MAX};
    struct weir_err err = {0};
    struct ruleset *approved = NULL;
    struct diags *other = o->against == NULL || diags_errors(ds) > 0 ? NULL : diags_new();
    int code = EXIT_OK;

    if (other == NULL)
        return EXIT_OK;
    if (ruleset_load(&o->against, 1, &env, other, &approved, &err) != WEIR_OK) {
        code = command_fail(&err);
    } else if (diags_errors(other) > 0) {
        command_diags(other);
        code = EXIT_RULES;
    } else {
        against_check(rs, approved, ds);
        ruleset_allow(rs, ds, ALLOW_AGAINST);
    }
    ruleset_free(approved);
    diags_free(other);
    return code;
}

/* What the rules did with the sample, to standard error; an exit code. */
static int
tell_cost(const struct cost *c, const struct screen_result *r)
{
    struct buf table = {0};

    if (!cost_table(c, r, &table)) {
        buf_fini(&table);
        return EXIT_LIMIT;
    }
    return write_out(stderr, &table) ? EXIT_OK : EXIT_WRITE;
}

/* Findings that need rows; an exit code. */
static int
run_sample(const struct check_options *o, const struct ruleset *rs, struct diags *ds)
{
    struct screen_spec spec = {.rules = o->paths,
        .rule_count = o->path_count,
        .mappings = &o->mapping,
        .mapping_count = 1,
        .inputs = &o->cost,
        .input_count = 1,
        .as_of_day = o->env.as_of_day,
        .threads = 1,
        .work = "/tmp"};
    struct screen_result result = {0};
    struct weir_err err = {0};
    struct cost *c;
    struct diags *other;
    int code = EXIT_LIMIT;

    if (o->cost == NULL || diags_errors(ds) > 0)
        return EXIT_OK;
    c = cost_new();
    other = diags_new();
    if (c != NULL && other != NULL && getrandom(&spec.key, sizeof spec.key, 0) == sizeof spec.key) {
        spec.watch = cost_watch(c);
        if (screen_run(&spec, other, &result, &err) == WEIR_OK) {
            code = tell_cost(c, &result);
            cost_check(c, &result, rs, ds);
            ruleset_allow(rs, ds, ALLOW_COST);
        } else {
            if (diags_errors(other) > 0)
                command_diags(other);
            code = command_fail(&err);
        }
    }
    screen_free(&result);
    cost_free(c);
    diags_free(other);
    return code;
}

/* Standard input in place of the file it stands for; an exit code. */
static int
read_unsaved(struct check_options *o, char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int code;

        if (strcmp(paths[i], "-") != 0)
            continue;
        code = rule_file_stdin(&o->unsaved);
        if (code != EXIT_OK)
            return code;
        o->env.unsaved_path = o->as != NULL ? o->as : "-";
        o->env.unsaved = o->unsaved.size > 0 ? buf_bytes(&o->unsaved) : (struct bytes){"", 0};
        if (o->as != NULL)
            paths[i] = (char *)(uintptr_t)o->as;
        return EXIT_OK;
    }
    return o->as == NULL ? EXIT_OK
                         : command_usage("check",
                               "--as speaks of standard input: weir check --as %s - rules", o->as);
}

int
cmd_check(int argc, char **argv)
{
    struct check_options o = {.env = {.as_of_day = INT64_MAX, .lint = true}};
    struct weir_err err = {0};
    struct ruleset *rs = NULL;
    struct diags *ds;
    int code = read_options(argc, argv, &o);

    if (code >= 0)
        return code;
    code = read_unsaved(&o, &argv[optind], (size_t)(argc - optind));
    ds = code == EXIT_OK ? diags_new() : NULL;
    if (code != EXIT_OK) {
        buf_fini(&o.unsaved);
        return code;
    }
    if (ds == NULL) {
        (void)weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for messages");
        return command_fail(&err);
    }
    if (ruleset_load((const char *const *)&argv[optind], (size_t)(argc - optind), &o.env, ds, &rs,
            &err) == WEIR_OK) {
        code = hold_against(&o, rs, ds);
        o.paths = (const char *const *)&argv[optind];
        o.path_count = (size_t)(argc - optind);
        if (code == EXIT_OK)
            code = run_sample(&o, rs, ds);
        if (code == EXIT_OK)
            code = report(&o, rs, ds);
    } else
        code = command_fail(&err);
    ruleset_free(rs);
    diags_free(ds);
    buf_fini(&o.unsaved);
    return code;
}
