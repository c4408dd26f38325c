/* replay - a fuzz door as an ordinary program: each file named is put through it once. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static int
replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *bytes;
    size_t size;
    long end;

    if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (end = ftell(f)) < 0) {
        perror(path);
        return 1;
    }
    rewind(f);
    /* Exactly as large as the input, so that a read past its end is seen. */
    bytes = malloc(end == 0 ? 1 : (size_t)end);
    if (bytes == NULL)
        return 1;
    size = fread(bytes, 1, (size_t)end, f);
    (void)fclose(f);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    return size != (size_t)end;
}

int
main(int argc, char **argv)
{
    int failed = 0;

    for (int i = 1; i < argc; i++)
        failed |= replay_file(argv[i]);
    return failed;
}
