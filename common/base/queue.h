#ifndef SML_QUEUE_H
#define SML_QUEUE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Slots that wait, the one with the lowest number of its touch first: a binary
 * heap.  Places are counted from 1.  All zeroes is an empty queue.
 */
struct waiting {
	uint64_t touched; /* 0: gone */
	uint32_t slot;
};

struct queue {
	struct waiting *p; /* p[0] is unused: below place i are 2i and 2i + 1 */
	size_t count, size;
};

/* Makes room for one more.  -1 with errno ENOMEM. */
int queue_reserve(struct queue *);

/*
 * Adds a slot in the room that there is, touched later than all others.
 * Returns its place.
 */
uint32_t queue_add(struct queue *, uint64_t touched, uint32_t slot);

/* What is at a place, or NULL behind the last. */
static inline struct waiting *
queue_at(const struct queue *queue, uint32_t place)
{
	return place <= queue->count ? &queue->p[place] : NULL;
}

/* The first one was touched since, or is to go; there must be one. */
void queue_renew_first(struct queue *, uint64_t touched);
void queue_remove_first(struct queue *);

/* Sorts after any change of what was touched when; those that are gone go. */
void queue_sort(struct queue *);

void queue_free(struct queue *);

#endif
