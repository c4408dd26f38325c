/* Matching forms: what typologies.md 8.1 and its keyword tables ask for; NFC; laws that always
 * hold. */
#include <check.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "support/rng.h"
#include "support/suites.h"
#include "text/fold.h"
#include "text/utf8.h"

static const struct form {
    const char *text, *first, *second; /* second NULL: as the first */
} forms[] = {
    {"", "", NULL},
    {"Invoice 12/2024", "invoice 12/2024", NULL},
    {"čćšžë çöüğşıăț", "ccsze cougsiat", NULL},
    {"ČĆŠŽË ÇÖÜĞŞIĂȚ", "ccsze cougsiat", NULL},
    {"İstanbul ISPARTA ı", "istanbul isparta i", NULL},
    {"Đoković đak", "djokovic djak", "dokovic dak"},
    {"Ђоковић", "djokovic", "dokovic"},
    {"Straße ŁÓDŹ Ørsted Æon Œuvre", "strasse lodz orsted aeon oeuvre", NULL},
    {"e\xcc\x81"
     "c\xcc\x8c",
        "ec", NULL},
    {"krijumčarenje migranata", "krijumcarenje migranata", NULL},
    {"кријумчарење", "krijumcarenje", NULL},
    {"КРИЈУМЧАРИ", "krijumcari", NULL},
    {"пребацивање илегални прелаз", "prebacivanje ilegalni prelaz", NULL},
    {"љубав њива џеп жаба хлеб", "ljubav njiva dzep zaba hleb", NULL},
    {"криумчар мигранти ѓ ќ ѕ", "kriumcar migranti gj kj dz", NULL},
    {"Г\xcc\x81орѓи", "gjorgji", NULL},
    {"каналджия каналджийство щъ", "kanaldzija kanaldzijstvo sta", NULL},
    {"трафик на мигранти бежанец", "trafik na migranti bezanec", NULL},
    {"kontrabandë emigrantësh", "kontrabande emigrantesh", NULL},
    {"διακινητής διακίνηση ΜΕΤΑΝΑΣΤΏΝ", "διακινητησ διακινηση μεταναστων", NULL},
    {"δουλέμπορος ΚΡΎΠΤΗ", "δουλεμποροσ κρυπτη", NULL},
    {"göçmen kaçakçılığı ŞEBEKE", "gocmen kacakciligi sebeke", NULL},
    {"GÖÇMEN KAÇAKÇILIĞI", "gocmen kacakciligi", NULL},
    {"تهريب بشر", "تهريب بشر", NULL},
    {"تَهْرِيب", "تهريب", NULL},
    {"تهريبـــ", "تهريب", NULL},
    {"أحمد إبراهيم آدم ٱسم", "احمد ابراهيم ادم اسم", NULL},
    {"فاطمة علي علی كريم کریم", "فاطمه علي علي كريم كريم", NULL},
    {"٣٤٥ ۶۷", "345 67", NULL},
    {"Schlepper Menschenschmuggel", "schlepper menschenschmuggel", NULL},
    {"embercsempészet őű", "embercsempeszet ou", NULL},
    {"călăuză", "calauza", NULL},
    {"šifre / code", "sifre code", NULL},
    {"h4wala m1gr4nti 5afe hou5e", "hawala migranti 5afe house", "hawala mlgranti 5afe house"},
    {"K00L a1b 12ab ab12 x123y", "k00l a1b 12ab ab12 x123y", NULL},
    {"m00ney abc999def", "mooney abc999def", NULL},
    {"RΙΖΟΥ ΤΗΑLΕΙΑ ΑΝΤΗRΟΡΙC", "rizoy thaleia anthropic", NULL},
    {"ΤAΧΙ BAΡKA", "taxi bapka", "ταχι βαρκα"},
    {"METANAΣTΩN", "μεταναστων", NULL},
    {"МИГPАНТИ Pеter Ѕmith", "migranti peter smith", NULL},
    {"ΤΑΧΙ", "ταχι", NULL},
    {"a  b\t\tc\r\nd", "a b c d", NULL},
    {"a...b --- c, d", "a.b c d", NULL},
    {"code:1234", "code:1234", NULL},
    {"code : 1234", "code 1234", NULL},
    {"«x» „y“ – z…", "\"x y z.", NULL},
    {"ﬁn ｆｕｌｌ ①", "fin full 1", NULL},
    {"zero\xe2\x80\x8bwidth so\xc2\xad"
     "ft",
        "zerowidth soft", NULL},
    {"no\xc2\xa0"
     "break",
        "no break", NULL},
    {"raw \xff\xfe bytes \xc4", "raw \xff\xfe bytes \xc4", NULL},
    {"ΐ ΰ ς Ώ", "ι υ σ ω", NULL},
    {"Київ їжак", "kijiv jizak", NULL},
};
enum { FORMS = sizeof forms / sizeof *forms };

START_TEST(texts_take_their_matching_form)
{
    const struct form *f = &forms[_i];
    const char *want[] = {f->first, f->second != NULL ? f->second : f->first};

    for (int form = 0; form < 2; form++) {
        struct buf out = {0};

        buf_text(&out, "kept");
        fold_text(bytes_of(f->text), form == 0 ? FOLD_FIRST : FOLD_SECOND, &out);
        ck_assert_msg(bytes_equal((struct bytes){out.at + 4, out.size - 4}, bytes_of(want[form])),
            "%s: %.*s", f->text, (int)out.size, out.at);
        buf_fini(&out);
    }
}
END_TEST

START_TEST(equal_means_the_same_first_form)
{
    ck_assert(fold_equal(bytes_of("Đorđe  Petrović"), bytes_of("ЂОРЂЕ ПЕТРОВИЋ")));
    ck_assert(fold_equal(bytes_of("x"), bytes_of("x")));
    ck_assert(!fold_equal(bytes_of("Đorđe"), bytes_of("Dorde")));
    ck_assert(!fold_equal(bytes_of("a"), bytes_of("")));
}
END_TEST

/* Words of one script each: a word that mixes them may be read differently once it is folded. */
static size_t
random_text(uint64_t *seed, char *text, size_t max)
{
    static const uint16_t scripts[][6] = {
        {0x41, 0x61, 0xc0, 0x100, 0x1e00, 0xff21},
        {0x391, 0x3b1, 0x386, 0x1f00, 0x1f40, 0x3a0},
        {0x400, 0x410, 0x430, 0x448, 0x438, 0x420},
        {0x621, 0x640, 0x660, 0x6a0, 0xfe80, 0x6f0},
    };
    size_t size = 0, script = 0;

    while (size + 5 < max && rng_below(seed, 40) != 0) {
        uint32_t point = scripts[script][rng_below(seed, 6)] + (uint32_t)rng_below(seed, 0x18);
        uint64_t kind = rng_below(seed, 20);

        if (kind == 0) {
            text[size++] = " .-,"[rng_below(seed, 4)];
            text[size++] = ' ';
            script = rng_below(seed, 4);
        } else if (kind == 1) {
            size += utf8_put(0x300 + (uint32_t)rng_below(seed, 0x30), text + size);
        } else if (kind == 2) {
            text[size++] = (char)('0' + rng_below(seed, 10));
        } else {
            size += utf8_put(point, text + size);
        }
    }
    return size;
}

/* Folding twice is folding once; case, and how accents are composed, do not matter. */
START_TEST(laws_hold_for_any_text)
{
    uint64_t seed = (uint64_t)_i + 17;

    for (int n = 0; n < 2000; n++) {
        char text[120];
        struct bytes t = {text, random_text(&seed, text, sizeof text)};
        struct buf once = {0}, twice = {0}, composed = {0};

        fold_text(t, FOLD_FIRST, &once);
        fold_text(buf_bytes(&once), FOLD_FIRST, &twice);
        if (!bytes_equal(buf_bytes(&once), buf_bytes(&twice)))
            ck_abort_msg("[%.*s] once [%.*s] twice [%.*s]", (int)t.size, t.at, (int)once.size,
                once.at, (int)twice.size, twice.at);
        if (fold_nfc(t, &composed) && !fold_equal(t, buf_bytes(&composed)))
            ck_abort_msg(
                "[%.*s] composed [%.*s]", (int)t.size, t.at, (int)composed.size, composed.at);
        if (utf8_valid(t) && !utf8_valid(buf_bytes(&once)))
            ck_abort_msg("[%.*s] folds to what is no UTF-8", (int)t.size, t.at);
        buf_fini(&once);
        buf_fini(&twice);
        buf_fini(&composed);
    }
}
END_TEST

static const struct nfc {
    const char *text, *nfc; /* nfc NULL: it is already */
} nfcs[] = {
    {"", NULL},
    {"plain", NULL},
    {"čćšžđ Петар ђћ Νίκος أحمد €", NULL},
    {"c\xcc\x8c", "č"},
    {"a\xcc\x81\xcc\xa7", "á\xcc\xa7"},
    {"\xe2\x84\xab", "Å"},
    {"г\xcc\x81", "ѓ"},
    {"ﬁ", NULL},
    {"x\xff"
     "c\xcc\x8c\xfe",
        "x\xff"
        "č\xfe"},
    {"\xff\xfe\xc4", NULL},
    {"q\xcc\x81", NULL},
    {"\xe1\x84\x80\xe1\x85\xa1", "가"},
};
enum { NFCS = sizeof nfcs / sizeof *nfcs };

START_TEST(composed_text_is_left_alone)
{
    const struct nfc *f = &nfcs[_i];
    struct buf out = {0};
    bool changed;

    buf_text(&out, "kept");
    changed = fold_nfc(bytes_of(f->text), &out);
    if (f->nfc == NULL)
        ck_assert_msg(!changed && out.size == 4, "%s", f->text);
    else
        ck_assert_msg(
            changed && bytes_equal((struct bytes){out.at + 4, out.size - 4}, bytes_of(f->nfc)),
            "%s: %.*s", f->text, (int)out.size, out.at);
    buf_fini(&out);
}
END_TEST

START_TEST(no_memory_is_not_silent)
{
    for (size_t n = 1; n < 20; n++) {
        struct buf out = {0};
        size_t before = alloc_live();
        bool hit;

        alloc_fail_at(n, 1);
        fold_text(bytes_of("ﬁ čć e\xcc\x81"), FOLD_FIRST, &out);
        hit = alloc_count() >= n;
        alloc_fail_at(0, 0);
        ck_assert(out.failed == hit);
        buf_fini(&out);
        ck_assert_uint_eq(alloc_live(), before);
    }
}
END_TEST

Suite *
suite_fold(void)
{
    Suite *s = suite_create("fold");
    TCase *t = tcase_create("fold");

    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, texts_take_their_matching_form, 0, FORMS);
    tcase_add_test(t, equal_means_the_same_first_form);
    tcase_add_loop_test(t, laws_hold_for_any_text, 0, 5);
    tcase_add_loop_test(t, composed_text_is_left_alone, 0, NFCS);
    tcase_add_test(t, no_memory_is_not_silent);
    suite_add_tcase(s, t);
    return s;
}
