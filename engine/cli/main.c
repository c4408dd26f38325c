/* main - picks a command. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "text/diag.h"
#include "weir/version.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
#define COMMAND(name, function, help) {name, function, help},
#include "cli/command.def"
#undef COMMAND
};
enum { COMMANDS = sizeof commands / sizeof *commands };

int
command_list(void)
{
    puts("weir - finds the money of migrant smugglers and traffickers in exports of banks\n\n"
         "Usage: weir COMMAND [OPTIONS] FILE...\n\nCommands:");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-8s  %s\n", commands[i].name, commands[i].help);
    puts("\n`weir COMMAND --help` explains a command. A first try, with invented data:\n"
         "  weir sample --out try --rows 100000\n"
         "  weir screen --rules rules --mapping try/mappings --rates try/rates.csv "
         "--out try/out try/data");
    return EXIT_OK;
}

int
command_explain(const char *name)
{
    char *argv[] = {(char[16]){0}, (char[]){"--help"}, NULL};

    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(name, commands[i].name) == 0) {
            (void)snprintf(argv[0], 16, "%s", name);
            return commands[i].run(2, argv);
        }
    return -1;
}

static int
unknown(const char *name)
{
    const char *names[COMMANDS];
    size_t best;

    for (size_t i = 0; i < COMMANDS; i++)
        names[i] = commands[i].name;
    if (diag_nearest(bytes_of(name), names, COMMANDS, &best, 1) == 1)
        return command_usage(
            NULL, "there is no command `%s`; did you mean `%s`?", name, names[best]);
    return command_usage(NULL, "there is no command `%s`", name);
}

int
main(int argc, char **argv)
{
    if (argc < 2)
        return command_usage(NULL, "which command? For instance: weir screen --help");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return command_list();
    if (strcmp(argv[1], "--version") == 0) {
        puts("weir " WEIR_VERSION);
        return EXIT_OK;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    return unknown(argv[1]);
}
