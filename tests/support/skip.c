/* skip - notes in the file named by WEIR_SKIPS, because each test runs in its own process. */
#include "support/skip.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
skip(const char *why)
{
    const char *path = getenv("WEIR_SKIPS");
    FILE *f = path == NULL ? NULL : fopen(path, "a");

    (void)fprintf(stderr, "skipped: %s\n", why);
    if (f != NULL) {
        (void)fprintf(f, "%s\n", why);
        (void)fclose(f);
    }
}

const char *
fixture(const char *name)
{
    static char room[4096];
    const char *folder = getenv("WEIR_FIXTURES");
    int size = snprintf(room, sizeof room, "%s/%s",
        folder == NULL || *folder == '\0' ? "../shared/fixtures" : folder, name);

    return size > 0 && (size_t)size < sizeof room && access(room, R_OK) == 0 ? room : NULL;
}
