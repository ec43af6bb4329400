#ifndef SML_RING_H
#define SML_RING_H

#include <stddef.h>
#include <stdint.h>

/*
 * A queue of elements of one size, in a ring that grows by doubling.  Elements are found by
 * their index from the front; a pointer to one is valid until the next push.  All zeroes is an
 * empty ring.  Every call passes the size of an element, which must always be the same.
 */
struct ring {
	char *p;
	uint32_t head;	   /* the slot of the front element */
	uint32_t count;	   /* the number of elements */
	uint32_t capacity; /* a power of two, or 0 */
};

/*
 * Adds an element after the last one and returns it; its bytes are not set.  Returns NULL with
 * errno ENOMEM and the ring unchanged, also if there are 2^31 elements.
 */
void *ring_push(struct ring *ring, size_t size);

/*
 * Returns the element at an index from the front.  The index may be beyond the
 * last element if it is below the capacity: such a slot still holds the element
 * last popped from it, or zeroes.
 */
static inline void *
ring_at(const struct ring *ring, uint32_t i, size_t size)
{
	return ring->p + ((ring->head + i) & (ring->capacity - 1)) * size;
}

/* Removes n elements, at most count, from the front. */
static inline void
ring_pop(struct ring *ring, uint32_t n)
{
	ring->head = (ring->head + n) & (ring->capacity - 1);
	ring->count -= n;
}

/* Makes room for one more element, as ring_push does.  Returns 0, or -1 with errno ENOMEM. */
int ring_reserve(struct ring *ring, size_t size);

/* Frees the elements and leaves the ring empty. */
void ring_free(struct ring *ring);

#endif
