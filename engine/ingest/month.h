/* month - the number of a month from its name, in the languages of the banks we read. */
#ifndef INGEST_MONTH_H
#define INGEST_MONTH_H

#include "weir/bytes.h"

/* 1 to 12; 0 when the word is no month's, or more than one's. A dot behind it is passed over. */
int month_find(struct bytes word);

#endif
