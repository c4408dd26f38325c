/*
 * fuzz_list - any bytes as a published list: names or messages, never a crash, a hang or a leak.
 * The first byte chooses the layout; names that were read are asked about each other.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "list/list.h"
#include "name/name.h"
#include "text/diag.h"
#include "text/yaml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char *
name_of_file(void)
{
    static char name[48];

    if (name[0] == '\0')
        (void)snprintf(name, sizeof name, "weir-fuzz-list-%ld", (long)getpid());
    return name;
}

static void
forget_file(void)
{
    char path[80];

    (void)snprintf(path, sizeof path, "/tmp/%s", name_of_file());
    (void)unlink(path);
}

static void
write_list(const uint8_t *bytes, size_t size)
{
    static bool known;
    char path[80];
    FILE *f;

    if (!known)
        known = atexit(forget_file) == 0;
    (void)snprintf(path, sizeof path, "/tmp/%s", name_of_file());
    f = fopen(path, "wb");
    if (f == NULL)
        abort();
    (void)fwrite(bytes, 1, size, f);
    (void)fclose(f);
}

/* The first line of the list as a name: whatever comes back, it comes back. */
static void
ask(const struct watch *w, const uint8_t *bytes, size_t size, struct arena *a)
{
    struct name_room *room = name_room_new();
    struct watch_hit hit;
    struct watch_person p = {.name = {(const char *)bytes, size < 200 ? size : 200},
        .phone = {"", 0},
        .document = {"", 0},
        .born_day = 400};

    if (room != NULL)
        (void)watch_match_name(w, room, &p, 0, 0, a, &hit);
    name_room_free(room);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct list_source source = {.delimiter = ','};
    struct list_spec spec = {.name = {"x", 1},
        .type = TYPE_TEXT,
        .folder = "/tmp",
        .min_score = 900000,
        .source = &source};
    struct diags *ds = diags_new();
    struct buf out = {0}, yaml = {0};
    struct yaml_file file;
    struct arena a;
    const struct watch *w;

    if (size == 0 || ds == NULL) {
        diags_free(ds);
        return 0;
    }
    arena_init(&a, (size_t)256 << 20, "fuzz");
    write_list(bytes + 1, size - 1);
    source.format = (enum list_format)(bytes[0] % 5);
    buf_print(&yaml, "{file: %s, columns: {value: name, alias: alias, born: born, id: id}}",
        name_of_file());
    if (!yaml_read(&a, ds, "list.yaml", buf_bytes(&yaml), &file))
        abort();
    spec.at = file.document[0]->at;
    spec.file = yaml_get(file.document[0], "file");
    source.columns = yaml_get(file.document[0], "columns");
    w = watch_new(&a, ds, &spec, WATCH_NAMES, (struct bytes){"", 0});
    if (w != NULL)
        ask(w, bytes + 1, size - 1, &a);
    else if (diags_errors(ds) == 0)
        abort(); /* refused without a word */
    diags_print_text(ds, false, &out);
    buf_fini(&out);
    buf_fini(&yaml);
    diags_free(ds);
    arena_fini(&a);
    return 0;
}
