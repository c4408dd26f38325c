/*
 * fuzz_expr - any bytes as an expression, in every place one may stand; what compiles is run, and
 * its canonical text must compile to the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "rule/expr.h"
#include "rule/program.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { EUR = 'E' << 16 | 'U' << 8 | 'R', EXPR_MAX = 1 << 16 };

static struct parameter parameters[] = {
    {.name = {"n", 1}, .value = {.type = TYPE_NUMBER, .set = 1, .num = 5000000000, .den = 1}},
    {.name = {"m", 1},
        .value = {.type = TYPE_MONEY, .set = 1, .currency = EUR, .num = 50000, .den = 1}},
    {.name = {"t", 1}, .value = {.type = TYPE_TEXT, .set = 1, .text = {"TR", 2}}},
};
static const struct measure_name measures[] = {
    {.name = {"x", 1}, .type = TYPE_NUMBER},
    {.name = {"y", 1}, .type = TYPE_MONEY, .currency = EUR},
    {.name = {"z", 1}, .type = TYPE_BOOL},
    {.name = {"w", 1}, .type = TYPE_TEXT},
};
enum { MEASURES = sizeof measures / sizeof *measures };

static struct program *
compile(struct arena *a, struct diags *ds, struct scope *scope, struct bytes text,
    struct aggregates *aggs)
{
    struct yaml_node n = {.kind = YAML_SCALAR, .text = text};
    struct yaml_node *kept = arena_take(a, 1, sizeof *kept);
    struct expr *e;

    assert(kept != NULL);
    n.at.file = diag_file(ds, "fuzz.yaml", text);
    n.at.size = (uint32_t)text.size;
    *kept = n;
    e = expr_parse(a, ds, kept);
    return e == NULL ? NULL : program_new(a, ds, scope, e, TYPE_NONE, aggs);
}

static struct value
run(struct eval_room *room, const struct program *p, const struct txn *t)
{
    static struct value measured[MEASURES], aggregates[4096];
    struct eval_frame frame = {.txn = t, .measures = measured, .aggregates = aggregates};

    measured[0] = value_num(TYPE_NUMBER, 7);
    measured[1] = value_money(EUR, 123456);
    measured[2] = value_missing(TYPE_BOOL);
    measured[3] = value_text(TYPE_TEXT, bytes_of("Büro"));
    return program_run(p, room, &frame);
}

static void
try_place(struct bytes text, enum place place, bool own)
{
    struct arena a;
    struct diags *ds = diags_new();
    struct kept *kept = NULL;
    struct aggregates aggs = {0}, again = {0};
    struct scope scope = {.fields = txn_fields,
        .field_count = TXN_FIELD_COUNT,
        .parameters = parameters,
        .parameter_count = 3,
        .measures = measures,
        .measure_count = MEASURES,
        .about_type = TYPE_ACCOUNT,
        .own = own,
        .place = place,
        .place_name = "place",
        .kept = &kept};
    struct eval_room *room = eval_room_new(NULL, 0);
    struct txn *t = calloc(1, sizeof *t + TXN_FIELD_COUNT * sizeof *t->cell);
    struct buf print = {0}, second = {0};
    struct program *p, *q;
    struct value v, w;

    assert(ds != NULL && room != NULL && t != NULL);
    arena_init(&a, 0, "fuzz");
    t->present = UINT64_C(0x155555);
    t->base = "";
    p = compile(&a, ds, &scope, text, &aggs);
    assert(p != NULL || diags_errors(ds) > 0);
    if (p != NULL && aggs.count < 4096) {
        v = run(room, p, t);
        program_print(p, &print);
        q = compile(&a, ds, &scope, buf_bytes(&print), &again);
        assert(q != NULL);
        program_print(q, &second);
        assert(bytes_equal(buf_bytes(&print), buf_bytes(&second)));
        w = run(room, q, t);
        assert(v.set == w.set && aggs.count == again.count);
    }
    diags_print_text(ds, false, &second);
    buf_fini(&print);
    buf_fini(&second);
    kept_free(kept);
    eval_room_free(room);
    free(t);
    diags_free(ds);
    arena_fini(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bytes text = {(const char *)bytes, size};

    if (size == 0 || size > EXPR_MAX)
        return 0;
    try_place(text, PLACE_WHEN, false);
    try_place(text, PLACE_WHEN, true);
    try_place(text, PLACE_MEASURE, false);
    try_place(text, PLACE_ALERT_IF, false);
    return 0;
}
