/* Commands that have no answer yet, in their order. */
#include "store/redis/outbox.h"

#include <stdlib.h>
#include <string.h>

/* So many bytes of answered calls may stand before the others. */
enum { SLACK = 1 << 20 };

struct buf *
outbox_begin(struct outbox *o)
{
	o->mark = o->bytes.len;
	return &o->bytes;
}

void
outbox_abandon(struct outbox *o)
{
	o->bytes.len = o->mark;
}

static int
grow(struct outbox *o)
{
	size_t cap = o->cap > 0 ? 2 * o->cap : 64;
	struct call *more = calloc(cap, sizeof(*more));

	if (more == NULL)
		return -1;
	for (size_t i = 0; i < o->calls; i++)
		more[i] = o->call[(o->first + i) % o->cap];
	free(o->call);
	o->call = more;
	o->cap = cap;
	o->first = 0;
	return 0;
}

int
outbox_commit(struct outbox *o, int kind, void *owner, unsigned int weight, int64_t now)
{
	if (o->calls == o->cap && grow(o) == -1) {
		outbox_abandon(o);
		return -1;
	}
	o->call[(o->first + o->calls) % o->cap] = (struct call){ .owner = owner,
		.kind = kind,
		.len = o->bytes.len - o->mark,
		.weight = weight,
		.asked = now };
	o->calls++;
	o->weight += weight;
	return 0;
}

const struct call *
outbox_first(const struct outbox *o)
{
	return &o->call[o->first];
}

bool
outbox_pop(struct outbox *o, struct call *call)
{
	struct call first;

	if (o->calls == 0)
		return false;
	first = o->call[o->first];
	if (call != NULL)
		*call = first;
	o->head += first.len;
	o->first = (o->first + 1) % o->cap;
	o->calls--;
	o->weight -= first.weight;
	if (o->sent_calls > 0) {
		o->sent_calls--;
		o->sent_weight -= first.weight;
	}
	if (o->sent < o->head)
		o->sent = o->head;
	if (o->calls == 0) {
		o->head = o->sent = o->bytes.len = 0;
	} else if (o->head > SLACK && o->head > o->bytes.len / 2) {
		o->bytes.len -= o->head;
		memmove(o->bytes.p, o->bytes.p + o->head, o->bytes.len);
		o->sent -= o->head;
		o->head = 0;
	}
	return true;
}

void
outbox_send(struct outbox *o, int64_t now)
{
	for (; o->sent_calls < o->calls; o->sent_calls++)
		o->call[(o->first + o->sent_calls) % o->cap].sent = now;
	o->sent_weight = o->weight;
}

void
outbox_unsend(struct outbox *o)
{
	o->sent = o->head;
	o->sent_calls = 0;
	o->sent_weight = 0;
}

void
outbox_disown(struct outbox *o, const void *owner)
{
	for (size_t i = 0; i < o->calls; i++) {
		struct call *call = &o->call[(o->first + i) % o->cap];

		if (call->owner == owner)
			call->owner = NULL;
	}
}

void
outbox_free(struct outbox *o)
{
	buf_free(&o->bytes);
	free(o->call);
}
