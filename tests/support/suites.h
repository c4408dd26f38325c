/* suites - every Check suite, from suites.def: SUITE(window) names suite_window(). */
#ifndef SUPPORT_SUITES_H
#define SUPPORT_SUITES_H

#include <check.h>

#define SUITE(name) Suite *suite_##name(void);
#include "support/suites.def"
#undef SUITE

#endif
