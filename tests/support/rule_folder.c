/* rule_folder - writes rule files below /tmp and loads them. */
#include "support/rule_folder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

enum { FILES_MAX = 8 };

struct rule_folder folder;
static char place[64];
static char written[FILES_MAX][128];
static size_t written_count;

/* ---- a rule folder of one's own ------------------------------------------------ */

void
folder_open(void)
{
    (void)snprintf(place, sizeof place, "/tmp/weir-load-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place));
    written_count = 0;
    folder.ds = NULL;
    folder.rs = NULL;
}

void
folder_drop(void)
{
    ruleset_free(folder.rs);
    diags_free(folder.ds);
    folder.rs = NULL;
    folder.ds = NULL;
}

void
folder_close(void)
{
    folder_drop();
    for (size_t i = 0; i < written_count; i++)
        (void)unlink(written[i]);
    (void)rmdir(place);
}

void
folder_put(const char *name, const char *text)
{
    char path[128];
    size_t i = 0;
    FILE *f;

    (void)snprintf(path, sizeof path, "%s/%s", place, name);
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    ck_assert_int_eq(fclose(f), 0);
    while (i < written_count && strcmp(written[i], path) != 0)
        i++;
    ck_assert_uint_lt(i, FILES_MAX);
    memcpy(written[i], path, sizeof path);
    written_count += i == written_count;
}

enum weir_status
folder_try(int64_t as_of_day)
{
    const char *paths[] = {place};
    struct rules_env env = {.as_of_day = as_of_day};

    folder_drop();
    folder.err = (struct weir_err){0};
    folder.ds = diags_new();
    return folder.ds == NULL ? WEIR_FAIL
                             : ruleset_load(paths, 1, &env, folder.ds, &folder.rs, &folder.err);
}

void
folder_load_as_of(int64_t day)
{
    ck_assert_int_eq(folder_try(day), WEIR_OK);
    if (diags_errors(folder.ds) > 0) {
        struct buf text = {0};

        diags_print_text(folder.ds, false, &text);
        (void)fwrite(text.at, 1, text.size, stdout);
        buf_fini(&text);
    }
}

void
folder_load(void)
{
    folder_load_as_of(NEVER_JUDGED);
    ck_assert_uint_eq(diags_errors(folder.ds), 0);
}

/* Whether the messages hold a text. */
bool
folder_said(const char *part)
{
    struct buf text = {0};
    bool found;

    diags_print_text(folder.ds, false, &text);
    buf_byte(&text, '\0');
    ck_assert(!text.failed);
    found = strstr(text.at, part) != NULL;
    buf_fini(&text);
    return found;
}

const struct rule *
folder_rule(const char *name)
{
    for (size_t i = 0; i < folder.rs->rule_count; i++)
        if (bytes_equal(folder.rs->rule[i].name, bytes_of(name)))
            return &folder.rs->rule[i];
    ck_abort_msg("no rule %s", name);
    return NULL;
}

static const char *
or_else(const char *text, const char *otherwise)
{
    return text == NULL ? otherwise : text;
}

const char *
folder_windowed(struct rule_parts p)
{
    static char text[RULE_TEXT_MAX];

    (void)snprintf(text, sizeof text,
        "%s---\nrule: many-payers\ntitle: %s\nversion: %s\nstatus: %s\n"
        "parameters: {%s}\nwhen: %s\nwindow:\n  per: own.account\n  over: %s\n"
        "  measure: {%s}\nalert_if: %s\nalert: {%s}\n%s",
        FOLDER_PACK, or_else(p.title, "Many payers"), or_else(p.version, "1"),
        or_else(p.status, "live"), or_else(p.parameters, "least: {default: 5, range: [3, 20]}"),
        or_else(p.when, "direction = incoming"), or_else(p.over, "7d"),
        or_else(p.measure, "payers: distinct(counterparty.name), total: sum(amount_eur)"),
        or_else(p.alert_if, "payers >= $least"),
        or_else(p.alert, "severity: medium, say: \"{payers} paid {total} to {about}\""),
        or_else(p.rest, ""));
    return text;
}

const char *
folder_single(const char *rest)
{
    static char text[RULE_TEXT_MAX];

    (void)snprintf(text, sizeof text,
        "%s---\nrule: one\ntitle: One payment\nversion: 1\nstatus: live\n"
        "when: amount_eur >= 10 EUR\n%s",
        FOLDER_PACK, rest);
    return text;
}
