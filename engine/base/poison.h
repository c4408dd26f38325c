/* poison - tells the address sanitizer which bytes nobody may touch; nothing without it. */
#ifndef BASE_POISON_H
#define BASE_POISON_H

#if defined(__SANITIZE_ADDRESS__)
#define POISON_ON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON_ON 1
#endif
#endif

#ifdef POISON_ON
#include <sanitizer/asan_interface.h>
enum { POISON_GAP_BYTES = 16 }; /* left between cells so that a step too far is seen */
#define poison_hide(at, size) __asan_poison_memory_region((at), (size))
#define poison_show(at, size) __asan_unpoison_memory_region((at), (size))
#else
enum { POISON_GAP_BYTES = 0 };
#define poison_hide(at, size) ((void)(at), (void)(size))
#define poison_show(at, size) ((void)(at), (void)(size))
#endif

#endif
