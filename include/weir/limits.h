/*
 * Every cap in the program, its value and its reason. What happens beyond a cap
 * is said to the user, counted, and never silent.
 */
#ifndef WEIR_LIMITS_H
#define WEIR_LIMITS_H

enum {
    /* Input files. */
    LIMIT_LINE_BYTES = 64 * 1024,     /* longest row; longer is quarantined as Q_LONG */
    LIMIT_COLUMNS = 512,              /* cells of one row */
    LIMIT_BOMB_FREE_BYTES = 16 << 20, /* plain bytes before the ratio is judged (E205) */
    LIMIT_BOMB_RATIO = 200,           /* bank CSV compresses about 4:1, a bomb 1000:1 */
    LIMIT_JSON_DEPTH = 32,
    LIMIT_INPUTS = 4096,       /* files of one run */
    LIMIT_BAD_ROWS = 1000,     /* rejected rows that condemn a file (E220) */
    LIMIT_BAD_RATE_FROM = 300, /* rows from which the bad share is judged */
    LIMIT_BAD_PERCENT = 1,     /* more than this share of bad rows condemns it */
    LIMIT_UNDECIDED = 20, /* per cent of the rows a rule may be undecided about, design.md 2.5 */
    LIMIT_BAD_SMALL = 3,  /* more than this many condemn a smaller file */

    /* Rules, mappings and lists. */
    LIMIT_YAML_BYTES = 1 << 20,
    LIMIT_YAML_DEPTH = 32,
    LIMIT_YAML_SCALAR = 64 * 1024,
    LIMIT_EXPR_DEPTH = 64,
    LIMIT_TEST_ROWS = 10000, /* rows of a test's table, repeated ones counted */
    LIMIT_DIAGS = 1000,      /* messages kept of one check; the rest is counted */
    LIMIT_LIST_ENTRIES = 10000000,
    LIMIT_XML_DEPTH = 32,
    LIMIT_XML_TEXT = 1 << 20,   /* characters of one element */
    LIMIT_LIST_BAD_PERCENT = 1, /* rows of a published list that cannot be read, above: refused */

    /* Regular expressions (reliability.md section 3: 2 ms worst). */
    LIMIT_REGEX_MATCH = 10000,
    LIMIT_REGEX_DEPTH = 1000,
    LIMIT_REGEX_HEAP_KIB = 1024,
    LIMIT_REGEX_SUBJECT = 4096,

    /* The model. */
    LIMIT_FIELDS = 64, /* presence is one 64-bit word */
};

#endif
