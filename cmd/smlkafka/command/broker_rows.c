/* Makes rows of --metrics of what librdkafka measures. */
#include "command/broker_rows.h"

struct stat_row *
broker_rows(struct stat_row *row, struct statistics *s)
{
	static const char *const quantile[STATISTICS_QUANTILES] = { "quantile=\"0.5\"",
		"quantile=\"0.95\"", "quantile=\"0.99\"" };

	statistics_start(s);
	*row++ = (struct stat_row){ "batch_records", STAT_GAUGE, &s->batch_records,
		"Mean number of records in a batch.", NULL };
	*row++ = (struct stat_row){ "batch_bytes", STAT_GAUGE, &s->batch_bytes,
		"Mean size of a batch.", NULL };
	for (int i = 0; i < STATISTICS_QUANTILES; i++)
		*row++ = (struct stat_row){ "broker_latency_seconds", STAT_GAUGE,
			&s->latency[i], "Round trips to the slowest broker.", quantile[i] };
	return row;
}

void
broker_rows_measure(rd_kafka_conf_t *conf,
    int (*take)(rd_kafka_t *, char *json, size_t n, void *opaque))
{
	(void)rd_kafka_conf_set(conf, "statistics.interval.ms", "1000", NULL, 0);
	rd_kafka_conf_set_stats_cb(conf, take);
}
