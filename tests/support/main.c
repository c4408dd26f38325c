/*
 * main - runs every suite of suites.def.
 *
 * CK_RUN_SUITE=name picks one, CK_FORK=no keeps all in one process. Where WEIR_TALLY
 * names a file, "passed failed" goes there for the summary.
 */
#include <stdio.h>
#include <stdlib.h>

#include "support/suites.h"

static int
tally(int run, int failed)
{
    const char *path = getenv("WEIR_TALLY");
    FILE *f = path == NULL ? NULL : fopen(path, "w");

    if (path == NULL)
        return 0;
    if (f == NULL || fprintf(f, "%d %d\n", run - failed, failed) < 0) {
        perror(path);
        return 1;
    }
    return fclose(f) != 0;
}

int
main(void)
{
    SRunner *runner = srunner_create(NULL);
    int failed, run, untold;

#define SUITE(name) srunner_add_suite(runner, suite_##name());
#include "support/suites.def"
#undef SUITE
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    run = srunner_ntests_run(runner);
    srunner_free(runner);
    untold = tally(run, failed);
    return failed != 0 || untold != 0 || run == 0;
}
