/*
 * cmd_test - run the tests inside the rule files, with the boundary check.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "author/report.h"
#include "base/buf.h"
#include "cli/command.h"
#include "cli/rule_name.h"
#include "rule/ruleset.h"
#include "text/diag.h"

static const char usage[] =
    "Usage: weir test [--rule NAME] [--format FORMAT] [--accept] PATH...\n\n"
    "Runs the tests inside the rules below each PATH, by the same steps as `weir screen`,\n"
    "and moves every parameter one step up and down to see whether some test notices.\n\n"
    "      --rules PATH      the same as PATH\n"
    "      --rule NAME       only the tests of this rule\n"
    "      --format FORMAT   text (default), json (an object a line), junit or tap\n"
    "      --accept          print the tables of failed tests with the alerts as they are,\n"
    "                        to be put into the rule after review\n"
    "  -h, --help            show this\n\n"
    "Exit status: 0 all tests passed, 2 wrong usage, 4 a file did not load, 13 a test failed.";

enum { PATHS_MAX = 64 };

struct test_options {
    const char *path[PATHS_MAX];
    size_t path_count;
    const char *rule;
    enum report_format format;
    bool accept;
};

static int
read_format(const char *text, enum report_format *out)
{
    static const char *const names[] = {"text", "json", "junit", "tap"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (enum report_format)i;
            return -1;
        }
    return command_usage("test", "--format takes text, json, junit or tap, not `%s`", text);
}

static int
add_path(struct test_options *o, const char *path)
{
    if (o->path_count == PATHS_MAX)
        return command_usage("test", "at most %d paths", PATHS_MAX);
    o->path[o->path_count++] = path;
    return -1;
}

/* -1: go on; else the exit code. */
static int
read_options(int argc, char **argv, struct test_options *o)
{
    static const struct option longs[] = {{"rule", required_argument, NULL, 'r'},
        {"rules", required_argument, NULL, 'R'}, {"format", required_argument, NULL, 'f'},
        {"accept", no_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int c, code = -1;

    opterr = 0;
    while (code < 0 && (c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (c) {
        case 'h':
            puts(usage);
            return EXIT_OK;
        case 'r':
            o->rule = optarg;
            break;
        case 'R':
            code = add_path(o, optarg);
            break;
        case 'f':
            code = read_format(optarg, &o->format);
            break;
        case 'a':
            o->accept = true;
            break;
        default:
            return command_bad_option("test", argv);
        }
    }
    for (; code < 0 && optind < argc; optind++)
        code = add_path(o, argv[optind]);
    if (code < 0 && o->path_count == 0)
        code = command_usage("test", "where are the rules? For instance: weir test rules");
    return code;
}

static int64_t
now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum weir_status
report(const struct test_options *o, const struct examples *x, int64_t since_us, struct buf *out,
    struct weir_err *err)
{
    /* How long it took is for people who wait; what goes into a file is the same every time. */
    bool timed = isatty(STDOUT_FILENO) != 0;

    if (o->accept)
        return report_accept(x, out, err);
    switch (o->format) {
    case REPORT_TEXT:
        return report_text(x, timed ? now_us() - since_us : -1, out, err);
    case REPORT_JSON:
        return report_json(x, out, err);
    case REPORT_JUNIT:
        return report_junit(x, out, err);
    case REPORT_TAP:
        return report_tap(x, out, err);
    }
    return WEIR_OK;
}

static int
print(struct buf *out)
{
    bool good =
        !out->failed && (out->size == 0 || fwrite(out->at, 1, out->size, stdout) == out->size);

    return fflush(stdout) == 0 && good ? -1 : EXIT_WRITE;
}

static int
run_tests(const struct test_options *o, const struct ruleset *rs, int64_t since_us)
{
    struct examples x;
    struct buf out = {0};
    struct weir_err err = {0};
    int code = -1;

    if (o->rule != NULL && rule_name_find(rs, bytes_of(o->rule)) == NULL)
        return EXIT_USAGE;
    if (examples_run(rs, o->rule, &x, &err) != WEIR_OK ||
        report(o, &x, since_us, &out, &err) != WEIR_OK)
        code = command_fail(&err);
    else
        code = print(&out);
    if (code < 0)
        code = x.failed > 0 ? EXIT_RULE_TEST : EXIT_OK;
    examples_fini(&x);
    buf_fini(&out);
    return code;
}

int
cmd_test(int argc, char **argv)
{
    struct test_options o = {.format = REPORT_TEXT};
    struct rules_env env = {.as_of_day = INT64_MAX, .as_written = true};
    struct weir_err err = {0};
    struct ruleset *rs = NULL;
    struct diags *ds;
    int64_t since_us = now_us();
    int code = read_options(argc, argv, &o);

    if (code >= 0)
        return code;
    ds = diags_new();
    if (ds == NULL) {
        (void)weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "no memory for messages");
        return command_fail(&err);
    }
    if (ruleset_load(o.path, o.path_count, &env, ds, &rs, &err) != WEIR_OK) {
        code = command_fail(&err);
    } else if (diags_errors(ds) > 0) {
        command_diags(ds);
        code = EXIT_RULES;
    } else {
        code = run_tests(&o, rs, since_us);
    }
    ruleset_free(rs);
    diags_free(ds);
    return code;
}
