/* Records that wait for their answers. */
#include <stdlib.h>
#include <string.h>

#include "pending.h"

/* Twice the ring, its oldest turn first. */
static int
grow(struct pending *p)
{
	size_t cap = p->cap == 0 ? 16 : 2 * p->cap;
	struct turn **turn = calloc(cap, sizeof(struct turn *));

	if (turn == NULL)
		return -1;
	for (size_t i = 0; i < p->cap; i++)
		turn[i] = p->turn[(p->head + i) % p->cap];
	free(p->turn);
	*p = (struct pending){ turn, 0, p->count, cap, p->bytes };
	return 0;
}

struct turn *
pending_spare(struct pending *p, struct err *err)
{
	struct turn **turn;

	if (p->count == p->cap && grow(p) == -1) {
		err_memory(err);
		return NULL;
	}
	turn = &p->turn[(p->head + p->count) % p->cap];
	if (*turn == NULL) {
		*turn = calloc(1, sizeof **turn);
		if (*turn == NULL)
			err_memory(err);
		else
			entity_clear(&(*turn)->request.entity);
	}
	return *turn;
}

static size_t
size_of(const struct turn *turn)
{
	return turn->held.line.cap + turn->text.cap + turn->id.cap;
}

void
pending_push(struct pending *p)
{
	p->bytes += size_of(p->turn[(p->head + p->count) % p->cap]);
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
	struct turn *turn = p->turn[p->head];

	p->bytes -= size_of(turn);
	trim(&turn->held.line);
	trim(&turn->text);
	trim(&turn->id);
	trim(&turn->request.kept);
	p->head = p->head + 1 == p->cap ? 0 : p->head + 1;
	p->count--;
}

void
pending_free(struct pending *p)
{
	for (size_t i = 0; i < p->cap; i++) {
		struct turn *turn = p->turn[i];

		if (turn == NULL)
			continue;
		held_free(&turn->held);
		store_request_free(&turn->request);
		buf_free(&turn->id);
		buf_free(&turn->text);
		free(turn);
	}
	free(p->turn);
	*p = (struct pending){ 0 };
}
