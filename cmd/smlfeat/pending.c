/* Records that wait for their answers. */
#include <stdlib.h>
#include <string.h>

#include "pending.h"

/* Twice the ring, its oldest record first. */
static int
grow(struct pending *p)
{
	size_t cap = p->cap == 0 ? 16 : 2 * p->cap;
	struct pending_record **ring = calloc(cap, sizeof(struct pending_record *));

	if (ring == NULL)
		return -1;
	for (size_t i = 0; i < p->cap; i++)
		ring[i] = p->ring[(p->head + i) % p->cap];
	free(p->ring);
	*p = (struct pending){ ring, 0, p->count, cap, p->bytes };
	return 0;
}

struct pending_record *
pending_spare(struct pending *p, struct err *err)
{
	struct pending_record **at;

	if (p->count == p->cap && grow(p) == -1) {
		err_memory(err);
		return NULL;
	}
	at = &p->ring[(p->head + p->count) % p->cap];
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
	p->bytes += size_of(p->ring[(p->head + p->count) % p->cap]);
	p->count++;
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
	struct pending_record *at = p->ring[p->head];

	p->bytes -= size_of(at);
	trim(&at->held.line);
	trim(&at->text);
	trim(&at->id);
	trim(&at->request.copy);
	p->head = p->head + 1 == p->cap ? 0 : p->head + 1;
	p->count--;
}

void
pending_free(struct pending *p)
{
	for (size_t i = 0; i < p->cap; i++) {
		struct pending_record *at = p->ring[i];

		if (at == NULL)
			continue;
		held_free(&at->held);
		store_request_free(&at->request);
		buf_free(&at->id);
		buf_free(&at->text);
		free(at);
	}
	free(p->ring);
	*p = (struct pending){ 0 };
}
