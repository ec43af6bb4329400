/* Counts the records that a group would still get, by reading the first of them. */
#include <stdlib.h>

#include "admin/backlog.h"

static bool
take(void *owner, const rd_kafka_message_t *m)
{
	struct backlog *b = owner;
	rd_kafka_timestamp_type_t type;

	if (b->records++ == 0)
		b->oldest = rd_kafka_message_timestamp(m, &type);
	if (b->end - b->from <= BACKLOG_COUNTED)
		return true;
	b->records = b->end - b->from;
	return false;
}

int
backlog_count(struct client *c, struct backlog *b, size_t n, struct err *err)
{
	struct peek *peek = calloc(n + 1, sizeof *peek);
	int result;

	if (peek == NULL)
		return err_memory(err);
	for (size_t i = 0; i < n; i++) {
		b[i].records = 0;
		b[i].oldest = -1;
		peek[i] = (struct peek){ .topic = b[i].topic,
			.partition = b[i].partition,
			.from = b[i].from,
			.end = b[i].end,
			.take = take,
			.owner = &b[i] };
	}
	result = peek_all(c, peek, n, err);
	free(peek);
	return result;
}
