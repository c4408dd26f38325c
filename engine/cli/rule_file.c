#include "cli/rule_file.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/command.h"
#include "weir/limits.h"

int
rule_file_stdin(struct buf *out)
{
    struct weir_err err = {0};
    char room[4096];
    size_t got;

    while ((got = fread(room, 1, sizeof room, stdin)) > 0 && out->size <= LIMIT_YAML_BYTES * 4)
        buf_add(out, room, got);
    if (!out->failed && got == 0 && ferror(stdin) == 0)
        return EXIT_OK;
    (void)weir_fail(&err, WEIR_FAIL, WEIR_TROUBLE_RULES, "R501", "standard input %s",
        got > 0 ? "is too long for a rule file" : "cannot be read");
    return command_fail(&err);
}

static bool
is_yaml(const char *path)
{
    size_t size = strlen(path);

    return (size > 5 && strcmp(path + size - 5, ".yaml") == 0) ||
           (size > 4 && strcmp(path + size - 4, ".yml") == 0);
}

static int
read_one(const char *path, int (*one)(const char *, struct bytes, void *), void *context)
{
    struct buf text = {0};
    struct weir_err err = {0};
    int code;

    if (strcmp(path, "-") == 0)
        code = rule_file_stdin(&text);
    else
        code = file_read(path, LIMIT_YAML_BYTES, &text, &err) == WEIR_OK ? EXIT_OK
                                                                         : command_fail(&err);
    if (code == EXIT_OK)
        code = one(path, text.size > 0 ? buf_bytes(&text) : (struct bytes){"", 0}, context);
    buf_fini(&text);
    return code;
}

int
rule_files_each(const char *const *paths, size_t count,
    int (*one)(const char *path, struct bytes text, void *context), void *context)
{
    int worst = EXIT_OK, code;

    for (size_t i = 0; i < count; i++) {
        struct file_list files = {0};
        struct weir_err err = {0};

        if (strcmp(paths[i], "-") == 0) {
            code = read_one(paths[i], one, context);
            worst = code > worst ? code : worst;
            continue;
        }
        if (file_list_add(&files, paths[i], &err) != WEIR_OK) {
            (void)command_fail(&err);
            worst = EXIT_RULES;
        }
        for (size_t f = 0; f < files.count; f++) {
            bool given = strcmp(files.path[f], paths[i]) == 0;

            if (!given && !is_yaml(files.path[f]))
                continue;
            code = read_one(files.path[f], one, context);
            worst = code > worst ? code : worst;
        }
        file_list_fini(&files);
    }
    return worst;
}
