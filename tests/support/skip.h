/* skip - a test that cannot run here says so and is counted as skipped: skip("why"); return; */
#ifndef SUPPORT_SKIP_H
#define SUPPORT_SKIP_H

void skip(const char *why);

/* Path of a fixture below $WEIR_FIXTURES, or NULL where it is not there. Static room. */
const char *fixture(const char *name);

#endif
