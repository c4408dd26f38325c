#include "sample/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"

static const char *const channel_words[] = {
    "transfer", "card", "counter", "atm", "remittance", "mobile"};

/* ---- pieces ------------------------------------------------------------------- */

static void
put_two(char *at, int32_t n)
{
    at[0] = (char)('0' + n / 10);
    at[1] = (char)('0' + n % 10);
}

static void
put_digits(struct buf *out, uint64_t n, uint32_t width)
{
    char digits[20];
    uint32_t count = 0;

    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0 || count < width);
    while (count > 0)
        buf_byte(out, digits[--count]);
}

/* 123456 -> 1234.56 with the mark the bank uses. */
static void
put_amount(struct buf *out, int64_t cents, char mark)
{
    char two[2];

    if (cents < 0) {
        buf_byte(out, '-');
        cents = -cents;
    }
    put_digits(out, (uint64_t)cents / 100, 1);
    put_two(two, (int32_t)(cents % 100));
    buf_byte(out, mark);
    buf_add(out, two, 2);
}

struct clock {
    int32_t year, month, day, hour, minute, second;
};

static struct clock
clock_of(int64_t at_s)
{
    struct civil c;

    civil_from_us(at_s * US_PER_S, &c);
    return (struct clock){c.year, c.month, c.day, c.hour, c.minute, c.second};
}

/* 2026-01-31T12:00:00Z */
static void
put_utc(struct buf *out, int64_t at_s)
{
    struct clock c = clock_of(at_s);
    char time[] = "0000-00-00T00:00:00Z";

    put_two(time, c.year / 100);
    put_two(time + 2, c.year % 100);
    put_two(time + 5, c.month);
    put_two(time + 8, c.day);
    put_two(time + 11, c.hour);
    put_two(time + 14, c.minute);
    put_two(time + 17, c.second);
    buf_add(out, time, sizeof time - 1);
}

static void
put_id(struct buf *out, const struct bank *bank, uint64_t id)
{
    char two[2] = {(char)(bank->folder[0] - 'a' + 'A'), (char)(bank->folder[1] - 'a' + 'A')};

    buf_add(out, two, 2);
    put_digits(out, id, 10);
}

/* What people and programs write into a payment: a few words, and for most a reference. */
static void
put_text(struct buf *out, const struct payment *p, void (*put)(struct buf *out, const char *text))
{
    const char *text = world_text(p->text);

    put(out, text);
    if (p->channel == PAY_ATM || p->channel == PAY_COUNTER)
        return;
    put(out, *text == 0 ? "ref " : " ref ");
    put_digits(out, layout_reference(p->id), 12);
}

uint64_t
layout_reference(uint64_t id)
{
    struct random_state r = {id};

    return random_next(&r) % UINT64_C(1000000000000);
}

static const char *
iban_of(const struct world *w, int32_t account, uint32_t stranger, char room[static 35])
{
    if (account == NOBODY)
        return "";
    if (account >= 0)
        return w->account[account].iban;
    world_stranger_iban(stranger, room);
    return room;
}

static const char *
kind_of(const struct world *w, int32_t account)
{
    static const char *const words[] = {"person", "business", "merchant"};

    if (account == NOBODY)
        return "";
    return account == ABROAD ? "person" : words[w->account[account].kind];
}

static uint32_t
mcc_of(const struct world *w, const struct payment *p)
{
    return p->channel == PAY_CARD && p->to >= 0 ? w->account[p->to].mcc : 0;
}

int64_t
layout_rate(const char *currency, int64_t day)
{
    static const struct {
        char code[4];
        int64_t rate;
    } rates[] = {{"RSD", 1171000}, {"BGN", 19558}, {"MKD", 615000}, {"USD", 10800}};

    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        if (strcmp(rates[i].code, currency) == 0)
            return rates[i].rate + day % 7 * (rates[i].rate / 4000);
    return 10000;
}

static int64_t
in_currency(const struct bank *bank, const struct payment *p)
{
    return p->cents * layout_rate(bank->currency, p->at_s / 86400) / 10000;
}

/* ---- 0: comma CSV, both parties, UTC ------------------------------------------------ */

static void
comma_head(const struct bank *bank, struct buf *out)
{
    (void)bank;
    buf_text(out, "id,booked,amount,currency,channel,payer_account,payer_name,payer_country,"
                  "payer_city,payer_kind,payee_account,payee_name,payee_country,payee_kind,branch,"
                  "mcc,text\n");
}

static void
comma_party(struct buf *out, const struct world *w, int32_t account, uint32_t stranger, bool city)
{
    char iban[35], name[48];

    buf_text(out, iban_of(w, account, stranger, iban));
    buf_byte(out, ',');
    buf_add(out, name, world_name(w, account, stranger, name));
    buf_byte(out, ',');
    buf_text(out, world_country(w, account, stranger));
    buf_byte(out, ',');
    if (city) {
        buf_text(out, world_city(w, account, stranger));
        buf_byte(out, ',');
    }
    buf_text(out, kind_of(w, account));
    buf_byte(out, ',');
}

static void
comma_row(const struct world *w, const struct bank *bank, const struct payment *p, struct buf *out)
{
    put_id(out, bank, p->id);
    buf_byte(out, ',');
    put_utc(out, p->at_s);
    buf_byte(out, ',');
    put_amount(out, in_currency(bank, p), '.');
    buf_byte(out, ',');
    buf_text(out, bank->currency);
    buf_byte(out, ',');
    buf_text(out, channel_words[p->channel]);
    buf_byte(out, ',');
    comma_party(out, w, p->from, p->stranger, true);
    comma_party(out, w, p->to, p->stranger, false);
    put_digits(out, p->branch, 3);
    buf_byte(out, ',');
    if (mcc_of(w, p) != 0)
        put_digits(out, mcc_of(w, p), 4);
    buf_byte(out, ',');
    put_text(out, p, buf_text);
    buf_byte(out, '\n');
}

static void
comma_mapping(const struct bank *bank, struct buf *out)
{
    buf_print(out,
        "mapping: %s\nbank: %s\nmatch: {file: '%s-.*\\.csv'}\nformat: csv\ndelimiter: ','\n"
        "encoding: UTF-8\nheader: true\nzone: UTC\ndates: ['YYYY-MM-DDTHH:mm:ssZ']\ndecimal: '.'\n"
        "columns:\n  id: id\n  time: booked\n  amount: amount\n  currency: currency\n"
        "  channel: channel\n  originator.account: payer_account\n  originator.name: payer_name\n"
        "  originator.country: payer_country\n  originator.city: payer_city\n"
        "  originator.kind: payer_kind\n  beneficiary.account: payee_account\n"
        "  beneficiary.name: payee_name\n  beneficiary.country: payee_country\n"
        "  beneficiary.kind: payee_kind\n  branch: branch\n  mcc: mcc\n  narrative: text\n",
        bank->folder, bank->name, bank->folder);
}

/* ---- 1: semicolon CSV in windows-1250, own account and counterparty, local time ------------ */

/* UTF-8 to windows-1250 for the letters our names use; others become a question mark. */
static void
put_1250(struct buf *out, const char *text)
{
    static const struct {
        char utf8[3];
        unsigned char code;
    } letters[] = {{"Č", 0xc8}, {"č", 0xe8}, {"Ć", 0xc6}, {"ć", 0xe6}, {"Đ", 0xd0}, {"đ", 0xf0},
        {"Š", 0x8a}, {"š", 0x9a}, {"Ž", 0x8e}, {"ž", 0x9e}, {"ë", 0xeb}, {"ö", 0xf6}, {"ü", 0xfc},
        {"ç", 0xe7}, {"ó", 0xf3}};

    while (*text != 0) {
        unsigned char code = '?';

        if ((*text & 0x80) == 0) {
            buf_byte(out, *text++);
            continue;
        }
        for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
            if (memcmp(letters[i].utf8, text, 2) == 0)
                code = letters[i].code;
        buf_byte(out, (char)code);
        for (text++; (*text & 0xc0) == 0x80;)
            text++;
    }
}

static void
own_head(const struct bank *bank, struct buf *out)
{
    (void)bank;
    put_1250(out, "Broj;Datum i vreme;Račun;Vlasnik;Vrsta vlasnika;Iznos;Valuta;Način;"
                  "Račun druge strane;Naziv druge strane;Država;Mesto;Filijala;Svrha\r\n");
}

/* Central European Time as these banks print it: the last Sundays of March and October, 01:00 UTC.
 */
static int64_t
local_time(int64_t at_s)
{
    struct civil c;
    int64_t march, october;

    civil_from_us(at_s * US_PER_S, &c);
    march = civil_days(c.year, 3, 31);
    october = civil_days(c.year, 10, 31);
    march -= (civil_weekday(march) + 1) % 7;
    october -= (civil_weekday(october) + 1) % 7;
    return at_s + (at_s >= march * 86400 + 3600 && at_s < october * 86400 + 3600 ? 7200 : 3600);
}

static void
own_row(const struct world *w, const struct bank *bank, const struct payment *p, struct buf *out)
{
    bool leaves = p->from >= 0; /* the row is from the payer's statement where the bank keeps it */
    int32_t own = leaves ? p->from : p->to, other = leaves ? p->to : p->from;
    struct clock c = clock_of(local_time(p->at_s));
    char name[48], iban[35], time[] = "00.00.0000 00:00:00;";

    put_id(out, bank, p->id);
    put_two(time, c.day);
    put_two(time + 3, c.month);
    put_two(time + 6, c.year / 100);
    put_two(time + 8, c.year % 100);
    put_two(time + 11, c.hour);
    put_two(time + 14, c.minute);
    put_two(time + 17, c.second);
    buf_byte(out, ';');
    buf_add(out, time, sizeof time - 1);
    buf_text(out, w->account[own].iban);
    buf_byte(out, ';');
    (void)world_name(w, own, 0, name);
    put_1250(out, name);
    put_1250(out, w->account[own].kind == PARTY_PERSON ? ";fizičko;" : ";pravno;");
    put_amount(out, leaves ? -in_currency(bank, p) : in_currency(bank, p), ',');
    buf_byte(out, ';');
    buf_text(out, bank->currency);
    buf_byte(out, ';');
    buf_text(out, channel_words[p->channel]);
    buf_byte(out, ';');
    buf_text(out, iban_of(w, other, p->stranger, iban));
    buf_byte(out, ';');
    (void)world_name(w, other, p->stranger, name);
    put_1250(out, name);
    buf_byte(out, ';');
    buf_text(out, world_country(w, other, p->stranger));
    buf_byte(out, ';');
    put_1250(out, world_city(w, other, p->stranger));
    buf_byte(out, ';');
    put_digits(out, p->branch, 3);
    buf_byte(out, ';');
    put_text(out, p, put_1250);
    buf_text(out, "\r\n");
}

static void
own_mapping(const struct bank *bank, struct buf *out)
{
    buf_print(out,
        "mapping: %s\nbank: %s\nmatch: {file: '%s-.*\\.csv'}\nformat: csv\ndelimiter: ';'\n"
        "encoding: windows-1250\nheader: true\nzone: Europe/Belgrade\n"
        "dates: ['DD.MM.YYYY HH:mm:ss']\ndecimal: ','\n"
        "columns:\n  account: Račun\n  id: Broj\n  time: Datum i vreme\n  amount: Iznos\n  "
        "currency: Valuta\n"
        "  channel: Način\n  own.name: Vlasnik\n"
        "  own.kind: {column: Vrsta vlasnika, map: {fizičko: person, pravno: business}}\n"
        "  counterparty.account: Račun druge strane\n  counterparty.name: Naziv druge strane\n"
        "  counterparty.country: Država\n  counterparty.city: Mesto\n  branch: Filijala\n"
        "  narrative: Svrha\nconstants: {own.country: %s}\n",
        bank->folder, bank->name, bank->folder, bank->country);
}

/* ---- 2: tab separated, preamble, paid out and paid in, dates only --------------------------- */

static void
tab_head(const struct bank *bank, struct buf *out)
{
    buf_print(out, "%s\nΚινήσεις λογαριασμών\n\n", bank->name);
    buf_text(out, "Α/Α\tΗμερομηνία\tΛογαριασμός\tΔικαιούχος\tΧρέωση\tΠίστωση\tΤρόπος\t"
                  "Αντισυμβαλλόμενος\tΌνομα\tΧώρα\tΠόλη\tΑιτιολογία\n");
}

static void
tab_row(const struct world *w, const struct bank *bank, const struct payment *p, struct buf *out)
{
    bool leaves = p->from >= 0;
    int32_t own = leaves ? p->from : p->to, other = leaves ? p->to : p->from;
    struct clock c = clock_of(p->at_s);
    char name[48], iban[35], date[] = "\t00/00/0000\t";

    put_id(out, bank, p->id);
    put_two(date + 1, c.day);
    put_two(date + 4, c.month);
    put_two(date + 7, c.year / 100);
    put_two(date + 9, c.year % 100);
    buf_add(out, date, sizeof date - 1);
    buf_text(out, w->account[own].iban);
    buf_byte(out, '\t');
    buf_add(out, name, world_name(w, own, 0, name));
    buf_byte(out, '\t');
    if (leaves)
        put_amount(out, in_currency(bank, p), ',');
    buf_byte(out, '\t');
    if (!leaves)
        put_amount(out, in_currency(bank, p), ',');
    buf_byte(out, '\t');
    buf_text(out, channel_words[p->channel]);
    buf_byte(out, '\t');
    buf_text(out, iban_of(w, other, p->stranger, iban));
    buf_byte(out, '\t');
    buf_add(out, name, world_name(w, other, p->stranger, name));
    buf_byte(out, '\t');
    buf_text(out, world_country(w, other, p->stranger));
    buf_byte(out, '\t');
    buf_text(out, world_city(w, other, p->stranger));
    buf_byte(out, '\t');
    put_text(out, p, buf_text);
    buf_byte(out, '\n');
}

static void
tab_mapping(const struct bank *bank, struct buf *out)
{
    buf_print(out,
        "mapping: %s\nbank: %s\nmatch: {file: '%s-.*\\.csv'}\nformat: csv\ndelimiter: \"\\t\"\n"
        "quote: none\nencoding: UTF-8\nheader: '^Α/Α'\nzone: Europe/Athens\ndates: ['DD/MM/YYYY']\n"
        "decimal: ','\n"
        "columns:\n  account: Λογαριασμός\n  id: Α/Α\n  time: Ημερομηνία\n  debit: Χρέωση\n  "
        "credit: Πίστωση\n"
        "  channel: Τρόπος\n  own.name: Δικαιούχος\n  counterparty.account: Αντισυμβαλλόμενος\n"
        "  counterparty.name: Όνομα\n  counterparty.country: Χώρα\n  counterparty.city: Πόλη\n"
        "  narrative: Αιτιολογία\nconstants: {currency: %s, own.country: %s}\n",
        bank->folder, bank->name, bank->folder, bank->currency, bank->country);
}

/* ---- 3: JSON Lines -------------------------------------------------------------------------- */

static void
json_party(
    struct buf *out, const char *key, const struct world *w, int32_t account, uint32_t stranger)
{
    char iban[35], name[48];

    if (account == NOBODY)
        return;
    buf_text(out, ",\"");
    buf_text(out, key);
    buf_text(out, "\":{\"iban\":\"");
    buf_text(out, iban_of(w, account, stranger, iban));
    buf_text(out, "\",\"name\":\"");
    buf_add(out, name, world_name(w, account, stranger, name));
    buf_text(out, "\",\"country\":\"");
    buf_text(out, world_country(w, account, stranger));
    buf_text(out, "\",\"city\":\"");
    buf_text(out, world_city(w, account, stranger));
    buf_text(out, "\",\"kind\":\"");
    buf_text(out, kind_of(w, account));
    buf_text(out, "\"}");
}

static void
json_row(const struct world *w, const struct bank *bank, const struct payment *p, struct buf *out)
{
    buf_text(out, "{\"id\":\"");
    put_id(out, bank, p->id);
    buf_text(out, "\",\"booked\":\"");
    put_utc(out, p->at_s);
    buf_text(out, "\",\"amount\":\"");
    put_amount(out, in_currency(bank, p), '.');
    buf_text(out, "\",\"currency\":\"");
    buf_text(out, bank->currency);
    buf_text(out, "\",\"channel\":\"");
    buf_text(out, channel_words[p->channel]);
    buf_text(out, "\",\"text\":\"");
    put_text(out, p, buf_text);
    buf_byte(out, '"');
    json_party(out, "debtor", w, p->from, p->stranger);
    json_party(out, "creditor", w, p->to, p->stranger);
    buf_text(out, "}\n");
}

static void
json_mapping(const struct bank *bank, struct buf *out)
{
    buf_print(out,
        "mapping: %s\nbank: %s\nmatch: {file: '%s-.*\\.jsonl'}\nformat: jsonl\nzone: UTC\n"
        "dates: ['YYYY-MM-DDTHH:mm:ssZ']\ndecimal: '.'\ncolumns:\n  id: id\n  time: booked\n"
        "  amount: amount\n  currency: currency\n  channel: channel\n  narrative: text\n"
        "  originator.account: debtor.iban\n  originator.name: debtor.name\n"
        "  originator.country: debtor.country\n  originator.city: debtor.city\n"
        "  originator.kind: debtor.kind\n  beneficiary.account: creditor.iban\n"
        "  beneficiary.name: creditor.name\n  beneficiary.country: creditor.country\n"
        "  beneficiary.city: creditor.city\n  beneficiary.kind: creditor.kind\n",
        bank->folder, bank->name, bank->folder);
}

const struct layout layouts[LAYOUTS] = {
    {"csv", comma_head, comma_row, comma_mapping},
    {"csv", own_head, own_row, own_mapping},
    {"csv", tab_head, tab_row, tab_mapping},
    {"jsonl", NULL, json_row, json_mapping},
};
