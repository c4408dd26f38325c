/*
 * texts - each text once, named by a 32-bit number, for as long as somebody holds it.
 *
 * Unlike base/intern numbers are given back: what windows remember of free text must not grow
 * with the length of the stream. Equal texts have equal numbers while one of them is held.
 */
#ifndef STATE_TEXTS_H
#define STATE_TEXTS_H

#include "base/hash.h"
#include "state/cells.h"
#include "state/slots.h"
#include "weir/bytes.h"

#define TEXTS_NONE UINT32_MAX
enum { TEXTS_CLASSES = 16 };

struct texts {
    struct hash_key key;
    struct slots slots;
    struct cells size[TEXTS_CLASSES];
};

void texts_init(struct texts *t, const struct hash_key *key);
void texts_fini(struct texts *t);
/* The number of this text, held once more; TEXTS_NONE when out of memory. */
uint32_t texts_take(struct texts *t, struct bytes text);
void texts_give(struct texts *t, uint32_t number); /* let go once */
void texts_hold(struct texts *t, uint32_t number); /* once more */
struct bytes texts_at(const struct texts *t, uint32_t number);
void texts_prefetch_text(const struct texts *t, struct bytes text);
void texts_prefetch(const struct texts *t, uint32_t number);
size_t texts_bytes(const struct texts *t);

#endif
