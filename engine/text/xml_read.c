#include "text/xml_read.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "weir/limits.h"

struct reader {
    XML_Parser parser;
    const struct xml_events *events;
    void *to;
    struct buf text; /* of all open elements, the innermost last */
    size_t begin[LIMIT_XML_DEPTH];
    size_t depth;
    struct xml_fault *fault;
    bool stopped;
};

static void
stop(struct reader *r, enum xml_fault_kind kind, const char *what)
{
    if (r->stopped)
        return;
    r->stopped = true;
    r->fault->kind = kind;
    r->fault->at = (size_t)XML_GetCurrentByteIndex(r->parser);
    snprintf(r->fault->what, sizeof r->fault->what, "%s", what);
    XML_StopParser(r->parser, XML_FALSE);
}

static const char *
local(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon == NULL ? name : colon + 1;
}

static void XMLCALL
on_start(void *data, const XML_Char *name, const XML_Char **attribute)
{
    struct reader *r = data;

    if (r->depth == LIMIT_XML_DEPTH) {
        stop(r, XML_DEEP, "elements lie too deep in each other");
        return;
    }
    r->begin[r->depth++] = r->text.size;
    r->events->start(r->to, local(name), (const char *const *)attribute);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void XMLCALL
on_end(void *data, const XML_Char *name)
{
    struct reader *r = data;
    size_t begin = r->begin[--r->depth];
    struct bytes text = {"", 0};

    if (r->text.size > begin)
        text = (struct bytes){r->text.at + begin, r->text.size - begin};
    while (text.size > 0 && is_blank(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.at[text.size - 1]))
        text.size--;
    r->events->end(r->to, local(name), text);
    r->text.size = begin;
}

static void XMLCALL
on_text(void *data, const XML_Char *at, int size)
{
    struct reader *r = data;

    if (r->depth == 0)
        return;
    if (r->text.size - r->begin[r->depth - 1] + (size_t)size > LIMIT_XML_TEXT) {
        stop(r, XML_LONG, "an element holds too much text");
        return;
    }
    buf_add(&r->text, at, (size_t)size);
    if (r->text.failed)
        stop(r, XML_MEMORY, "memory ran out");
}

static void XMLCALL
on_doctype(
    void *data, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    stop(data, XML_DOCTYPE, "a document type (DOCTYPE) is declared");
}

static bool
is_cut(enum XML_Error code)
{
    return code == XML_ERROR_NO_ELEMENTS || code == XML_ERROR_UNCLOSED_TOKEN ||
           code == XML_ERROR_PARTIAL_CHAR || code == XML_ERROR_UNCLOSED_CDATA_SECTION;
}

static void
tell_error(struct reader *r)
{
    enum XML_Error code = XML_GetErrorCode(r->parser);

    if (code == XML_ERROR_NO_MEMORY)
        stop(r, XML_MEMORY, "memory ran out");
    else
        stop(r, is_cut(code) ? XML_CUT : XML_BROKEN, XML_ErrorString(code));
}

static void *
take(size_t size)
{
    return alloc_take(size);
}

static void *
regrow(void *old, size_t size)
{
    return alloc_grow(old, size);
}

bool
xml_read(struct bytes text, const struct xml_events *events, void *to, struct xml_fault *fault)
{
    static const XML_Memory_Handling_Suite memory = {take, regrow, alloc_free};
    enum { STEP = 1 << 20 }; /* expat counts in int */
    struct reader r = {.events = events, .to = to, .fault = fault};

    *fault = (struct xml_fault){.kind = XML_MEMORY};
    r.parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (r.parser == NULL)
        return false;
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    for (size_t at = 0; !r.stopped;) {
        size_t size = text.size - at < STEP ? text.size - at : STEP;
        bool last = at + size == text.size;

        if (XML_Parse(r.parser, text.at + at, (int)size, last) == XML_STATUS_ERROR)
            tell_error(&r);
        at += size;
        if (last)
            break;
    }
    XML_ParserFree(r.parser);
    buf_fini(&r.text);
    return !r.stopped;
}
