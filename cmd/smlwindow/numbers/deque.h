/*
 * deque: pointers in order, that come in at an end and go out at the front, and now and then
 * in between.
 *
 * A struct of zero bytes holds none.
 */
#ifndef SML_DEQUE_H
#define SML_DEQUE_H

#include <stdbool.h>
#include <stdint.h>

#include "numbers/pool.h"

struct deque {
	void **items;
	uint32_t head, count, capacity;
};

static inline void *
deque_at(const struct deque *deque, uint32_t i)
{
	return deque->items[deque->head + i];
}

/*
 * Puts an item before the i-th, i at most count. Returns 0, or -1 (ENOMEM).
 */
int deque_insert(struct deque *deque, uint32_t i, void *item, struct pool *pool);

/*
 * Takes the i-th item out.
 */
void deque_remove(struct deque *deque, uint32_t i);

void deque_free(struct deque *deque, struct pool *pool);

#endif
