/*
 * alert_jsonl - alerts.jsonl: one alert a line, keys in a fixed order, amounts as text
 * (docs/alerts.md and docs/schema/alert.schema.json).
 */
#ifndef SINK_ALERT_JSONL_H
#define SINK_ALERT_JSONL_H

struct alert;
struct buf;
struct sink_run;

void alert_jsonl_write(const struct sink_run *run, const struct alert *a, struct buf *out);

#endif
