/*
 * regex - compile, match with caps; the only file that sees PCRE2.
 *
 * UTF and Unicode properties; limits of weir/limits.h on match steps, depth, heap and
 * subject length; verbs that lift limits, callouts and \C are refused. JIT where the
 * system allows it, and only for patterns that cannot come near a limit: results are the
 * same without. A compiled pattern is immutable and shared by threads; each thread brings
 * its own `struct regex_room`.
 */
#ifndef TEXT_REGEX_H
#define TEXT_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "weir/bytes.h"

struct regex;
struct regex_room;

enum regex_verdict { REGEX_NO, REGEX_YES, REGEX_INCONCLUSIVE }; /* a limit was met: W650 */

/* NULL on a bad pattern; then `fault` (>= 160 bytes) says why and *fault_at where (byte offset). */
struct regex *regex_compile(
    struct bytes pattern, bool caseless, char *fault, size_t fault_size, size_t *fault_at);
void regex_free(struct regex *re); /* NULL allowed */

/*
 * Patterns that live in an arena: what compiling sets free serves the next pattern of the pool, and
 * the rest ends with the arena. regex_free() is allowed earlier and gives back what the JIT holds.
 */
struct arena;
struct regex_pool;
struct regex_pool *regex_pool_new(struct arena *a); /* NULL when out of memory */
struct regex *regex_compile_in(struct regex_pool *pool, struct bytes pattern, bool caseless,
    char *fault, size_t fault_size, size_t *fault_at);

struct regex_room *regex_room_new(void); /* NULL when out of memory */
void regex_room_free(struct regex_room *room);
/* Invalid UTF-8 in the subject counts as no match at those bytes. *hit may be NULL. */
enum regex_verdict regex_match(
    const struct regex *re, struct regex_room *room, struct bytes subject, struct bytes *hit);
/* The same, where one question is put to `share` subjects: they share what one may cost. */
enum regex_verdict regex_match_share(const struct regex *re, struct regex_room *room,
    struct bytes subject, unsigned share, struct bytes *hit);
bool regex_jit(void); /* whether the JIT runs here; for the summary */

#endif
