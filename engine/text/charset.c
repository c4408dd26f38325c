#include "text/charset.h"

#include <iconv.h>
#include <stdint.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "text/utf8.h"

enum { LETTER_MAX = 4 };

struct charset {
    char name[24];
    bool yuscii;
    uint8_t size[256];
    char utf8[256][LETTER_MAX];
};

/* Names people write, and what iconv and we call them. Others go to iconv as they are. */
static const struct alias {
    const char *spoken, *name;
} aliases[] = {
    {"cp1250", "windows-1250"},
    {"cp1251", "windows-1251"},
    {"cp1252", "windows-1252"},
    {"cp1253", "windows-1253"},
    {"cp1254", "windows-1254"},
    {"win1250", "windows-1250"},
    {"win1251", "windows-1251"},
    {"windows1250", "windows-1250"},
    {"windows1251", "windows-1251"},
    {"windows1252", "windows-1252"},
    {"windows1253", "windows-1253"},
    {"windows1254", "windows-1254"},
    {"latin1", "ISO-8859-1"},
    {"latin2", "ISO-8859-2"},
    {"iso88591", "ISO-8859-1"},
    {"iso88592", "ISO-8859-2"},
    {"iso88595", "ISO-8859-5"},
    {"iso88597", "ISO-8859-7"},
    {"iso88599", "ISO-8859-9"},
    {"iso885915", "ISO-8859-15"},
    {"iso885916", "ISO-8859-16"},
    {"yuscii", "YUSCII"},
    {"jusib1002", "YUSCII"},
};

/* Capitals, blanks, hyphens, dots and underscores do not matter. */
static void
squeeze(const char *name, char out[static 24])
{
    size_t size = 0;

    for (; *name != '\0' && size < 23; name++) {
        if (*name == '-' || *name == '_' || *name == ' ' || *name == '.')
            continue;
        out[size++] = (char)(*name >= 'A' && *name <= 'Z' ? *name - 'A' + 'a' : *name);
    }
    out[size] = '\0';
}

static const char *
proper_name(const char *name)
{
    char spoken[24];

    squeeze(name, spoken);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(aliases[i].spoken, spoken) == 0)
            return aliases[i].name;
    return name;
}

/* Ask iconv for each byte alone; the table then needs it no more. */
static bool
fill(struct charset *cs, iconv_t with)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        char in[1] = {(char)byte}, *from = in, *to = cs->utf8[byte];
        size_t in_size = 1, out_size = LETTER_MAX;

        (void)iconv(with, NULL, NULL, NULL, NULL);
        if (iconv(with, &from, &in_size, &to, &out_size) == (size_t)-1 || in_size != 0 ||
            out_size == LETTER_MAX) {
            memcpy(cs->utf8[byte], "\xef\xbf\xbd", 3);
            out_size = LETTER_MAX - 3;
        }
        cs->size[byte] = (uint8_t)(LETTER_MAX - out_size);
        if (byte < 128 && (cs->size[byte] != 1 || cs->utf8[byte][0] != (char)byte))
            return false;
    }
    return true;
}

static const struct {
    char code;
    char letter[3];
} yuscii[] = {
    {'^', "Č"},
    {'~', "č"},
    {'[', "Š"},
    {'{', "š"},
    {'\\', "Đ"},
    {'|', "đ"},
    {']', "Ć"},
    {'}', "ć"},
    {'@', "Ž"},
    {'`', "ž"},
};

static void
fill_yuscii(struct charset *cs)
{
    cs->yuscii = true;
    for (unsigned byte = 0; byte < 256; byte++) {
        cs->size[byte] = 1;
        cs->utf8[byte][0] = (char)byte;
        if (byte >= 128) {
            cs->size[byte] = 3;
            memcpy(cs->utf8[byte], "\xef\xbf\xbd", 3);
        }
    }
    for (size_t i = 0; i < sizeof yuscii / sizeof *yuscii; i++) {
        cs->size[(unsigned char)yuscii[i].code] = 2;
        memcpy(cs->utf8[(unsigned char)yuscii[i].code], yuscii[i].letter, 2);
    }
}

struct charset *
charset_open(const char *name, bool *no_memory)
{
    struct charset *cs = alloc_zero(1, sizeof *cs);
    const char *proper = proper_name(name);
    /* iconv takes an empty name for the locale's, and what follows a slash for orders. */
    bool known = *proper != '\0' && strchr(proper, '/') == NULL && strlen(proper) < sizeof cs->name;

    *no_memory = cs == NULL;
    if (cs == NULL)
        return NULL;
    if (known && strcmp(proper, "YUSCII") == 0) {
        fill_yuscii(cs);
    } else if (known) {
        iconv_t with = iconv_open("UTF-8", proper);

        known = with != (iconv_t)-1;
        if (known) {
            known = fill(cs, with);
            (void)iconv_close(with);
        }
    }
    if (!known) {
        alloc_free(cs);
        return NULL;
    }
    memcpy(cs->name, proper, strlen(proper) + 1);
    return cs;
}

void
charset_close(struct charset *cs)
{
    alloc_free(cs);
}

const char *
charset_name(const struct charset *cs)
{
    return cs->name;
}

bool
charset_keeps_ascii(const struct charset *cs)
{
    return !cs->yuscii;
}

static bool
ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A letter, or a sign that may be one. */
static bool
wordly(const struct charset *cs, char c)
{
    return ascii_letter(c) || cs->size[(unsigned char)c] == 2;
}

/*
 * Where a pair of brackets encloses a whole word it is taken for brackets, unless the word ends in
 * I: then `]` is the Ć of the most common ending of names, as in [KORI] for Škorić.
 */
static bool
bracketed(struct bytes word)
{
    char open = word.at[0], close = word.at[word.size - 1];

    if (word.size < 3 || !((open == '[' && close == ']') || (open == '{' && close == '}')))
        return false;
    return word.at[word.size - 2] != 'I' && word.at[word.size - 2] != 'i';
}

static void
add_yuscii_word(const struct charset *cs, struct bytes word, struct buf *out)
{
    bool bare = true, keep = bracketed(word);

    for (size_t i = 0; bare && i < word.size; i++)
        bare = !ascii_letter(word.at[i]);
    for (size_t i = 0; i < word.size; i++) {
        unsigned char c = (unsigned char)word.at[i];

        if (bare || (keep && (i == 0 || i == word.size - 1)))
            buf_byte(out, word.at[i]);
        else
            buf_add(out, cs->utf8[c], cs->size[c]);
    }
}

static void
add_yuscii(const struct charset *cs, struct bytes text, struct buf *out)
{
    for (size_t i = 0; i < text.size;) {
        size_t from = i;
        unsigned char c = (unsigned char)text.at[i];

        while (i < text.size && wordly(cs, text.at[i]))
            i++;
        if (i > from) {
            add_yuscii_word(cs, (struct bytes){text.at + from, i - from}, out);
        } else {
            buf_add(out, cs->utf8[c], cs->size[c]);
            i++;
        }
    }
}

void
charset_add(const struct charset *cs, struct bytes text, struct buf *out)
{
    size_t i = 0;

    if (cs->yuscii) {
        add_yuscii(cs, text, out);
        return;
    }
    while (i < text.size) {
        size_t from = i;

        while (i < text.size && (unsigned char)text.at[i] < 0x80)
            i++;
        buf_add(out, text.at + from, i - from);
        for (; i < text.size && (unsigned char)text.at[i] >= 0x80; i++)
            buf_add(out, cs->utf8[(unsigned char)text.at[i]], cs->size[(unsigned char)text.at[i]]);
    }
}
