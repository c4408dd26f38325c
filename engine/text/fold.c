#include "text/fold.h"

#include <stdint.h>

#include "base/buf.h"
#include "text/fold_icu.h"
#include "text/fold_word.h"
#include "text/utf8.h"

enum {
    LETTERS = 0x700, /* code points the tables know */
    WORD_MAX = 64,   /* letters of a word looked at together; longer ones are cut */
    LEET_DIGITS = 2, /* so many digits in a row may stand for letters ... */
    LEET_LETTERS = 3 /* ... in a word of at least so many letters */
};

static const char *const first_form[LETTERS] = {
#define FOLD(point, form) [point] = form,
#define FOLD_TWO(point, form, second) [point] = form,
#include "text/fold.def"
};

static const char *const second_form[LETTERS] = {
#define FOLD_TWO(point, form, second) [point] = second,
#include "text/fold.def"
};

/* Bytes of folded text: those above 0x7f are letters of other scripts. */
enum kind { BLANK, MARK, DIGIT, LETTER };

#define ROW(a, b, c, d, e, f, g, h) a, b, c, d, e, f, g, h
#define EIGHT(k) ROW(k, k, k, k, k, k, k, k)
static const uint8_t kinds[256] = {EIGHT(BLANK), EIGHT(BLANK), EIGHT(BLANK), EIGHT(BLANK),
    ROW(BLANK, MARK, MARK, MARK, MARK, MARK, MARK, MARK), EIGHT(MARK), EIGHT(DIGIT),
    ROW(DIGIT, DIGIT, MARK, MARK, MARK, MARK, MARK, MARK),
    ROW(MARK, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER), EIGHT(LETTER), EIGHT(LETTER),
    ROW(LETTER, LETTER, LETTER, MARK, MARK, MARK, MARK, MARK),
    ROW(MARK, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER), EIGHT(LETTER), EIGHT(LETTER),
    ROW(LETTER, LETTER, LETTER, MARK, MARK, MARK, MARK, BLANK), EIGHT(LETTER), EIGHT(LETTER),
    EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER),
    EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER), EIGHT(LETTER),
    EIGHT(LETTER), EIGHT(LETTER)};
#undef EIGHT
#undef ROW

static enum kind
kind_of(char c)
{
    return (enum kind)kinds[(unsigned char)c];
}

/* At least LEET_LETTERS letters in the word around: `done` is what stands before, folded. */
static bool
long_word(struct bytes done, struct bytes rest)
{
    size_t letters = 0;

    for (size_t i = done.size; i > 0 && kind_of(done.at[i - 1]) >= DIGIT; i--)
        if (kind_of(done.at[i - 1]) == LETTER && ++letters == LEET_LETTERS)
            return true;
    for (size_t i = 0; i < rest.size && kind_of(rest.at[i]) >= DIGIT; i++)
        if (kind_of(rest.at[i]) == LETTER && ++letters == LEET_LETTERS)
            return true;
    return false;
}

static bool
latin(char c)
{
    return ((unsigned char)c | 0x20u) - 'a' < 26u;
}

/* One text on its way. */
struct folding {
    enum fold_form form;
    struct buf *out;
    bool two; /* something met has another form */
};

/* A digit at the front of `rest`: the letter it stands for between Latin letters, else itself. */
static char
read_digit(struct folding *f, struct bytes done, struct bytes rest)
{
    static const char letters[] = "oi\0eas\0t\0\0";
    char letter = letters[rest.at[0] - '0'];
    size_t n = 1;

    if (letter == '\0' || done.size == 0 || !latin(done.at[done.size - 1]))
        return rest.at[0];
    while (n < rest.size && n <= LEET_DIGITS && kind_of(rest.at[n]) == DIGIT)
        n++;
    if (n > LEET_DIGITS || n == rest.size || !latin(rest.at[n]) || !long_word(done, rest))
        return rest.at[0];
    if (rest.at[0] != '1')
        return letter;
    f->two = true;
    return f->form == FOLD_SECOND ? 'l' : 'i';
}

/*
 * Lower case for ASCII; digits; runs. A run of blanks and punctuation becomes a blank if it
 * holds one, else its first mark. `to` may be text.at: nothing grows. Returns the size.
 */
static size_t
squeeze(struct folding *f, struct bytes text, char *to)
{
    size_t made = 0;

    for (size_t i = 0; i < text.size;) {
        enum kind kind = kind_of(text.at[i]);
        char c = text.at[i];

        if (kind == LETTER) {
            do {
                unsigned u = (unsigned char)text.at[i++];

                to[made++] = (char)(u ^ (u - 'A' < 26u ? 0x20u : 0));
            } while (i < text.size && kind_of(text.at[i]) == LETTER);
        } else if (kind == DIGIT) {
            c = read_digit(f, (struct bytes){to, made}, (struct bytes){text.at + i, text.size - i});
            to[made++] = c;
            i++;
        } else {
            for (; i < text.size && (kind = kind_of(text.at[i])) <= MARK; i++)
                if (kind == BLANK)
                    c = ' ';
            to[made++] = c;
        }
    }
    return made;
}

static void add_point(struct folding *f, uint32_t point);

/* Letters the tables do not know: without accents, or as they are. */
static void
add_rare(struct folding *f, uint32_t point)
{
    uint32_t parts[18];
    size_t count = fold_icu_parts(point, parts);
    int digit = fold_icu_digit(point);
    char room[4];

    if (digit >= 0) {
        buf_byte(f->out, (char)('0' + digit));
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_point(f, parts[i]);
    if (count > 0)
        return;
    switch (fold_icu_class(point)) {
    case FOLD_LETTER:
        buf_add(f->out, room, utf8_put(point, room));
        break;
    case FOLD_BLANK:
        buf_byte(f->out, ' ');
        break;
    case FOLD_PUNCTUATION:
        buf_byte(f->out, fold_icu_mark(point));
        break;
    case FOLD_MARK:
    case FOLD_IGNORED:
        break;
    }
}

/* A full decomposition has no further one, so this goes two levels deep at most. */
static void
add_point(struct folding *f, uint32_t point)
{
    const char *known = NULL;

    if (point < 0x80) {
        buf_byte(f->out, (char)point);
        return;
    }
    point = fold_icu_lower(point);
    if (point < LETTERS) {
        f->two = f->two || second_form[point] != NULL;
        known = f->form == FOLD_SECOND ? second_form[point] : NULL;
        known = known != NULL ? known : first_form[point];
    }
    if (known != NULL)
        buf_text(f->out, known);
    else if (point < 0x80)
        buf_byte(f->out, (char)point);
    else
        add_rare(f, point);
}

static bool
in_word(uint32_t point)
{
    if (point < 0x80)
        return kind_of((char)point) >= DIGIT;
    if ((point >= 0xc0 && point < 0x250 && point != 0xd7 && point != 0xf7) ||
        (point >= 0x388 && point < 0x482) || (point >= 0x48a && point < 0x530) ||
        (point >= 0x621 && point < 0x653))
        return true; /* as ICU would say, of the letters that come most */
    return fold_icu_class(point) <= FOLD_MARK;
}

/* Bytes at the front that are ASCII and no part of a word with other letters: they stay as they
 * are. */
static size_t
plain_size(struct bytes text)
{
    size_t n = 0;

    while (n < text.size && (unsigned char)text.at[n] < 0x80)
        n++;
    if (n == text.size)
        return n;
    for (size_t back = 0; n > 0 && back < WORD_MAX && kind_of(text.at[n - 1]) >= DIGIT; back++)
        n--;
    return n;
}

/* Take what is plain, or one word, or one code point that is in none, or one invalid byte. Returns
 * its size. */
static size_t
add_word(struct folding *f, struct bytes text)
{
    uint32_t points[WORD_MAX];
    size_t count = 0, i = plain_size(text);

    if (i > 0) {
        buf_add(f->out, text.at, i);
        return i;
    }
    while (i < text.size && count < WORD_MAX) {
        size_t size = utf8_next((struct bytes){text.at + i, text.size - i}, &points[count]);

        if (size == 0 || !in_word(points[count])) {
            if (i > 0)
                break;
            if (size == 0)
                buf_byte(f->out, text.at[0]);
            else
                add_point(f, points[0]);
            return size == 0 ? 1 : size;
        }
        count++;
        i += size;
    }
    if (fold_word_unify(points, count, f->form == FOLD_SECOND))
        f->two = true;
    for (size_t n = 0; n < count; n++)
        add_point(f, points[n]);
    return i;
}

/*
 * Code points that are NFC and stay so whatever stands around them: everything below the
 * combining marks, and the letters of Greek and Cyrillic that compose with nothing before them.
 */
static bool
plainly_nfc(uint32_t point)
{
    return point < 0x300 || (point >= 0x388 && point <= 0x482) ||
           (point >= 0x48a && point <= 0x52f) || (point >= 0x621 && point <= 0x64a) ||
           (point >= 0x2010 && point <= 0x20b0);
}

/*
 * Letters NFKC might change although NFC leaves them, among the plain ones. The forms ICU's
 * decomposition gives for single letters later are the same; only marks need composing.
 */
static bool
compatible(uint32_t point)
{
    return (point >= 0xa0 && point < 0xc0) || (point >= 0x2010 && point <= 0x20b0);
}

/* True if `text` must be composed first. */
static bool
needs(enum fold_composed form, struct bytes text)
{
    for (size_t i = 0; i < text.size;) {
        uint32_t point;
        size_t size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);

        if (size != 0 && !plainly_nfc(point))
            return true;
        if (form == FOLD_NFKC && size != 0 && point >= 0x80 && compatible(point))
            return true;
        i += size == 0 ? 1 : size;
    }
    return false;
}

/* Bytes that begin or continue only code points plainly NFC. */
static inline bool
plain_byte(unsigned char c)
{
    return c < 0xcc || (unsigned char)(c - 0xcf) <= 2;
}

bool
fold_nfc_plainly(struct bytes text)
{
    const unsigned char *at = (const unsigned char *)text.at;
    unsigned char other = 0;

    for (size_t i = 0; i < text.size; i++) /* no way out, so that it is done with vectors */
        other |= (unsigned char)!plain_byte(at[i]);
    return other == 0;
}

bool
fold_nfc(struct bytes text, struct buf *out)
{
    size_t from = out->size;

    if (fold_nfc_plainly(text) || !needs(FOLD_NFC, text))
        return false;
    if (!fold_icu_compose(FOLD_NFC, text, out)) {
        out->size = from;
        return false;
    }
    if (bytes_equal((struct bytes){out->at + from, out->size - from}, text)) {
        out->size = from;
        return false;
    }
    return true;
}

bool
fold_text(struct bytes text, enum fold_form form, struct buf *out)
{
    struct folding f = {.form = form, .out = out};
    struct buf composed = {0};
    size_t from = out->size;

    if (utf8_ascii(text)) {
        char *room = buf_room(out, text.size);

        if (room != NULL)
            out->size += squeeze(&f, text, room);
        return f.two;
    }
    if (needs(FOLD_NFKC, text)) {
        if (!fold_icu_compose(FOLD_NFKC, text, &composed)) {
            buf_fini(&composed);
            out->failed = true;
            return false;
        }
        text = buf_bytes(&composed);
    }
    for (size_t i = 0; i < text.size && !out->failed;)
        i += add_word(&f, (struct bytes){text.at + i, text.size - i});
    if (!out->failed && out->size > from)
        out->size =
            from + squeeze(&f, (struct bytes){out->at + from, out->size - from}, out->at + from);
    buf_fini(&composed);
    return f.two;
}

void
fold_case_ascii(struct bytes text, char *room)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t u = (uint8_t)text.at[i];
        uint8_t capital = (uint8_t)(u - 'A') < 26;

        room[i] = (char)(u | capital << 5);
    }
}

/* No two signs in a row, no blank but the plain one, no digit that may be read as a letter. */
bool
fold_is_plain(struct bytes small)
{
    enum kind before = DIGIT;
    bool plain = true;

    for (size_t i = 0; i < small.size; i++) {
        enum kind now = kind_of(small.at[i]);

        plain &= !(now < DIGIT && before < DIGIT);
        plain &= !(now == DIGIT && before == LETTER);
        plain &= !(now == BLANK && small.at[i] != ' ');
        before = now;
    }
    return plain;
}

/* A character that is not ASCII, without case. */
static void
add_caseless(struct bytes text, size_t size, uint32_t point, struct buf *out)
{
    int digit = size == 0 ? -1 : fold_icu_digit(point);
    char room[4];

    if (size == 0)
        buf_byte(out, text.at[0]);
    else if (digit >= 0)
        buf_byte(out, (char)('0' + digit));
    else
        buf_add(out, room, utf8_put(fold_icu_case(point), room));
}

void
fold_case(struct bytes text, struct buf *out)
{
    size_t i = 0;

    while (i < text.size && !out->failed) {
        size_t plain = i, size;
        uint32_t point;
        char *room;

        while (plain < text.size && (unsigned char)text.at[plain] < 0x80)
            plain++;
        room = plain > i ? buf_room(out, plain - i) : NULL;
        if (room != NULL) {
            fold_case_ascii((struct bytes){text.at + i, plain - i}, room);
            out->size += plain - i;
        }
        i = plain;
        if (i == text.size)
            return;
        size = utf8_next((struct bytes){text.at + i, text.size - i}, &point);
        add_caseless((struct bytes){text.at + i, text.size - i}, size, point, out);
        i += size == 0 ? 1 : size;
    }
}

static bool
inside(struct bytes text, size_t at)
{
    return at < text.size && ((unsigned char)text.at[at] & 0xc0) == 0x80;
}

/* Size of the folded form of the first `size` bytes, without a character cut in two. */
static size_t
folded_size(struct bytes text, size_t size, enum fold_form form)
{
    struct buf out = {0};
    size_t made;

    while (size > 0 && inside(text, size))
        size--;
    fold_text((struct bytes){text.at, size}, form, &out);
    made = out.failed ? 0 : out.size;
    buf_fini(&out);
    return made;
}

/*
 * The first place, at a character's edge, in front of which at least `want` bytes of the folded
 * form come from: searched by halves, because a longer part never folds to less.
 */
static size_t
origin_of(struct bytes text, enum fold_form form, size_t want)
{
    size_t low = 0, high = text.size;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (folded_size(text, mid, form) < want)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void
fold_origin(struct bytes text, enum fold_form form, size_t *from, size_t *to)
{
    size_t first = origin_of(text, form, *from + 1), last = origin_of(text, form, *to);

    first -= first > 0; /* the character that made the first byte */
    while (first > 0 && inside(text, first))
        first--;
    while (inside(text, last))
        last++;
    *from = first;
    *to = last > first ? last : first;
}

bool
fold_equal(struct bytes a, struct bytes b)
{
    struct buf x = {0}, y = {0};
    bool same = bytes_equal(a, b);

    if (!same) {
        fold_text(a, FOLD_FIRST, &x);
        fold_text(b, FOLD_FIRST, &y);
        same = !x.failed && !y.failed && bytes_equal(buf_bytes(&x), buf_bytes(&y));
    }
    buf_fini(&x);
    buf_fini(&y);
    return same;
}
