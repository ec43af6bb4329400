#ifndef SML_STATISTICS_H
#define SML_STATISTICS_H

#include <stddef.h>

/*
 * Some of librdkafka's statistics, for --metrics; librdkafka hands them out as JSON from time
 * to time (STATISTICS.md).  NaN means not known.
 */
enum { STATISTICS_QUANTILES = 3 };

struct statistics {
	double batch_records, batch_bytes; /* means over the topics' batches */
	/* s: quantiles 0.5, 0.95, 0.99; the slowest broker's */
	double latency[STATISTICS_QUANTILES];
};

/* Sets everything to NaN, not known. */
void statistics_start(struct statistics *);

/* Reads new statistics; other JSON changes nothing. */
void statistics_read(struct statistics *, const char *json, size_t n);

#endif
