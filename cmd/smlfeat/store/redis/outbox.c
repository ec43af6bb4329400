/* A queue of commands without an answer yet. */
#include "store/redis/outbox.h"

#include <string.h>

/* The most bytes of answered calls that are kept. */
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

static struct call *
call_at(const struct outbox *o, size_t i)
{
	return ring_at(&o->call, (uint32_t)i, sizeof(struct call));
}

int
outbox_commit(struct outbox *o, int kind, void *owner, unsigned int weight, int64_t now)
{
	struct call *call = ring_push(&o->call, sizeof *call);

	if (call == NULL) {
		outbox_abandon(o);
		return -1;
	}
	*call = (struct call){ .owner = owner,
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
	return call_at(o, 0);
}

bool
outbox_pop(struct outbox *o, struct call *call)
{
	struct call first;

	if (o->calls == 0)
		return false;
	first = *call_at(o, 0);
	if (call != NULL)
		*call = first;
	o->head += first.len;
	ring_pop(&o->call, 1);
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
		call_at(o, o->sent_calls)->sent = now;
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
		struct call *call = call_at(o, i);

		if (call->owner == owner)
			call->owner = NULL;
	}
}

void
outbox_free(struct outbox *o)
{
	buf_free(&o->bytes);
	ring_free(&o->call);
}
