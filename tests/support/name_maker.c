#include "support/name_maker.h"

#include <stddef.h>

#include "support/rng.h"

#define PICK(rng, list) ((list)[rng_below((rng), sizeof(list) / sizeof *(list))])

static const char *const given[] = {"Marko", "Jelena", "Dragan", "Milica", "Nikola", "Stefan",
    "Ivana", "Goran", "Vesna", "Petar", "Arben", "Besnik", "Ilir", "Drita", "Agron", "Blerim",
    "Fatmir", "Valbona", "Georgios", "Konstantinos", "Eleni", "Dimitrios", "Vasilis", "Sofia",
    "Spyros", "Mehmet", "Ayşe", "Mustafa", "Zeynep", "Emre", "Hakan", "Gülşen", "Cemal", "Mohammed",
    "Ahmed", "Khaled", "Omar", "Fatima", "Youssef", "Hassan", "Abdulrahman", "Abd al-Karim",
    "Nuruddin", "Tariq", "Samira", "Reza", "Hossein", "Maryam", "Farhad", "Shirin", "Kaveh",
    "Nasrin", "Zoltán", "László", "Katalin", "Gergely", "Ágnes", "Ion", "Mihai", "Florin", "Ioana",
    "Răzvan", "Georgi", "Todor", "Desislava", "Plamen", "Hristo", "Bojan", "Zoran", "Biljana",
    "Amir", "Emina", "Haris", "Selma", "Kenan"};
static const char *const onset[] = {"b", "br", "d", "dr", "g", "gr", "h", "k", "kr", "l", "m", "n",
    "p", "pr", "r", "s", "st", "t", "tr", "v", "vl", "z", "š", "č", "ž", "kh", "sh", "j", "f"};
static const char *const vowel[] = {"a", "a", "e", "i", "o", "u"};
static const char *const coda[] = {"", "", "n", "r", "l", "m", "k", "t", "s", "d", "v", "z"};
static const char *const ending[] = {"ić", "ović", "ević", "ski", "ov", "ev", "enko", "i", "aj",
    "opoulos", "idis", "akis", "oğlu", "maz", "lar", "ani", "zadeh", "pour", "nejad", "i", "escu",
    "eanu", "os", "fi", "ai", "evski", "in", "uk"};
static const char *const trade[] = {"Trading", "Travel", "Transport", "Import Export", "Exchange",
    "Holding", "Logistics", "Services", "General Trading", "Construction"};
static const char *const form[] = {
    "d.o.o.", "Ltd", "LLC", "S.A.", "GmbH", "EOOD", "A.Ş.", "SRL", "Kft", "Sh.p.k."};
static const char *const title[] = {"Mr", "Dr.", "Sheikh", "Haji", "Prof", "Gospodin"};

static void
put_root(uint64_t *rng, struct buf *out)
{
    size_t from = out->size, syllables = 1 + rng_below(rng, 3);

    for (size_t i = 0; i < syllables; i++) {
        buf_text(out, PICK(rng, onset));
        buf_text(out, PICK(rng, vowel));
        buf_text(out, PICK(rng, coda));
    }
    if (out->size > from && out->at[from] >= 'a' && out->at[from] <= 'z')
        out->at[from] = (char)(out->at[from] - 'a' + 'A');
}

static void
put_surname(uint64_t *rng, struct buf *out)
{
    if (rng_below(rng, 6) == 0)
        buf_text(out, "al-");
    put_root(rng, out);
    buf_text(out, PICK(rng, ending));
}

void
name_maker_new(uint64_t *rng, struct buf *out)
{
    if (rng_below(rng, 6) == 0) {
        put_root(rng, out);
        buf_byte(out, ' ');
        buf_text(out, PICK(rng, trade));
        buf_byte(out, ' ');
        buf_text(out, PICK(rng, form));
        return;
    }
    buf_text(out, PICK(rng, given));
    buf_byte(out, ' ');
    if (rng_below(rng, 3) == 0) {
        buf_text(out, rng_below(rng, 2) == 0 ? PICK(rng, given) : "bin ");
        buf_byte(out, ' ');
    }
    if (rng_below(rng, 30) == 0)
        return; /* a given name alone */
    put_surname(rng, out);
    if (rng_below(rng, 8) == 0) {
        buf_byte(out, '-');
        put_surname(rng, out);
    }
}

/* ---- somebody else's hand --------------------------------------------------------------- */

enum { WORDS = 16 };

static size_t
split(struct bytes name, struct bytes word[static WORDS])
{
    size_t count = 0;

    for (size_t i = 0; i < name.size && count < WORDS;) {
        size_t from = i;

        while (i < name.size && name.at[i] != ' ')
            i++;
        if (i > from)
            word[count++] = (struct bytes){name.at + from, i - from};
        i++;
    }
    return count;
}

/* One letter gone, doubled, changed, or two in the wrong order; among ASCII letters only. */
static void
put_slip(uint64_t *rng, struct bytes word, struct buf *out)
{
    size_t at = rng_below(rng, word.size), kind = rng_below(rng, 4);

    for (size_t i = 0; i < word.size; i++) {
        char c = word.at[i];
        bool plain = (unsigned char)c < 0x80;

        if (i != at || !plain) {
            buf_byte(out, c);
        } else if (kind == 1) {
            buf_byte(out, c);
            buf_byte(out, c);
        } else if (kind == 2) {
            buf_byte(out, (char)('a' + rng_below(rng, 26)));
        } else if (kind == 3 && i + 1 < word.size && (unsigned char)word.at[i + 1] < 0x80) {
            buf_byte(out, word.at[++i]);
            buf_byte(out, c);
        }
    }
}

static void
put_word(uint64_t *rng, struct bytes word, struct buf *out)
{
    size_t kind = rng_below(rng, 12), from = out->size;

    if (kind == 0)
        put_slip(rng, word, out);
    else if (kind == 1 && (unsigned char)word.at[0] < 0x80)
        buf_print(out, "%c.", word.at[0]);
    else
        buf_add(out, word.at, word.size);
    for (size_t i = from; kind == 2 && i < out->size; i++)
        if (out->at[i] >= 'a' && out->at[i] <= 'z')
            out->at[i] = (char)(out->at[i] - 'a' + 'A');
}

void
name_maker_vary(uint64_t *rng, struct bytes name, struct buf *out)
{
    struct bytes word[WORDS];
    size_t count = split(name, word), from = rng_below(rng, 2) == 0 ? 0 : rng_below(rng, WORDS);

    if (rng_below(rng, 10) == 0) {
        buf_text(out, PICK(rng, title));
        buf_byte(out, ' ');
    }
    for (size_t i = 0; i < count; i++) {
        if (count > 2 && rng_below(rng, 8) == 0)
            continue;
        put_word(rng, word[(i + from) % count], out);
        buf_text(out, rng_below(rng, 15) == 0 ? "" : " ");
    }
    if (rng_below(rng, 12) == 0)
        put_surname(rng, out);
}
