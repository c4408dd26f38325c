/* fuzz_rules - any bytes as a rule file: messages or rules, never a crash, a hang or a leak. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "rule/ruleset.h"
#include "text/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* One file for the process; the loader reads files and nothing else. */
static const char *
path_of_file(void)
{
    static char path[64];

    if (path[0] == '\0')
        (void)snprintf(path, sizeof path, "/tmp/weir-fuzz-rules-%ld.yaml", (long)getpid());
    return path;
}

static void
forget_file(void)
{
    (void)unlink(path_of_file());
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool known;
    const char *paths[] = {path_of_file()};
    struct rules_env env = {.as_of_day = 20513};
    struct weir_err err = {0};
    struct buf out = {0};
    struct ruleset *rs = NULL;
    struct diags *ds = diags_new();
    FILE *f = fopen(paths[0], "wb");

    if (!known)
        known = atexit(forget_file) == 0;
    if (f == NULL || ds == NULL)
        abort();
    (void)fwrite(bytes, 1, size, f);
    (void)fclose(f);
    if (ruleset_load(paths, 1, &env, ds, &rs, &err) == WEIR_OK) {
        diags_print_text(ds, false, &out);
        diags_print_json(ds, &out);
    }
    buf_fini(&out);
    ruleset_free(rs);
    diags_free(ds);
    return 0;
}
