/*
 * rule_lab - what tests of the expression language share.
 */
#include "support/rule_lab.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/zone.h"
#include "support/must.h"

enum { EUR = 'E' << 16 | 'U' << 8 | 'R', USD = 'U' << 16 | 'S' << 8 | 'D' };

/* --- documents --- */

static const struct yaml_node *
yaml(struct lab *lab, const char *text)
{
    struct yaml_file file;

    must(yaml_read(&lab->arena, lab->ds, "names.yaml", bytes_of(text), &file));
    must(file.count == 1);
    return file.document[0];
}

static struct named *
name_new(struct lab *lab, const char *name, enum name_kind kind)
{
    struct named *n = &lab->name[lab->scope.name_count++];

    must(lab->scope.name_count <= LAB_NAMES);
    *n = (struct named){.name = bytes_of(name), .kind = kind};
    return n;
}

static struct list_spec
spec_of(struct lab *lab, const char *name, enum type type, const char *text)
{
    const struct yaml_node *map = yaml(lab, text);

    return (struct list_spec){.name = bytes_of(name),
        .type = type,
        .items = yaml_get(map, "items"),
        .file = yaml_get(map, "file"),
        .folder = "."};
}

static void
add_list(struct lab *lab, const char *name, enum type type, const char *items)
{
    struct list_spec spec = spec_of(lab, name, type, items);

    name_new(lab, name, NAME_LIST)->list = list_new(&lab->arena, lab->ds, &spec, NULL, 0);
}

static void
add_watch(
    struct lab *lab, const char *name, enum type type, enum watch_kind kind, const char *items)
{
    struct list_spec spec = spec_of(lab, name, type, items);

    name_new(lab, name, NAME_WATCHLIST)->watch =
        watch_new(&lab->arena, lab->ds, &spec, kind, bytes_of(""));
}

static void
add_table(struct lab *lab)
{
    static const char rows[] = "country,value,from,until,source\n"
                               "GR,500.00,2020-01-01,,law\nAL,300.00,2020-01-01,2026-03-03,law\n";
    char folder[] = "/tmp/weir-lab-XXXXXX", path[64];
    static const enum type key[] = {TYPE_COUNTRY};
    struct list_spec spec;
    FILE *f;

    must(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof path, "%s/report.csv", folder);
    f = fopen(path, "w");
    must(f != NULL);
    must(fwrite(rows, 1, sizeof rows - 1, f) == sizeof rows - 1);
    must(fclose(f) == 0);
    spec = spec_of(lab, "cash_report", TYPE_NONE, "file: report.csv\n");
    spec.folder = folder;
    name_new(lab, "cash_report", NAME_TABLE)->table =
        table_new(&lab->arena, lab->ds, &spec, key, 1, TYPE_MONEY);
    must(unlink(path) == 0);
    must(rmdir(folder) == 0);
}

void
lab_macro(struct lab *lab, const char *name, const char *args, const char *body)
{
    struct macro *m = &lab->macro[lab->scope.name_count];
    struct bytes *arg = arena_take(&lab->arena, 4, sizeof *arg);
    struct bytes rest = bytes_of(args);

    must(arg != NULL);
    *m = (struct macro){.args = arg};
    while (rest.size > 0) {
        const char *comma = memchr(rest.at, ',', rest.size);
        size_t size = comma == NULL ? rest.size : (size_t)(comma - rest.at);

        arg[m->arg_count++] = (struct bytes){rest.at, size};
        rest.at += size + (comma != NULL);
        rest.size -= size + (comma != NULL);
    }
    m->body =
        expr_parse(&lab->arena, lab->ds, lab_scalar(lab, "macros.yaml", 1, "expr", bytes_of(body)));
    name_new(lab, name, NAME_MACRO)->macro = m;
}

static void
add_macros(struct lab *lab)
{
    lab_macro(lab, "to_route", "", "beneficiary.country in route_countries");
    lab_macro(lab, "just_below", "limit", "limit * 90% <= amount_eur < limit");
    lab_macro(lab, "home", "", "GR");
    lab_macro(lab, "among", "x,names", "x in names");
}

static void
add_parameter(struct lab *lab, const char *name, struct value v, bool percent)
{
    lab->parameter[lab->scope.parameter_count++] =
        (struct parameter){.name = bytes_of(name), .value = v, .percent = percent};
}

static void
add_measure(struct lab *lab, const char *name, enum type type, int64_t currency, bool percent)
{
    lab->measure[lab->scope.measure_count++] = (struct measure_name){
        .name = bytes_of(name), .type = type, .currency = currency, .percent = percent};
}

static void
add_measures(struct lab *lab)
{
    add_measure(lab, "senders", TYPE_NUMBER, 0, false);
    add_measure(lab, "volume", TYPE_MONEY, EUR, false);
    add_measure(lab, "part", TYPE_NUMBER, 0, true);
    add_measure(lab, "seen", TYPE_BOOL, 0, false);
    add_measure(lab, "span", TYPE_DURATION, 0, false);
    add_measure(lab, "land", TYPE_COUNTRY, 0, false);
    add_measure(lab, "who", TYPE_TEXT, 0, false);
}

static void
add_names(struct lab *lab)
{
    add_list(lab, "route_countries", TYPE_COUNTRY, "items: [AF, IQ, SY, TR]\n");
    add_list(
        lab, "known_accounts", TYPE_ACCOUNT, "items: [\"GR16 0110 1250 0000 0001 2300 695\"]\n");
    add_list(lab, "travel_mcc", TYPE_CODE, "items: [3000-3350, 4511]\n");
    add_list(lab, "fee_bands", TYPE_MONEY, "items: [200 EUR .. 700 EUR, 800 EUR .. 1900 EUR]\n");
    add_list(lab, "bad_names", TYPE_TEXT, "items: [Jánoš Kovač]\n");
    add_watch(lab, "smuggling_terms", TYPE_TEXT, WATCH_REGEX,
        "items:\n  - \\bhawala\\b\n  - {value: \\bsea ticket\\b, id: T2, weight: 3}\n");
    add_watch(lab, "hot_phones", TYPE_PHONE, WATCH_EXACT,
        "items:\n  - {value: \"+30 690 000 0001\", id: W17, until: 2027-06-30}\n");
    add_table(lab);
}

/* --- opening --- */

static void
add_parameters(struct lab *lab)
{
    add_parameter(lab, "min_amount", value_money(EUR, 50000), false);
    add_parameter(lab, "share", value_num(TYPE_NUMBER, 800000000), true);
    add_parameter(lab, "days", value_num(TYPE_DURATION, 7 * US_PER_DAY), false);
    add_parameter(lab, "count", value_num(TYPE_NUMBER, (int128)5 * NUMBER_SCALE), false);
    add_parameter(lab, "country", value_text(TYPE_TEXT, bytes_of("TR")), false);
    add_parameter(lab, "usd", value_money(USD, 10000), false);
}

void
lab_fresh(struct lab *lab)
{
    diags_free(lab->ds);
    lab->ds = diags_new();
    must(lab->ds != NULL);
    arena_rewind(&lab->arena, lab->mark);
    lab->aggs = (struct aggregates){0};
    lab->scope.name_count = lab->document_count;
    add_macros(lab);
    must(diags_errors(lab->ds) == 0);
}

void
lab_open(struct lab *lab, enum place place)
{
    struct weir_err err = {0};

    memset(lab, 0, sizeof *lab);
    arena_init(&lab->arena, 0, "lab");
    lab->ds = diags_new();
    must(lab->ds != NULL);
    must(zone_open("Europe/Athens", &lab->zone, &err) == WEIR_OK);
    lab->room = eval_room_new(lab->zone, 0);
    must(lab->room != NULL);
    lab->scope = (struct scope){.fields = txn_fields,
        .field_count = TXN_FIELD_COUNT,
        .names = lab->name,
        .parameters = lab->parameter,
        .measures = lab->measure,
        .place = place,
        .about_type = TYPE_ACCOUNT,
        .kept = &lab->kept,
        .place_name = place == PLACE_WHEN      ? "when"
                      : place == PLACE_MEASURE ? "measure"
                                               : "alert_if"};
    add_parameters(lab);
    add_names(lab);
    if (place != PLACE_WHEN)
        add_measures(lab);
    if (diags_errors(lab->ds) > 0)
        ck_abort_msg("%s", lab_messages(lab));
    lab->txn = calloc(1, sizeof *lab->txn + TXN_FIELD_COUNT * sizeof *lab->txn->cell);
    must(lab->txn != NULL);
    lab->txn->base = lab->text;
    lab->document_count = lab->scope.name_count;
    lab->mark = arena_mark(&lab->arena);
    lab_fresh(lab);
}

void
lab_close(struct lab *lab)
{
    kept_free(lab->kept);
    eval_room_free(lab->room);
    zone_close(lab->zone);
    diags_free(lab->ds);
    buf_fini(&lab->out);
    arena_fini(&lab->arena);
    free(lab->txn);
}

/* --- programs --- */

const struct yaml_node *
lab_scalar(struct lab *lab, const char *path, unsigned line, const char *key, struct bytes text)
{
    struct buf file = {0};
    struct yaml_node *n = arena_take(&lab->arena, 1, sizeof *n);
    uint32_t *origin = arena_take(&lab->arena, text.size + 1, sizeof *origin);
    char *copy = arena_copy(&lab->arena, text);
    uint32_t from;

    must(n != NULL && origin != NULL && copy != NULL);
    for (unsigned i = 1; i < line; i++)
        buf_byte(&file, '\n');
    buf_print(&file, "%s: ", key);
    from = (uint32_t)file.size;
    buf_add(&file, text.at, text.size);
    buf_byte(&file, '\n');
    for (size_t i = 0; i <= text.size; i++)
        origin[i] = from + (uint32_t)i;
    must(!file.failed);
    *n = (struct yaml_node){.kind = YAML_SCALAR,
        .at = {diag_file(lab->ds, path, buf_bytes(&file)), from, (uint32_t)text.size},
        .text = {copy, text.size},
        .origin = origin};
    buf_fini(&file);
    return n;
}

struct program *
lab_program_at(struct lab *lab, const char *path, unsigned line, const char *key, struct bytes text,
    enum type want)
{
    struct expr *e = expr_parse(&lab->arena, lab->ds, lab_scalar(lab, path, line, key, text));

    return e == NULL ? NULL : program_new(&lab->arena, lab->ds, &lab->scope, e, want, &lab->aggs);
}

struct program *
lab_program(struct lab *lab, const char *text, enum type want)
{
    return lab_program_at(lab, "rules/x.yaml", 1, "when", bytes_of(text), want);
}

const char *
lab_messages(struct lab *lab)
{
    lab->out.size = 0;
    diags_print_text(lab->ds, false, &lab->out);
    buf_byte(&lab->out, '\0');
    must(!lab->out.failed);
    return lab->out.at;
}

const char *
lab_print(struct lab *lab, const struct program *p)
{
    lab->out.size = 0;
    program_print(p, &lab->out);
    buf_byte(&lab->out, '\0');
    must(!lab->out.failed);
    return lab->out.at;
}

/* --- rows --- */

void
lab_row(struct lab *lab)
{
    lab->txn->present = 0;
    lab->txn->flags = 0;
    lab->txn->at_us = 0;
    lab->text_size = 0;
    eval_next_row(lab->room);
}

void
lab_num(struct lab *lab, unsigned field, int64_t n)
{
    lab->txn->cell[field].num = n;
    lab->txn->present |= UINT64_C(1) << field;
    if (field == TXN_TIME)
        lab->txn->at_us = n;
}

void
lab_text(struct lab *lab, unsigned field, const char *text)
{
    uint32_t size = (uint32_t)strlen(text);

    must(lab->text_size + size <= LAB_TEXT);
    memcpy(lab->text + lab->text_size, text, size);
    lab->txn->cell[field].text.off = lab->text_size;
    lab->txn->cell[field].text.size = size;
    lab->txn->present |= UINT64_C(1) << field;
    lab->text_size += size;
}

void
lab_payment(struct lab *lab)
{
    lab_row(lab);
    lab_num(lab, TXN_TIME,
        civil_to_us(&(struct civil){.year = 2026, .month = 3, .day = 3, .hour = 21, .minute = 30}));
    lab_text(lab, TXN_ID, "T-1");
    lab_num(lab, TXN_AMOUNT, 60000);
    lab_num(lab, TXN_AMOUNT_EUR, 60000);
    lab_num(lab, TXN_CURRENCY, EUR);
    lab_num(lab, TXN_CHANNEL, CHANNEL_TRANSFER);
    lab_text(lab, TXN_NARRATIVE, "HAWALA  Büro 12");
    lab_text(lab, TXN_MCC, "3100");
    lab_text(lab, TXN_O_ACCOUNT, "GR1601101250000000012300695");
    lab_text(lab, TXN_O_NAME, "Janos KOVAC");
    lab_num(lab, TXN_O_COUNTRY, code_pack("GR", 2));
    lab_text(lab, TXN_O_PHONE, "+306900000001");
    lab_num(lab, TXN_O_KIND, KIND_PERSON);
    lab_num(lab, TXN_O_OPENED, civil_days(2026, 1, 1));
    lab_text(lab, TXN_B_ACCOUNT, "ACC2");
    lab_num(lab, TXN_B_COUNTRY, code_pack("TR", 2));
    eval_next_row(lab->room);
}

struct value
lab_run(struct lab *lab, const struct program *p)
{
    struct eval_frame frame = {.txn = lab->txn,
        .side = lab->side,
        .measures = lab->measures,
        .aggregates = lab->aggregates,
        .about = lab->about};

    return program_run(p, lab->room, &frame);
}

char
lab_is(struct lab *lab, const char *text)
{
    struct program *p = lab_program(lab, text, TYPE_BOOL);
    struct value v;

    if (p == NULL)
        return 'E';
    v = lab_run(lab, p);
    return !v.set ? '?' : v.num != 0 ? 'y' : 'n';
}
