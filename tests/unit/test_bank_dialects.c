/*
 * How banks vary: header and footer lines, delimiters, dates, marks, encodings, flags. Each
 * variation is a small invented export, read with a mapping alone.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/civil.h"
#include "support/ingest_rig.h"
#include "support/suites.h"

static struct rig rig;

#define HEAD "mapping: a\nbank: TESTBANK\n"

static const struct dialect {
    const char *why, *yaml, *text;
    uint32_t rows;
    int64_t out, in;
    int year, month, day;  /* of the first row */
    const char *narrative; /* of the first row */
} dialects[] = {
    {"Croatian: a line before the header, two columns, thousands",
        HEAD "encoding: windows-1250\ndelimiter: \";\"\nheader: '^Redni broj'\ndates: "
             "[DD.MM.YYYY.]\ndecimal: \",\"\n"
             "thousands: \".\"\ncolumns: {account: {preamble: '(HR\\d{19})'}, time: Datum "
             "izvrsenja, debit: Isplate, "
             "credit: Uplate, narrative: Opis placanja, counterparty.name: Platitelj/Primatelj}\n"
             "constants: {currency: EUR}\nignore: [Redni broj]\n",
        "Izvod prometa po racunu HR1210010051863000160 za period od 01.05.2026. do 31.05.2026. "
        "Valuta EUR\n"
        "Redni broj;Datum valute;Datum izvrsenja;Opis placanja;Broj "
        "racuna;Isplate;Uplate;Stanje;Platitelj/Primatelj\n"
        "1;01.05.2026.;01.05.2026.;Pla\xe6"
        "a;HR65;;3.450,26;3.450,26;\xc8"
        "ivija\n"
        "2;02.05.2026.;02.05.2026.;Stanarina;HR66;450,00;;3.000,26;Marko\n",
        2, 45000, 345026, 2026, 5, 1,
        "Pla\xc4\x87"
        "a"},
    {"Greek: wrapped cells, a Greek flag behind the amount, windows-1253",
        HEAD "encoding: windows-1253\ndelimiter: \";\"\nheader: '^.\\/.;'\nstrip: '=\"…\"'\ndates: "
             "[D/M/YYYY]\n"
             "decimal: \",\"\nthousands: \".\"\ncolumns: {id: 6, time: 2, narrative: 3, branch: 4, "
             "amount: 7, "
             "account: {preamble: '(GR[\\d ]+)'}, direction: {column: 8, map: {Χ: out, Π: in}}}\n"
             "constants: {currency: EUR}\n",
        "\xca\xe9\xed\xde\xf3\xe5\xe9\xf2: GR16 0110 1250 0000 0001 2300 695\n"
        "\xc1/\xc1;\xc7\xec/"
        "\xed\xdf\xe1;\xc1\xe9\xf4.;\xca\xe1\xf4.;\xd4\xef\xea.;\xc1\xf1.;\xd0\xef\xf3\xfc;"
        "\xd0\xf1.;\n"
        "1;29/05/2026;=\"SHOP\";9;27/5/2026;=\"ID1\";1.053,79;\xd7;\n"
        "2;3/6/2026;=\"PAY\";9;3/6/2026;=\"ID2\";53,00;\xd0;\n",
        2, 105379, 5300, 2026, 5, 29, "SHOP"},
    {"Slovene: numbers as delimiter `#`, two columns",
        HEAD "delimiter: \"#\"\ndates: [DD.MM.YYYY]\ndecimal: \",\"\nthousands: \".\"\ncolumns: "
             "{account: ST_RACUNA, "
             "time: DATUM_OBD, value_time: DATUM_VAL, debit: ZNESEK_V_BREME, credit: "
             "ZNESEK_V_DOBRO, narrative: NAMEN, "
             "currency: VALUTA}\n",
        "ST_RACUNA#DATUM_OBD#VALUTA#DATUM_VAL#ZNESEK_V_BREME#ZNESEK_V_DOBRO#NAMEN\n"
        "SI56#04.01.2026#EUR#04.01.2026#3.000.000,00##nakup\n",
        1, 300000000, 0, 2026, 1, 4, "nakup"},
    {"Serbian in YUSCII, the old name of the dinar",
        HEAD "encoding: YUSCII\ndelimiter: \";\"\nquote: none\nheader: false\ndates: "
             "[DD.MM.YY]\ndecimal: \",\"\n"
             "columns: {account: 1, time: 2, amount: 3, currency: 4, narrative: 5}\n",
        "265-1;05.01.26;-1234,50;DIN;RA^UN ZA [KOLU\n", 1, 123450, 0, 2026, 1, 5,
        "RA\xc4\x8cUN ZA \xc5\xa0KOLU"},
    {"Macedonian in windows-1251",
        HEAD "encoding: windows-1251\ndelimiter: \";\"\ndates: [DD.MM.YYYY]\ndecimal: "
             "\",\"\ncolumns: {account: 2, time: 1, "
             "amount: Износ, narrative: Опис}\nconstants: {currency: MKD}\n",
        "\xc4\xe0\xf2\xf3\xec;\xd1\xec\xe5\xf2\xea\xe0;\xc8\xe7\xed\xee\xf1;\xce\xef\xe8\xf1\n"
        "05.01.2026;300;12,00;\xea\xe8\xf0\xe8\xbc\xe0\n",
        1, 0, 1200, 2026, 1, 5, "\xd0\xba\xd0\xb8\xd1\x80\xd0\xb8\xd1\x98\xd0\xb0"},
    {"Hungarian: a dot behind the year's date, a word for the direction",
        HEAD "encoding: windows-1250\ndelimiter: \";\"\ndates: [YYYY.MM.DD.]\nthousands: "
             "blank\ncolumns: {account: 1, time: 2, "
             "amount: 3, direction: {column: 4, map: {Bevétel: in, Kiadás: out}}, narrative: 5}\n"
             "constants: {currency: HUF}\n",
        "Sz\xe1mla;D\xe1tum;\xd6sszeg;Ir\xe1ny;K\xf6zlem\xe9ny\n117;2026.04.19.;12 "
        "500;Kiad\xe1s;lakb\xe9r\n"
        "117;2026.04.20.;1 000;Bev\xe9tel;x\n",
        2, 1250000, 100000, 2026, 4, 19, "lakb\xc3\xa9r"},
    {"Turkish in windows-1254",
        HEAD "encoding: windows-1254\ndelimiter: \";\"\ndates: [DD.MM.YYYY]\ndecimal: "
             "\",\"\nthousands: \".\"\ncolumns: {account: "
             "1, time: Tarih, debit: Borç, credit: Alacak, narrative: Açıklama}\nconstants: "
             "{currency: TRY}\n",
        "Hesap;Tarih;Bor\xe7;Alacak;A\xe7\xfdklama\nTR1;05.01.2026;1.250,00;;\xfd\xfe\xfd\n", 1,
        125000, 0, 2026, 1, 5, "\xc4\xb1\xc5\x9f\xc4\xb1"},
    {"footer of sums and a closing Ctrl-Z",
        HEAD "footer: ^Total\ndates: [YYYY-MM-DD]\ncolumns: {account: a, time: d, amount: s, "
             "narrative: n}\n"
             "constants: {currency: EUR}\n",
        "d,a,s,n\n2026-01-05,A,-1.00,x\nTotal,,1,\nRows,1,,\n\x1a", 1, 100, 0, 2026, 1, 5, "x"},
    {"thirteen lines before the header, counted",
        HEAD "skip_lines: 13\ndates: [MM/DD/YYYY]\nthousands: \",\"\ncolumns: {account: {preamble: "
             "'Account (\\d+)'}, time: Date, "
             "amount: Amount, narrative: Memo}\nconstants: {currency: USD}\n",
        "1\n2\n3\nAccount "
        "778\n5\n6\n7\n8\n9\n10\n11\n12\n13\nDate,Amount,Memo\n02/01/2024,\"1,200.00\",x\n",
        1, 0, 120000, 2024, 2, 1, "x"},
    {"no header, a year of two digits, bars",
        HEAD "header: false\ndelimiter: \"|\"\nquote: none\ndates: [D.M.YY]\ndecimal: "
             "\",\"\ncolumns: {account: 1, time: 2, amount: "
             "3, narrative: 4}\nconstants: {currency: EUR}\n",
        "A|5.1.26|-1,00|say \"hi|\n", 1, 100, 0, 2026, 1, 5, "say \"hi"},
    {"dates without a year, which the name has",
        HEAD "dates: [DD.MM]\ncolumns: {account: {constant: A}, year: {file: '(\\d{4})'}, time: d, "
             "amount: s, narrative: n}\n"
             "constants: {currency: EUR}\n",
        "d,s,n\n31.12,-5,x\n", 1, 500, 0, 2026, 12, 31, "x"},
    {"date and time in two columns",
        HEAD "zone: Europe/Belgrade\ndates: [\"DD.MM.YYYY HH:mm\"]\ncolumns: {account: a, time: "
             "[d, t], amount: s, narrative: n}\n"
             "constants: {currency: EUR}\n",
        "d,t,a,s,n\n05.01.2026,14:30,A,-5,x\n", 1, 500, 0, 2026, 1, 5, "x"},
    {"date and time with a stroke between",
        HEAD "zone: Europe/Belgrade\ndates: [\"DD-MM-YYYY / HH:mm\"]\ncolumns: {account: a, time: "
             "d, amount: s, narrative: n}\n"
             "constants: {currency: EUR}\n",
        "d,a,s,n\n05-01-2026 / 09:05,A,-5,x\n", 1, 500, 0, 2026, 1, 5, "x"},
    {"month names in two languages, several pictures",
        HEAD
        "dates: [DD MMM YYYY, DD-MMM-YY]\ncolumns: {account: a, time: d, amount: s, narrative: n}\n"
        "constants: {currency: EUR}\n",
        "d,a,s,n\n05 siječanj 2026,A,-5,x\n06-Jan-26,A,-5,y\n", 2, 1000, 0, 2026, 1, 5, "x"},
    {"the sign the other way round: what is spent is positive",
        HEAD
        "invert: true\ndates: [YYYYMMDD]\ncolumns: {account: a, time: d, amount: s, narrative: n}\n"
        "constants: {currency: EUR}\n",
        "d,a,s,n\n20260105,A,5.00,x\n20260106,A,-7.00,y\n", 2, 500, 700, 2026, 1, 5, "x"},
    {"quotes, doubled quotes and newlines in a text, mixed line ends",
        HEAD "dates: [YYYY-MM-DD]\ncolumns: {account: a, time: d, amount: s, narrative: "
             "n}\nconstants: {currency: EUR}\n",
        "d,a,s,n\r\n2026-01-05,A,-5,\"a \"\"b\"\",\nc\"\r2026-01-06,A,-5,y\n2026-01-06,A,-5,z\r\n",
        3, 1500, 0, 2026, 1, 5, "a \"b\",\nc"},
    {"a delimiter at the end of rows only, the header repeated in them once",
        HEAD "dates: [YYYY-MM-DD]\nskip_when: {column: d, regex: '^d$'}\ncolumns: {account: a, "
             "time: d, amount: s, narrative: "
             "n}\nconstants: {currency: EUR}\n",
        "d,a,s,n\n2026-01-05,A,-5,x,\nd,a,s,n\n2026-01-06,A,-5,y,\n", 2, 1000, 0, 2026, 1, 5, "x"},
    {"escaped quotes",
        HEAD "escape: \"\\\\\"\ndates: [YYYY-MM-DD]\ncolumns: {account: a, time: d, amount: s, "
             "narrative: n}\n"
             "constants: {currency: EUR}\n",
        "d,a,s,n\n2026-01-05,A,-5,\"a \\\"b\\\" c\"\n", 1, 500, 0, 2026, 1, 5, "a \"b\" c"},
    {"amounts in pence",
        HEAD "units: minor\ndates: [YYYY-MM-DD]\ncolumns: {account: a, time: d, amount: s, "
             "narrative: n}\n"
             "constants: {currency: GBP}\n",
        "d,a,s,n\n2026-01-05,A,-1050,x\n", 1, 1050, 0, 2026, 1, 5, "x"},
    {"the currency is the sign before the amount",
        HEAD "symbols: [£, €]\ndates: [YYYY-MM-DD]\ncolumns: {account: a, time: d, amount: s, "
             "narrative: n, currency: {column: s, "
             "match: [{regex: £, value: GBP}, {regex: €, value: EUR}]}}\n",
        "d,a,s,n\n2026-01-05,A,-£5.00,x\n2026-01-05,A,€7.00,x\n", 2, 500, 700, 2026, 1, 5, "x"},
};

static void
check(const struct dialect *d)
{
    struct civil c;
    int64_t out, in;

    ck_assert_msg(rig.opened == WEIR_OK, "%s: %s", d->why, rig.err.text);
    ck_assert_msg(rig.rejects == 0, "%s: %s %s", d->why, rig.reject[0].code, rig.reject[0].right);
    ck_assert_msg(rig.rows->count == d->rows, "%s: %u rows", d->why, (unsigned)rig.rows->count);
    rig_sums(&rig, &out, &in);
    ck_assert_msg(out == d->out && in == d->in, "%s: %lld out, %lld in", d->why, (long long)out,
        (long long)in);
    civil_from_us(rig_row(&rig, 0)->at_us, &c);
    ck_assert_msg(c.year == d->year && c.month == d->month && c.day == d->day, "%s: %d-%d-%d",
        d->why, (int)c.year, (int)c.month, (int)c.day);
    ck_assert_msg(strcmp(rig_text(&rig, 0, TXN_NARRATIVE), d->narrative) == 0, "%s: %s", d->why,
        rig_text(&rig, 0, TXN_NARRATIVE));
}

START_TEST(a_mapping_is_enough_for_each)
{
    const struct dialect *d = &dialects[_i];

    rig_mapping(&rig, d->yaml);
    rig_read(&rig, "export-2026.csv", d->text, strlen(d->text));
    check(d);
    rig_fini(&rig);
}
END_TEST

/* The same rows in every encoding that can hold them. */
START_TEST(utf16_and_marks_change_nothing)
{
    static const char text[] = "d,a,s,n\n2026-01-05,A,-5,x\n";
    static const struct dialect want = {.why = "UTF-16",
        .rows = 1,
        .out = 500,
        .year = 2026,
        .month = 1,
        .day = 5,
        .narrative = "x"};
    char wide[2 * sizeof text + 2], marked[sizeof text + 3];

    for (int big = 0; big < 2; big++) {
        wide[0] = big != 0 ? '\xfe' : '\xff';
        wide[1] = big != 0 ? '\xff' : '\xfe';
        for (size_t i = 0; i < sizeof text - 1; i++) {
            wide[2 + 2 * i + (size_t)big] = text[i];
            wide[3 + 2 * i - (size_t)big] = 0;
        }
        rig_mapping(&rig,
            HEAD "dates: [YYYY-MM-DD]\ncolumns: {account: a, time: d, amount: s, narrative: n}\n"
                 "constants: {currency: EUR}\n");
        rig_read(&rig, "a.csv", wide, 2 * sizeof text);
        check(&want);
        memcpy(marked, "\xef\xbb\xbf", 3);
        memcpy(marked + 3, text, sizeof text);
        rig_read(&rig, "a.csv", marked, sizeof text + 2);
        check(&want);
        rig_fini(&rig);
    }
}
END_TEST

Suite *
suite_bank_dialects(void)
{
    Suite *s = suite_create("bank_dialects");
    TCase *c = tcase_create("dialects");

    tcase_add_loop_test(c, a_mapping_is_enough_for_each, 0, sizeof dialects / sizeof *dialects);
    tcase_add_test(c, utf16_and_marks_change_nothing);
    suite_add_tcase(s, c);
    return s;
}
