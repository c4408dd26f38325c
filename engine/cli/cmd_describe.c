/* cmd_describe - rules in sentences, for the examiner's file. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "author/describe.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/rule_name.h"
#include "text/diag.h"
#include "weir/limits.h"

static const char usage[] =
    "Usage: weir describe [--rules DIR] [RULE...]\n\n"
    "Prints rules in sentences: which transactions they look at, what they collect, when they\n"
    "alert and what they leave out, with every figure and its allowed range.\n\n"
    "  --rules DIR  where the rules are (default: rules); may be given several times\n"
    "  RULE         the names of the rules (default: all)\n"
    "  -h, --help   show this\n\n"
    "Exit status: 0 done, 2 wrong usage, 4 errors in the rules or no such rule.";

enum { FOLDERS_MAX = 16 };

struct describe_options {
    const char *folder[FOLDERS_MAX];
    size_t folders;
};

/* -1: go on; else the exit code. */
static int
read_options(int argc, char **argv, struct describe_options *o)
{
    static const struct option longs[] = {{"rules", required_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (c) {
        case 'h':
            puts(usage);
            return EXIT_OK;
        case 'r':
            if (o->folders == FOLDERS_MAX)
                return command_usage("describe", "--rules may be given %d times", FOLDERS_MAX);
            o->folder[o->folders++] = optarg;
            break;
        default:
            return command_bad_option("describe", argv);
        }
    }
    if (o->folders == 0)
        o->folder[o->folders++] = "rules";
    return -1;
}

/* The rule's own document, read again from its file as it is laid out there. */
static const struct sheet_node *
find_document(const struct sheet *sheet, struct bytes name)
{
    for (size_t i = 0; i < sheet->count; i++) {
        const struct sheet_node *root = sheet->document[i].root;
        size_t count = root->kind == YAML_LIST ? root->count : 1;

        for (size_t k = 0; k < count; k++) {
            const struct sheet_node *n = root->kind == YAML_LIST ? root->entry[k].value : root;
            const struct sheet_entry *e = sheet_entry(n, "rule");

            if (e != NULL && e->value != NULL && bytes_equal(e->value->text, name))
                return n;
        }
    }
    return NULL;
}

static bool
describe_rule(const struct ruleset *rs, const struct rule *rule, struct buf *out)
{
    struct diags *ds = diags_new();
    struct buf text = {0};
    struct weir_err err = {0};
    struct sheet sheet;
    struct arena a;
    const struct sheet_node *n = NULL;

    arena_init(&a, 0, "layout");
    if (ds != NULL && file_read(rule->file, LIMIT_YAML_BYTES, &text, &err) == WEIR_OK &&
        sheet_read(&a, ds, rule->file, buf_bytes(&text), &sheet))
        n = find_document(&sheet, rule->name);
    if (n != NULL)
        describe_print(rs, n, out);
    buf_fini(&text);
    arena_fini(&a);
    diags_free(ds);
    return n != NULL && !out->failed;
}

static bool
is_wanted(const struct rule *rule, char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(rule->name, bytes_of(names[i])))
            return true;
    return count == 0;
}

static int
describe_all(const struct ruleset *rs, char **names, size_t count)
{
    struct buf out = {0};
    int code = EXIT_OK;

    for (size_t i = 0; i < count && code == EXIT_OK; i++)
        if (rule_name_find(rs, bytes_of(names[i])) == NULL)
            code = EXIT_RULES;
    for (size_t i = 0; i < rs->rule_count && code == EXIT_OK; i++) {
        if (!is_wanted(&rs->rule[i], names, count))
            continue;
        if (out.size > 0)
            buf_byte(&out, '\n');
        if (!describe_rule(rs, &rs->rule[i], &out))
            code = EXIT_LIMIT;
    }
    if (code == EXIT_OK)
        code = command_put(&out);
    buf_fini(&out);
    return code;
}

int
cmd_describe(int argc, char **argv)
{
    struct describe_options o = {0};
    const struct rules_env env = {.as_of_day = INT64_MAX};
    struct ruleset *rs = NULL;
    struct weir_err err = {0};
    struct diags *ds;
    int code = read_options(argc, argv, &o);

    if (code >= 0)
        return code;
    ds = diags_new();
    if (ds == NULL)
        return EXIT_LIMIT;
    if (ruleset_load(o.folder, o.folders, &env, ds, &rs, &err) != WEIR_OK) {
        code = command_fail(&err);
    } else if (diags_errors(ds) > 0) {
        command_diags(ds);
        code = EXIT_RULES;
    } else {
        code = describe_all(rs, &argv[optind], (size_t)(argc - optind));
    }
    ruleset_free(rs);
    diags_free(ds);
    return code;
}
