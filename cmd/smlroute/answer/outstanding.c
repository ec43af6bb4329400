/* Records that wait for their answers. */
#include <stdlib.h>

#include "answer/outstanding.h"
#include "base/memory.h"

/* A buffer larger than this is freed after use. */
enum { BUFFER_KEPT = 64 * 1024 };

int
outstanding_open(struct outstanding *p)
{
	*p = (struct outstanding){ .first = 0 };
	p->slot = calloc(OUTSTANDING_SLOTS, sizeof *p->slot);
	return p->slot == NULL ? -1 : 0;
}

void
outstanding_close(struct outstanding *p)
{
	for (size_t i = 0; p->slot != NULL && i < OUTSTANDING_SLOTS; i++) {
		held_free(&p->slot[i].held);
		buf_free(&p->slot[i].bytes);
	}
	free(p->slot);
	*p = (struct outstanding){ .first = 0 };
}

bool
outstanding_full(const struct outstanding *p)
{
	return outstanding_count(p) >= OUTSTANDING_MOST || p->bytes >= OUTSTANDING_BYTES ||
	    (memory_is_short() && outstanding_count(p) > 0);
}

struct outstanding_request *
outstanding_new(struct outstanding *p)
{
	struct outstanding_request *w = outstanding_at(p, p->next);

	w->place = p->next;
	w->answered = false;
	w->response = (struct response){ { NULL, 0, V_MISSING }, { NULL, 0, V_MISSING } };
	w->error.text[0] = '\0';
	return w;
}

void
outstanding_add(struct outstanding *p)
{
	p->bytes += outstanding_at(p, p->next)->held.line.len;
	p->next++;
}

struct outstanding_request *
outstanding_done(const struct outstanding *p)
{
	struct outstanding_request *w;

	if (outstanding_count(p) == 0)
		return NULL;
	w = outstanding_at(p, p->first);
	return w->answered ? w : NULL;
}

void
outstanding_drop(struct outstanding *p)
{
	struct outstanding_request *w = outstanding_at(p, p->first);

	p->bytes -= w->held.line.len;
	if (w->held.line.cap > BUFFER_KEPT)
		held_free(&w->held);
	if (w->bytes.cap > BUFFER_KEPT)
		buf_free(&w->bytes);
	p->first++;
}
