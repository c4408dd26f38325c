/*
 * What a call can come back with, and the note it leaves when it fails.
 *
 * A bad row is not a bad file, and a bad file is not a bad run. The codes keep
 * the three apart so that each caller knows how far to unwind.
 *
 * A note answers three questions: what was found, where, what would be right.
 * The finder writes it; the first note wins, later ones are not written.
 */
#ifndef WEIR_STATUS_H
#define WEIR_STATUS_H

enum weir_status {
    WEIR_OK = 0,     /* done; the out parameters are set */
    WEIR_END = 1,    /* nothing left; not an error */
    WEIR_REJECT = 2, /* this record is unusable, the next may be fine */
    WEIR_FAIL = -1,  /* this object is finished; close it */
};

/* What kind of trouble a WEIR_FAIL is; `cli` turns it into the exit code. */
enum weir_trouble {
    WEIR_TROUBLE_NONE = 0,
    WEIR_TROUBLE_INTERNAL, /* exit 1 */
    WEIR_TROUBLE_USAGE,    /* exit 2 */
    WEIR_TROUBLE_RULES,    /* exit 4: configuration, rules, lists, mappings */
    WEIR_TROUBLE_INPUT,    /* this input cannot be used (exit 5 when none can) */
    WEIR_TROUBLE_NO_INPUT, /* exit 6: nothing to read */
    WEIR_TROUBLE_WRITE,    /* exit 8: space, I/O, permission */
    WEIR_TROUBLE_LIMIT,    /* exit 11: memory or time budget */
    WEIR_TROUBLE_STOPPED,  /* exit 130, 143: a signal asked for the stop */
};

/* Lives on the caller's stack, never allocates: it can report a full arena. */
struct weir_err {
    enum weir_status status;
    enum weir_trouble trouble;
    char code[8];   /* message code as `E201`, or empty */
    char text[512]; /* one line, no personal data */
};

/* Record the failure where it is found, unless one stands. Returns `status`. */
enum weir_status weir_fail(struct weir_err *err, enum weir_status status, enum weir_trouble trouble,
    const char *code, const char *fmt, ...) __attribute__((format(printf, 5, 6), cold));

/* Put `fmt` and a colon in front of the note: the file or rule the finder could not know. */
void weir_fail_at(struct weir_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), cold));

#endif
