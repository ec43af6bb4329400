/* Merges sources by a tournament over the first record of each. */
#include "kafka/merge.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The states of a source; in a match the lower state wins. */
enum standing { WAITED_FOR, READY, PASSED };

struct merge_source {
	enum standing standing;
	struct merge_key key; /* the key of the next record, if READY */
};

/* Compares topics by their bytes. */
static int
compare_topics(const struct merge_key *a, const struct merge_key *b)
{
	size_t n = a->topic_len < b->topic_len ? a->topic_len : b->topic_len;
	int order;

	if (a->topic == b->topic && a->topic_len == b->topic_len)
		return 0;
	order = n == 0 ? 0 : memcmp(a->topic, b->topic, n);
	if (order != 0)
		return order;
	return (a->topic_len > b->topic_len) - (a->topic_len < b->topic_len);
}

static bool
key_before(const struct merge_key *a, const struct merge_key *b)
{
	int topics;

	if (a->time != b->time)
		return a->time < b->time;
	topics = compare_topics(a, b);
	if (topics != 0)
		return topics < 0;
	if (a->partition != b->partition)
		return a->partition < b->partition;
	return a->offset < b->offset;
}

/* Returns which of two sources wins; a must have the lower number. */
static uint32_t
match(const struct merge *m, uint32_t a, uint32_t b)
{
	const struct merge_source *x = &m->source[a], *y = &m->source[b];

	if (x->standing != y->standing)
		return x->standing < y->standing ? a : b;
	return x->standing == READY && key_before(&y->key, &x->key) ? b : a;
}

int
merge_open(struct merge *m, uint32_t count)
{
	uint32_t leaves = 1;

	merge_free(m);
	while (leaves < count)
		leaves *= 2;
	m->source = calloc(leaves, sizeof *m->source);
	m->winner = calloc((size_t)2 * leaves, sizeof *m->winner);
	if (m->source == NULL || m->winner == NULL) {
		merge_free(m);
		errno = ENOMEM;
		return -1;
	}
	m->count = count;
	m->leaves = leaves;
	for (uint32_t i = 0; i < leaves; i++) {
		m->source[i].standing = i < count ? WAITED_FOR : PASSED;
		m->winner[leaves + i] = i;
	}
	for (uint32_t node = leaves - 1; node > 0; node--)
		m->winner[node] = match(m, m->winner[2 * node], m->winner[2 * node + 1]);
	return 0;
}

void
merge_free(struct merge *m)
{
	free(m->source);
	free(m->winner);
	*m = (struct merge){ 0 };
}

/* Plays the matches of a source again. */
static void
play(struct merge *m, uint32_t source)
{
	uint32_t winner;

	for (uint32_t node = (m->leaves + source) / 2; node > 0; node /= 2) {
		winner = match(m, m->winner[2 * node], m->winner[2 * node + 1]);
		/* The winner was another source and still is: nothing changes further up. */
		if (winner != source && winner == m->winner[node])
			break;
		m->winner[node] = winner;
	}
}

void
merge_put(struct merge *m, uint32_t source, const struct merge_key *key)
{
	m->source[source] = (struct merge_source){ .standing = READY, .key = *key };
	play(m, source);
}

void
merge_wait(struct merge *m, uint32_t source)
{
	m->source[source].standing = WAITED_FOR;
	play(m, source);
}

void
merge_pass(struct merge *m, uint32_t source)
{
	m->source[source].standing = PASSED;
	play(m, source);
}

enum merge_event
merge_first(const struct merge *m, uint32_t *source)
{
	static const enum merge_event event[] = {
		[WAITED_FOR] = MERGE_WAIT,
		[READY] = MERGE_RECORD,
		[PASSED] = MERGE_NOTHING,
	};

	if (m->count == 0)
		return MERGE_NOTHING;
	*source = m->winner[1];
	return event[m->source[*source].standing];
}
