/* The authors' tools over every good rule file of the tree: layout, trees, schema, templates. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "author/ast.h"
#include "author/fmt.h"
#include "author/page.h"
#include "author/schema.h"
#include "author/template.h"
#include "base/arena.h"
#include "base/file.h"
#include "support/must.h"
#include "support/rng.h"
#include "support/rule_folder.h"
#include "support/rule_lab.h"
#include "support/schema.h"
#include "support/suites.h"
#include "text/json_tree.h"
#include "text/json_write.h"

enum { FILE_MOST = 1 << 20 };

/* ---- files ------------------------------------------------------------------------------ */

static bool
ends_with(const char *path, const char *end)
{
    size_t size = strlen(path), tail = strlen(end);

    return size >= tail && strcmp(path + size - tail, end) == 0;
}

/* In its canonical form, by way of YAML or of a tree; false where it is no rule file. */
static bool
laid_out(struct bytes text, bool tree, struct buf *out)
{
    struct diags *ds = diags_new();
    struct sheet sheet;
    struct arena a;
    bool good;

    arena_init(&a, 0, "test");
    good = tree ? ast_read(&a, ds, "f.yaml", text, &sheet)
                : sheet_read(&a, ds, "f.yaml", text, &sheet);
    if (good)
        fmt_print(&sheet, out);
    arena_fini(&a);
    diags_free(ds);
    return good;
}

static void
tree_of(struct bytes text, struct buf *out)
{
    struct diags *ds = diags_new();
    struct sheet sheet;
    struct arena a;

    arena_init(&a, 0, "test");
    ck_assert(sheet_read(&a, ds, "f.yaml", text, &sheet));
    (void)ast_print(ds, &sheet, NULL, out);
    arena_fini(&a);
    diags_free(ds);
}

/* The hash of all rules below a folder, or false where they have errors. */
static bool
hash_of(const char *path, uint8_t hash[32])
{
    const struct rules_env env = {.as_of_day = INT64_MAX};
    struct diags *ds = diags_new();
    struct ruleset *rs = NULL;
    struct weir_err err = {0};
    bool good = ruleset_load(&path, 1, &env, ds, &rs, &err) == WEIR_OK && diags_errors(ds) == 0;

    if (good)
        memcpy(hash, rs->hash, 32);
    ruleset_free(rs);
    diags_free(ds);
    return good;
}

/* Calls `one` with every folder of rules of the tree that loads without an error. */
static size_t
each_good_folder(void (*one)(const char *folder, const struct file_list *files))
{
    static const char *const roots[] = {"rules", "tests/bench/rules", "tests/golden"};
    size_t count = 0;

    for (size_t r = 0; r < sizeof roots / sizeof *roots; r++) {
        struct file_list all = {0};
        struct weir_err err = {0};
        char last[512] = "";

        ck_assert_int_eq(file_list_add(&all, roots[r], &err), WEIR_OK);
        for (size_t i = 0; i < all.count; i++) {
            char path[512];
            char *end;
            struct file_list files = {0};
            uint8_t hash[32];

            (void)snprintf(path, sizeof path, "%s", all.path[i]);
            end = strstr(path, "rules/");
            if (end == NULL)
                continue;
            end[5] = '\0';
            if (strcmp(path, last) == 0)
                continue;
            memcpy(last, path, sizeof last);
            if (!hash_of(path, hash))
                continue;
            ck_assert_int_eq(file_list_add(&files, path, &err), WEIR_OK);
            one(path, &files);
            count++;
            file_list_fini(&files);
        }
        file_list_fini(&all);
    }
    return count;
}

static void
read_text(const char *path, struct buf *out)
{
    struct weir_err err = {0};

    ck_assert_int_eq(file_read(path, FILE_MOST, out, &err), WEIR_OK);
    if (out->size == 0)
        buf_byte(out, '\n');
}

/* ---- layout -------------------------------------------------------------------------------- */

static size_t
count_of(struct bytes text, char c)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += text.at[i] == c;
    return count;
}

static void
put_file(const char *path, struct bytes text)
{
    struct file_writer *w;
    struct weir_err err = {0};
    char folder_path[512];

    (void)snprintf(folder_path, sizeof folder_path, "%s", path);
    *strrchr(folder_path, '/') = '\0';
    ck_assert_int_eq(file_make_dirs(folder_path, &err), WEIR_OK);
    ck_assert_int_eq(file_create(path, &w, &err), WEIR_OK);
    file_write(w, text.at, text.size);
    ck_assert_int_eq(file_commit(w, &err), WEIR_OK);
}

static void
fits_form(const char *schema_path, struct bytes json, const char *shown)
{
    struct buf text = {0};
    struct arena a;
    const struct json_node *form, *value;
    char why[256] = "";

    arena_init(&a, 0, "test");
    read_text(schema_path, &text);
    form = json_tree(&a, buf_bytes(&text));
    value = json_tree(&a, json);
    ck_assert_msg(form != NULL && value != NULL, "%s", shown);
    ck_assert_msg(schema_fits(form, value, why, sizeof why), "%s: %s", shown, why);
    arena_fini(&a);
    buf_fini(&text);
}

static char scratch[64];
static size_t files_seen;

/* Lays a folder out anew elsewhere: nothing it means may change, and once is enough. */
static void
keeps_its_meaning(const char *folder_path, const struct file_list *files)
{
    uint8_t before[32], after[32];
    char copy[1024], root[512];

    (void)snprintf(root, sizeof root, "%s/%zu", scratch, files_seen);
    for (size_t i = 0; i < files->count; i++) {
        struct buf text = {0}, out = {0}, again = {0}, json = {0}, back = {0};

        read_text(files->path[i], &text);
        (void)snprintf(copy, sizeof copy, "%s%s", root, files->path[i] + strlen(folder_path));
        if (!ends_with(files->path[i], ".yaml")) {
            put_file(copy, buf_bytes(&text));
            buf_fini(&text);
            continue;
        }
        files_seen++;
        ck_assert_msg(laid_out(buf_bytes(&text), false, &out), "%s", files->path[i]);
        ck_assert_msg(out.size > 0, "%s", files->path[i]);
        ck_assert_msg(laid_out(buf_bytes(&out), false, &again), "%s", files->path[i]);
        ck_assert_msg(bytes_equal(buf_bytes(&out), buf_bytes(&again)),
            "%s: laying it out twice changes it:\n%.*s", files->path[i], (int)again.size, again.at);
        ck_assert_uint_eq(count_of(buf_bytes(&text), '#'), count_of(buf_bytes(&out), '#'));
        tree_of(buf_bytes(&text), &json);
        fits_form("docs/schema/ast.schema.json", buf_bytes(&json), files->path[i]);
        ck_assert_msg(laid_out(buf_bytes(&json), true, &back), "%s", files->path[i]);
        ck_assert_msg(bytes_equal(buf_bytes(&out), buf_bytes(&back)),
            "%s: its tree comes back otherwise:\n%.*s", files->path[i], (int)back.size, back.at);
        put_file(copy, buf_bytes(&out));
        buf_fini(&text);
        buf_fini(&out);
        buf_fini(&again);
        buf_fini(&json);
        buf_fini(&back);
    }
    ck_assert(hash_of(folder_path, before));
    ck_assert_msg(hash_of(root, after), "%s no longer loads", folder_path);
    ck_assert_msg(memcmp(before, after, 32) == 0, "%s means something else", folder_path);
}

START_TEST(layout_never_changes_a_meaning)
{
    char command[128];

    (void)snprintf(scratch, sizeof scratch, "/tmp/weir-author-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    files_seen = 0;
    ck_assert_uint_ge(each_good_folder(keeps_its_meaning), 10);
    ck_assert_uint_ge(files_seen, 20);
    (void)snprintf(command, sizeof command, "rm -rf %s", scratch);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static void
is_fixed_point(const char *folder_path, const struct file_list *files)
{
    if (strncmp(folder_path, "rules", 5) != 0)
        return;
    for (size_t i = 0; i < files->count; i++) {
        struct buf text = {0}, out = {0};

        if (!ends_with(files->path[i], ".yaml"))
            continue;
        read_text(files->path[i], &text);
        ck_assert(laid_out(buf_bytes(&text), false, &out));
        ck_assert_msg(bytes_equal(buf_bytes(&text), buf_bytes(&out)),
            "%s is not laid out as `weir fmt` does", files->path[i]);
        buf_fini(&text);
        buf_fini(&out);
    }
}

START_TEST(shipped_rules_are_laid_out)
{
    (void)each_good_folder(is_fixed_point);
}
END_TEST

/* ---- expressions ------------------------------------------------------------------------------
 */

static uint64_t seed = 11;

static void write_test(struct buf *out, unsigned depth);

static void
write_blanks(struct buf *out)
{
    static const char *const blanks[] = {" ", "  ", "\n  ", " "};

    buf_text(out, blanks[rng_below(&seed, 4)]);
}

static void
write_sum(struct buf *out, unsigned depth)
{
    static const char *const values[] = {
        "amount_eur", "500 EUR", "$min_amount", "12_000.50 EUR", "default(amount_eur, 0 EUR)"};
    static const char *const signs[] = {"+", "-"};

    if (depth == 0 || rng_below(&seed, 3) > 0) {
        buf_text(out, values[rng_below(&seed, 5)]);
    } else if (rng_below(&seed, 3) == 0) {
        buf_text(out, "( ");
        write_sum(out, depth - 1);
        buf_text(out, rng_below(&seed, 2) == 0 ? ") * 2" : ")/ ( 3*$count)");
    } else {
        bool bracket = rng_below(&seed, 2) == 0;

        write_sum(out, depth - 1);
        write_blanks(out);
        buf_text(out, signs[rng_below(&seed, 2)]);
        write_blanks(out);
        buf_text(out, bracket ? "(" : "");
        write_sum(out, depth - 1);
        buf_text(out, bracket ? ")" : "");
    }
}

static void
write_leaf(struct buf *out, unsigned depth)
{
    static const char *const tests[] = {"channel in( cash ,transfer)", "narrative contains 'a  b'",
        "narrative not matches /x  \\/y/c", "beneficiary.country in route_countries",
        "beneficiary.country is missing", "to_route", "just_below( $min_amount )",
        "narrative on smuggling_terms", "is_round(amount,50)", "channel<>card", "currency == EUR",
        "narrative starts  with \"q\""};
    static const char *const relations[] = {"<", "<=", ">=", ">", "==", "<>"};

    if (rng_below(&seed, 2) == 0) {
        buf_text(out, tests[rng_below(&seed, sizeof tests / sizeof *tests)]);
        return;
    }
    write_sum(out, depth);
    write_blanks(out);
    buf_text(out, relations[rng_below(&seed, 6)]);
    write_blanks(out);
    write_sum(out, depth);
    if (rng_below(&seed, 4) == 0) {
        buf_text(out, " < ");
        write_sum(out, depth);
    }
}

static void
write_bracketed(struct buf *out, unsigned depth)
{
    buf_byte(out, '(');
    write_test(out, depth);
    buf_byte(out, ')');
}

static void
write_test(struct buf *out, unsigned depth)
{
    const char *joint = rng_below(&seed, 2) == 0 ? "and" : "or";

    if (depth == 0 || rng_below(&seed, 4) == 0) {
        write_leaf(out, depth);
    } else if (rng_below(&seed, 4) == 0) {
        buf_text(out, "not ");
        write_bracketed(out, depth - 1);
    } else {
        write_bracketed(out, depth - 1);
        for (uint64_t i = rng_below(&seed, 3) + 1; i > 0; i--) {
            write_blanks(out);
            buf_text(out, joint);
            write_blanks(out);
            write_bracketed(out, depth - 1);
        }
    }
}

static struct lab lab;

/* The tree of a text printed anew. */
static void
print_again(struct bytes text, bool breaks, struct buf *out)
{
    const struct yaml_node *n = lab_scalar(&lab, "rules/x.yaml", 1, "when", text);
    struct expr *e = expr_parse(&lab.arena, lab.ds, n);

    must(e != NULL);
    out->size = 0;
    expr_print(e->root, breaks, out);
    for (size_t i = 0; i < out->size; i++)
        if (out->at[i] == BREAK_HARD || out->at[i] == BREAK_SOFT)
            out->at[i] = '\n';
}

START_TEST(expressions_printed_anew_mean_the_same)
{
    struct buf text = {0}, once = {0}, twice = {0}, lines = {0};

    lab_open(&lab, PLACE_WHEN);
    for (int i = 0; i < 3000; i++) {
        struct program *p, *q;
        char first[8192];

        lab_fresh(&lab);
        text.size = 0;
        write_test(&text, (unsigned)(i % 4));
        p = lab_program_at(&lab, "rules/x.yaml", 1, "when", buf_bytes(&text), TYPE_BOOL);
        if (p == NULL)
            continue; /* an amount compared with a share, say */
        (void)snprintf(first, sizeof first, "%s", lab_print(&lab, p));
        print_again(buf_bytes(&text), false, &once);
        print_again(buf_bytes(&once), false, &twice);
        print_again(buf_bytes(&text), true, &lines);
        must(bytes_equal(buf_bytes(&once), buf_bytes(&twice)));
        q = lab_program_at(&lab, "rules/x.yaml", 1, "when", buf_bytes(&once), TYPE_BOOL);
        must(q != NULL);
        ck_assert_msg(strcmp(lab_print(&lab, q), first) == 0, "%.*s\nbecame\n%.*s", (int)text.size,
            text.at, (int)once.size, once.at);
        q = lab_program_at(&lab, "rules/x.yaml", 1, "when", buf_bytes(&lines), TYPE_BOOL);
        must(q != NULL && strcmp(lab_print(&lab, q), first) == 0);
    }
    buf_fini(&text);
    buf_fini(&once);
    buf_fini(&twice);
    buf_fini(&lines);
    lab_close(&lab);
}
END_TEST

/* ---- trees that are none ------------------------------------------------------------------------
 */

START_TEST(what_is_no_tree_is_refused)
{
    static const char *const bad[] = {"", "{", "[]", "{\"documents\": 3}",
        "{\"documents\": [{\"map\": 3}]}", "{\"documents\": [{\"map\": [{\"text\": \"x\"}]}]}",
        "{\"documents\": [{\"map\": [{\"key\": \"when\", \"expr\": {}}]}]}",
        "{\"documents\": [{\"map\": [{\"key\": \"when\", \"expr\": {\"op\": \"and\"}}]}]}",
        "{\"documents\": [{\"map\": [{\"key\": \"when\", \"expr\": {\"op\": \"xor\", \"of\": "
        "[]}}]}]}",
        "{\"documents\": [{\"map\": [{\"key\": \"when\", \"expr\": {\"op\": \"not\", \"of\": "
        "[]}}]}]}",
        "{\"documents\": [{\"map\": [{\"key\": \"a\", \"text\": \"b\", "
        "\"comments\": [{\"text\": \"no hash\"}]}]}]}",
        "{\"documents\": [{\"map\": [{\"key\": \"rule\", \"text\": \"x\"}, {\"key\": \"when\", "
        "\"expr\": {\"name\": \"a b\"}}]}]}"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf out = {0};

        ck_assert_msg(!laid_out(bytes_of(bad[i]), true, &out), "%s", bad[i]);
        buf_fini(&out);
    }
}
END_TEST

/* ---- the schema
 * ------------------------------------------------------------------------------------ */

static struct arena schema_arena;
static const struct json_node *schema;

static void
schema_open(void)
{
    struct buf out = {0};

    arena_init(&schema_arena, 0, "schema");
    schema_print(&out);
    schema = json_tree(
        &schema_arena, (struct bytes){arena_copy(&schema_arena, buf_bytes(&out)), out.size});
    ck_assert_ptr_nonnull(schema);
    buf_fini(&out);
}

static void
schema_close(void)
{
    arena_fini(&schema_arena);
}

static void
write_json(const struct sheet_node *n, struct json_write *w)
{
    if (n->kind == YAML_SCALAR) {
        json_text(w, n->text);
        return;
    }
    json_open(w, n->kind == YAML_MAP ? '{' : '[');
    for (size_t i = 0; i < n->count; i++) {
        char key[256];

        (void)snprintf(key, sizeof key, "%.*s", (int)n->entry[i].key.size, n->entry[i].key.at);
        if (n->kind == YAML_MAP)
            json_key(w, key);
        write_json(n->entry[i].value, w);
    }
    json_close(w, n->kind == YAML_MAP ? '}' : ']');
}

/* Whether the schema takes every document of a text; `why` says where not. */
static bool
schema_takes(struct bytes text, char *why, size_t size)
{
    struct diags *ds = diags_new();
    struct sheet sheet;
    struct arena a;
    bool good = true;

    arena_init(&a, 0, "test");
    (void)sheet_read(&a, ds, "f.yaml", text, &sheet);
    for (size_t i = 0; i < sheet.count && good; i++) {
        struct buf out = {0};
        struct json_write w = {.out = &out};
        const struct json_node *value;

        write_json(sheet.document[i].root, &w);
        value = json_tree(&a, buf_bytes(&out));
        ck_assert_ptr_nonnull(value);
        good = schema_fits(schema, value, why, size);
        buf_fini(&out);
    }
    arena_fini(&a);
    diags_free(ds);
    return good;
}

static void
schema_takes_folder(const char *folder_path, const struct file_list *files)
{
    (void)folder_path;
    for (size_t i = 0; i < files->count; i++) {
        struct buf text = {0};
        char why[512] = "";

        if (!ends_with(files->path[i], ".yaml"))
            continue;
        read_text(files->path[i], &text);
        ck_assert_msg(
            schema_takes(buf_bytes(&text), why, sizeof why), "%s: %s", files->path[i], why);
        buf_fini(&text);
    }
}

START_TEST(the_schema_takes_every_good_rule)
{
    (void)each_good_folder(schema_takes_folder);
}
END_TEST

#define HEAD "rule: a\ntitle: A\nversion: 1\nstatus: live\n"
#define TAIL "alert: {severity: low, about: own.account, say: x}\n"

START_TEST(the_schema_refuses_what_is_wrong)
{
    static const char *const bad[] = {
        "{}\n",
        "nothing: x\n",
        "rule: a\n",
        "rule: A b\ntitle: A\nversion: 1\nstatus: live\n" TAIL,
        HEAD,
        HEAD TAIL "alertif: x\n",
        "rule: a\ntitle: A\nversion: one\nstatus: live\n" TAIL,
        "rule: a\ntitle: A\nversion: 1\nstatus: alive\n" TAIL,
        HEAD "alert: {severity: grave, about: own.account, say: x}\n",
        HEAD "alert: {severity: low}\n",
        HEAD "alert: {severity: {by: x}, say: x}\n",
        HEAD "alert: {severity: {by: x, bands: [{is: grave}]}, say: x}\n",
        HEAD "alert: {severity: low, say: x, roles: {about: smuggler}}\n",
        HEAD "alert: low\n",
        HEAD TAIL "parameters: {a: 5}\n",
        HEAD TAIL "parameters: {a: {range: [1, 2]}}\n",
        HEAD TAIL "window: {per: own.account}\n",
        HEAD TAIL "window: {per: own.account, over: 7d, measure: {n: [count]}}\n",
        HEAD TAIL "exceptions: [{name: x}]\n",
        HEAD TAIL "exceptions: {name: x}\n",
        HEAD TAIL "tests: [{name: x}]\n",
        HEAD TAIL "tags: {a: b}\n",
        HEAD TAIL "when: [a]\n",
        "list: x\ntype: colour\nitems: []\n",
        "list: x\ntype: country\nitems: TR\n",
        "- list: x\n  type: colour\n  items: []\n",
        "table: x\nkey: [colour]\nvalue: money\nfile: x.csv\n",
        "table: x\nkey: colour\nvalue: money\nfile: x.csv\n",
        "watchlist: x\nkind: vague\nentries: []\n",
        "macro: x\n",
        "exception: x\napplies_to: all\nwhen: a\nreason: b\n",
        "pack: x\nlanguage: 1\ntimezone: Europe/Athens\nweek_starts: someday\n",
        "pack: x\nlanguage: 1\ntimezone: Europe/Athens\nrequire_tests: maybe\n",
        "pack: x\nlanguage: 1\ntimezone: Europe/Athens\nfields: {ip: colour}\n",
    };
    char why[512];

    ck_assert_msg(schema_takes(bytes_of(HEAD TAIL), why, sizeof why), "%s", why);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!schema_takes(bytes_of(bad[i]), why, sizeof why), "taken:\n%s", bad[i]);
}
END_TEST

/* ---- templates ----------------------------------------------------------------------------------
 */

START_TEST(templates_load_clean)
{
    size_t ready = 0;

    for (size_t i = 0; i < template_count; i++) {
        const struct template *t = &templates[i];
        struct buf out = {0};
        char why[512] = "";

        if (!template_ready(t))
            continue;
        folder_put("pack.yaml", FOLDER_PACK);
        folder_put("rule.yaml", t->text);
        ck_assert_int_eq(folder_try(NEVER_JUDGED), WEIR_OK);
        if (folder_said("R299"))
            continue; /* a shape that is not of this version */
        diags_print_text(folder.ds, false, &out);
        ck_assert_msg(diags_errors(folder.ds) + diags_warnings(folder.ds) == 0, "%s: %.*s",
            t->label, (int)out.size, out.at);
        out.size = 0;
        ck_assert(laid_out(bytes_of(t->text), false, &out));
        ck_assert_msg(bytes_equal(bytes_of(t->text), buf_bytes(&out)),
            "%s is not laid out as `weir fmt` does:\n%.*s", t->label, (int)out.size, out.at);
        ck_assert_msg(schema_takes(bytes_of(t->text), why, sizeof why), "%s: %s", t->label, why);
        buf_fini(&out);
        ready++;
    }
    ck_assert_uint_ge(ready, 2);
}
END_TEST

/* Whether a key is written as its shape says: maps and lists of maps hold something known. */
START_TEST(what_stands_inside_every_key_is_known)
{
    for (size_t b = 0; b < BLOCK_COUNT; b++)
        for (size_t i = 0; i < document_blocks[b].count; i++) {
            const struct key *k = &document_blocks[b].key[i];

            if ((k->shape != SHAPE_MAP && k->shape != SHAPE_MAPS) || (k->flags & KEY_LATER) != 0)
                continue;
            ck_assert_msg(document_nest((enum block)b, bytes_of(k->name)).how != NEST_NONE,
                "%s: `%s` needs a line in nesting.def", document_blocks[b].noun, k->name);
        }
    for (int i = 0; i < SEVERITY_COUNT; i++)
        ck_assert_str_eq(document_choices[CHOICE_SEVERITY].word[i], severity_names[i]);
}
END_TEST

/* ---- pages -------------------------------------------------------------------------------------
 */

/* A code in quotes at `text`: R401, Q_DATE. Its size, or 0. */
static size_t
code_size(const char *text)
{
    size_t size = 1;

    if (strchr("RLTEWI", *text) != NULL && *text != '\0') {
        while (text[size] >= '0' && text[size] <= '9')
            size++;
        return size == 4 && text[size] == '"' ? size : 0;
    }
    if (strncmp(text, "Q_", 2) != 0)
        return 0;
    for (size = 2; text[size] >= 'A' && text[size] <= 'Z';)
        size++;
    return text[size] == '"' ? size : 0;
}

START_TEST(every_code_has_a_page_and_every_page_a_code)
{
    static bool used[1024];
    struct file_list all = {0};
    struct weir_err err = {0};

    ck_assert_uint_le(page_count, 1024);
    ck_assert_int_eq(file_list_add(&all, "engine", &err), WEIR_OK);
    for (size_t i = 0; i < all.count; i++) {
        struct buf text = {0};

        if (!ends_with(all.path[i], ".c"))
            continue;
        read_text(all.path[i], &text);
        buf_byte(&text, '\0');
        for (const char *at = strchr(text.at, '"'); at != NULL; at = strchr(at + 1, '"')) {
            char code[32] = "";
            const struct page *p;
            size_t size = code_size(at + 1);

            if (size == 0 || size >= sizeof code)
                continue;
            memcpy(code, at + 1, size);
            p = page_find(code);
            ck_assert_msg(
                p != NULL, "%s uses %s, which has no page in author/page.def", all.path[i], code);
            used[p - pages] = true;
        }
        buf_fini(&text);
    }
    file_list_fini(&all);
    for (size_t i = 0; i < page_count; i++) {
        ck_assert_msg(used[i], "no source uses %s, which has a page", pages[i].code);
        ck_assert_msg(
            pages[i].meaning[0] != 0 && pages[i].example[0] != 0 && pages[i].correction[0] != 0,
            "the page of %s lacks a part", pages[i].code);
        ck_assert(i == 0 || strcmp(pages[i].code, pages[i - 1].code) != 0);
    }
}
END_TEST

/* ---- what messages look like to programs
 * ------------------------------------------------------------ */

static const struct json_node *
at_path(const struct json_node *n, const char *const *keys)
{
    for (; n != NULL && *keys != NULL; keys++)
        n = **keys == '0' ? n->first : json_get(n, *keys);
    return n;
}

START_TEST(messages_fit_their_schemas)
{
    struct buf out = {0}, schema_text = {0};
    struct arena a;
    const struct json_node *form, *log, *result;
    char why[256];

    arena_init(&a, 0, "test");
    read_text("docs/schema/message.schema.json", &schema_text);
    form = json_tree(&a, buf_bytes(&schema_text));
    ck_assert_ptr_nonnull(form);
    folder_put("pack.yaml", FOLDER_PACK);
    folder_put("a b.yaml", "rule: one\nserverity: low\n---\nlist: l\ntype: country\nitems: [XX]\n");
    ck_assert_int_eq(folder_try(NEVER_JUDGED), WEIR_OK);
    diags_print_json(folder.ds, &out);
    for (size_t at = 0; at < out.size;) {
        const char *end = memchr(out.at + at, '\n', out.size - at);
        const struct json_node *line =
            json_tree(&a, (struct bytes){out.at + at, (size_t)(end - out.at) - at});

        ck_assert_ptr_nonnull(line);
        ck_assert_msg(schema_fits(form, line, why, sizeof why), "%s", why);
        at = (size_t)(end - out.at) + 1;
    }
    out.size = 0;
    diags_print_sarif(folder.ds, "0", &out);
    log = json_tree(&a, buf_bytes(&out));
    ck_assert_ptr_nonnull(log);
    ck_assert(bytes_equal(json_get(log, "version")->text, bytes_of("2.1.0")));
    result = at_path(log, (const char *[]){"runs", "0", "results", NULL});
    ck_assert_uint_eq(json_count(result), diags_errors(folder.ds) + diags_warnings(folder.ds));
    for (const struct json_node *r = result->first; r != NULL; r = r->next) {
        const struct json_node *place =
            at_path(r, (const char *[]){"locations", "0", "physicalLocation", NULL});

        ck_assert_int_eq(r->event, JSON_OPEN_MAP);
        ck_assert_ptr_nonnull(json_get(r, "ruleId"));
        ck_assert_ptr_nonnull(at_path(r, (const char *[]){"message", "text", NULL}));
        ck_assert_ptr_nonnull(at_path(place, (const char *[]){"region", "startLine", NULL}));
        ck_assert_ptr_null(
            memchr(at_path(place, (const char *[]){"artifactLocation", "uri", NULL})->text.at, ' ',
                at_path(place, (const char *[]){"artifactLocation", "uri", NULL})->text.size));
    }
    arena_fini(&a);
    buf_fini(&out);
    buf_fini(&schema_text);
}
END_TEST

Suite *
suite_author(void)
{
    Suite *s = suite_create("author");
    TCase *layout = tcase_create("layout"), *schemas = tcase_create("schema");

    tcase_set_timeout(layout, 60);
    tcase_add_test(layout, layout_never_changes_a_meaning);
    tcase_add_test(layout, shipped_rules_are_laid_out);
    tcase_add_test(layout, expressions_printed_anew_mean_the_same);
    tcase_add_test(layout, what_is_no_tree_is_refused);
    tcase_add_test(layout, what_stands_inside_every_key_is_known);
    tcase_add_test(layout, every_code_has_a_page_and_every_page_a_code);
    suite_add_tcase(s, layout);
    tcase_set_timeout(schemas, 60);
    tcase_add_checked_fixture(schemas, schema_open, schema_close);
    tcase_add_checked_fixture(schemas, folder_open, folder_close);
    tcase_add_test(schemas, the_schema_takes_every_good_rule);
    tcase_add_test(schemas, the_schema_refuses_what_is_wrong);
    tcase_add_test(schemas, templates_load_clean);
    tcase_add_test(schemas, messages_fit_their_schemas);
    suite_add_tcase(s, schemas);
    return s;
}
