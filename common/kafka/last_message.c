/* Remembers the last message read from a partition, and compares it when it is read again. */
#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "kafka/last_message.h"
#include "kafka/peek.h"

/* Hashes the lengths too, to keep key and value apart; null has the length UINT64_MAX. */
static uint64_t
digest(const rd_kafka_message_t *m)
{
	uint64_t sizes[2] = { m->key != NULL ? m->key_len : UINT64_MAX,
		m->payload != NULL ? m->len : UINT64_MAX };
	XXH64_state_t state;

	for (int i = 0; i < 2; i++)
		sizes[i] = htole64(sizes[i]);
	XXH64_reset(&state, 0);
	XXH64_update(&state, sizes, sizeof sizes);
	if (m->key != NULL)
		XXH64_update(&state, m->key, m->key_len);
	if (m->payload != NULL)
		XXH64_update(&state, m->payload, m->len);
	return XXH64_digest(&state);
}

void
last_message_take(struct last_message *last, const rd_kafka_message_t *m)
{
	*last = (struct last_message){ .offset = m->offset,
		.timestamp = rd_kafka_message_timestamp(m, NULL),
		.xxh64 = digest(m) };
}

/* The first message at or after the offset. */
struct first_message {
	struct last_message message;
	bool any;
};

static bool
take(void *owner, const rd_kafka_message_t *m)
{
	struct first_message *found = owner;

	last_message_take(&found->message, m);
	found->any = true;
	return false;
}

static enum last_message_found
differs(const char *topic, int32_t partition, int64_t offset, const char *how, struct err *err)
{
	(void)err_set(err, NULL,
	    "topic %s, partition %d is another than before: offset %lld %s", topic,
	    (int)partition, (long long)offset, how);
	return LAST_MESSAGE_OTHER;
}

enum last_message_found
last_message_check(struct client *reader, const char *topic, int32_t partition,
    const struct last_message *last, struct err *err)
{
	struct first_message found = { .any = false };
	struct peek peek = { .topic = topic,
		.partition = partition,
		.from = last->offset,
		.end = last->offset + 1,
		.take = take,
		.owner = &found };
	int64_t low, end;

	if (client_offset(reader, topic, partition, CLIENT_BEGINNING, &low, err) == -1 ||
	    client_offset(reader, topic, partition, CLIENT_END, &end, err) == -1)
		return LAST_MESSAGE_FAILED;
	if (last->offset >= end)
		return differs(topic, partition, last->offset, "is beyond its end", err);
	if (last->offset < low)
		return LAST_MESSAGE_GONE;
	if (peek_all(reader, &peek, 1, err) == -1)
		return LAST_MESSAGE_FAILED;
	if (!found.any || found.message.offset != last->offset)
		return LAST_MESSAGE_GONE;
	if (found.message.timestamp != last->timestamp)
		return differs(topic, partition, last->offset, "has another timestamp", err);
	if (found.message.xxh64 != last->xxh64)
		return differs(topic, partition, last->offset, "has another key or value",
		    err);
	return LAST_MESSAGE_SAME;
}
