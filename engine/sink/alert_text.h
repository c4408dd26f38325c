/*
 * alert_text - alerts.txt: alerts for people, in the text form of rule-language.md section 12.
 */
#ifndef SINK_ALERT_TEXT_H
#define SINK_ALERT_TEXT_H

struct alert;
struct buf;
struct sink_run;

void alert_text_write(const struct sink_run *run, const struct alert *a, struct buf *out);

#endif
