/* Records that wait for their answers. */
#include <stdlib.h>

#include "answer/pending.h"

/* A buffer that was made for a long line is not kept for the next one. */
enum { BUFFER_KEPT = 64 * 1024 };

int
pending_open(struct pending *p)
{
	*p = (struct pending){ .first = 0 };
	p->slot = calloc(PENDING_SLOTS, sizeof *p->slot);
	return p->slot == NULL ? -1 : 0;
}

void
pending_close(struct pending *p)
{
	for (size_t i = 0; p->slot != NULL && i < PENDING_SLOTS; i++) {
		held_free(&p->slot[i].held);
		buf_free(&p->slot[i].bytes);
	}
	free(p->slot);
	*p = (struct pending){ .first = 0 };
}

bool
pending_full(const struct pending *p)
{
	return pending_count(p) >= PENDING_MOST || p->bytes >= PENDING_BYTES;
}

struct waiting *
pending_new(struct pending *p)
{
	struct waiting *w = pending_at(p, p->next);

	w->place = p->next;
	w->answered = false;
	w->reply = (struct reply){ { NULL, 0, V_MISSING }, { NULL, 0, V_MISSING } };
	w->error.text[0] = '\0';
	return w;
}

void
pending_add(struct pending *p)
{
	p->bytes += pending_at(p, p->next)->held.line.len;
	p->next++;
}

struct waiting *
pending_done(const struct pending *p)
{
	struct waiting *w;

	if (pending_count(p) == 0)
		return NULL;
	w = pending_at(p, p->first);
	return w->answered ? w : NULL;
}

void
pending_drop(struct pending *p)
{
	struct waiting *w = pending_at(p, p->first);

	p->bytes -= w->held.line.len;
	if (w->held.line.cap > BUFFER_KEPT)
		held_free(&w->held);
	if (w->bytes.cap > BUFFER_KEPT)
		buf_free(&w->bytes);
	p->first++;
}
