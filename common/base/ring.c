/* A queue in a ring. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ring.h"

#define LEAST UINT32_C(4)
#define MOST (UINT32_C(1) << 31)

int
ring_reserve(struct ring *ring, size_t size)
{
	uint32_t old = ring->capacity, capacity = old == 0 ? LEAST : 2 * old;
	char *p;

	if (ring->count < old)
		return 0;
	if (old == MOST) {
		errno = ENOMEM;
		return -1;
	}
	p = realloc(ring->p, capacity * size);
	if (p == NULL)
		return -1;
	/* Move the elements that had wrapped around to after the old end. */
	memset(p + old * size, 0, (capacity - old) * size);
	if (ring->head > 0) {
		memcpy(p + old * size, p, ring->head * size);
		memset(p, 0, ring->head * size);
	}
	ring->p = p;
	ring->capacity = capacity;
	return 0;
}

void *
ring_push(struct ring *ring, size_t size)
{
	if (ring_reserve(ring, size) == -1)
		return NULL;
	return ring_at(ring, ring->count++, size);
}

void
ring_free(struct ring *ring)
{
	free(ring->p);
	*ring = (struct ring){ 0 };
}
