/*
 * xml_read - an XML text as starts, ends and characters; the only file that sees expat.
 *
 * No DOCTYPE, and so no entities of its own and nothing outside the text. Depth and the characters
 * of one element have caps. The whole text is well-formed or it is refused: what was told before
 * the fault must not be used.
 */
#ifndef TEXT_XML_READ_H
#define TEXT_XML_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "weir/bytes.h"

/* `name` without a namespace's prefix; attributes as name, value, ..., NULL. */
struct xml_events {
    void (*start)(void *to, const char *name, const char *const *attribute);
    /* The characters directly in the element, blanks at both ends left out. */
    void (*end)(void *to, const char *name, struct bytes text);
};

enum xml_fault_kind {
    XML_MEMORY,
    XML_CUT, /* ends before its last element does */
    XML_DOCTYPE,
    XML_BROKEN,
    XML_DEEP,
    XML_LONG
};

struct xml_fault {
    enum xml_fault_kind kind;
    size_t at; /* byte of the text */
    char what[80];
};

bool xml_read(
    struct bytes text, const struct xml_events *events, void *to, struct xml_fault *fault);

#endif
