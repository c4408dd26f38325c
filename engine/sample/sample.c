#include "sample/sample.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/civil.h"
#include "base/file.h"
#include "model/value.h"
#include "sample/layout.h"
#include "sample/pack.h"
#include "sample/plant.h"

enum { PATH_ROOM = 4096, FLUSH_BYTES = 256 << 10, ROWS_A_SCHEME = 40000, HOURS = 24 };

struct press { /* one bank's open export */
    struct pack *pack;
    struct buf text;
    int32_t month; /* of the open file, 0: none */
    uint64_t next_id;
};

struct works {
    const struct sample_spec *spec;
    struct world world;
    struct plants plants;
    struct press press[BANKS_MAX];
    struct buf line; /* a small file being written; the truth while payments are printed */
    struct sample_result *result;
    int64_t from_s, to_s;
};

/* Payments an hour, in thousandths of a day: few at night, most around noon and in the evening. */
static const int32_t rhythm[HOURS] = {
    6, 4, 3, 3, 4, 8, 22, 42, 58, 64, 66, 70, 74, 66, 58, 56, 62, 70, 74, 66, 50, 38, 24, 12};

static enum weir_status make_path(char *path, struct weir_err *err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static enum weir_status
make_path(char *path, struct weir_err *err, const char *fmt, ...)
{
    va_list args;
    int size;

    va_start(args, fmt);
    size = vsnprintf(path, PATH_ROOM, fmt, args);
    va_end(args);
    if (size < 0 || size >= PATH_ROOM)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_USAGE, "", "the path of --out is too long");
    return WEIR_OK;
}

static enum weir_status
write_file(const char *path, struct buf *text, struct weir_err *err)
{
    struct file_writer *w;
    enum weir_status st = file_create(path, &w, err);

    if (st != WEIR_OK)
        return st;
    file_write(w, text->at, text->size);
    text->size = 0;
    return file_commit(w, err);
}

static enum weir_status
write_mapping(struct works *s, uint32_t bank, struct weir_err *err)
{
    char path[PATH_ROOM];
    enum weir_status st;

    layouts[bank % LAYOUTS].mapping(&world_banks[bank], &s->line);
    st = make_path(path, err, "%s/mappings/%s.yaml", s->spec->out, world_banks[bank].folder);
    return st == WEIR_OK ? write_file(path, &s->line, err) : st;
}

/* Daily rates, laid out as the European Central Bank does: units of a currency for one euro. */
static enum weir_status
write_rates(struct works *s, struct weir_err *err)
{
    static const char *const currencies[] = {"USD", "RSD", "BGN", "MKD"};
    char path[PATH_ROOM];
    enum weir_status st;

    buf_text(&s->line, "Date,USD,RSD,BGN,MKD\n");
    for (int64_t day = s->from_s / 86400 - 5; day <= s->to_s / 86400; day++) {
        struct civil c;

        civil_from_us(day * US_PER_DAY, &c);
        buf_print(&s->line, "%04" PRId32 "-%02" PRId32 "-%02" PRId32, c.year, c.month, c.day);
        for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++) {
            int64_t rate = layout_rate(currencies[i], day);

            buf_print(&s->line, ",%" PRId64 ".%04" PRId64, rate / 10000, rate % 10000);
        }
        buf_byte(&s->line, '\n');
    }
    st = make_path(path, err, "%s/rates.csv", s->spec->out);
    return st == WEIR_OK ? write_file(path, &s->line, err) : st;
}

static enum weir_status
close_press(struct press *p, struct weir_err *err)
{
    enum weir_status st;

    if (p->pack == NULL)
        return WEIR_OK;
    pack_write(p->pack, &p->text);
    st = pack_close(p->pack, err);
    p->pack = NULL;
    if (st == WEIR_OK && p->text.failed)
        st = weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    return st;
}

/* Open the file this month's rows of a bank go to. */
static enum weir_status
turn_press(struct works *s, uint32_t bank, const struct civil *c, struct weir_err *err)
{
    const struct bank *b = &world_banks[bank];
    const struct layout *layout = &layouts[bank % LAYOUTS];
    struct press *p = &s->press[bank];
    char folder[PATH_ROOM], name[64], path[PATH_ROOM];
    enum weir_status st = close_press(p, err);

    if (st != WEIR_OK)
        return st;
    if (s->spec->whole)
        (void)snprintf(name, sizeof name, "%s-all.%s%s", b->folder, layout->ending,
            s->spec->level > 0 ? ".gz" : "");
    else
        (void)snprintf(name, sizeof name, "%s-%04" PRId32 "-%02" PRId32 ".%s%s", b->folder, c->year,
            c->month, layout->ending, s->spec->level > 0 ? ".gz" : "");
    if ((st = make_path(folder, err, "%s/data/%s", s->spec->out, b->folder)) != WEIR_OK ||
        (st = file_make_dirs(folder, err)) != WEIR_OK ||
        (st = make_path(path, err, "%s/%s", folder, name)) != WEIR_OK ||
        (st = pack_open(path, s->spec->level, &p->pack, err)) != WEIR_OK)
        return st;
    p->month = c->month;
    s->result->files++;
    if (layout->head != NULL)
        layout->head(b, &p->text);
    return WEIR_OK;
}

/* The bank that reports a payment: the payer's, or the payee's where the payer has none here. */
static uint32_t
bank_of(const struct world *w, const struct payment *p)
{
    return w->account[p->from >= 0 ? p->from : p->to].bank;
}

static enum weir_status
print_payment(struct works *s, struct payment *p, uint32_t *bank_out, struct weir_err *err)
{
    uint32_t bank = bank_of(&s->world, p);
    struct press *press = &s->press[bank];
    enum weir_status st;

    if (press->pack == NULL || !s->spec->whole) {
        struct civil c;

        civil_from_us(p->at_s * US_PER_S, &c);
        if (press->pack == NULL || c.month != press->month)
            if ((st = turn_press(s, bank, &c, err)) != WEIR_OK)
                return st;
    }
    p->id = ++press->next_id;
    layouts[bank % LAYOUTS].row(&s->world, &world_banks[bank], p, &press->text);
    if (press->text.size >= FLUSH_BYTES)
        pack_write(press->pack, &press->text);
    *bank_out = bank;
    s->result->rows++;
    return WEIR_OK;
}

static void
print_truth(struct works *s, const struct planted *planted, const struct payment *p, uint32_t bank)
{
    const struct scheme *scheme = &s->plants.scheme[planted->scheme];

    buf_print(&s->line, "%" PRIu32 ",%s,%s,%s,%s,%c%c%010" PRIu64 "\n", planted->scheme,
        scheme->typology, scheme->look_alike ? "look-alike" : "scheme",
        s->world.account[scheme->about].iban, world_banks[bank].name,
        world_banks[bank].folder[0] - 'a' + 'A', world_banks[bank].folder[1] - 'a' + 'A', p->id);
    s->result->planted++;
}

static enum weir_status
print_planted(struct works *s, size_t *next, int64_t until_s, struct weir_err *err)
{
    while (*next < s->plants.count && s->plants.at[*next].payment.at_s <= until_s) {
        const struct planted *planted = &s->plants.at[(*next)++];
        struct payment p = planted->payment;
        uint32_t bank;
        enum weir_status st = print_payment(s, &p, &bank, err);

        if (st != WEIR_OK)
            return st;
        print_truth(s, planted, &p, bank);
    }
    return WEIR_OK;
}

/* One hour of everyday life: `count` payments at rising times. */
static enum weir_status
print_hour(struct works *s, struct random_state *r, int64_t hour_s, uint64_t count, size_t *next,
    struct weir_err *err)
{
    for (uint64_t i = 0; i < count; i++) {
        int64_t at_s = hour_s + (int64_t)((i * 3600 + random_below(r, 3600)) / count);
        struct payment p;
        uint32_t bank;
        enum weir_status st = print_planted(s, next, at_s, err);

        if (st != WEIR_OK)
            return st;
        world_payment(&s->world, r, at_s, &p);
        if (p.from >= 0 && p.from == p.to)
            p.to = (int32_t)((uint32_t)(p.to + 1) % s->world.count);
        if ((st = print_payment(s, &p, &bank, err)) != WEIR_OK)
            return st;
    }
    return WEIR_OK;
}

static enum weir_status
print_all(struct works *s, struct weir_err *err)
{
    struct random_state r = {s->spec->seed};
    uint64_t hours = (uint64_t)s->spec->days * HOURS, weight = 0, total = 0, done = 0;
    size_t next = 0;

    for (size_t i = 0; i < HOURS; i++)
        total += (uint64_t)rhythm[i];
    total *= s->spec->days;
    for (uint64_t h = 0; h < hours; h++) {
        uint64_t upto;
        enum weir_status st;

        weight += (uint64_t)rhythm[h % HOURS];
        upto = (uint64_t)((uint128)s->spec->rows * weight / total);
        st = print_hour(s, &r, s->from_s + (int64_t)h * 3600, upto - done, &next, err);
        if (st != WEIR_OK)
            return st;
        done = upto;
    }
    return print_planted(s, &next, INT64_MAX, err);
}

static enum weir_status
prepare(struct works *s, struct weir_err *err)
{
    const struct sample_spec *spec = s->spec;
    uint32_t accounts = spec->accounts;
    struct plants_spec plants = {
        .each = (uint32_t)(spec->rows / ROWS_A_SCHEME / 6 + 2), .shapes = spec->shapes};
    char folder[PATH_ROOM];
    enum weir_status st;

    if (accounts == 0)
        accounts = spec->rows / 10 < 1000 ? 1000 : (uint32_t)(spec->rows / 10);
    s->from_s = civil_days(2026, 1, 1) * 86400;
    s->to_s = s->from_s + (int64_t)spec->days * 86400;
    plants.from_s = s->from_s;
    plants.to_s = s->to_s;
    if (!world_init(&s->world, spec->seed, spec->banks, accounts) ||
        !plants_make(&s->plants, &s->world, spec->seed, &plants))
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    for (size_t i = 0; i < s->plants.scheme_count; i++)
        *(s->plants.scheme[i].look_alike ? &s->result->look_alikes : &s->result->schemes) += 1;
    if ((st = make_path(folder, err, "%s/mappings", spec->out)) != WEIR_OK ||
        (st = file_make_dirs(folder, err)) != WEIR_OK || (st = write_rates(s, err)) != WEIR_OK)
        return st;
    for (uint32_t i = 0; i < spec->banks; i++)
        if ((st = write_mapping(s, i, err)) != WEIR_OK)
            return st;
    buf_text(&s->line, "scheme,typology,what,about,bank,id\n");
    return WEIR_OK;
}

enum weir_status
sample_make(const struct sample_spec *spec, struct sample_result *out, struct weir_err *err)
{
    struct works *s = alloc_zero(1, sizeof *s);
    char path[PATH_ROOM];
    enum weir_status st;

    *out = (struct sample_result){0};
    if (s == NULL)
        return weir_fail(err, WEIR_FAIL, WEIR_TROUBLE_LIMIT, "E401", "out of memory");
    s->spec = spec;
    s->result = out;
    st = prepare(s, err);
    if (st == WEIR_OK)
        st = print_all(s, err);
    for (uint32_t i = 0; i < BANKS_MAX; i++) {
        struct weir_err later = {0};
        enum weir_status closed = close_press(&s->press[i], st == WEIR_OK ? err : &later);

        if (st == WEIR_OK)
            st = closed;
        buf_fini(&s->press[i].text);
    }
    if (st == WEIR_OK && (st = make_path(path, err, "%s/truth.csv", spec->out)) == WEIR_OK)
        st = write_file(path, &s->line, err);
    buf_fini(&s->line);
    plants_fini(&s->plants);
    world_fini(&s->world);
    alloc_free(s);
    return st;
}
