#ifndef SML_BROKER_ROWS_H
#define SML_BROKER_ROWS_H

#include <librdkafka/rdkafka.h>

#include "cli/report/stats.h"
#include "kafka/statistics.h"

/* The rows of --metrics that librdkafka measures. */
enum { BROKER_ROWS = 2 + STATISTICS_QUANTILES };

/* Writes these rows at row, and returns the end of them. */
struct stat_row *broker_rows(struct stat_row *row, struct statistics *);

/* Has librdkafka call take every second. */
void broker_rows_measure(rd_kafka_conf_t *,
    int (*take)(rd_kafka_t *, char *json, size_t n, void *opaque));

#endif
