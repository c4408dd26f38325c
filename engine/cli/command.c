#include "cli/command.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/log.h"
#include "text/diag.h"

static int
code_of(enum weir_trouble trouble)
{
    switch (trouble) {
    case WEIR_TROUBLE_USAGE:
        return EXIT_USAGE;
    case WEIR_TROUBLE_RULES:
        return EXIT_RULES;
    case WEIR_TROUBLE_INPUT:
        return EXIT_NO_USABLE_INPUT;
    case WEIR_TROUBLE_NO_INPUT:
        return EXIT_NO_INPUT;
    case WEIR_TROUBLE_WRITE:
        return EXIT_WRITE;
    case WEIR_TROUBLE_LIMIT:
        return EXIT_LIMIT;
    case WEIR_TROUBLE_NONE:
    case WEIR_TROUBLE_INTERNAL:
    case WEIR_TROUBLE_STOPPED: /* the command knows which signal */
        break;
    }
    return EXIT_INTERNAL;
}

int
command_fail(const struct weir_err *err)
{
    log_error(err->code, "%s", err->text);
    return code_of(err->trouble);
}

bool
command_colour(void)
{
    return isatty(STDERR_FILENO) != 0 && getenv("NO_COLOR") == NULL;
}

int
command_usage(const char *command, const char *fmt, ...)
{
    va_list args;

    fputs("weir: ", stderr);
    va_start(args, fmt);
    (void)vfprintf(stderr, fmt, args);
    va_end(args);
    if (command != NULL)
        fprintf(stderr, "\n`weir %s --help` lists its options.\n", command);
    else
        fputs("\n`weir --help` lists the commands.\n", stderr);
    return EXIT_USAGE;
}

int
command_bad_option(const char *command, char **argv)
{
    if (optopt != 0)
        return command_usage(
            command, "option -%c is unknown or lacks its value (%s)", optopt, argv[optind - 1]);
    return command_usage(command, "unknown option %s, or its value is missing", argv[optind - 1]);
}

void
command_diags(const struct diags *ds)
{
    struct buf text = {0};

    diags_print_text(ds, command_colour(), &text);
    if (text.size > 0)
        (void)fwrite(text.at, 1, text.size, stderr);
    buf_fini(&text);
}

int
command_put(const struct buf *text)
{
    struct weir_err err = {0};

    if (!text->failed && fwrite(text->at, 1, text->size, stdout) == text->size &&
        fflush(stdout) == 0)
        return EXIT_OK;
    (void)weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_WRITE, "E411", "standard output is not taken");
    return command_fail(&err);
}

static bool
digits(const char *text, size_t count, int32_t *out)
{
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

bool
command_day(const char *text, int64_t *day)
{
    int32_t y, m, d;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 4, &y) ||
        !digits(text + 5, 2, &m) || !digits(text + 8, 2, &d) || !civil_valid_date(y, m, d))
        return false;
    *day = civil_days(y, m, d);
    return true;
}

bool
command_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    uint64_t n = 0;

    if (*text == 0)
        return false;
    for (; *text != 0; text++) {
        if (*text < '0' || *text > '9' || n > (UINT64_MAX - 9) / 10)
            return false;
        n = n * 10 + (uint64_t)(*text - '0');
    }
    *out = n;
    return n >= least && n <= most;
}

bool
command_size(const char *text, uint64_t *bytes)
{
    static const char units[] = "KMGT";
    char number[24];
    size_t size = strlen(text);
    const char *unit;
    uint64_t n;

    if (size == 0 || size >= sizeof number)
        return false;
    memcpy(number, text, size + 1);
    unit = strchr(units, number[size - 1]);
    if (unit != NULL)
        number[size - 1] = 0;
    if (!command_number(number, 1, UINT64_MAX >> 42, &n))
        return false;
    *bytes = unit == NULL ? n : n << (10 * (unit - units + 1));
    return true;
}
