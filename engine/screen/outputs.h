/* outputs - everything a run leaves in its folder, the summary of the run included. */
#ifndef SCREEN_OUTPUTS_H
#define SCREEN_OUTPUTS_H

#include "screen/screen.h"

struct run;

/* Alerts, quarantine and the files that are empty in a one-off run. The summary is written last, by
   the caller, once it knows how long the run took: summary_write(). */
enum weir_status outputs_write(
    struct run *run, const struct screen_result *result, struct weir_err *err);

#endif
