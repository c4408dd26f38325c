/* The version of program, library and outputs. */
#ifndef WEIR_VERSION_H
#define WEIR_VERSION_H

#ifndef WEIR_VERSION /* the build may say more exactly */
#define WEIR_VERSION "0.1.0"
#endif

#endif
