/* cmd_fmt - rule files in their canonical form. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "author/ast.h"
#include "author/fmt.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/command.h"
#include "cli/rule_file.h"
#include "text/diag.h"

static const char usage[] =
    "Usage: weir fmt [--check] PATH...\n"
    "       weir fmt [--ast] -\n\n"
    "Writes the rule files below each PATH anew in their canonical form: keys in their usual\n"
    "order, expressions evenly spaced, long ones one condition a line, the tables of tests "
    "aligned.\n"
    "Comments stay, and no rule changes its meaning. With `-` a file is read from standard input\n"
    "and written to standard output.\n\n"
    "  --check     change nothing; name the files that are laid out otherwise\n"
    "  --ast       standard input is the JSON that `weir ast` prints\n"
    "  -h, --help  show this\n\n"
    "Exit status: 0 done, 2 wrong usage, 3 --check named a file, 4 a file is no rule file, 8 a\n"
    "file could not be written.";

struct fmt_options {
    bool check, ast;
    size_t changed;
};

/* -1: go on; else the exit code. */
static int
read_options(int argc, char **argv, struct fmt_options *o)
{
    static const struct option longs[] = {{"check", no_argument, NULL, 'c'},
        {"ast", no_argument, NULL, 'a'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (c) {
        case 'h':
            puts(usage);
            return EXIT_OK;
        case 'a':
            o->ast = true;
            break;
        case 'c':
            o->check = true;
            break;
        default:
            return command_bad_option("fmt", argv);
        }
    }
    if (optind == argc)
        return command_usage("fmt", "which files? For instance: weir fmt rules");
    if (o->ast && strcmp(argv[optind], "-") != 0)
        return command_usage("fmt", "--ast reads standard input: weir ast FILE | weir fmt --ast -");
    return -1;
}

/* The text in its canonical form; EXIT_OK, or EXIT_RULES after messages. */
static int
lay_out(const struct fmt_options *o, const char *path, struct bytes text, struct buf *out)
{
    struct diags *ds = diags_new();
    struct sheet sheet;
    struct arena a;
    int code = EXIT_RULES;

    if (ds == NULL)
        return EXIT_LIMIT;
    arena_init(&a, 0, "layout");
    if (o->ast ? ast_read(&a, ds, path, text, &sheet) : sheet_read(&a, ds, path, text, &sheet)) {
        fmt_print(&sheet, out);
        code = out->failed ? EXIT_LIMIT : EXIT_OK;
    } else if (diags_errors(ds) == 0) {
        code = EXIT_LIMIT;
    }
    command_diags(ds);
    arena_fini(&a);
    diags_free(ds);
    return code;
}

static int
write_back(const char *path, struct bytes text)
{
    struct file_writer *w;
    struct weir_err err = {0};

    if (file_create(path, &w, &err) != WEIR_OK)
        return command_fail(&err);
    file_write(w, text.at, text.size);
    return file_commit(w, &err) == WEIR_OK ? EXIT_OK : command_fail(&err);
}

static int
format_one(const char *path, struct bytes text, void *context)
{
    struct fmt_options *o = context;
    struct buf out = {0};
    int code = lay_out(o, path, text, &out);

    if (code == EXIT_OK && strcmp(path, "-") == 0) {
        code = command_put(&out);
    } else if (code == EXIT_OK && !bytes_equal(text, buf_bytes(&out))) {
        o->changed++;
        if (o->check)
            printf("%s\n", path);
        else
            code = write_back(path, buf_bytes(&out));
    }
    buf_fini(&out);
    return code;
}

int
cmd_fmt(int argc, char **argv)
{
    struct fmt_options o = {0};
    int code = read_options(argc, argv, &o);

    if (code >= 0)
        return code;
    code = rule_files_each(
        (const char *const *)&argv[optind], (size_t)(argc - optind), format_one, &o);
    return code == EXIT_OK && o.check && o.changed > 0 ? EXIT_ATTENTION : code;
}
