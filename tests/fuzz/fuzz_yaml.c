/* fuzz_yaml - a rule file of any bytes: read, told about, and every place in it within the file. */
#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "text/yaml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void
must(bool yes)
{
    if (!yes)
        abort();
}

static void
check_span(struct span at, size_t size)
{
    must(at.from <= size && at.size <= size - at.from);
}

/* Depth is capped by the reader. */
static void
check_node(const struct yaml_node *n, size_t size)
{
    check_span(n->at, size);
    for (size_t i = 0; i < n->count; i++) {
        if (n->kind == YAML_MAP)
            check_span(n->entry[i].key_at, size);
        check_node(n->entry[i].value, size);
    }
    if (n->kind != YAML_SCALAR)
        return;
    for (size_t i = 0; n->origin != NULL && i <= n->text.size; i++)
        must(n->origin[i] <= size && (i == 0 || n->origin[i] >= n->origin[i - 1]));
    check_span(yaml_span(n, 0, n->text.size), size);
    check_span(yaml_span(n, n->text.size / 2, 1), size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bytes text = {(const char *)bytes, size};
    struct diags *ds = diags_new();
    struct buf out = {0};
    struct yaml_file file;
    struct arena a;

    arena_init(&a, 0, "fuzz");
    if (ds != NULL && yaml_read(&a, ds, "fuzz.yaml", text, &file)) {
        for (size_t i = 0; i < file.count; i++)
            check_node(file.document[i], size);
        diags_print_text(ds, true, &out);
        diags_print_json(ds, &out);
    }
    buf_fini(&out);
    diags_free(ds);
    arena_fini(&a);
    return 0;
}
