/* cmd_sample - exports of invented banks, to try things on. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "cli/command.h"
#include "sample/sample.h"
#include "sample/world.h"

static const char help_text[] =
    "Usage: weir sample --out DIR [OPTIONS]\n"
    "\n"
    "Makes exports of invented banks with invented people: everyday life, planted schemes, and for "
    "each\n"
    "an honest look-alike. The same options give the same bytes. Below DIR: data/ (the exports),\n"
    "mappings/, rates.csv, and truth.csv, which says what was planted.\n"
    "\n"
    "  -o, --out DIR        where to write\n"
    "  -n, --rows N         everyday payments (default 200000)\n"
    "  -s, --seed N         another world for every number (default 1)\n"
    "  -b, --banks N        banks, 1 to 8 (default 4); each has its own layout\n"
    "  -d, --days N         days from 2026-01-01 (default 60)\n"
    "      --accounts N     accounts kept by the banks (default: a tenth of the rows)\n"
    "      --shapes N       schemes and look-alikes of each pattern across accounts (default 0)\n"
    "      --level N        gzip level 1 to 9, 0 for plain files (default 6)\n"
    "      --whole          one file a bank instead of one a month\n"
    "  -h, --help           this text\n";

enum { SHAPES_ACCOUNTS = 1000 };
enum { OPT_ACCOUNTS = 256, OPT_SHAPES, OPT_LEVEL, OPT_WHOLE };

static const struct option options[] = {
    {"out", required_argument, NULL, 'o'},
    {"rows", required_argument, NULL, 'n'},
    {"seed", required_argument, NULL, 's'},
    {"banks", required_argument, NULL, 'b'},
    {"days", required_argument, NULL, 'd'},
    {"accounts", required_argument, NULL, OPT_ACCOUNTS},
    {"shapes", required_argument, NULL, OPT_SHAPES},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"whole", no_argument, NULL, OPT_WHOLE},
    {"help", no_argument, NULL, 'h'},
    {0},
};

static int
number(const char *option, uint64_t least, uint64_t most, uint64_t *out)
{
    if (command_number(optarg, least, most, out))
        return EXIT_OK;
    return command_usage("sample", "--%s %s: must be a number from %" PRIu64 " to %" PRIu64, option,
        optarg, least, most);
}

static int
take_option(struct sample_spec *spec, int option, char **argv)
{
    uint64_t n = 0;
    int code = EXIT_OK;

    switch (option) {
    case 'o':
        spec->out = optarg;
        break;
    case 'n':
        code = number("rows", 1, UINT64_C(10000000000), &spec->rows);
        break;
    case 's':
        code = number("seed", 0, UINT64_MAX / 16, &spec->seed);
        break;
    case 'b':
        code = number("banks", 1, BANKS_MAX, &n);
        spec->banks = (uint32_t)n;
        break;
    case 'd':
        code = number("days", 1, 3650, &n);
        spec->days = (uint32_t)n;
        break;
    case OPT_ACCOUNTS:
        code = number("accounts", 100, 100000000, &n);
        spec->accounts = (uint32_t)n;
        break;
    case OPT_SHAPES:
        code = number("shapes", 0, 10000, &n);
        spec->shapes = (uint32_t)n;
        break;
    case OPT_LEVEL:
        code = number("level", 0, 9, &n);
        spec->level = (int)n;
        break;
    case OPT_WHOLE:
        spec->whole = true;
        break;
    default:
        return command_bad_option("sample", argv);
    }
    return code;
}

int
cmd_sample(int argc, char **argv)
{
    struct sample_spec spec = {.rows = 200000, .seed = 1, .banks = 4, .days = 60, .level = 6};
    struct sample_result made;
    struct weir_err err = {0};
    int option, code;

    opterr = 0;
    while ((option = getopt_long(argc, argv, "o:n:s:b:d:h", options, NULL)) != -1) {
        if (option == 'h') {
            fputs(help_text, stdout);
            return EXIT_OK;
        }
        if ((code = take_option(&spec, option, argv)) != EXIT_OK)
            return code;
    }
    if (spec.shapes > 0 && spec.accounts > 0 && spec.accounts < SHAPES_ACCOUNTS)
        return command_usage("sample", "--shapes needs at least %d --accounts", SHAPES_ACCOUNTS);
    if (spec.out == NULL)
        return command_usage("sample", "--out is missing: the folder to write to, e.g. --out try");
    if (sample_make(&spec, &made, &err) != WEIR_OK)
        return command_fail(&err);
    printf("%s: %" PRIu64 " payments of %" PRIu32 " banks in %" PRIu32 " files; %" PRIu32
           " schemes and %" PRIu32 " look-alikes planted (truth.csv)\n",
        spec.out, made.rows, spec.banks, made.files, made.schemes, made.look_alikes);
    return EXIT_OK;
}
