/*
 * Rows to transactions: parties by direction, signs, times and zones, identifiers, ids, what is set
 * aside and what is left out, and a slow second look at random files.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/zone.h"
#include "ingest/legal_form.h"
#include "model/rate.h"
#include "support/ingest_rig.h"
#include "support/rng.h"
#include "support/suites.h"

#define HEAD "mapping: a\nbank: TESTBANK\n"
#define PLAIN                                                                                      \
    HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: d, account: a, amount: s, currency: c, "            \
         "counterparty.account: oa, counterparty.name: on, narrative: n, channel: ch, id: id}\n"
#define TOP "d,a,s,c,oa,on,n,ch,id\n"

static struct rig rig;

static void
read_text(const char *yaml, const char *text)
{
    rig_mapping(&rig, yaml);
    rig_read(&rig, "a.csv", text, strlen(text));
    ck_assert_msg(rig.opened == WEIR_OK, "%s", rig.err.text);
}

static void
read_more(const char *text)
{
    rig_read(&rig, "a.csv", text, strlen(text));
    ck_assert_msg(rig.opened == WEIR_OK, "%s", rig.err.text);
}

/* ---- parties ---- */

START_TEST(money_out_makes_the_holder_the_originator)
{
    read_text(PLAIN, TOP "2026-01-02,RS1,-5.50,EUR,RS2,Ana Anić,rent,transfer,7\n"
                         "2026-01-02,RS1,5.50,EUR,RS2,Ana Anić,rent,transfer,8\n");
    ck_assert_uint_eq(rig.rows->count, 2);
    ck_assert_str_eq(rig_text(&rig, 0, TXN_O_ACCOUNT), "RS1");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_ACCOUNT), "RS2");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_NAME), "Ana Anić");
    ck_assert_uint_eq(rig_row(&rig, 0)->flags, TXN_OWN_ORIGINATOR | TXN_DATE_ONLY);
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_AMOUNT), 550);
    ck_assert_str_eq(rig_text(&rig, 1, TXN_O_ACCOUNT), "RS2");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_O_NAME), "Ana Anić");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_B_ACCOUNT), "RS1");
    ck_assert_uint_eq(rig_row(&rig, 1)->flags, TXN_OWN_BENEFICIARY | TXN_DATE_ONLY);
    rig_fini(&rig);
}
END_TEST

START_TEST(only_what_is_there_is_present)
{
    uint64_t want = UINT64_C(1) << TXN_ID | UINT64_C(1) << TXN_TIME | UINT64_C(1) << TXN_AMOUNT |
                    UINT64_C(1) << TXN_CURRENCY | UINT64_C(1) << TXN_AMOUNT_EUR |
                    UINT64_C(1) << TXN_SOURCE_BANK | UINT64_C(1) << TXN_O_ACCOUNT;

    read_text(PLAIN, TOP "2026-01-02,RS1,-5.50,EUR, ,NOTPROVIDED,NONREF,,7\n");
    ck_assert_uint_eq(rig_row(&rig, 0)->present, want);
    ck_assert_str_eq(rig_text(&rig, 0, TXN_SOURCE_BANK), "TESTBANK");
    rig_fini(&rig);
}
END_TEST

START_TEST(cash_has_no_account_on_the_other_side)
{
    read_text(PLAIN, TOP "2026-01-02,RS1,500,EUR,9999,Who Stands There,,atm,1\n"
                         "2026-01-02,RS1,-500,EUR,9999,,,counter,2\n"
                         "2026-01-02,RS1,-500,EUR,9999,,,card,3\n");
    ck_assert(!txn_has(rig_row(&rig, 0), TXN_O_ACCOUNT));
    ck_assert_str_eq(rig_text(&rig, 0, TXN_O_NAME), "Who Stands There");
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_CHANNEL), CHANNEL_ATM);
    ck_assert(!txn_has(rig_row(&rig, 1), TXN_B_ACCOUNT));
    ck_assert_str_eq(rig_text(&rig, 2, TXN_B_ACCOUNT), "9999");
    rig_fini(&rig);
}
END_TEST

START_TEST(a_message_names_both_sides_and_takes_none_for_its_own)
{
    read_text(HEAD
        "dates: [YYYY-MM-DD]\ncolumns: {time: d, originator.account: o, beneficiary.account: b, "
        "amount: s, currency: c}\n",
        "d,o,b,s,c\n2026-01-02,A1,B1,5.50,EUR\n2026-01-02,A1,,5.50,EUR\n2026-01-02,,,5.50,EUR\n"
        "2026-01-02,A1,B1,-5.50,EUR\n");
    ck_assert_uint_eq(rig.rows->count, 2);
    ck_assert_uint_eq(rig_row(&rig, 0)->flags & (TXN_OWN_ORIGINATOR | TXN_OWN_BENEFICIARY), 0);
    ck_assert_uint_eq(rig.rejects, 2);
    ck_assert_str_eq(rig.reject[0].code, "Q_ACCOUNT");
    ck_assert_str_eq(rig.reject[1].code, "Q_AMOUNT");
    rig_fini(&rig);
}
END_TEST

/* ---- signs ---- */

static const struct way {
    const char *why, *columns, *row;
    int64_t minor; /* below nought: out; INT64_MIN: set aside */
    bool reversal;
} ways[] = {
    {"signed, in", "amount: x", "5,", 500, false},
    {"signed, out", "amount: x", "-5,", -500, false},
    {"nought", "amount: x", "0,", 0, false},
    {"inverted, in", "amount: x}\ninvert: true\nconstants: {narrative: n", "-5,", 500, false},
    {"inverted, out", "amount: x}\ninvert: true\nconstants: {narrative: n", "5,", -500, false},
    {"two columns, out", "debit: x, credit: y", "5,", -500, false},
    {"two columns, in", "debit: x, credit: y", ",5", 500, false},
    {"two columns, the other nought", "debit: x, credit: y", "0.00,5", 500, false},
    {"two columns, the other nought too", "debit: x, credit: y", "5,0", -500, false},
    {"two columns, both", "debit: x, credit: y", "5,6", INT64_MIN, false},
    {"two columns, none", "debit: x, credit: y", ",", INT64_MIN, false},
    {"two columns, a minus", "debit: x, credit: y", "-5,", INT64_MIN, false},
    {"a minus that says nothing", "debit: x, credit: y}\nsign: ignore\nconstants: {narrative: n",
        "-5,", -500, false},
    {"a minus that takes back", "debit: x, credit: y}\nsign: reversal\nconstants: {narrative: n",
        "-5,", 500, true},
    {"a flag, out", "amount: x, direction: {column: y, map: {D: out, C: in}}", "5,D", -500, false},
    {"a flag, in", "amount: x, direction: {column: y, map: {D: out, C: in}}", "5,c", 500, false},
    {"a flag nobody knows", "amount: x, direction: {column: y, map: {D: out, C: in}}", "5,X",
        INT64_MIN, false},
    {"no flag", "amount: x, direction: {column: y, map: {D: out, C: in}}", "5,", INT64_MIN, false},
    {"no flag has a meaning", "amount: x, direction: {column: y, map: {CR: in}, else: out}", "5,",
        -500, false},
    {"a Greek flag", "amount: x, direction: {column: y, map: {Χ: out, Π: in}}", "5,Χ", -500, false},
    {"a flag and a minus", "amount: x, direction: {column: y, map: {D: out, C: in}}", "-5,D",
        INT64_MIN, false},
    {"a flag and a minus taken back",
        "amount: x, direction: {column: y, map: {D: out, C: in}}}\nsign: reversal\nconstants: "
        "{narrative: n",
        "-5,D", 500, true},
    {"a mark behind, in", "amount: x}\ncredit_mark: CR\ndebit_mark: DR\nconstants: {narrative: n",
        "5 CR,", 500, false},
    {"a mark behind, out", "amount: x}\ncredit_mark: CR\ndebit_mark: DR\nconstants: {narrative: n",
        "5DR,", -500, false},
    {"a reversal by any mark", "amount: x, reversal: y", "-5,S", -500, true},
    {"none by an empty one", "amount: x, reversal: y", "-5,", -500, false},
    {"none by a word for no", "amount: x, reversal: y", "-5,false", -500, false},
    {"a reversal by map", "amount: x, reversal: {column: y, map: {ST: true}, else: false}", "-5,ST",
        -500, true},
    {"a reversal by expression", "amount: x, reversal: {column: y, regex: ^S}", "-5,XS", -500,
        false},
};

START_TEST(signs_and_columns_say_which_way)
{
    const struct way *w = &ways[_i];
    char yaml[600], text[200];

    (void)snprintf(yaml, sizeof yaml,
        HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: d, account: a, currency: c, %s}\n", w->columns);
    (void)snprintf(text, sizeof text, "d,a,c,x,y\n2026-01-02,RS1,EUR,%s\n", w->row);
    read_text(yaml, text);
    if (w->minor == INT64_MIN) {
        ck_assert_msg(rig.rejects == 1, "%s", w->why);
    } else {
        const struct txn *t = rig_row(&rig, 0);
        int64_t minor = txn_num(t, TXN_AMOUNT);

        ck_assert_msg(((t->flags & TXN_OWN_ORIGINATOR) != 0 ? -minor : minor) == w->minor,
            "%s: %lld", w->why, (long long)minor);
        ck_assert_msg(((t->flags & TXN_REVERSAL) != 0) == w->reversal, "%s", w->why);
    }
    rig_fini(&rig);
}
END_TEST

/* ---- times ---- */

static struct zone *
open_zone(const char *name)
{
    struct weir_err err = {0};
    struct zone *z;

    ck_assert_msg(zone_open(name, &z, &err) == WEIR_OK, "%s", err.text);
    return z;
}

static int64_t
utc(int32_t month, int32_t day, int32_t hour, int32_t minute)
{
    struct civil c = {2026, month, day, hour, minute, 0, 0};

    return civil_to_us(&c);
}

static const struct moment {
    const char *text;
    int32_t month, day, hour, minute;
    uint32_t flags;
} moments[] = {
    {"2026-01-02 12:00:00", 1, 2, 11, 0, 0},
    {"2026-07-02 12:00:00", 7, 2, 10, 0, 0},
    {"2026-07-02", 7, 1, 22, 0, TXN_DATE_ONLY},
    {"2026-01-02", 1, 1, 23, 0, TXN_DATE_ONLY},
    {"2026-03-29 01:59:59", 3, 29, 0, 59, 0},
    {"2026-03-29 02:30:00", 3, 29, 1, 30, TXN_TIME_SHIFTED},
    {"2026-03-29 03:00:00", 3, 29, 1, 0, 0},
    {"2026-10-25 01:30:00", 10, 24, 23, 30, 0},
    {"2026-10-25 02:30:00", 10, 25, 0, 30, TXN_TIME_REPEATED},
    {"2026-10-25 03:30:00", 10, 25, 2, 30, 0},
    {"2026-10-25", 10, 24, 22, 0, TXN_DATE_ONLY},
    {"2026-07-02T12:00:00Z", 7, 2, 12, 0, 0},
    {"2026-07-02T12:00:00+05:30", 7, 2, 6, 30, 0},
};

START_TEST(local_times_become_moments)
{
    struct zone *z = open_zone("Europe/Belgrade");

    rig_mapping(&rig, HEAD "zone: Europe/Belgrade\ndates: [\"YYYY-MM-DD HH:mm:ss\", YYYY-MM-DD, "
                           "\"YYYY-MM-DDTHH:mm:ssZ\"]\n"
                           "columns: {time: d, account: a, amount: s, currency: c}\n");
    rig.env.pack_zone = z;
    /* Each twice, the second time met by the caches. */
    for (int twice = 0; twice < 2; twice++) {
        struct buf text = {0};

        buf_text(&text, "d,a,s,c\n");
        for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
            buf_print(&text, "%s,A,1,EUR\n%s,A,1,EUR\n", moments[i].text, moments[i].text);
        rig_read(&rig, "a.csv", text.at, text.size);
        buf_fini(&text);
        for (uint32_t i = 0; i < 2 * sizeof moments / sizeof *moments; i++) {
            const struct moment *m = &moments[i / 2];
            const struct txn *t = rig_row(&rig, i);

            ck_assert_msg(t->at_us / (60 * US_PER_S) ==
                              utc(m->month, m->day, m->hour, m->minute) / (60 * US_PER_S),
                "%s", m->text);
            ck_assert_int_eq(t->at_us, txn_num(t, TXN_TIME));
            ck_assert_msg(
                (t->flags & (TXN_DATE_ONLY | TXN_TIME_SHIFTED | TXN_TIME_REPEATED)) == m->flags,
                "%s", m->text);
        }
    }
    rig_fini(&rig);
    zone_close(z);
}
END_TEST

START_TEST(a_later_picture_never_takes_what_an_earlier_one_fits)
{
    rig_mapping(&rig,
        HEAD "zone: Europe/Belgrade\ndates: [\"YYYY-MM-DD [00:00:00]\", \"YYYY-MM-DD HH:mm:ss\"]\n"
             "columns: {time: d, account: a, amount: s, currency: c}\n");
    read_more("d,a,s,c\n2026-01-02 10:00:00,A,1,EUR\n2026-01-02 00:00:00,A,1,EUR\n");
    ck_assert_uint_eq(rig_row(&rig, 0)->flags & TXN_DATE_ONLY, 0);
    ck_assert_uint_eq(rig_row(&rig, 1)->flags & TXN_DATE_ONLY, TXN_DATE_ONLY);
    rig_fini(&rig);
}
END_TEST

/* `Z` is read the short way once its day is known; every other offset must not be. */
START_TEST(the_day_read_last_serves_only_texts_of_the_same_shape)
{
    static const char *const rows[] = {"2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z",
        "2026-03-01T14:00:00+02:00", "2026-03-01T12:00:00Z", "2026-03-01T07:00:00-05",
        "2026-03-01T12:00:00Z"};
    struct buf text = {0};

    rig_mapping(&rig, HEAD "zone: UTC\ndates: [\"YYYY-MM-DDTHH:mm:ssZ\"]\n"
                           "columns: {time: d, account: a, amount: s, currency: c}\n");
    buf_text(&text, "d,a,s,c\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buf_print(&text, "%s,A,1,EUR\n", rows[i]);
    buf_text(&text, "2026-03-01T12:00:00X,A,1,EUR\n2026-03-01T12:00 00Z,A,1,EUR\n");
    rig_read(&rig, "a.csv", text.at, text.size);
    buf_fini(&text);
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_int_eq(rig_row(&rig, i)->at_us, utc(3, 1, 12, 0));
    ck_assert_uint_eq(rig.rejects, 2);
    rig_fini(&rig);
}
END_TEST

START_TEST(value_dates_stand_in_and_may_go_first)
{
    static const char text[] =
        "d,v,a,s,c\n2026-01-02,2026-01-05,A,1,EUR\n,2026-01-05,A,1,EUR\n2026-01-02,,A,1,EUR\n";
    static const int64_t want[2][3] = {{2, 5, 2}, {5, 5, 2}};

    for (int first = 0; first < 2; first++) {
        char yaml[300];

        (void)snprintf(yaml, sizeof yaml,
            HEAD "dates: [YYYY-MM-DD]\ntime: %s\ncolumns: {time: d, value_time: v, account: a, "
                 "amount: s, "
                 "currency: c}\n",
            first == 0 ? "booked" : "value");
        read_text(yaml, text);
        for (uint32_t i = 0; i < 3; i++)
            ck_assert_int_eq(
                rig_row(&rig, i)->at_us, civil_days(2026, 1, (int32_t)want[first][i]) * US_PER_DAY);
        rig_fini(&rig);
    }
}
END_TEST

START_TEST(rows_later_than_the_day_of_the_run_are_set_aside)
{
    rig_mapping(&rig, PLAIN);
    rig.env.as_of_day = civil_days(2026, 1, 2);
    read_more(TOP "2026-01-02,A,1,EUR,,,,,1\n2026-01-03,A,1,EUR,,,,,2\n");
    ck_assert_uint_eq(rig.rows->count, 1);
    ck_assert_str_eq(rig.reject[0].code, "Q_FUTURE");
    rig_fini(&rig);
}
END_TEST

/* ---- values ---- */

START_TEST(identifiers_are_canonical_and_texts_composed)
{
    read_text(HEAD
        "dates: [YYYY-MM-DD]\ncountry: RS\ncolumns: {time: d, account: a, amount: s, currency: c, "
        "counterparty.account: oa, counterparty.bank: ob, counterparty.phone: p, narrative: n, "
        "own.country: oc}\n",
        "d,a,s,c,oa,ob,p,n,oc\n"
        "2026-01-02,rs35 1050 0812 3123 1231 73,-1,din,265-1-22,nbsrrsba,064 123 "
        "4567,e\xcc\x81t\xc3\xa9,xk\n"
        "2026-01-02,RS35105008123123123173,-1,CSD,AB 12,Some Bank, +381641234567 ,plain,ZZ\n");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_O_ACCOUNT), "RS35105008123123123173");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_O_ACCOUNT), "RS35105008123123123173");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_B_ACCOUNT), "AB12");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_BANK), "NBSRRSBA");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_B_BANK), "Some Bank");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_PHONE), "+381641234567");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_B_PHONE), "+381641234567");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_NARRATIVE), "\xc3\xa9t\xc3\xa9");
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_CURRENCY), code_pack("RSD", 3));
    ck_assert_int_eq(txn_num(rig_row(&rig, 1), TXN_CURRENCY), code_pack("RSD", 3));
    ck_assert((rig_row(&rig, 0)->flags & TXN_NO_RATE) != 0);
    ck_assert(!txn_has(rig_row(&rig, 1), TXN_O_COUNTRY));
    ck_assert_uint_eq(rig.unread, txn_has(rig_row(&rig, 0), TXN_O_COUNTRY) ? 1 : 2);
    rig_fini(&rig);
}
END_TEST

START_TEST(sources_are_joined_cut_translated_and_unwrapped)
{
    read_text(HEAD
        "dates: [YYYY-MM-DD]\nstrip: '=\"…\"'\ncolumns: {time: d, account: {file: '^(\\w+)\\.'}, "
        "amount: s, narrative: {columns: [n1, n2], join: '; '}, reference: {column: n1, regex: "
        "'REF(\\d+)'}, purpose: {column: n2, map: {x: '221', y: ''}, else: '289'}, channel: "
        "{column: n2, "
        "match: [{regex: '^A', value: atm}, {regex: A, value: card}]}}\nconstants: {currency: EUR, "
        "branch: B 7}\n",
        "d,s,n1,n2\n2026-01-02,1,\"=\"\"REF55 "
        "shop\"\"\",x\n2026-01-02,1,,y\n2026-01-02,1,z,AA\n2026-01-02,1,q,BA\n");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_NARRATIVE), "REF55 shop; x");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_REFERENCE), "55");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_PURPOSE), "221");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_BRANCH), "B 7");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_ACCOUNT), "a");
    ck_assert_str_eq(rig_text(&rig, 1, TXN_NARRATIVE), "y");
    ck_assert(!txn_has(rig_row(&rig, 1), TXN_PURPOSE));
    ck_assert_str_eq(rig_text(&rig, 2, TXN_PURPOSE), "289");
    ck_assert_int_eq(txn_num(rig_row(&rig, 2), TXN_CHANNEL), CHANNEL_ATM);
    ck_assert_int_eq(txn_num(rig_row(&rig, 3), TXN_CHANNEL), CHANNEL_CARD);
    rig_fini(&rig);
}
END_TEST

START_TEST(kinds_and_countries_are_inferred_where_asked)
{
    struct legal_forms *forms;
    struct weir_err err = {0};

    ck_assert_int_eq(legal_forms_load("rules/data/legal_forms.csv", &forms, &err), WEIR_OK);
    rig_mapping(&rig, PLAIN "infer: country\n");
    rig.env.forms = forms;
    read_more(TOP "2026-01-02,A,-1,EUR,DE89370400440532013000,Muster GmbH,,,1\n");
    ck_assert_uint_eq(rig.rows->count, 1);
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_B_KIND), KIND_BUSINESS);
    ck_assert((rig_row(&rig, 0)->flags & TXN_KIND_B_INFERRED) != 0);
    ck_assert((rig_row(&rig, 0)->flags & TXN_KIND_O_INFERRED) == 0);
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_B_COUNTRY), code_pack("DE", 2));
    ck_assert(!txn_has(rig_row(&rig, 0), TXN_O_COUNTRY));
    rig_fini(&rig);
    legal_forms_free(forms);
}
END_TEST

START_TEST(euros_are_reckoned_at_the_rate_of_the_day)
{
    static const char table[] = "Date,USD,RSD\n2026-01-02,1.25,117.0\n2026-01-05,1.5,117.0\n";
    const char *path = rig_file("rates.csv", table, strlen(table));
    struct rates *rates;
    struct weir_err err = {0};

    ck_assert_msg(rates_load(path, &rates, &err) == WEIR_OK, "%s", err.text);
    rig_remove(path);
    rig_mapping(&rig,
        HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: d, account: a, amount: s, currency: c, "
             "balance: b}\n");
    rig.env.rates = rates;
    read_more("d,a,s,c,b\n2026-01-02,A,-10,USD,100\n2026-01-05,A,15,USD,-3\n"
              "2026-03-05,A,15,USD,\n2026-01-05,A,15,EUR,7\n");
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_AMOUNT_EUR), 800);
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_O_BALANCE_EUR), 8000);
    ck_assert_int_eq(txn_num(rig_row(&rig, 1), TXN_AMOUNT_EUR), 1000);
    ck_assert_int_eq(txn_num(rig_row(&rig, 1), TXN_B_BALANCE_EUR), -200);
    ck_assert(!txn_has(rig_row(&rig, 2), TXN_AMOUNT_EUR));
    ck_assert((rig_row(&rig, 2)->flags & TXN_NO_RATE) != 0);
    ck_assert_int_eq(txn_num(rig_row(&rig, 3), TXN_AMOUNT_EUR), 1500);
    rig_fini(&rig);
    rates_free(rates);
}
END_TEST

/* ---- ids ---- */

START_TEST(made_ids_depend_on_the_cells_that_count_and_on_the_account)
{
    static const char yaml[] =
        HEAD "dates: [YYYY-MM-DD]\nignore: [nr]\ncolumns: {time: d, account: {file: "
             "'^(\\w+)'}, amount: s, currency: c}\n";
    static const char text[] =
        "nr,d,s,c,x\n1,2026-01-02,1,EUR,p\n2,2026-01-02,1,EUR,p\n3,2026-01-02,1,EUR,q\n";
    char first[64];

    read_text(yaml, text);
    (void)snprintf(first, sizeof first, "%s", rig_text(&rig, 0, TXN_ID));
    ck_assert_uint_eq(strlen(first), 32);
    ck_assert((rig_row(&rig, 0)->flags & TXN_ID_MADE) != 0);
    ck_assert_str_eq(first, rig_text(&rig, 1, TXN_ID));
    ck_assert_str_ne(first, rig_text(&rig, 2, TXN_ID));
    rig_read(&rig, "b.csv", text, strlen(text));
    ck_assert_str_ne(first, rig_text(&rig, 0, TXN_ID));
    rig_read(&rig, "a.csv", text, strlen(text));
    ck_assert_str_eq(first, rig_text(&rig, 0, TXN_ID));
    /* SHA-256 over account and cells, each behind its length: a change makes all past rows new. */
    ck_assert_str_eq(first, "2151bbdf54bc57862e0532dc38a80aa8");
    rig_fini(&rig);
}
END_TEST

/* ---- rows that cannot be used ---- */

static const struct aside {
    const char *why, *row, *code, *column, *found, *right;
} asides[] = {
    {"no date", ",A,1,EUR,,,,,1", "Q_DATE", "time", "", "YYYY-MM-DD"},
    {"no such day", "2026-02-30,A,1,EUR,,,,,1", "Q_DATE", "time", "2026-02-30", "YYYY-MM-DD"},
    {"another picture", "02.01.2026,A,1,EUR,,,,,1", "Q_DATE", "time", "02.01.2026", "YYYY-MM-DD"},
    {"no amount", "2026-01-02,A,,EUR,,,,,1", "Q_AMOUNT", "amount", "", "decimal: \".\""},
    {"a comma", "2026-01-02,A,\"1,50\",EUR,,,,,1", "Q_AMOUNT", "amount", "1,50", "such as 1234.50"},
    {"too many places", "2026-01-02,A,1.505,EUR,,,,,1", "Q_AMOUNT", "amount", "1.505",
        "at most 2 decimal places for EUR"},
    {"places where there are none", "2026-01-02,A,1.5,JPY,,,,,1", "Q_AMOUNT", "amount", "1.5",
        "at most 0 decimal places for JPY"},
    {"too large", "2026-01-02,A,99999999999999999999,EUR,,,,,1", "Q_AMOUNT", "amount",
        "99999999999999999999", "at most 18 digits"},
    {"no currency", "2026-01-02,A,1,,,,,,1", "Q_CURRENCY", "currency", "", "ISO 4217"},
    {"no such currency", "2026-01-02,A,1,XYZ,,,,,1", "Q_CURRENCY", "currency", "XYZ", "ISO 4217"},
    {"a name for a currency", "2026-01-02,A,1,Euro,,,,,1", "Q_CURRENCY", "currency", "Euro",
        "ISO 4217"},
    {"no account", "2026-01-02,,1,EUR,,,,,1", "Q_ACCOUNT", "account", "",
        "the account the row belongs"},
    {"an account as long as a letter",
        "2026-01-02,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,1,"
        "EUR,,,,,1",
        "Q_ACCOUNT", "account", "AAAA", "at most 64"},
    {"too few columns", "2026-01-02,A,1,EUR,,,,1", "Q_COLUMNS", "", "2026-01-02",
        "9 columns, here are 8"},
    {"too many columns", "2026-01-02,A,1,EUR,,,,,1,2", "Q_COLUMNS", "", "2026-01-02",
        "9 columns as in the header, here are 10"},
};

START_TEST(a_row_that_cannot_be_used_is_set_aside_and_told_why)
{
    const struct aside *a = &asides[_i % (int)(sizeof asides / sizeof *asides)];
    int place = _i / (int)(sizeof asides / sizeof *asides);
    struct buf text = {0};

    /* As the first, the middle and the last of three rows. */
    buf_text(&text, TOP);
    for (int i = 0; i < 3; i++)
        buf_print(&text, "%s\n", i == place ? a->row : "2026-01-02,A,1,EUR,,,,,1");
    rig_mapping(&rig, PLAIN);
    rig_read(&rig, "a.csv", text.at, text.size);
    buf_fini(&text);
    ck_assert_uint_eq(rig.rows->count, 2);
    ck_assert_uint_eq(rig.rejects, 1);
    ck_assert_uint_eq(rig.reject[0].row, (uint64_t)place + 1);
    ck_assert_msg(strcmp(rig.reject[0].code, a->code) == 0, "%s: %s", a->why, rig.reject[0].code);
    ck_assert_str_eq(rig.reject[0].column, a->column);
    ck_assert_msg(strncmp(rig.reject[0].found, a->found, strlen(a->found)) == 0, "%s: %s", a->why,
        rig.reject[0].found);
    ck_assert_msg(
        strstr(rig.reject[0].right, a->right) != NULL, "%s: %s", a->why, rig.reject[0].right);
    ck_assert_str_eq(rig_text(&rig, 1, TXN_B_ACCOUNT), "A");
    rig_fini(&rig);
}
END_TEST

START_TEST(rows_set_aside_leave_nothing_in_the_batch)
{
    struct buf text = {0};
    size_t size;

    buf_text(&text, TOP "2026-01-02,A,1,EUR,,,,,1\n");
    rig_mapping(&rig, PLAIN);
    rig_read(&rig, "a.csv", text.at, text.size);
    size = rig.rows->text.size;
    for (int i = 0; i < 50; i++)
        buf_text(&text, "2026-01-02,A,x,EUR,RS1,NAME,text,card,1\n");
    rig_read(&rig, "a.csv", text.at, text.size);
    buf_fini(&text);
    ck_assert_uint_eq(rig.rejects, 50);
    ck_assert_uint_eq(rig.rows->text.size, size);
    rig_fini(&rig);
}
END_TEST

START_TEST(rows_end_in_empty_cells_and_may_be_short_where_said)
{
    read_text(PLAIN, TOP "2026-01-02,A,1,EUR,,,,,1,,\n");
    ck_assert_uint_eq(rig.rows->count, 1);
    rig_fini(&rig);
    read_text(PLAIN "short_rows: allow\n", TOP "2026-01-02,A,1,EUR\n2026-01-02,A,1\n");
    ck_assert_uint_eq(rig.rows->count, 1);
    ck_assert_str_eq(rig.reject[0].code, "Q_CURRENCY");
    rig_fini(&rig);
}
END_TEST

/* ---- files a mapping does not fit ---- */

static const struct unfit {
    const char *why, *yaml, *text, *code, *says;
} unfit[] = {
    {"a column missing", PLAIN, "d,a,s,c,oa,on,m,ch,id\n", "E221", "\"n\""},
    {"a column nearly there", PLAIN, "d,a,s,c,oa,on,n,ch,idd\n", "E221", "\"id\""},
    {"a column twice", PLAIN, "d,a,s,c,oa,on,n,ch,id,s\n", "E221", "2 times"},
    {"a number too high",
        HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: 1, account: 2, amount: 3, currency: 7}\n",
        "d,a,s,c\n", "E221", "no column 7"},
    {"nothing in the name",
        HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: d, account: {file: '(\\d+)'}, amount: s, "
             "currency: c}\n",
        "d,a,s,c\n", "E223", "file's name"},
    {"nothing in the preamble",
        HEAD "dates: [YYYY-MM-DD]\nheader: ^d,\ncolumns: {time: d, account: {preamble: "
             "'IBAN (\\w+)'}, amount: s, currency: c}\n",
        "Account 77\nd,a,s,c\n", "E223", "preamble"},
};

START_TEST(a_file_without_its_columns_is_refused)
{
    const struct unfit *u = &unfit[_i];

    rig_mapping(&rig, u->yaml);
    rig_read(&rig, "a.csv", u->text, strlen(u->text));
    ck_assert_msg(rig.opened == WEIR_FAIL, "%s", u->why);
    ck_assert_str_eq(rig.err.code, u->code);
    ck_assert_msg(strstr(rig.err.text, u->says) != NULL, "%s: %s", u->why, rig.err.text);
    rig_fini(&rig);
}
END_TEST

START_TEST(columns_are_found_in_any_order_and_folded)
{
    read_text(HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: Datum, account: Račun, amount: Iznos, "
                   "currency: Valuta, "
                   "narrative: {column: Opis, optional: true}}\n",
        "VALUTA,iznos ,RACUN,datum\nEUR,5,A,2026-01-02\n");
    ck_assert_uint_eq(rig.rows->count, 1);
    ck_assert_str_eq(rig_text(&rig, 0, TXN_B_ACCOUNT), "A");
    ck_assert(!txn_has(rig_row(&rig, 0), TXN_NARRATIVE));
    rig_fini(&rig);
}
END_TEST

/* ---- JSON Lines ---- */

START_TEST(objects_are_read_by_their_paths)
{
    static const char text[] =
        "{\"id\":\"x1\",\"when\":\"2026-01-02T10:00:00Z\",\"from\":{\"iban\":\"A1\",\"name\":"
        "\"Ana\"},"
        "\"to\":{\"iban\":\"B1\"},\"sum\":12.50,\"ccy\":\"EUR\",\"text\":\"a \\\"b\\\" \\u010d\"}\n"
        "{\"ccy\":\"EUR\",\"when\":\"2026-01-02T11:00:00+01:00\",\"from\":{\"iban\":\"A1\"},"
        "\"sum\":\"7\",\"more\":1}\n"
        "{\"ccy\":\"EUR\",\"when\":\"2026-01-02T11:00:00+01:00\",\"from\":{\"iban\":\"A1\"},"
        "\"sum\":7e1}\n";

    rig_mapping(&rig,
        HEAD "format: jsonl\ndates: [\"YYYY-MM-DDTHH:mm:ssZ\"]\ncolumns: {id: id, time: when, "
             "originator.account: from.iban, originator.name: from.name, beneficiary.account: "
             "to.iban, amount: sum, currency: ccy, narrative: text}\n");
    rig_read(&rig, "a.jsonl", text, strlen(text));
    ck_assert_uint_eq(rig.rows->count, 2);
    ck_assert_str_eq(rig_text(&rig, 0, TXN_NARRATIVE), "a \"b\" \xc4\x8d");
    ck_assert_str_eq(rig_text(&rig, 0, TXN_O_NAME), "Ana");
    ck_assert_int_eq(txn_num(rig_row(&rig, 0), TXN_AMOUNT), 1250);
    ck_assert_int_eq(rig_row(&rig, 0)->at_us, rig_row(&rig, 1)->at_us);
    ck_assert((rig_row(&rig, 1)->flags & TXN_ID_MADE) != 0);
    ck_assert_str_eq(rig.reject[0].code, "Q_AMOUNT");
    ck_assert_str_eq(rig.reject[0].found, "7e1");
    rig_fini(&rig);
}
END_TEST

/* ---- against a slow reader ---- */

/* Random rows; what comes out is compared with what went in. */
START_TEST(random_rows_come_out_as_they_went_in)
{
    static const char *const currencies[] = {"EUR", "RSD", "JPY", "TND", "USD"};
    static const int places[] = {2, 2, 0, 3, 2};
    static const char *const channels[] = {"card", "atm", "transfer", "other", "cash"};
    uint64_t seed = (uint64_t)_i + 1;
    struct buf text = {0};
    struct made {
        int64_t minor, day;
        int currency, channel;
        bool out;
        char name[24], id[24];
    } made[200];

    buf_text(&text, TOP);
    for (int i = 0; i < 200; i++) {
        struct made *m = &made[i];
        struct civil c;
        int64_t unit;

        *m = (struct made){.minor = (int64_t)rng_below(&seed, 100000000),
            .day = 20000 + (int64_t)rng_below(&seed, 400),
            .currency = (int)rng_below(&seed, 5),
            .channel = (int)rng_below(&seed, 5),
            .out = rng_below(&seed, 2) == 1};
        (void)snprintf(m->name, sizeof m->name, "N%u", (unsigned)rng_below(&seed, 1000));
        (void)snprintf(m->id, sizeof m->id, "I%d", i);
        civil_from_us(m->day * US_PER_DAY, &c);
        unit = places[m->currency] == 0 ? 1 : places[m->currency] == 2 ? 100 : 1000;
        buf_print(&text, "%04d-%02d-%02d,RS1,%s%lld", (int)c.year, (int)c.month, (int)c.day,
            m->out ? "-" : "", (long long)(m->minor / unit));
        if (unit > 1)
            buf_print(&text, ".%0*lld", places[m->currency], (long long)(m->minor % unit));
        buf_print(&text, ",%s,RS2,%s,%s%s%s,%s,%s\n", currencies[m->currency], m->name,
            i % 3 == 0 ? "\"" : "", i % 3 == 0 ? "a \"\"q\"\", b" : "plain", i % 3 == 0 ? "\"" : "",
            channels[m->channel], m->id);
    }
    rig_mapping(&rig, PLAIN);
    rig_read(&rig, "a.csv", text.at, text.size);
    buf_fini(&text);
    ck_assert_uint_eq(rig.rows->count, 200);
    for (uint32_t i = 0; i < 200; i++) {
        const struct txn *t = rig_row(&rig, i);
        const struct made *m = &made[i];

        ck_assert_int_eq(txn_num(t, TXN_AMOUNT), m->minor);
        ck_assert_int_eq(t->at_us, m->day * US_PER_DAY);
        ck_assert_int_eq(txn_num(t, TXN_CURRENCY), code_pack(currencies[m->currency], 3));
        ck_assert_int_eq(
            txn_num(t, TXN_CHANNEL), word_find(TYPE_CHANNEL, bytes_of(channels[m->channel])));
        /* A nought with a minus still says which way. */
        ck_assert_int_eq((t->flags & TXN_OWN_ORIGINATOR) != 0, m->out);
        ck_assert_str_eq(rig_text(&rig, i, m->out ? TXN_B_NAME : TXN_O_NAME), m->name);
        ck_assert_str_eq(rig_text(&rig, i, TXN_ID), m->id);
        ck_assert_str_eq(rig_text(&rig, i, TXN_NARRATIVE), i % 3 == 0 ? "a \"q\", b" : "plain");
        ck_assert_uint_eq(t->row, i + 1);
    }
    rig_fini(&rig);
}
END_TEST

/* Cells that are read in one go, and cells that need another look. */
static const char *const curious[] = {"", "x", "NO", "NOT PROVIDED", "NOTPROVIDED", "NONREF",
    "NOTPROVIDED2", "RS35260005601001611379", "rs35 2600", "NL91ABNA0417164300", "card", "CARD",
    "transfer", "atm", "Nonesuch", "merchant", "person", "business", "RS", "BA", "XX", "b",
    "Ana Ani\xc4\x87",
    ("\xc5\xa0"
     "abac"),
    "e\xcc\x81t\xc3\xa9", "\xd0\x90\xd0\xbd\xd0\xb0", "\xd8\xb9\xd9\x84\xd9\x8a", "a\"q\"b", "a,b",
    "\xff", "0123456789012345", "01234567890123456", "-",
    "a text of more than sixty-four bytes, which no account number is, ever"};

/* Every cell as it is, or with blanks around it, which sends the row the long way. */
static void
put_curious(uint64_t *seed, const char *pad, struct buf *text)
{
    const char *cell = curious[rng_below(seed, sizeof curious / sizeof *curious)];
    bool quoted =
        strchr(cell, '"') != NULL || strchr(cell, ',') != NULL || rng_below(seed, 20) == 0;

    buf_print(text, ",%s%s", quoted ? "\"" : "", pad);
    for (; *cell != '\0'; cell++) {
        buf_byte(text, *cell);
        if (*cell == '"')
            buf_byte(text, '"');
    }
    buf_print(text, "%s%s", pad, quoted ? "\"" : "");
}

static void
curious_rows(uint64_t seed, const char *pad, struct buf *out)
{
    struct buf text = {0};

    buf_text(&text, "d,s,c,id,a,oa,on,an,n,ch,k,y,cy\n");
    for (int i = 0; i < 200; i++) {
        buf_print(&text, "2026-01-02,%s%d.50,EUR,I%d", i % 2 == 0 ? "-" : "", i, i);
        for (int n = 0; n < 9; n++)
            put_curious(&seed, pad, &text);
        buf_byte(&text, '\n');
    }
    rig_mapping(&rig,
        HEAD "dates: [YYYY-MM-DD]\ncolumns: {time: d, amount: s, currency: c, id: id, account: a, "
             "counterparty.account: oa, counterparty.name: on, own.name: an, narrative: n, "
             "channel: ch, counterparty.kind: k, counterparty.country: {column: y, map: {b: BA}, "
             "else: RS}, counterparty.city: cy}\nconstants: {own.country: RS}\n");
    rig_read(&rig, "a.csv", text.at, text.size);
    ck_assert_msg(rig.opened == WEIR_OK, "%s", rig.err.text);
    for (uint32_t i = 0; i < rig.rows->count; i++) {
        const struct txn *t = rig_row(&rig, i);

        buf_print(out, "\n%u %u %u:", (unsigned)t->row, (unsigned)t->flags, (unsigned)rig.unread);
        for (unsigned f = 0; f < TXN_FIELD_COUNT; f++) {
            if (!txn_has(t, f))
                continue;
            if (type_is_text(txn_fields[f].type))
                buf_print(out, " %u=(%s)", f, rig_text(&rig, i, f));
            else
                buf_print(out, " %u=%lld", f, (long long)txn_num(t, f));
        }
    }
    buf_fini(&text);
    rig_fini(&rig);
}

START_TEST(plain_rows_are_read_like_all_others)
{
    struct buf plain = {0}, padded = {0};

    curious_rows((uint64_t)_i + 1, "", &plain);
    curious_rows((uint64_t)_i + 1, " ", &padded);
    ck_assert_uint_gt(plain.size, 1000);
    buf_byte(&plain, '\0');
    buf_byte(&padded, '\0');
    ck_assert_str_eq(plain.at, padded.at);
    buf_fini(&plain);
    buf_fini(&padded);
}
END_TEST

START_TEST(memory_that_runs_out_is_said_and_leaves_nothing)
{
    static const char text[] =
        TOP "2026-01-02,a 1,1,EUR,rs 2,\"e\"\"x\",n,card,\n2026-01-03,a 1,1,EUR,rs 2,x,n,card,\n";
    const char *path = rig_file("a.csv", text, strlen(text));
    struct mapping m;
    struct arena arena;
    struct diags *ds = diags_new();
    size_t before;
    bool done = false;

    arena_init(&arena, 0, "test");
    ck_assert(mapping_parse(&arena, ds, "a", bytes_of(PLAIN), NULL, 0, &m));
    before = alloc_live();
    for (size_t n = 1; !done && n < 500; n++) {
        struct normalise_env env = {.as_of_day = INT64_MAX};
        struct reader_spec spec = {.path = path};
        struct reader *r = NULL;
        struct normaliser *norm = NULL;
        struct batch *b;
        const struct record *rec;
        struct weir_err err = {0};
        enum weir_status st;

        alloc_fail_at(n, 1);
        b = batch_new(8, TXN_FIELD_COUNT, 0);
        mapping_reader(&m, &spec);
        st = b == NULL ? WEIR_FAIL : reader_open(&spec, &r, &err);
        if (st == WEIR_OK)
            st = normaliser_new(&m, &env, r, path, &norm, &err);
        while (st == WEIR_OK && (st = reader_next(r, &rec, &err)) == WEIR_OK) {
            struct reject why;

            st = normalise(norm, rec, b, &why, &err);
            if (st == WEIR_REJECT)
                ck_abort_msg("a row was set aside for want of memory: %s", why.code);
        }
        done = st == WEIR_END && alloc_count() < n;
        if (!done && b != NULL)
            ck_assert_str_eq(err.code, "E401");
        alloc_fail_at(0, 0);
        normaliser_free(norm);
        if (r != NULL)
            reader_close(r);
        batch_free(b);
        ck_assert_uint_eq(alloc_live(), before);
    }
    ck_assert(done);
    rig_remove(path);
    mapping_drop(&m);
    diags_free(ds);
    arena_fini(&arena);
}
END_TEST

Suite *
suite_normalise(void)
{
    Suite *s = suite_create("normalise");
    TCase *c = tcase_create("rows");

    tcase_add_test(c, money_out_makes_the_holder_the_originator);
    tcase_add_test(c, only_what_is_there_is_present);
    tcase_add_test(c, cash_has_no_account_on_the_other_side);
    tcase_add_test(c, a_message_names_both_sides_and_takes_none_for_its_own);
    tcase_add_loop_test(c, signs_and_columns_say_which_way, 0, sizeof ways / sizeof *ways);
    tcase_add_test(c, local_times_become_moments);
    tcase_add_test(c, a_later_picture_never_takes_what_an_earlier_one_fits);
    tcase_add_test(c, the_day_read_last_serves_only_texts_of_the_same_shape);
    tcase_add_test(c, value_dates_stand_in_and_may_go_first);
    tcase_add_test(c, rows_later_than_the_day_of_the_run_are_set_aside);
    tcase_add_test(c, identifiers_are_canonical_and_texts_composed);
    tcase_add_test(c, sources_are_joined_cut_translated_and_unwrapped);
    tcase_add_test(c, kinds_and_countries_are_inferred_where_asked);
    tcase_add_test(c, euros_are_reckoned_at_the_rate_of_the_day);
    tcase_add_test(c, made_ids_depend_on_the_cells_that_count_and_on_the_account);
    tcase_add_loop_test(c, a_row_that_cannot_be_used_is_set_aside_and_told_why, 0,
        3 * sizeof asides / sizeof *asides);
    tcase_add_test(c, rows_set_aside_leave_nothing_in_the_batch);
    tcase_add_test(c, rows_end_in_empty_cells_and_may_be_short_where_said);
    tcase_add_loop_test(c, a_file_without_its_columns_is_refused, 0, sizeof unfit / sizeof *unfit);
    tcase_add_test(c, columns_are_found_in_any_order_and_folded);
    tcase_add_test(c, objects_are_read_by_their_paths);
    tcase_add_loop_test(c, random_rows_come_out_as_they_went_in, 0, 25);
    tcase_add_loop_test(c, plain_rows_are_read_like_all_others, 0, 10);
    tcase_add_test(c, memory_that_runs_out_is_said_and_leaves_nothing);
    suite_add_tcase(s, c);
    return s;
}
