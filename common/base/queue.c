#include "base/queue.h"

#include <stdlib.h>

int
queue_reserve(struct queue *queue)
{
	size_t size = queue->size == 0 ? 16 : 2 * queue->size;
	struct waiting *p;

	if (queue->count + 1 < queue->size)
		return 0;
	p = realloc(queue->p, size * sizeof *p);
	if (p == NULL)
		return -1;
	queue->p = p;
	queue->size = size;
	return 0;
}

uint32_t
queue_add(struct queue *queue, uint64_t touched, uint32_t slot)
{
	queue->p[++queue->count] = (struct waiting){ touched, slot };
	return (uint32_t)queue->count;
}

void
queue_renew_first(struct queue *queue, uint64_t touched)
{
	struct waiting *p = queue->p, first = { touched, p[1].slot };
	size_t i = 1, below;

	while ((below = 2 * i) <= queue->count) {
		if (below < queue->count && p[below + 1].touched < p[below].touched)
			below++;
		if (touched <= p[below].touched)
			break;
		p[i] = p[below];
		i = below;
	}
	p[i] = first;
}

void
queue_remove_first(struct queue *queue)
{
	queue->p[1] = queue->p[queue->count--];
	if (queue->count > 0)
		queue_renew_first(queue, queue->p[1].touched);
}

static int
by_touch(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	return x->touched < y->touched ? -1 : x->touched > y->touched;
}

void
queue_sort(struct queue *queue)
{
	size_t n = 0;

	for (size_t i = 1; i <= queue->count; i++) {
		if (queue->p[i].touched != 0)
			queue->p[++n] = queue->p[i];
	}
	queue->count = n;
	if (n > 0)
		qsort(queue->p + 1, n, sizeof *queue->p, by_touch);
}

void
queue_free(struct queue *queue)
{
	free(queue->p);
	*queue = (struct queue){ 0 };
}
