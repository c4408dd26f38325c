/*
 * slow - how many times slower this build may be than a release where a test holds something to a
 * time: sanitizers and audit builds are, and their limits only tell a hang from an answer.
 */
#ifndef SUPPORT_SLOW_H
#define SUPPORT_SLOW_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(WEIR_AUDIT)
enum { SLOW = 20 };
#else
enum { SLOW = 1 };
#endif

#endif
