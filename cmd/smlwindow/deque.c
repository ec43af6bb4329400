#include "deque.h"

#include <string.h>

static void
move(struct deque *deque, uint32_t to, uint32_t from, uint32_t n)
{
	memmove(deque->items + to, deque->items + from, n * sizeof *deque->items);
}

/* There is room behind the end: by moving all to the beginning, or in a larger array. */
static int
make_room(struct deque *deque, struct pool *pool)
{
	uint32_t capacity = deque->capacity == 0 ? 2 : deque->capacity * 2;
	void **items;

	if (deque->head + deque->count < deque->capacity)
		return 0;
	if (deque->head > deque->count) {
		move(deque, 0, deque->head, deque->count);
		deque->head = 0;
		return 0;
	}
	if ((items = pool_get(pool, capacity * sizeof *items)) == NULL)
		return -1;
	if (deque->count > 0)
		memcpy(items, deque->items + deque->head, deque->count * sizeof *items);
	pool_put(pool, deque->items, deque->capacity * sizeof *items);
	*deque = (struct deque){ .items = items, .count = deque->count, .capacity = capacity };
	return 0;
}

int
deque_insert(struct deque *deque, uint32_t i, void *item, struct pool *pool)
{
	uint32_t at;

	if (make_room(deque, pool) == -1)
		return -1;
	at = deque->head + i;
	move(deque, at + 1, at, deque->count - i);
	deque->items[at] = item;
	deque->count++;
	return 0;
}

void
deque_remove(struct deque *deque, uint32_t i)
{
	deque->count--;
	if (i == 0)
		deque->head++;
	else
		move(deque, deque->head + i, deque->head + i + 1, deque->count - i);
}

void
deque_free(struct deque *deque, struct pool *pool)
{
	pool_put(pool, deque->items, deque->capacity * sizeof *deque->items);
	*deque = (struct deque){ 0 };
}
