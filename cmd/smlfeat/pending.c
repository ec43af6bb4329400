/* Records that wait for their answers. */
#include <stdlib.h>

#include "pending.h"

struct pending_record *
pending_spare(struct pending *p, struct err *err)
{
	struct pending_record **at;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): the ring holds pointers */
	if (ring_reserve(&p->ring, sizeof *at) == -1) {
		err_memory(err);
		return NULL;
	}
	at = pending_at(p, p->ring.count);
	if (*at == NULL) {
		*at = calloc(1, sizeof **at);
		if (*at == NULL)
			err_memory(err);
		else
			entity_clear(&(*at)->request.entity);
	}
	return *at;
}

static size_t
size_of(const struct pending_record *at)
{
	return at->held.line.cap + at->text.cap + at->id.cap;
}

void
pending_push(struct pending *p)
{
	p->bytes += size_of(*pending_at(p, p->ring.count++));
}

static void
trim(struct buf *buf)
{
	if (buf->cap > PENDING_KEPT)
		buf_free(buf);
}

void
pending_pop(struct pending *p)
{
	struct pending_record *at = *pending_at(p, 0);

	p->bytes -= size_of(at);
	trim(&at->held.line);
	trim(&at->text);
	trim(&at->id);
	trim(&at->request.copy);
	ring_pop(&p->ring, 1);
}

void
pending_free(struct pending *p)
{
	for (uint32_t i = 0; i < p->ring.capacity; i++) {
		struct pending_record *at = *pending_at(p, i);

		if (at == NULL)
			continue;
		held_free(&at->held);
		store_request_free(&at->request);
		buf_free(&at->id);
		buf_free(&at->text);
		free(at);
	}
	ring_free(&p->ring);
	p->bytes = 0;
}
