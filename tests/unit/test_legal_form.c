/* Legal forms: the words of ten languages, names of persons that must stay persons, bad files. */
#include <check.h>
#include <stdio.h>

#include "ingest/legal_form.h"
#include "support/ingest_rig.h"
#include "support/suites.h"

static struct legal_forms *forms;

static void
setup(void)
{
    struct weir_err err = {0};

    ck_assert_msg(
        legal_forms_load("rules/data/legal_forms.csv", &forms, &err) == WEIR_OK, "%s", err.text);
}

static void
teardown(void)
{
    legal_forms_free(forms);
}

static const struct named {
    const char *name;
    int kind;
} named[] = {
    {"Zlatibor Prevoz d.o.o.", KIND_BUSINESS},
    {"ZLATIBOR PREVOZ DOO", KIND_BUSINESS},
    {"Zlatibor Prevoz d. o. o. Beograd", KIND_BUSINESS},
    {"DOO Zlatibor", KIND_BUSINESS},
    {"Златибор Превоз д.о.о.", KIND_BUSINESS},
    {"Voznja a.d.", KIND_BUSINESS},
    {"Petar Simic PR Zidarska radnja", KIND_BUSINESS},
    {"Ramstore DOOEL Skopje", KIND_BUSINESS},
    {"Рамстор ДООЕЛ", KIND_BUSINESS},
    {"Vitosha Trans EOOD", KIND_BUSINESS},
    {"Витоша Транс ЕООД", KIND_BUSINESS},
    {"Витоша Транс ООД", KIND_BUSINESS},
    {"Alba Trade SHPK", KIND_BUSINESS},
    {"Alba Trade sh.p.k.", KIND_BUSINESS},
    {"Duna Fuvar Kft.", KIND_BUSINESS},
    {"Duna Fuvar Zrt", KIND_BUSINESS},
    {"Yıldız Nakliyat A.Ş.", KIND_BUSINESS},
    {"Yildiz Nakliyat Ltd. Şti.", KIND_BUSINESS},
    {"ΑΦΟΙ ΠΑΠΑ ΑΕ", KIND_BUSINESS},
    {"Αφοί Παππά Ε.Π.Ε.", KIND_BUSINESS},
    {"Αφοί Παππά ΙΚΕ", KIND_BUSINESS},
    {"Muster Logistik GmbH", KIND_BUSINESS},
    {"Muster Logistik GmbH & Co. KG", KIND_BUSINESS},
    {"Muster AG", KIND_BUSINESS},
    {"Vzor s.r.o.", KIND_BUSINESS},
    {"Acme Limited", KIND_BUSINESS},
    {"Acme, Inc.", KIND_BUSINESS},
    {"Carpati S.R.L.", KIND_BUSINESS},
    {"Invented Bank a.d. Beograd", KIND_BANK},
    {"Izmisljena banka", KIND_BANK},
    {"Petar Simic", 0},
    {"Ag Petrov Ivan",
        KIND_BUSINESS}, /* a short form at an edge: marked as inferred for a reason */
    {"Ivan Ag Petrov", 0},
    {"J. R. Smith", 0},
    {"Doo-Hyun Kim", KIND_BUSINESS}, /* the same */
    {"Madoo Petrovic", 0},
    {"Adriana Llcic", 0},
    {"AD", 0},
    {"", 0},
    {".", 0},
    {"Banković Petar", 0},
    {"Incze Ferenc", 0},
};

START_TEST(names_tell_their_kind)
{
    ck_assert_msg((int)legal_forms_find(forms, bytes_of(named[_i].name)) == named[_i].kind, "%s",
        named[_i].name);
}
END_TEST

START_TEST(long_and_broken_names_do_no_harm)
{
    char name[4000];

    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 3 == 2 ? ' ' : 'q';
    ck_assert_int_eq((int)legal_forms_find(forms, (struct bytes){name, sizeof name}), 0);
    memset(name, 'x', sizeof name);
    ck_assert_int_eq((int)legal_forms_find(forms, (struct bytes){name, sizeof name}), 0);
    memset(name, 0xff, sizeof name);
    ck_assert_int_eq((int)legal_forms_find(forms, (struct bytes){name, sizeof name}), 0);
}
END_TEST

START_TEST(a_bad_file_is_refused_with_its_line)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"form,kind\nGmbH,business\n", "a line has form"},
        {"GmbH,business,de,any,law\n", "the first line is the header"},
        {"form,kind,language,place,source\nGmbH,firm,de,any,law\n", "line 2: kind is"},
        {"form,kind,language,place,source\nGmbH,business,de,middle,law\n", "line 2: place is"},
        {"form,kind,language,place,source\nGmbH & Co,business,de,any,law\n", "line 2: a form is"},
        {"form,kind,language,place,source\n,business,de,any,law\n", "line 2: a form is"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct weir_err err = {0};
        struct legal_forms *f = NULL;
        const char *path = rig_file("forms.csv", bad[i].text, strlen(bad[i].text));

        ck_assert_int_eq(legal_forms_load(path, &f, &err), WEIR_FAIL);
        ck_assert_msg(strstr(err.text, bad[i].says) != NULL, "%s", err.text);
        ck_assert_ptr_null(f);
        rig_remove(path);
    }
}
END_TEST

Suite *
suite_legal_form(void)
{
    Suite *s = suite_create("legal_form");
    TCase *c = tcase_create("forms");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, names_tell_their_kind, 0, sizeof named / sizeof *named);
    tcase_add_test(c, long_and_broken_names_do_no_harm);
    tcase_add_test(c, a_bad_file_is_refused_with_its_line);
    suite_add_tcase(s, c);
    return s;
}
