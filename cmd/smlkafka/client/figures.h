#ifndef SML_FIGURES_H
#define SML_FIGURES_H

#include <stddef.h>

/*
 * What librdkafka measures of itself, for --metrics: its statistics, which it
 * hands out as JSON from time to time (STATISTICS.md).  NaN: not known.
 */
enum { FIGURES_QUANTILES = 3 };

struct figures {
	double batch_records, batch_bytes; /* means over the topics' batches */
	double latency[FIGURES_QUANTILES]; /* s: 0.5, 0.95, 0.99, of the slowest broker */
};

/* Nothing is known. */
void figures_start(struct figures *);

/* Takes up new statistics; what is no such JSON changes nothing. */
void figures_read(struct figures *, const char *json, size_t n);

#endif
