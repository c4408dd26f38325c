/* cmd_new - a commented rule to begin with. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "author/template.h"
#include "cli/command.h"
#include "text/diag.h"

static const char usage[] =
    "Usage: weir new [OPERATOR [SHAPE]]\n\n"
    "Prints a commented rule of that kind, with a test that fires and one that stays quiet, to be\n"
    "saved and changed:\n\n"
    "  weir new window > rules/my-rule.yaml\n";

static int
help(void)
{
    puts(usage);
    for (size_t i = 0; i < template_count; i++)
        if (template_ready(&templates[i]))
            printf("  %-20s %s\n", templates[i].label, templates[i].what);
    puts("\n  -h, --help  show this");
    return EXIT_OK;
}

static const struct template *
find_template(const char *label)
{
    for (size_t i = 0; i < template_count; i++)
        if (strcmp(templates[i].label, label) == 0)
            return &templates[i];
    return NULL;
}

static int
unknown(const char *label)
{
    const char *names[64];
    size_t count = 0, best;

    for (size_t i = 0; i < template_count && count < 64; i++)
        if (template_ready(&templates[i]))
            names[count++] = templates[i].label;
    if (diag_nearest(bytes_of(label), names, count, &best, 1) == 1)
        return command_usage(
            "new", "there is no kind of rule `%s`; did you mean `%s`?", label, names[best]);
    return command_usage("new", "there is no kind of rule `%s`", label);
}

int
cmd_new(int argc, char **argv)
{
    static const struct option longs[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const struct template *t;
    char label[64] = "plain";
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1)
        return c == 'h' ? help() : command_bad_option("new", argv);
    if (argc - optind > 2)
        return command_usage("new", "it takes an operator and a shape, for instance: flow chain");
    if (optind < argc)
        (void)snprintf(label, sizeof label, "%s%s%s", argv[optind], optind + 1 < argc ? " " : "",
            optind + 1 < argc ? argv[optind + 1] : "");
    t = find_template(label);
    if (t == NULL)
        return unknown(label);
    if (!template_ready(t))
        return command_usage(
            "new", "`%s` is part of the language but not of this version yet", t->operator_key);
    fputs(t->text, stdout);
    return EXIT_OK;
}
