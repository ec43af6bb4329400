/* --stats and --metrics of consume. */
#include "command/broker_rows.h"
#include "consume/consume.h"

/*
 * Computes how far our partitions are from their ends, which the last fetches have reported.
 */
static double
lag(const struct consume *c)
{
	int64_t low, high, sum = 0;

	for (uint32_t i = 0; i < c->sources.count; i++) {
		const struct source *source = c->sources.source[i];

		if (source->ours &&
		    rd_kafka_get_watermark_offsets(c->client.handle, source->topic,
			source->partition, &low, &high) == RD_KAFKA_RESP_ERR_NO_ERROR &&
		    high > source->position)
			sum += high - source->position;
	}
	return (double)sum;
}

static double
queued(const struct consume *c)
{
	size_t n = 0;

	if (!c->options.merge)
		return c->queue != NULL ? (double)rd_kafka_queue_length(c->queue) : 0;
	for (uint32_t i = 0; i < c->sources.count; i++)
		if (c->sources.source[i]->queue != NULL)
			n += rd_kafka_queue_length(c->sources.source[i]->queue);
	return (double)n;
}

/* Called by librdkafka every second. */
static int
take_statistics(rd_kafka_t *handle, char *json, size_t n, void *opaque)
{
	const struct client *client = opaque;
	struct consume *c = client->owner;

	(void)handle;
	if (c == NULL)
		return 0;
	statistics_read(&c->statistics, json, n);
	c->queued = queued(c);
	c->lag = lag(c);
	return 0;
}

void
counts_configure(struct consume *c)
{
	struct stat_row *row = c->rows;

	*row++ =
	    (struct stat_row){ "records", STAT_COUNT, &c->records, "Messages written.", NULL };
	*row++ = (struct stat_row){ "rejected", STAT_COUNT, &c->output.rejects.records,
		"Messages that went to --rejects.", NULL };
	*row++ = (struct stat_row){ "bytes", STAT_COUNT, &c->bytes,
		"Bytes of the values written.", NULL };
	if (c->options.common.metrics != NULL) {
		*row++ = (struct stat_row){ "queued_records", STAT_GAUGE, &c->queued,
			"Messages fetched, but not yet written.", NULL };
		*row++ = (struct stat_row){ "lag_records", STAT_GAUGE, &c->lag,
			"Offsets between the last message written and the end.", NULL };
		row = broker_rows(row, &c->statistics);
		broker_rows_measure(c->client.conf, take_statistics);
	}
	*row = (struct stat_row){ NULL, STAT_COUNT, NULL, NULL, NULL };
}

void
counts_close(struct consume *c)
{
	if (c->client.handle == NULL || c->options.common.metrics == NULL)
		return;
	c->queued = queued(c);
	c->lag = lag(c);
}
