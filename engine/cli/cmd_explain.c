/*
 * cmd_explain - why a rule alerts about somebody, or why not, from the inputs of a run.
 */
#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "author/explain.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "cli/alert_file.h"
#include "cli/command.h"
#include "cli/rule_name.h"
#include "rule/ruleset.h"
#include "screen/screen.h"
#include "text/diag.h"

static const char usage[] =
    "Usage: weir explain --rules DIR --mapping PATH --alerts FILE [--alert ID] FILE|DIR...\n"
    "       weir explain --rules DIR --mapping PATH --rule RULE --about WHOM FILE|DIR...\n\n"
    "Screens the inputs once more, as the run did, and looks on. Why: every clause of an alert\n"
    "with its values, what was measured, exceptions, and the transactions with file and row.\n"
    "Why not: the moment that came closest, which clause failed and by how much, and which\n"
    "clause of `when` kept transactions out.\n\n"
    "  -r, --rules DIR      folder of rules and lists (may be repeated)\n"
    "  -m, --mapping PATH   mapping of a bank's columns, a file or a folder (may be repeated)\n"
    "      --alerts FILE    an alerts.jsonl or shadow.jsonl of a run over the same inputs\n"
    "      --alert ID       one of its alerts, by its first digits; without it all are made\n"
    "                       anew, and those that do not come again as written are printed\n"
    "      --rule RULE      name of a rule, whatever its status\n"
    "      --about WHOM     account, customer, phone, ... written as in alerts\n"
    "      --rates FILE     daily rates to the euro, as the run had them\n"
    "      --as-of DAY      the day to judge by, as the run had it\n"
    "      --format FORMAT  text (default) or json (an object a line)\n"
    "  -j, --threads N      threads in all (default: one for each processor)\n"
    "      --memory SIZE    most memory to use, 512M or 2G (default 4G)\n"
    "      --work DIR       where large inputs are sorted (default /tmp)\n"
    "  -h, --help           show this\n\n"
    "Exit status: 0 done, 2 wrong usage, 4 rules or mappings invalid or no such rule, 5 and 6\n"
    "no input, 12 an alert does not come again as it was written.";

enum { LISTED_MAX = 64, THREADS_MAX = 256, MEMORY_DEFAULT_GIB = 4 };

struct explain_options {
    struct screen_spec spec;
    const char *rules[LISTED_MAX], *mappings[LISTED_MAX];
    const char *rule, *alerts, *alert;
    char *about;
    bool help, json;
};

/* ---- options --------------------------------------------------------------------------------- */

static int
add_path(const char **list, size_t *count, const char *what)
{
    if (*count == LISTED_MAX)
        return command_usage("explain", "at most %d %s", LISTED_MAX, what);
    list[(*count)++] = optarg;
    return EXIT_OK;
}

static int
read_format(struct explain_options *o)
{
    o->json = strcmp(optarg, "json") == 0;
    if (o->json || strcmp(optarg, "text") == 0)
        return EXIT_OK;
    return command_usage("explain", "--format takes text or json, not `%s`", optarg);
}

static int
take_option(struct explain_options *o, int option, char **argv)
{
    uint64_t n;

    switch (option) {
    case 'r':
        return add_path(o->rules, &o->spec.rule_count, "folders of rules");
    case 'm':
        return add_path(o->mappings, &o->spec.mapping_count, "mappings");
    case 'f':
        return read_format(o);
    case 'R':
        o->rule = optarg;
        break;
    case 'a':
        o->about = optarg;
        break;
    case 'A':
        o->alerts = optarg;
        break;
    case 'i':
        o->alert = optarg;
        break;
    case 'e':
        o->spec.rates = optarg;
        break;
    case 'd':
        if (!command_day(optarg, &o->spec.as_of_day))
            return command_usage("explain", "--as-of %s is not a day such as 2026-01-31", optarg);
        break;
    case 'w':
        o->spec.work = optarg;
        break;
    case 'j':
        if (!command_number(optarg, 1, THREADS_MAX, &n))
            return command_usage(
                "explain", "--threads %s is not a number from 1 to %d", optarg, THREADS_MAX);
        o->spec.threads = (uint32_t)n;
        break;
    case 'M':
        if (!command_size(optarg, &n) || n == 0)
            return command_usage("explain", "--memory %s is not a size such as 512M or 2G", optarg);
        o->spec.memory_bytes = (size_t)n;
        break;
    case 'h':
        o->help = true;
        break;
    default:
        return command_bad_option("explain", argv);
    }
    return EXIT_OK;
}

static int
complete(struct explain_options *o, int argc, char **argv)
{
    if (o->spec.rule_count == 0 || o->spec.mapping_count == 0)
        return command_usage("explain", "--rules and --mapping are needed, as for the run");
    if (o->alert != NULL && o->alerts == NULL)
        return command_usage(
            "explain", "--alert needs --alerts: the alerts.jsonl in which %s stands", o->alert);
    if (o->alerts == NULL ? o->rule == NULL || o->about == NULL
                          : o->rule != NULL || o->about != NULL)
        return command_usage(
            "explain", "say --rule and --about, or --alerts and, for one of them, --alert");
    if (optind == argc)
        return command_usage(
            "explain", "no input given: the files or folders of bank exports that the run read");
    o->spec.inputs = (const char *const *)(argv + optind);
    o->spec.input_count = (size_t)(argc - optind);
    return EXIT_OK;
}

static int
parse(struct explain_options *o, int argc, char **argv)
{
    static const struct option longs[] = {{"rules", required_argument, NULL, 'r'},
        {"mapping", required_argument, NULL, 'm'}, {"rule", required_argument, NULL, 'R'},
        {"about", required_argument, NULL, 'a'}, {"alerts", required_argument, NULL, 'A'},
        {"alert", required_argument, NULL, 'i'}, {"rates", required_argument, NULL, 'e'},
        {"as-of", required_argument, NULL, 'd'}, {"format", required_argument, NULL, 'f'},
        {"work", required_argument, NULL, 'w'}, {"threads", required_argument, NULL, 'j'},
        {"memory", required_argument, NULL, 'M'}, {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0}};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int option, code;

    *o = (struct explain_options){.spec = {.as_of_day = INT64_MAX,
                                      .threads = processors < 1             ? 1
                                                 : processors > THREADS_MAX ? THREADS_MAX
                                                                            : (uint32_t)processors,
                                      .memory_bytes = (size_t)MEMORY_DEFAULT_GIB << 30,
                                      .work = "/tmp"}};
    o->spec.rules = o->rules;
    o->spec.mappings = o->mappings;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "r:m:j:h", longs, NULL)) != -1)
        if ((code = take_option(o, option, argv)) != EXIT_OK)
            return code;
    return o->help ? EXIT_OK : complete(o, argc, argv);
}

/* ---- whom to explain ------------------------------------------------------------------------- */

static int
tell_count(const struct explain_options *o, const struct alert_lines *lines)
{
    if (lines->count == 0)
        return command_usage(
            "explain", "no alert in %s has a number that begins with %s", o->alerts, o->alert);
    return command_usage("explain",
        "%zu alerts in %s have numbers that begin with %s; give more of its digits", lines->count,
        o->alerts, o->alert);
}

/* The subjects of --alerts; NULL with an exit code in *code. */
static struct explain_subject *
written(const struct explain_options *o, struct alert_lines *lines, int *code)
{
    struct weir_err err = {0};
    struct explain_subject *out = NULL;

    if (alert_file_read(o->alerts, o->alert, lines, &err) != WEIR_OK) {
        *code = command_fail(&err);
        return NULL;
    }
    if (o->alert != NULL && lines->count != 1) {
        *code = tell_count(o, lines);
        return NULL;
    }
    out = alloc_zero(lines->count + 1, sizeof *out);
    if (out == NULL)
        *code = EXIT_LIMIT;
    for (size_t i = 0; out != NULL && i < lines->count; i++)
        out[i] = (struct explain_subject){.rule = lines->at[i].rule,
            .about = lines->at[i].about,
            .id = lines->at[i].id,
            .line = lines->at[i].line};
    return out;
}

/* Accounts may be given with blanks, as they stand on paper; alerts have none. */
static void
tidy(char *about, const struct rule *rule)
{
    size_t size = 0;

    if (!bytes_equal(rule->about_kind, bytes_of("account")))
        return;
    for (const char *c = about; *c != '\0'; c++)
        if (*c != ' ')
            about[size++] = *c;
    about[size] = '\0';
}

/* A name that no rule has is told before the inputs are read. */
static int
check_rule(struct explain_options *o, struct diags *ds)
{
    const struct rules_env env = {.as_of_day = o->spec.as_of_day};
    struct ruleset *rs = NULL;
    struct weir_err err = {0};
    const struct rule *rule;
    int code = EXIT_OK;

    if (ruleset_load(o->spec.rules, o->spec.rule_count, &env, ds, &rs, &err) != WEIR_OK)
        code = command_fail(&err);
    else if (diags_errors(ds) > 0 || (rule = rule_name_find(rs, bytes_of(o->rule))) == NULL)
        code = EXIT_RULES;
    else
        tidy(o->about, rule);
    ruleset_free(rs);
    return code;
}

/* ---- the run --------------------------------------------------------------------------------- */

/* What of the inputs nobody has seen. */
static void
tell_unused(const struct inputs *in)
{
    uint64_t rows = 0;

    for (size_t i = 0; i < in->count; i++) {
        rows += in->at[i].counts.quarantined + in->at[i].conflicts;
        if (in->at[i].aside)
            fprintf(stderr, "weir: %s is set aside: %s\n", in->at[i].shown, input_why(&in->at[i]));
    }
    if (rows > 0)
        fprintf(stderr, "weir: %" PRIu64 " row%s of the inputs could not be used\n", rows,
            rows == 1 ? "" : "s");
}

static int
tell(const struct explain_options *o, struct explain *e, const struct screen_result *r)
{
    enum explain_form form = o->json                                 ? EXPLAIN_JSON
                             : o->alerts != NULL && o->alert == NULL ? EXPLAIN_BRIEF
                                                                     : EXPLAIN_TEXT;
    struct buf out = {0};
    struct explain_sums sums;
    int code = EXIT_LIMIT;

    tell_unused(&r->inputs);
    if (explain_report(e, r, form, &out, &sums))
        code = command_put(&out);
    buf_fini(&out);
    return code == EXIT_OK && sums.differ > 0 ? EXIT_DIFFERENT : code;
}

static int
run(struct explain_options *o, struct explain *e)
{
    struct diags *ds = diags_new();
    struct screen_result result = {0};
    struct weir_err err = {0};
    int code = EXIT_INTERNAL;

    if (ds != NULL && getrandom(&o->spec.key, sizeof o->spec.key, 0) == sizeof o->spec.key) {
        o->spec.watch = explain_watch(e);
        if (screen_run(&o->spec, ds, &result, &err) == WEIR_OK) {
            code = tell(o, e, &result);
        } else {
            if (diags_errors(ds) > 0)
                command_diags(ds);
            code = command_fail(&err);
        }
    }
    screen_free(&result);
    diags_free(ds);
    return code;
}

static int
explain_subjects(struct explain_options *o, const struct explain_subject *subject, size_t count)
{
    struct explain *e = explain_new(subject, count);
    int code = e == NULL ? EXIT_LIMIT : run(o, e);

    explain_free(e);
    return code;
}

static int
explain_written(struct explain_options *o)
{
    struct alert_lines lines = {0};
    int code = EXIT_OK;
    struct explain_subject *subject = written(o, &lines, &code);

    if (subject != NULL)
        code = explain_subjects(o, subject, lines.count);
    alloc_free(subject);
    alert_file_fini(&lines);
    return code;
}

static int
explain_rule(struct explain_options *o)
{
    struct explain_subject subject = {.rule = bytes_of(o->rule), .id = {"", 0}, .line = {"", 0}};
    struct diags *ds = diags_new();
    int code = ds == NULL ? EXIT_LIMIT : check_rule(o, ds);

    if (ds != NULL && diags_errors(ds) > 0)
        command_diags(ds);
    diags_free(ds);
    subject.about = bytes_of(o->about);
    return code == EXIT_OK ? explain_subjects(o, &subject, 1) : code;
}

int
cmd_explain(int argc, char **argv)
{
    static struct explain_options o;
    int code = parse(&o, argc, argv);

    if (code != EXIT_OK)
        return code;
    if (o.help) {
        puts(usage);
        return EXIT_OK;
    }
    alloc_set_cap(o.spec.memory_bytes);
    if (o.alerts != NULL)
        return explain_written(&o);
    assert(o.rule != NULL && o.about != NULL); /* complete() saw to it */
    return explain_rule(&o);
}
