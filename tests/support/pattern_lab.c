#include "support/pattern_lab.h"

#include <string.h>

#include "base/buf.h"
#include "support/rng.h"
#include "text/fold.h"

static const char *const everyday[] = {"uplata", "racun", "faktura", "broj", "placanje", "za", "po",
    "ugovoru", "zarada", "april", "maj", "invoice", "payment", "rent", "salary", "order",
    "transfer", "refund", "Rechnung", "Miete", "Gehalt", "Nr.", "vom", "kira", "odeme", "fatura",
    "havale", "maas", "plata", "stan", "struja", "komunalije", "porez", "clanarina", "školarina",
    "čarape", "kuća", "uplata računa", "за", "рачун", "уплата", "плата", "ενοίκιο", "τιμολόγιο",
    "μισθός", "φως", "DIMITRIS", "Milan", "Jovana", "Ahmet", "Yılmaz", "Hoxha", "Elira", "Georgi",
    "Petrov", "Szabo", "Andrei", "popescu", "ltd", "d.o.o.", "GmbH", "subscription", "monthly",
    "hosting", "gift", "family", "pomoc", "dar", "zajam", "kredit", "rata", "1/12", "2/12", "bill",
    "electric", "gas", "water", "insurance", "premium", "tuition", "fee", "loan", "ref", "id",
    "acc", "IBAN", "card", "pos", "ATM", "withdrawal", "deposit", "cash"};

static const char *const latin[] = {"ba", "ko", "ri", "mu", "ta", "ve", "lo", "shi", "dan", "kra",
    "pe", "zo", "gri", "na", "stro", "li", "hu", "fe", "mar", "ten", "vo", "ska", "ji", "dor",
    "pla", "rus", "ni", "ke", "bra", "to", "sel", "gu", "mi", "zan", "cu", "rop", "est", "al"};
static const char *const accented[] = {"če", "ćo", "ša", "žu", "ği", "şe", "ö", "ü", "ëm", "ră",
    "ka", "lo", "mi", "te", "ra", "vo", "nu", "ge", "dra", "pli"};
static const char *const cyrillic[] = {"кри", "јум", "ча", "ре", "ње", "пре", "ба", "ци", "ло",
    "ми", "гра", "на", "дор", "ве", "ко", "жу", "ши", "љу", "са", "то"};
static const char *const greek[] = {"δια", "κί", "νη", "τη", "με", "τα", "να", "στω", "κρύ", "πτη",
    "λο", "γα", "ρι", "φό", "ξε", "χω"};
static const char *const arabic[] = {
    "ته", "ري", "ب", "قا", "چا", "ن", "سا", "م", "دو", "كر", "هو", "لي", "فا", "رد"};

static void
word_of(const char *const *syllable, size_t of, uint64_t *seed, struct buf *out)
{
    size_t count = 3 + rng_below(seed, 2);

    for (size_t i = 0; i < count; i++)
        buf_text(out, syllable[rng_below(seed, of)]);
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void
word(uint64_t *seed, struct buf *out)
{
    switch (rng_below(seed, 10)) {
    case 0:
        word_of(cyrillic, COUNT(cyrillic), seed, out);
        break;
    case 1:
        word_of(greek, COUNT(greek), seed, out);
        break;
    case 2:
        word_of(arabic, COUNT(arabic), seed, out);
        break;
    case 3:
    case 4:
        word_of(accented, COUNT(accented), seed, out);
        break;
    default:
        word_of(latin, COUNT(latin), seed, out);
    }
}

/* What a pattern is made of, from its number alone. */
struct made {
    unsigned kind;
    struct buf one, two;
    unsigned digits;
};

static void
make(uint64_t number, struct made *m)
{
    uint64_t seed = number * 977 + 5;

    *m = (struct made){.kind = (unsigned)rng_below(&seed, 8)};
    m->digits = (unsigned)(1000 + rng_below(&seed, 9000));
    word(&seed, &m->one);
    word_of(latin, COUNT(latin), &seed, &m->two);
}

static void
unmake(struct made *m)
{
    buf_fini(&m->one);
    buf_fini(&m->two);
}

#define TEXT(b) (int)(b).size, (b).at

void
pattern_lab_pattern(uint64_t number, struct buf *out)
{
    struct made m;

    make(number, &m);
    switch (m.kind) {
    case 0:
        buf_print(out, "\\b%.*s\\s+%.*s\\b", TEXT(m.one), TEXT(m.two));
        break;
    case 1:
        buf_print(out, "\\bcase[ -]?%u/\\d{2}\\b", m.digits);
        break;
    case 2:
        buf_print(out, "(%.*s|%.*s)\\s?\\d{1,3}\\b", TEXT(m.one), TEXT(m.two));
        break;
    case 3:
        buf_print(out, "\\b[ck]od\\s*[:#]?\\s*%.*s\\b", TEXT(m.two));
        break;
    case 4:
        buf_print(out, "69%u[0-9]{4}", m.digits);
        break;
    default:
        buf_print(out, "\\b%.*s\\w*", TEXT(m.one));
    }
    unmake(&m);
}

/* What that pattern finds, before it is written in some way. */
static void
find_text(uint64_t number, struct buf *out)
{
    struct made m;

    make(number, &m);
    switch (m.kind) {
    case 0:
        buf_print(out, "%.*s  %.*s", TEXT(m.one), TEXT(m.two));
        break;
    case 1:
        buf_print(out, "case %u/26", m.digits);
        break;
    case 2:
        buf_print(out, "%.*s 12", TEXT(m.one));
        break;
    case 3:
        buf_print(out, "kod: %.*s", TEXT(m.two));
        break;
    case 4:
        buf_print(out, "+3069%u0123", m.digits);
        break;
    default:
        buf_print(out, "%.*se", TEXT(m.one));
    }
    unmake(&m);
}

static void
plant(uint64_t *seed, uint64_t first, uint64_t count, struct buf *out)
{
    struct buf text = {0};
    size_t from = out->size;
    uint64_t way = rng_below(seed, 5);

    find_text(first + rng_below(seed, count), &text);
    if (way == 1)
        fold_text(buf_bytes(&text), FOLD_SECOND, out);
    else
        buf_add(out, text.at, text.size);
    for (size_t i = from; i < out->size; i++) {
        if (way == 2 && out->at[i] >= 'a' && out->at[i] <= 'z')
            out->at[i] = (char)(out->at[i] - 'a' + 'A');
        if (way == 3 && i > from + 1 && out->at[i] == 'a')
            out->at[i] = '4';
    }
    buf_fini(&text);
}

void
pattern_lab_narrative(
    uint64_t *seed, uint64_t first, uint64_t count, unsigned rare, struct buf *out)
{
    size_t words = 2 + rng_below(seed, 7);
    size_t planted = rng_below(seed, rare) == 0 ? rng_below(seed, words) : words;

    for (size_t i = 0; i < words; i++) {
        if (i > 0)
            buf_text(out, rng_below(seed, 12) == 0 ? ", " : " ");
        if (i == planted)
            plant(seed, first, count, out);
        else if (rng_below(seed, 4) == 0)
            buf_print(out, "%u", (unsigned)rng_below(seed, 1000000));
        else if (rng_below(seed, 6) == 0)
            word_of(latin, COUNT(latin), seed, out);
        else
            buf_text(out, everyday[rng_below(seed, COUNT(everyday))]);
    }
}
