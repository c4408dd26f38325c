/* rule_folder - a rule folder of one's own for a test: write files, load them, look at what came of
 * it. */
#ifndef SUPPORT_RULE_FOLDER_H
#define SUPPORT_RULE_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "rule/ruleset.h"
#include "text/diag.h"
#include "weir/status.h"

enum { RULE_TEXT_MAX = 8192 };
#define NEVER_JUDGED INT64_MAX

/* Of the last load. */
struct rule_folder {
    struct diags *ds;
    struct ruleset *rs;
    struct weir_err err;
};
extern struct rule_folder folder;

void folder_open(void);  /* as checked fixture */
void folder_close(void); /* frees and removes all */
void folder_put(const char *name, const char *text);
enum weir_status folder_try(int64_t as_of_day);
void folder_load_as_of(int64_t day); /* must be WEIR_OK; errors in the rules are printed */
void folder_load(void);              /* must be without errors */
void folder_drop(void);              /* frees the last load */
bool folder_said(const char *part);  /* whether the messages hold a text */
const struct rule *folder_rule(const char *name);

/* A rule with a window, its parts to be replaced; NULL takes the default. Static room. */
struct rule_parts {
    const char *title, *version, *status, *parameters, *when, *over, *measure, *alert_if, *alert,
        *rest;
};
const char *folder_windowed(struct rule_parts p);
/* A rule `one` without an operator, all but `alert` given. Static room. */
const char *folder_single(const char *rest);

#define FOLDER_PACK "pack: test\nlanguage: 1\ntimezone: Europe/Belgrade\n"
#define FOLDER_ALERT "alert: {severity: low, about: beneficiary.account, say: \"{amount}\"}\n"
#define FOLDER_EXCEPTION                                                                           \
    "exceptions:\n  - name: small ones\n    when: amount_eur < 20 EUR\n    reason: seen\n"         \
    "    until: 2026-06-30\n"

#endif
