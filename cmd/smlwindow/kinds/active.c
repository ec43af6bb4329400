#include "kinds/active.h"

#include <stdlib.h>
#include <string.h>

#include "kinds/closing.h"

static int
compare(const struct job *job, const struct active_item *a, const struct active_item *b)
{
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	return closing_compare_keys(job, a->lane, b->lane);
}

static int
compare_items(const void *a, const void *b, void *job)
{
	return compare(job, a, b);
}

static int
make_room(struct active_item **at, size_t *capacity, size_t needed)
{
	struct active_item *grown;
	size_t more = *capacity == 0 ? 64 : *capacity;

	if (needed <= *capacity)
		return 0;
	while (more < needed)
		more *= 2;
	if ((grown = realloc(*at, more * sizeof *grown)) == NULL)
		return -1;
	*at = grown;
	*capacity = more;
	return 0;
}

int
active_add(struct job *job, struct active *active, struct lane *lane)
{
	if (make_room(&active->fresh, &active->fresh_capacity, active->freshes + 1) == -1)
		return -1;
	active->fresh[active->freshes++] =
	    (struct active_item){ .prefix = closing_prefix(job, lane), .lane = lane };
	return 0;
}

/* Rarely asked: by --evict only. */
void
active_drop(struct active *active, const struct lane *lane)
{
	size_t i;

	for (i = 0; i < active->freshes; i++)
		if (active->fresh[i].lane == lane) {
			active->fresh[i] = active->fresh[--active->freshes];
			return;
		}
	for (i = 0; i < active->count; i++)
		if (active->at[i].lane == lane) {
			memmove(active->at + i, active->at + i + 1,
			    (--active->count - i) * sizeof *active->at);
			return;
		}
}

/* The new ones, sorted, are merged in from the end, where the room is. */
int
active_settle(struct job *job, struct active *active)
{
	size_t left = active->count, fresh = active->freshes, to = left + fresh;

	if (fresh == 0)
		return 0;
	if (make_room(&active->at, &active->capacity, to) == -1)
		return -1;
	qsort_r(active->fresh, fresh, sizeof *active->fresh, compare_items, job);
	active->count = to;
	while (fresh > 0)
		if (left > 0 &&
		    compare(job, &active->at[left - 1], &active->fresh[fresh - 1]) > 0)
			active->at[--to] = active->at[--left];
		else
			active->at[--to] = active->fresh[--fresh];
	active->freshes = 0;
	return 0;
}

void
active_sweep(struct job *job, struct active *active, bool (*keep)(struct job *, struct lane *))
{
	size_t i, kept = 0;

	for (i = 0; i < active->count; i++)
		if (keep(job, active->at[i].lane))
			active->at[kept++] = active->at[i];
	active->count = kept;
}

void
active_free(struct active *active)
{
	free(active->at);
	free(active->fresh);
	*active = (struct active){ 0 };
}
