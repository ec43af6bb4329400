/* Reads librdkafka's statistics. */
#include <math.h>

#include <jansson.h>

#include "kafka/statistics.h"

void
statistics_start(struct statistics *f)
{
	f->batch_records = f->batch_bytes = (double)NAN;
	for (int i = 0; i < STATISTICS_QUANTILES; i++)
		f->latency[i] = (double)NAN;
}

/* Returns the mean of a window over all topics, weighted by their numbers of batches. */
static double
mean_of(json_t *topics, const char *window)
{
	double sum = 0, count = 0;
	const char *name;
	json_t *topic;

	json_object_foreach(topics, name, topic) {
		json_t *w = json_object_get(topic, window);

		sum += json_number_value(json_object_get(w, "sum"));
		count += json_number_value(json_object_get(w, "cnt"));
	}
	return count > 0 ? sum / count : (double)NAN;
}

/* Returns a quantile of the round-trip time: the largest of all brokers that answered. */
static double
slowest(json_t *brokers, const char *quantile)
{
	double most = (double)NAN, x;
	const char *name;
	json_t *broker;

	json_object_foreach(brokers, name, broker) {
		json_t *rtt = json_object_get(broker, "rtt");

		if (json_number_value(json_object_get(rtt, "cnt")) <= 0)
			continue;
		x = json_number_value(json_object_get(rtt, quantile)) / 1e6;
		if (!(x <= most))
			most = x;
	}
	return most;
}

static void
renew(double *old, double fresh)
{
	if (!isnan(fresh))
		*old = fresh;
}

void
statistics_read(struct statistics *f, const char *json, size_t n)
{
	static const char *const quantiles[STATISTICS_QUANTILES] = { "p50", "p95", "p99" };
	json_t *all = json_loadb(json, n, 0, NULL);
	json_t *topics = json_object_get(all, "topics");

	renew(&f->batch_records, mean_of(topics, "batchcnt"));
	renew(&f->batch_bytes, mean_of(topics, "batchsize"));
	for (int i = 0; i < STATISTICS_QUANTILES; i++)
		renew(&f->latency[i], slowest(json_object_get(all, "brokers"), quantiles[i]));
	json_decref(all);
}
