/*
 * alert_csv - alerts.csv: one flat row an alert, for a spreadsheet; text cells are safe there
 * (text/csv_write.h), numeric cells are plain decimals.
 */
#ifndef SINK_ALERT_CSV_H
#define SINK_ALERT_CSV_H

struct alert;
struct buf;
struct sink_run;

void alert_csv_head(struct buf *out);
void alert_csv_write(const struct sink_run *run, const struct alert *a, struct buf *out);

#endif
