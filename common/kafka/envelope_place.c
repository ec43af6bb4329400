/* Reads which message an envelope holds: its topic, partition, offset and time. */
#include <string.h>

#include "base/num.h"
#include "kafka/envelope_place.h"

int
envelope_place_add(struct envelope_place *e, struct fields *fields, struct err *err)
{
	static const char *const names[] = { "topic", "partition", "offset", "timestamp",
		"value", "ts", "payload" };
	int *const slots[] = { &e->topic, &e->partition, &e->offset, &e->timestamp, &e->value,
		&e->ts, &e->payload };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		*slots[i] = fields_add_name(fields, names[i], strlen(names[i]), err);
		if (*slots[i] == -1)
			return -1;
	}
	return 0;
}

static bool
has(const struct record *r, int slot)
{
	return record_at(r, slot).kind != V_MISSING;
}

int
envelope_place_time(const struct envelope_place *e, const struct record *r)
{
	if (!has(r, e->topic))
		return -1;
	if (has(r, e->ts) && has(r, e->payload))
		return e->ts;
	return has(r, e->partition) && has(r, e->offset) && has(r, e->value) ? e->timestamp :
									       -1;
}

void
envelope_place_read(const struct envelope_place *e, const struct record *r,
    struct merge_key *key)
{
	struct value topic = record_at(r, e->topic), partition = record_at(r, e->partition),
		     offset = record_at(r, e->offset);
	int64_t number;

	key->topic = topic.kind == V_STRING ? topic.p + 1 : NULL;
	key->topic_len = topic.kind == V_STRING ? topic.len - 2 : 0;
	key->partition = 0;
	key->offset = 0;
	if (partition.kind == V_NUMBER &&
	    num_read_i64(partition.p, partition.len, &number) == 0 && number >= 0 &&
	    number <= INT32_MAX)
		key->partition = (int32_t)number;
	if (offset.kind == V_NUMBER && num_read_i64(offset.p, offset.len, &number) == 0)
		key->offset = number;
}
