/* Pointers in order, in one array with room at both ends. */
#include "numbers/deque.h"

#include <string.h>

static void
move(struct deque *deque, uint32_t to, uint32_t from, uint32_t n)
{
	memmove(deque->items + to, deque->items + from, n * sizeof *deque->items);
}

/*
 * Room for one more before the first or behind the last: by moving all within the array where
 * half of it is free, or in a larger one.
 */
static int
make_room(struct deque *deque, bool front, struct pool *pool)
{
	uint32_t capacity = deque->capacity == 0 ? 2 : deque->capacity * 2, head;
	void **items;

	if (front ? deque->head > 0 : deque->head + deque->count < deque->capacity)
		return 0;
	if (deque->capacity / 2 > deque->count) {
		head = front ? (deque->capacity - deque->count) / 2 : 0;
		move(deque, head, deque->head, deque->count);
		deque->head = head;
		return 0;
	}
	if ((items = pool_get(pool, capacity * sizeof *items)) == NULL)
		return -1;
	head = front ? (capacity - deque->count) / 2 : 0;
	if (deque->count > 0)
		memcpy(items + head, deque->items + deque->head, deque->count * sizeof *items);
	pool_put(pool, deque->items, deque->capacity * sizeof *deque->items);
	*deque = (struct deque){ .items = items,
		.head = head,
		.count = deque->count,
		.capacity = capacity };
	return 0;
}

int
deque_insert(struct deque *deque, uint32_t i, void *item, struct pool *pool)
{
	bool front = i < deque->count - i;
	uint32_t at;

	if (make_room(deque, front, pool) == -1)
		return -1;
	if (front)
		move(deque, deque->head - 1, deque->head, i);
	deque->head -= front;
	at = deque->head + i;
	if (!front)
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
