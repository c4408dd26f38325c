/* cmd_screen - options to a run, progress while it lasts, a page at its end. */
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/civil.h"
#include "base/log.h"
#include "cli/command.h"
#include "screen/screen.h"
#include "screen/summary.h"
#include "text/diag.h"
#include "text/regex.h"

enum { LISTED_MAX = 64, MEMORY_DEFAULT_GIB = 4, THREADS_MAX = 256 };

static const char help_text[] =
    "Usage: weir screen --rules DIR --mapping PATH --out DIR [OPTIONS] FILE|DIR...\n"
    "\n"
    "Reads exports of banks (plain or gzip, `-` for standard input), screens every payment "
    "against\n"
    "the rules and writes what it found into the folder --out.\n"
    "\n"
    "  -r, --rules DIR      folder of rules and lists (may be repeated)\n"
    "  -m, --mapping PATH   mapping of a bank's columns, a file or a folder (may be repeated);\n"
    "                       `weir inspect FILE` proposes one\n"
    "  -o, --out DIR        where alerts.txt, alerts.csv, alerts.jsonl, quarantine.jsonl and\n"
    "                       summary.json go; made if it is not there\n"
    "      --rates FILE     daily rates to the euro, as the European Central Bank lays them out\n"
    "      --as-of DAY      the day to judge by, 2026-01-31: later rows are set aside, exceptions\n"
    "                       and lists are aged by it; without it no row is too late\n"
    "  -j, --threads N      threads in all (default: one for each processor)\n"
    "      --memory SIZE    most memory to use, 512M or 2G (default 4G); the run stops beyond it\n"
    "      --work DIR       where large inputs are sorted (default: below --out)\n"
    "      --inflate WHICH  best, zlib or isal (default best): which library unpacks\n"
    "      --strict         end with 11 and write nothing if a search for a pattern was cut short\n"
    "      --alerts-exit    exit with 10 when there is at least one alert\n"
    "  -q, --quiet          nothing on the terminal unless something needs attention\n"
    "  -h, --help           this text\n"
    "\n"
    "Exit codes: 0 done; 3 done, but something needs attention (the page says what); 4 rules or\n"
    "mappings invalid; 5 no input usable; 6 no input found; 8 cannot write; 11 memory used up, or\n"
    "a search cut short in a --strict run.\n";

enum {
    OPT_RATES = 256,
    OPT_AS_OF,
    OPT_MEMORY,
    OPT_WORK,
    OPT_INFLATE,
    OPT_STRICT,
    OPT_ALERTS,
    OPT_BLOCK
};

static const struct option options[] = {
    {"rules", required_argument, NULL, 'r'},
    {"mapping", required_argument, NULL, 'm'},
    {"out", required_argument, NULL, 'o'},
    {"rates", required_argument, NULL, OPT_RATES},
    {"as-of", required_argument, NULL, OPT_AS_OF},
    {"threads", required_argument, NULL, 'j'},
    {"memory", required_argument, NULL, OPT_MEMORY},
    {"work", required_argument, NULL, OPT_WORK},
    {"inflate", required_argument, NULL, OPT_INFLATE},
    {"strict", no_argument, NULL, OPT_STRICT},
    {"alerts-exit", no_argument, NULL, OPT_ALERTS},
    {"block-size", required_argument, NULL, OPT_BLOCK}, /* for tests: bytes read at a time */
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {0},
};

struct arguments {
    struct screen_spec spec;
    const char *rules[LISTED_MAX], *mappings[LISTED_MAX];
    bool quiet, alerts_exit, help;
};

static volatile sig_atomic_t stop_signal;

static void
on_signal(int number)
{
    stop_signal = number;
}

static void
catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

static int
bad_value(const char *option, const char *value, const char *right)
{
    return command_usage("screen", "--%s %s: %s", option, value, right);
}

static bool
listed(const char **list, size_t *count, const char *value)
{
    if (*count == LISTED_MAX)
        return false;
    list[(*count)++] = value;
    return true;
}

static bool
inflater_of(const char *word, enum reader_inflater *out)
{
    if (strcmp(word, "best") == 0)
        *out = READER_INFLATE_BEST;
    else if (strcmp(word, "zlib") == 0)
        *out = READER_INFLATE_ZLIB;
    else if (strcmp(word, "isal") == 0)
        *out = READER_INFLATE_ISAL;
    else
        return false;
    return true;
}

/* One option; EXIT_OK, or EXIT_USAGE after saying what is wrong. */
static int
take_option(struct arguments *a, int option, char **argv)
{
    uint64_t n;

    switch (option) {
    case 'r':
        if (!listed(a->rules, &a->spec.rule_count, optarg))
            return bad_value("rules", optarg, "too many folders; 64 are the most");
        break;
    case 'm':
        if (!listed(a->mappings, &a->spec.mapping_count, optarg))
            return bad_value("mapping", optarg, "too many; put them into one folder");
        break;
    case 'o':
        a->spec.out = optarg;
        break;
    case OPT_RATES:
        a->spec.rates = optarg;
        break;
    case OPT_AS_OF:
        if (!command_day(optarg, &a->spec.as_of_day))
            return bad_value("as-of", optarg, "is not a day such as 2026-01-31");
        break;
    case 'j':
        if (!command_number(optarg, 1, THREADS_MAX, &n))
            return bad_value("threads", optarg, "is not a number from 1 to 256");
        a->spec.threads = (uint32_t)n;
        break;
    case OPT_MEMORY:
        if (!command_size(optarg, &n))
            return bad_value("memory", optarg, "is not a size such as 512M or 2G");
        a->spec.memory_bytes = (size_t)n;
        break;
    case OPT_WORK:
        a->spec.work = optarg;
        break;
    case OPT_INFLATE:
        if (!inflater_of(optarg, &a->spec.inflater))
            return bad_value("inflate", optarg, "is none of best, zlib, isal");
        break;
    case OPT_STRICT:
        a->spec.strict = true;
        break;
    case OPT_ALERTS:
        a->alerts_exit = true;
        break;
    case OPT_BLOCK:
        if (!command_number(optarg, 1, 1 << 26, &n))
            return bad_value("block-size", optarg, "is not a number of bytes up to 64 MiB");
        a->spec.block_bytes = (size_t)n;
        break;
    case 'q':
        a->quiet = true;
        break;
    case 'h':
        a->help = true;
        break;
    default:
        return command_bad_option("screen", argv);
    }
    return EXIT_OK;
}

static int
complete(struct arguments *a, int argc, char **argv)
{
    if (a->spec.rule_count == 0)
        return command_usage(
            "screen", "--rules is missing: the folder of rules, e.g. --rules rules");
    if (a->spec.mapping_count == 0)
        return command_usage("screen", "--mapping is missing: how this bank writes its columns; "
                                       "`weir inspect FILE` proposes one");
    if (a->spec.out == NULL)
        return command_usage("screen", "--out is missing: the folder for alerts, e.g. --out out");
    if (optind == argc)
        return command_usage("screen", "no input given: files or folders of bank exports, or -");
    a->spec.inputs = (const char *const *)(argv + optind);
    a->spec.input_count = (size_t)(argc - optind);
    return EXIT_OK;
}

static int
parse(struct arguments *a, int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int option, code;

    a->spec.rules = a->rules;
    a->spec.mappings = a->mappings;
    a->spec.as_of_day = INT64_MAX;
    a->spec.threads = processors < 1             ? 1
                      : processors > THREADS_MAX ? THREADS_MAX
                                                 : (uint32_t)processors;
    a->spec.memory_bytes = (size_t)MEMORY_DEFAULT_GIB << 30;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "r:m:o:j:qh", options, NULL)) != -1)
        if ((code = take_option(a, option, argv)) != EXIT_OK)
            return code;
    return a->help ? EXIT_OK : complete(a, argc, argv);
}

static int64_t
now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * US_PER_S + t.tv_nsec / 1000;
}

/* One line on the terminal, rewritten. */
static void
show_progress(void *context, uint64_t rows, int64_t at_us)
{
    int64_t *shown_us = context, now = now_us();
    struct civil c;

    if (now - *shown_us < US_PER_S / 5)
        return;
    *shown_us = now;
    civil_from_us(at_us, &c);
    fprintf(stderr, "\r%" PRIu64 " rows, now at %04" PRId32 "-%02" PRId32 "-%02" PRId32 " ", rows,
        c.year, c.month, c.day);
}

static uint64_t
peak_bytes(void)
{
    struct rusage usage;

    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

static const char *
inflater_name(enum reader_inflater which)
{
#ifdef HAVE_ISAL
    return which == READER_INFLATE_ZLIB ? "zlib" : "isal";
#else
    (void)which;
    return "zlib";
#endif
}

static int
finish(const struct arguments *a, const struct screen_result *r, int64_t began_us)
{
    struct summary_run run = {.elapsed_us = now_us() - began_us,
        .peak_bytes = peak_bytes(),
        .threads = a->spec.threads,
        .inflater = inflater_name(a->spec.inflater),
        .jit = regex_jit()};
    struct weir_err err = {0};
    struct buf page = {0};

    if (summary_write(&a->spec, r, &run, &err) != WEIR_OK)
        return command_fail(&err);
    if (!a->quiet || r->attention) {
        summary_print(&a->spec, r, &run, &page);
        (void)fwrite(page.at, 1, page.size, a->quiet ? stderr : stdout);
        buf_fini(&page);
    }
    if (r->attention)
        return EXIT_ATTENTION;
    return a->alerts_exit && r->alert_count > 0 ? EXIT_ALERTS : EXIT_OK;
}

static int
run(struct arguments *a)
{
    struct diags *ds = diags_new();
    struct screen_result result;
    struct weir_err err = {0};
    int64_t began_us = now_us(), shown_us = 0;
    bool terminal = !a->quiet && isatty(STDERR_FILENO) != 0;
    enum weir_status st;
    int code;

    if (ds == NULL || getrandom(&a->spec.key, sizeof a->spec.key, 0) != sizeof a->spec.key) {
        diags_free(ds);
        return EXIT_INTERNAL;
    }
    a->spec.stop = &stop_signal;
    a->spec.progress = terminal ? show_progress : NULL;
    a->spec.context = &shown_us;
    st = screen_run(&a->spec, ds, &result, &err);
    if (shown_us != 0)
        fputs("\r\033[K", stderr);
    if (!a->quiet || diags_errors(ds) > 0)
        command_diags(ds);
    if (st == WEIR_OK)
        code = finish(a, &result, began_us);
    else if (err.trouble == WEIR_TROUBLE_STOPPED)
        code = EXIT_SIGNAL + stop_signal;
    else
        code = command_fail(&err);
    screen_free(&result);
    diags_free(ds);
    return code;
}

int
cmd_screen(int argc, char **argv)
{
    static struct arguments a;
    int code = parse(&a, argc, argv);

    if (code != EXIT_OK)
        return code;
    if (a.help) {
        fputs(help_text, stdout);
        return EXIT_OK;
    }
    log_set(a.quiet ? LOG_WARN : LOG_INFO, command_colour());
    alloc_set_cap(a.spec.memory_bytes);
    catch_signals();
    return run(&a);
}
