#include "numbers/wedge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	LEAST_CAPACITY = 4,
	GREATEST_CAPACITY = 1 << 30,
};

static struct wedge_entry *
entry_at(const struct wedge *wedge, uint32_t index)
{
	return &wedge->ring[(wedge->head + index) & (wedge->capacity - 1)];
}

/*
 * Doubles the ring. What had wrapped round its end goes on behind the old end.
 */
static int
grow(struct wedge *wedge)
{
	uint32_t capacity = wedge->capacity == 0 ? LEAST_CAPACITY : 2 * wedge->capacity;
	struct wedge_entry *ring;

	if (wedge->capacity == GREATEST_CAPACITY) {
		errno = ENOMEM;
		return -1;
	}
	ring = realloc(wedge->ring, sizeof *ring * capacity);
	if (ring == NULL)
		return -1;
	if (wedge->head > 0)
		memcpy(ring + wedge->capacity, ring, sizeof *ring * wedge->head);
	wedge->ring = ring;
	wedge->capacity = capacity;
	return 0;
}

/* Whether the index-th entry is more extreme than a value. */
static bool
exceeds(const struct wedge *wedge, uint32_t index, double value)
{
	double there = entry_at(wedge, index)->value;

	return wedge->greatest ? there > value : there < value;
}

/* The first entry that is not before a sequence. */
static uint32_t
place_of(const struct wedge *wedge, uint64_t sequence)
{
	uint32_t low = 0, high = wedge->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (entry_at(wedge, middle)->sequence < sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * It says nothing beside one behind it that is at least as extreme; of those before it, it
 * takes the place of all that are no more extreme than it is.
 */
int
wedge_insert(struct wedge *wedge, uint64_t sequence, double value)
{
	uint32_t end = place_of(wedge, sequence), from, i;

	if (end < wedge->count &&
	    (exceeds(wedge, end, value) || entry_at(wedge, end)->value == value))
		return 0;
	for (from = end; from > 0 && !exceeds(wedge, from - 1, value); from--)
		;
	if (end < wedge->count && entry_at(wedge, end)->sequence == sequence)
		end++;
	if (from == end) {
		if (wedge->count == wedge->capacity && grow(wedge) == -1)
			return -1;
		for (i = wedge->count++; i > from; i--)
			*entry_at(wedge, i) = *entry_at(wedge, i - 1);
	} else {
		for (i = end; i < wedge->count; i++)
			*entry_at(wedge, from + 1 + i - end) = *entry_at(wedge, i);
		wedge->count -= end - from - 1;
	}
	*entry_at(wedge, from) = (struct wedge_entry){ sequence, value };
	return 0;
}

/*
 * Entries that the new one outlives and is at least as extreme as can never be the front
 * again.
 */
int
wedge_push(struct wedge *wedge, uint64_t sequence, double value)
{
	uint32_t kept = wedge->count;

	while (kept > 0) {
		double last = entry_at(wedge, kept - 1)->value;

		if (wedge->greatest ? last > value : last < value)
			break;
		kept--;
	}
	if (kept == wedge->capacity && grow(wedge) == -1)
		return -1;
	wedge->count = kept + 1;
	*entry_at(wedge, kept) = (struct wedge_entry){ sequence, value };
	return 0;
}

void
wedge_evict(struct wedge *wedge, uint64_t sequence)
{
	while (wedge->count > 0 && wedge->ring[wedge->head].sequence < sequence) {
		wedge->head = (wedge->head + 1) & (wedge->capacity - 1);
		wedge->count--;
	}
}

const struct wedge_entry *
wedge_front(const struct wedge *wedge)
{
	return wedge->count > 0 ? entry_at(wedge, 0) : NULL;
}

const struct wedge_entry *
wedge_at(const struct wedge *wedge, uint32_t index)
{
	return entry_at(wedge, index);
}

void
wedge_free(struct wedge *wedge)
{
	free(wedge->ring);
	*wedge = (struct wedge){ .greatest = wedge->greatest };
}
