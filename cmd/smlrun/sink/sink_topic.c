/* Sends results to topics. */
#include <string.h>

#include "sink/sink_topic.h"

void
sink_topic_name_all(struct sink_topic *s, const struct sink_names *names, const char *rejects)
{
	s->topic[REJECTS_TOPIC] = rejects;
	for (size_t i = 0; i < names->count; i++)
		s->topic[i] = sink_topic_name(names->to[i]);
}

static int
count_partitions(struct client *probe, const char *topic, int32_t *partitions, struct err *err)
{
	const struct rd_kafka_metadata *metadata;

	if (client_metadata(probe, topic, &metadata, err) == -1)
		return -1;
	*partitions = metadata->topics[0].partition_cnt;
	rd_kafka_metadata_destroy(metadata);
	return 0;
}

static int
find_topics(struct sink_topic *s, struct err *err)
{
	struct client probe;
	int result;

	client_copy(s->settings, &probe);
	result = client_start(&probe, RD_KAFKA_PRODUCER, err);
	for (size_t i = 0; i < SINK_TOPICS && result == 0; i++)
		if (s->topic[i] != NULL)
			result = count_partitions(&probe, s->topic[i], &s->partitions[i], err);
	client_close(&probe);
	return result;
}

enum transaction_answer
sink_topic_open(struct sink_topic *s, const char *id, int64_t timeout, struct err *err)
{
	if (find_topics(s, err) == -1)
		return err->unreachable ? TRANSACTION_AWAY : TRANSACTION_FATAL;
	return transactions_open(&s->transactions, s->settings, id, timeout, err);
}

void
sink_topic_close(struct sink_topic *s)
{
	transactions_close(&s->transactions);
	*s = (struct sink_topic){ 0 };
}

enum transaction_answer
sink_topic_send(struct sink_topic *s, size_t sink, struct message *m, struct err *err)
{
	m->topic = (struct bytes){ s->topic[sink], strlen(s->topic[sink]) };
	return transactions_send(&s->transactions, m, err);
}
