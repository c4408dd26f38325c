/* cmd_help - what a message code means, and what the commands are. */
#include <stdio.h>
#include <string.h>

#include "author/page.h"
#include "base/buf.h"
#include "cli/command.h"
#include "text/diag.h"

static const char usage[] =
    "Usage: weir help [CODE... | COMMAND]\n"
    "       weir help --all\n\n"
    "Explains the codes in messages, such as R401: what is meant, an example, what would be "
    "right.\n"
    "With --all it explains every code. Of a command it prints the help, and alone it lists the "
    "commands.\n\n"
    "R1 notation of YAML  R2 keys and values  R3 syntax  R4 names and types  R5 limits\n"
    "L6 doubts about rules  T7 tests  E errors of a run  W counted in a run  Q rows set aside";

static int
unknown(const char *code)
{
    const char *names[1024];
    size_t count = 0, best;

    for (; count < page_count && count < 1024; count++)
        names[count] = pages[count].code;
    if (strlen(code) > 4 && diag_nearest(bytes_of(code), names, count, &best, 1) == 1)
        return command_usage(
            "help", "there is no code `%s`; did you mean `%s`?", code, names[best]);
    return command_usage("help", "there is no command or code `%s`", code);
}

int
cmd_help(int argc, char **argv)
{
    struct buf out = {0};
    int code = EXIT_OK;

    if (argc < 2)
        return command_list();
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        puts(usage);
        return EXIT_OK;
    }
    if (argc == 2 && (code = command_explain(argv[1])) >= 0)
        return code;
    code = EXIT_OK;
    if (strcmp(argv[1], "--all") == 0) {
        for (size_t i = 0; i < page_count; i++) {
            buf_text(&out, i > 0 ? "\n" : "");
            page_print(&pages[i], &out);
        }
    }
    for (int i = 1; i < argc && code == EXIT_OK && out.size == 0; i++)
        if (page_find(argv[i]) == NULL)
            code = unknown(argv[i]);
    for (int i = 1; i < argc && code == EXIT_OK && strcmp(argv[1], "--all") != 0; i++) {
        buf_text(&out, i > 1 ? "\n" : "");
        page_print(page_find(argv[i]), &out);
    }
    if (code == EXIT_OK)
        code = command_put(&out);
    buf_fini(&out);
    return code;
}
