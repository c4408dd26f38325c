/* cmd_inspect - what is this file, and how would its mapping look? */
#include <getopt.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "cli/command.h"
#include "ingest/inspect.h"
#include "ingest/mapping.h"
#include "text/diag.h"

static const char help_text[] =
    "Usage: weir inspect [--mapping PATH] [--rows N] FILE...\n"
    "\n"
    "Looks at a file nobody has described yet: container, encoding, notation, dialect. Proposes a\n"
    "mapping, to be saved and corrected, and shows the first rows as the engine would see them.\n"
    "\n"
    "  -m, --mapping PATH   use this mapping instead of proposing one (file or folder)\n"
    "  -n, --rows N         rows to show (default 5)\n"
    "  -h, --help           this text\n";

static const struct option options[] = {
    {"mapping", required_argument, NULL, 'm'},
    {"rows", required_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int
inspect_all(char **paths, int count, const struct mappings *mappings, uint32_t rows)
{
    struct weir_err err = {0};
    struct buf out = {0};
    int code = EXIT_OK;

    for (int i = 0; i < count && code == EXIT_OK; i++) {
        out.size = 0;
        if (inspect_run(paths[i], mappings, rows, &out, &err) != WEIR_OK)
            code = command_fail(&err);
        (void)fwrite(out.at, 1, out.size, stdout);
    }
    buf_fini(&out);
    return code;
}

static int
load_and_inspect(const char *mapping, uint32_t rows, char **paths, int count)
{
    struct diags *ds = diags_new();
    struct mappings *mappings = NULL;
    struct arena arena;
    int code = EXIT_LIMIT;

    if (ds == NULL)
        return code;
    arena_init(&arena, 0, "mappings");
    if (mapping == NULL || mappings_load(&arena, ds, mapping, &mappings)) {
        command_diags(ds);
        code = diags_errors(ds) > 0 ? EXIT_RULES : inspect_all(paths, count, mappings, rows);
    }
    mappings_free(mappings);
    arena_fini(&arena);
    diags_free(ds);
    return code;
}

int
cmd_inspect(int argc, char **argv)
{
    const char *mapping = NULL;
    uint64_t rows = 5;
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "m:n:h", options, NULL)) != -1) {
        switch (option) {
        case 'm':
            mapping = optarg;
            break;
        case 'n':
            if (!command_number(optarg, 0, 1000, &rows))
                return command_usage("inspect", "--rows %s: is not a number up to 1000", optarg);
            break;
        case 'h':
            fputs(help_text, stdout);
            return EXIT_OK;
        default:
            return command_bad_option("inspect", argv);
        }
    }
    if (optind == argc)
        return command_usage("inspect", "which file? For instance: weir inspect export.csv.gz");
    return load_and_inspect(mapping, (uint32_t)rows, argv + optind, argc - optind);
}
