/* cmd_schema - JSON Schema of rule files, for editors. */
#include <getopt.h>
#include <stdio.h>

#include "author/schema.h"
#include "base/buf.h"
#include "cli/command.h"

static const char usage[] = "Usage: weir schema\n\n"
                            "Prints a JSON Schema (draft-07) of rule files. Save it and name it in "
                            "the first line of a rule\n"
                            "file, and editors that know YAML complete and explain keys:\n\n"
                            "  weir schema > weir.schema.json\n"
                            "  # yaml-language-server: $schema=weir.schema.json\n\n"
                            "Set the editor to YAML 1.2, in which NO is Norway.\n\n"
                            "  -h, --help  show this";

int
cmd_schema(int argc, char **argv)
{
    static const struct option longs[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    struct buf out = {0};
    int c, code;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (c != 'h')
            return command_bad_option("schema", argv);
        puts(usage);
        return EXIT_OK;
    }
    if (optind < argc)
        return command_usage("schema", "it takes no files, not `%s`", argv[optind]);
    schema_print(&out);
    code = command_put(&out);
    buf_fini(&out);
    return code;
}
