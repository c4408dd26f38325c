/* cmd_ast - rule files as JSON trees. */
#include <getopt.h>
#include <stdio.h>

#include "author/ast.h"
#include "base/arena.h"
#include "base/buf.h"
#include "cli/command.h"
#include "cli/rule_file.h"
#include "text/diag.h"

static const char usage[] =
    "Usage: weir ast [--rule NAME] PATH...\n\n"
    "Prints rule files as JSON, one tree a file and line, with positions, comments and "
    "expressions\n"
    "as trees, for editors with forms. `weir fmt --ast -` turns a tree back into a rule file.\n"
    "PATH is a file, a folder, or - for standard input.\n\n"
    "  --rule NAME  only the document of that name\n"
    "  -h, --help   show this\n\n"
    "Exit status: 0 done, 2 wrong usage, 4 a file is no rule file or has no such document.";

struct ast_options {
    const char *rule;
    size_t found;
};

/* -1: go on; else the exit code. */
static int
read_options(int argc, char **argv, struct ast_options *o)
{
    static const struct option longs[] = {{"rule", required_argument, NULL, 'r'},
        {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (c) {
        case 'h':
            puts(usage);
            return EXIT_OK;
        case 'r':
            o->rule = optarg;
            break;
        default:
            return command_bad_option("ast", argv);
        }
    }
    return optind < argc ? -1 : command_usage("ast", "which files? For instance: weir ast rules");
}

static int
print_one(const char *path, struct bytes text, void *context)
{
    struct ast_options *o = context;
    struct diags *ds = diags_new();
    struct buf out = {0};
    struct sheet sheet;
    struct arena a;
    size_t count;
    int code;

    if (ds == NULL)
        return EXIT_LIMIT;
    arena_init(&a, 0, "tree");
    if (sheet_read(&a, ds, path, text, &sheet)) {
        count = ast_print(ds, &sheet, o->rule, &out);
        o->found += count;
        code = out.failed ? EXIT_LIMIT : count > 0 || o->rule == NULL ? command_put(&out) : EXIT_OK;
    } else {
        code = diags_errors(ds) > 0 ? EXIT_RULES : EXIT_LIMIT;
    }
    command_diags(ds);
    buf_fini(&out);
    arena_fini(&a);
    diags_free(ds);
    return code;
}

int
cmd_ast(int argc, char **argv)
{
    struct ast_options o = {0};
    int code = read_options(argc, argv, &o);

    if (code >= 0)
        return code;
    code =
        rule_files_each((const char *const *)&argv[optind], (size_t)(argc - optind), print_one, &o);
    if (code == EXIT_OK && o.rule != NULL && o.found == 0) {
        fprintf(stderr, "weir: no document is named `%s` there\n", o.rule);
        return EXIT_RULES;
    }
    return code;
}
