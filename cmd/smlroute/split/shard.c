/* The parts that a stream is split into. */
#include <string.h>

#include "split/jump.h"
#include "split/shard.h"

void
shards_number(struct shards *shards, uint32_t count)
{
	shards->count = count;
	md5_salt(&shards->salt, "shard", NULL);
}

/* Reads the weight of a node, n bytes after the equals sign; 0 if it is not valid. */
static uint32_t
weight_of(const char *text, size_t n)
{
	enum { MOST = 1000000 };
	uint32_t weight = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		weight = 10 * weight + (uint32_t)(text[i] - '0');
		if (weight > MOST)
			return 0;
	}
	return weight;
}

static int
add_node(struct shards *shards, const char *text, size_t n, struct err *err)
{
	const char *equals = memchr(text, '=', n);
	size_t name = equals != NULL ? (size_t)(equals - text) : n;
	uint32_t weight = 1;

	if (name == 0)
		return err_set(err, NULL, "a node without a name");
	if (equals != NULL)
		weight = weight_of(equals + 1, n - name - 1);
	if (weight == 0)
		return err_set(err, NULL,
		    "node \"%.*s\": a weight is a whole number from 1 to a million", (int)n,
		    text);
	if (arms_find(&shards->nodes, text, name) != -1)
		return err_set(err, NULL, "two nodes are called \"%.*s\"", (int)name, text);
	if (arms_add(&shards->nodes, text, name, weight, NULL, err) == -1)
		return -1;
	if (rendezvous_add(&shards->rendezvous, text, name, weight) == -1)
		return err_memory(err);
	shards->count++;
	return 0;
}

int
shards_name(struct shards *shards, const char *list, struct err *err)
{
	size_t n;

	for (const char *end;; list = end + 1) {
		list += strspn(list, " ");
		end = strchrnul(list, ',');
		for (n = (size_t)(end - list); n > 0 && list[n - 1] == ' ';)
			n--;
		if (add_node(shards, list, n, err) == -1)
			return -1;
		if (*end == '\0')
			return 0;
	}
}

uint32_t
shards_of(const struct shards *shards, const void *id, size_t n)
{
	if (shards->nodes.count > 0)
		return rendezvous_pick(&shards->rendezvous, id, n);
	return (uint32_t)jump_bucket(md5_key(&shards->salt, id, n), (int32_t)shards->count);
}

void
shards_free(struct shards *shards)
{
	arms_free(&shards->nodes);
	rendezvous_free(&shards->rendezvous);
	*shards = (struct shards){ 0 };
}
