/* look_word - what banks call their columns, in all their languages. */
#include "base/buf.h"
#include "ingest/look.h"
#include "text/fold.h"

static const struct word {
    enum meaning meaning;
    const char *text;
} words[] = {
#define WORD(meaning, text) {MEANING_##meaning, text},
#include "ingest/header_word.def"
#undef WORD
};

enum { WORDS = sizeof words / sizeof *words };

/* Letters and digits of the folded text, everything between them one blank. */
static void
plain(struct bytes text, struct buf *out)
{
    struct buf folded = {0};
    bool gap = true;

    out->size = 0;
    fold_text(text, FOLD_FIRST, &folded);
    for (size_t i = 0; i < folded.size; i++) {
        unsigned char c = (unsigned char)folded.at[i];

        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80) {
            buf_byte(out, (char)c);
            gap = false;
        } else if (!gap) {
            buf_byte(out, ' ');
            gap = true;
        }
    }
    while (out->size > 0 && out->at[out->size - 1] == ' ')
        out->size--;
    buf_fini(&folded);
}

/* 1000 and the length for the whole name, the length for whole words in it, 0: not there. */
static int
fit(struct bytes name, struct bytes word)
{
    if (word.size == 0 || word.size > name.size)
        return 0;
    if (bytes_equal(name, word))
        return 1000 + (int)word.size;
    for (size_t i = 0; i + word.size <= name.size; i++) {
        bool begins = i == 0 || name.at[i - 1] == ' ';
        bool ends = i + word.size == name.size || name.at[i + word.size] == ' ';

        if (begins && ends && memcmp(name.at + i, word.at, word.size) == 0)
            return (int)word.size;
    }
    return 0;
}

bool
look_words(struct look *l)
{
    struct buf word = {0};

    l->word = arena_take(&l->arena, WORDS, sizeof *l->word);
    for (size_t i = 0; l->word != NULL && i < WORDS; i++) {
        char *copy;

        plain(bytes_of(words[i].text), &word);
        copy = word.failed ? NULL : arena_copy(&l->arena, buf_bytes(&word));
        if (copy == NULL)
            l->word = NULL;
        else
            l->word[i] = (struct bytes){copy, word.size};
    }
    buf_fini(&word);
    return l->word != NULL;
}

int
look_name(const struct look *l, struct bytes text, enum meaning *meaning)
{
    struct buf name = {0};
    int best = 0;

    plain(text, &name);
    for (size_t i = 0; name.size > 0 && i < WORDS; i++) {
        int score = fit(buf_bytes(&name), l->word[i]);

        if (score > best) {
            best = score;
            *meaning = words[i].meaning;
        }
    }
    buf_fini(&name);
    return best;
}

size_t
look_words_in(const struct look *l)
{
    struct buf text = {0};
    size_t found = 0;

    for (uint32_t i = 0; i < l->line_count && i < 30; i++) {
        plain(l->line[i], &text);
        for (size_t k = 0; text.size > 0 && k < WORDS; k++)
            if (l->word[k].size > 4 && fit(buf_bytes(&text), l->word[k]) > 0)
                found += l->word[k].size;
    }
    buf_fini(&text);
    return found;
}
