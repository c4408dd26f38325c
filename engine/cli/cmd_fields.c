/* cmd_fields - the field dictionary, as rules name it. */
#include <getopt.h>
#include <stdio.h>

#include "cli/command.h"
#include "model/type.h"

static const struct option options[] = {{"help", no_argument, NULL, 'h'}, {0}};

int
cmd_fields(int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        if (option != 'h')
            return EXIT_USAGE;
        puts("Usage: weir fields\n\nLists the fields a rule may use, with their types.");
        return EXIT_OK;
    }
    for (unsigned i = 0; i < TXN_FIELD_COUNT; i++)
        printf("%-24s %s\n", txn_fields[i].name, type_name(txn_fields[i].type));
    puts("\nRules whose key begins with `own.` also see own.*, counterparty.* and direction.");
    return EXIT_OK;
}
