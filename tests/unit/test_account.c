/* Accounts and banks: one form, check digits, and what is left alone. */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "model/account.h"
#include "model/type.h"
#include "support/rng.h"
#include "support/suites.h"

static const struct form {
    const char *why, *text, *want; /* NULL: refused */
} accounts[] = {
    {"as it should be", "RS35260005601001611379", "RS35260005601001611379"},
    {"in groups", "RS35 2600 0560 1001 6113 79", "RS35260005601001611379"},
    {"small letters", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"},
    {"blanks at the ends and no-break spaces",
        "\t RS35\xc2\xa0"
        "260005601001611379\r",
        "RS35260005601001611379"},
    {"a narrow no-break space",
        "RS35\xe2\x80\xaf"
        "260005601001611379",
        "RS35260005601001611379"},
    {"domestic", "260-0056010016113-79", "260-0056010016113-79"},
    {"no IBAN: letters stay as they are", "acct x1", "acctx1"},
    {"too long for an IBAN", "rs3526000560100161137926000560100161137",
        "rs3526000560100161137926000560100161137"},
    {"too short for an IBAN", "no938601111794", "no938601111794"},
    {"other letters are kept", "\xc5\xa1 1",
        "\xc5\xa1"
        "1"},
    {"nothing", "", NULL},
    {"nothing but blanks", " \t\xc2\xa0", NULL},
};

static void
expect(bool done, struct buf *b, const struct form *f)
{
    ck_assert_msg(done == (f->want != NULL), "%s", f->why);
    ck_assert_msg(bytes_equal(buf_bytes(b), bytes_of(f->want == NULL ? "" : f->want)), "%s: %.*s",
        f->why, (int)b->size, b->at);
    buf_fini(b);
}

START_TEST(accounts_have_one_form)
{
    struct buf b = {0};

    expect(account_canonical(bytes_of(accounts[_i].text), &b), &b, &accounts[_i]);
}
END_TEST

static const struct form banks[] = {
    {"BIC", "bacxrsbg", "BACXRSBG"},
    {"with branch", " BACXRSBGXXX ", "BACXRSBGXXX"},
    {"a name of eight letters is no BIC: no such country", "Sparkass", "Sparkass"},
    {"a name", "  Banka Po\xc5\xa1tanska \n", "Banka Po\xc5\xa1tanska"},
    {"nine characters", "BACXRSBG1", "BACXRSBG1"},
    {"blank", " \xc2\xa0 ", NULL},
};

START_TEST(banks_are_capitals_when_they_are_codes)
{
    struct buf b = {0};

    expect(bank_canonical(bytes_of(banks[_i].text), &b), &b, &banks[_i]);
}
END_TEST

static const struct iban {
    const char *why, *text, *country;
} ibans[] = {
    {"Serbia", "RS35260005601001611379", "RS"},
    {"Germany", "DE89370400440532013000", "DE"},
    {"United Kingdom, letters within", "GB82WEST12345698765432", "GB"},
    {"Norway, the shortest", "NO9386011117947", "NO"},
    {"Malta, long", "MT84MALT011000012345MTLCAST001S", "MT"},
    {"Kosovo", "XK051212012345678906", "XK"},
    {"Turkey", "TR330006100519786457841326", "TR"},
    {"one digit changed", "RS35260005601001611378", NULL},
    {"two digits swapped", "RS35260005601001611397", NULL},
    {"one short", "RS3526000560100161137", NULL},
    {"small letters are not canonical", "gb82west12345698765432", NULL},
    {"a country without IBANs", "US35260005601001611379", NULL},
    {"no account", "", NULL},
    {"no IBAN", "260-0056010016113-79", NULL},
};

START_TEST(ibans_are_checked_by_length_and_digits)
{
    const struct iban *c = &ibans[_i];
    int64_t want = c->country == NULL ? 0 : code_pack(c->country, 2);

    ck_assert_msg(iban_country(bytes_of(c->text)) == want, "%s", c->why);
    ck_assert_int_eq(iban_valid(bytes_of(c->text)), want != 0);
}
END_TEST

/* The twin writes the number out in digits and divides it as on paper. */
static bool
slow_mod97_is_1(const char *iban)
{
    char digits[80];
    size_t size = 0, length = strlen(iban);
    unsigned rest = 0;

    for (size_t i = 0; i < length; i++) {
        char c = iban[i < length - 4 ? i + 4 : i - (length - 4)];

        if (c >= 'A') {
            digits[size++] = (char)('1' + (c - 'A') / 10);
            digits[size++] = (char)('0' + (c - 'A') % 10);
        } else
            digits[size++] = c;
    }
    for (size_t i = 0; i < size; i++)
        rest = (rest * 10 + (unsigned)(digits[i] - '0')) % 97;
    return rest == 1;
}

START_TEST(check_digits_agree_with_division_on_paper)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    uint64_t seed = 8;
    unsigned good = 0;

    for (int n = 0; n < 20000; n++) {
        char iban[23] = "RS";

        for (int i = 2; i < 22; i++)
            iban[i] = letters[rng_below(&seed, i < 4 ? 10 : 36)];
        good += slow_mod97_is_1(iban);
        ck_assert_int_eq(iban_valid(bytes_of(iban)), slow_mod97_is_1(iban));
    }
    ck_assert_uint_gt(good, 100); /* about one in 97 */
}
END_TEST

START_TEST(refused_memory_appends_nothing)
{
    struct buf b = {0};

    alloc_fail_at(1, 1);
    ck_assert(!account_canonical(bytes_of("A1"), &b));
    ck_assert(!bank_canonical(bytes_of("B1"), &b));
    alloc_fail_at(0, 0);
    ck_assert_uint_eq(b.size, 0);
    buf_fini(&b);
}
END_TEST

Suite *
suite_account(void)
{
    Suite *s = suite_create("account");
    TCase *t = tcase_create("account");

    tcase_add_loop_test(t, accounts_have_one_form, 0, sizeof accounts / sizeof *accounts);
    tcase_add_loop_test(t, banks_are_capitals_when_they_are_codes, 0, sizeof banks / sizeof *banks);
    tcase_add_loop_test(t, ibans_are_checked_by_length_and_digits, 0, sizeof ibans / sizeof *ibans);
    tcase_add_test(t, check_digits_agree_with_division_on_paper);
    tcase_add_test(t, refused_memory_appends_nothing);
    suite_add_tcase(s, t);
    return s;
}
