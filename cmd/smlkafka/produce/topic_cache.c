/* The topics that a producer writes to. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "produce/topic_cache.h"

enum { NAME_LONGEST = 249 }; /* Kafka's own rule (org.apache.kafka.common.internals.Topic) */

struct cached_topic {
	rd_kafka_topic_t *topic; /* NULL: it does not exist */
};

int
topic_cache_open(struct topic_cache *t, struct client *client, struct err *err)
{
	t->client = client;
	t->table = table_new(sizeof(struct cached_topic), TOPIC_CACHE_MOST);
	return t->table == NULL ? err_memory(err) : 0;
}

void
topic_cache_close(struct topic_cache *t)
{
	struct cached_topic *cached = NULL;

	if (t->table == NULL)
		return;
	while ((cached = table_next(t->table, cached)) != NULL) {
		if (cached->topic != NULL)
			rd_kafka_topic_destroy(cached->topic);
	}
	table_free(t->table);
	t->table = NULL;
}

static int
check_name(struct bytes name, struct err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-";

	if (name.n == 0 || name.n > NAME_LONGEST)
		return err_set(err, NULL, "a topic's name has from 1 to %d bytes, not %zu",
		    NAME_LONGEST, name.n);
	for (size_t i = 0; i < name.n; i++) {
		if (memchr(good, name.p[i], sizeof good - 1) == NULL)
			return err_set(err, NULL,
			    "a topic's name has letters, digits, dots, - and _ only");
	}
	return 0;
}

static rd_kafka_topic_t *
full(struct err *err)
{
	if (errno == ENOSPC)
		err_set(err, NULL, "the stream names more than %d topics", TOPIC_CACHE_MOST);
	else
		err_memory(err);
	return NULL;
}

/* Asks the brokers. Returns the topic, or NULL. */
static rd_kafka_topic_t *
look_up(struct client *client, const char *name, struct err *err)
{
	const struct rd_kafka_metadata *metadata;
	rd_kafka_topic_t *topic;

	if (client_metadata(client, name, &metadata, err) == -1) {
		/* A signal may have interrupted the request. */
		err->unreachable = err->unreachable || client_stopped(client);
		return NULL;
	}
	rd_kafka_metadata_destroy(metadata);
	topic = rd_kafka_topic_new(client->handle, name, NULL);
	if (topic == NULL)
		client_fail(rd_kafka_last_error(), name, err);
	return topic;
}

rd_kafka_topic_t *
topic_cache_find(struct topic_cache *t, struct bytes name, struct err *err)
{
	struct cached_topic *cached = table_get(t->table, name.p, name.n);
	char text[NAME_LONGEST + 1];
	rd_kafka_topic_t *topic;
	bool fresh;

	if (cached != NULL) {
		if (cached->topic == NULL)
			err_set(err, NULL, "there is no topic \"%.*s\"", (int)name.n, name.p);
		return cached->topic;
	}
	if (check_name(name, err) == -1)
		return NULL;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	topic = look_up(t->client, text, err);
	/* Asking again may help if a broker is unreachable. */
	if (topic == NULL && (err->unreachable || err->memory))
		return NULL;
	cached = table_put(t->table, name.p, name.n, &fresh);
	if (cached != NULL) {
		cached->topic = topic;
		return topic;
	}
	if (topic != NULL)
		rd_kafka_topic_destroy(topic);
	return full(err);
}
