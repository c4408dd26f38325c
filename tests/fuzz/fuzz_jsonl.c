/*
 * fuzz_jsonl - JSON as a pull parser reads it: it ends, its tokens lie in the text in order, levels
 * match, and escapes it let pass can be undone.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "text/json_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct bytes text = {(const char *)bytes, size};
    struct json_read r;
    struct json_token t;
    struct buf out = {0};
    enum weir_status st;
    size_t steps = 0, depth = 0, at = 0;

    json_init(&r, text);
    while ((st = json_next(&r, &t)) == WEIR_OK) {
        bool opens = t.event == JSON_OPEN_MAP || t.event == JSON_OPEN_LIST;
        bool closes = t.event == JSON_CLOSE_MAP || t.event == JSON_CLOSE_LIST;

        depth += opens;
        if (++steps > size || (closes && depth-- == 0) || depth > LIMIT_JSON_DEPTH || r.at <= at ||
            r.at > size)
            abort();
        at = r.at;
        if (t.escaped && !json_unescape(t.raw, &out))
            abort();
        if (t.raw.size > 0 && (t.raw.at < text.at || t.raw.at + t.raw.size > text.at + size))
            abort();
    }
    if (st == WEIR_END ? depth != 0 : r.fault == NULL || r.at > size)
        abort();
    out.size = 0;
    (void)json_unescape(text, &out);
    buf_fini(&out);
    return 0;
}
