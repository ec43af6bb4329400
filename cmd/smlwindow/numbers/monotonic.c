/* The least or greatest value of a sliding window, by a monotonic queue. */
#include "numbers/monotonic.h"

#include "numbers/number.h"

static struct monotonic_entry *
entry_at(const struct monotonic *queue, uint32_t index)
{
	return ring_at(&queue->ring, index, sizeof(struct monotonic_entry));
}

static int
reserve(struct monotonic *queue)
{
	return ring_reserve(&queue->ring, sizeof(struct monotonic_entry));
}

/* Returns whether the index-th entry is more extreme than a value. */
static bool
exceeds(const struct monotonic *queue, uint32_t index, double value)
{
	double there = entry_at(queue, index)->value;

	return queue->greatest ? number_before(value, there) : number_before(there, value);
}

/* Returns the first entry that is not before a sequence. */
static uint32_t
place_of(const struct monotonic *queue, uint64_t sequence)
{
	uint32_t low = 0, high = queue->ring.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (entry_at(queue, middle)->sequence < sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * The value is dropped if a later one is at least as extreme.  Otherwise it replaces the
 * earlier ones that are not more extreme.
 */
int
monotonic_insert(struct monotonic *queue, uint64_t sequence, double value)
{
	uint32_t end = place_of(queue, sequence), from, i;

	if (end < queue->ring.count &&
	    (exceeds(queue, end, value) ||
		number_compare(entry_at(queue, end)->value, value) == 0))
		return 0;
	for (from = end; from > 0 && !exceeds(queue, from - 1, value); from--)
		;
	if (end < queue->ring.count && entry_at(queue, end)->sequence == sequence)
		end++;
	if (from == end) {
		if (reserve(queue) == -1)
			return -1;
		for (i = queue->ring.count++; i > from; i--)
			*entry_at(queue, i) = *entry_at(queue, i - 1);
	} else {
		for (i = from; i < end; i++)
			number_drop(entry_at(queue, i)->value);
		for (i = end; i < queue->ring.count; i++)
			*entry_at(queue, from + 1 + i - end) = *entry_at(queue, i);
		queue->ring.count -= end - from - 1;
	}
	*entry_at(queue, from) = (struct monotonic_entry){ sequence, number_hold(value) };
	return 0;
}

/*
 * Entries that are not more extreme than the new one will leave before it does, so they can
 * never be the front again.
 */
int
monotonic_push(struct monotonic *queue, uint64_t sequence, double value)
{
	uint32_t left = queue->ring.count, i;

	while (left > 0 && !exceeds(queue, left - 1, value))
		left--;
	if (left == queue->ring.count && reserve(queue) == -1)
		return -1;
	for (i = left; i < queue->ring.count; i++)
		number_drop(entry_at(queue, i)->value);
	queue->ring.count = left + 1;
	*entry_at(queue, left) = (struct monotonic_entry){ sequence, number_hold(value) };
	return 0;
}

void
monotonic_evict(struct monotonic *queue, uint64_t sequence)
{
	while (queue->ring.count > 0 && entry_at(queue, 0)->sequence < sequence) {
		number_drop(entry_at(queue, 0)->value);
		ring_pop(&queue->ring, 1);
	}
}

const struct monotonic_entry *
monotonic_front(const struct monotonic *queue)
{
	return queue->ring.count > 0 ? entry_at(queue, 0) : NULL;
}

void
monotonic_free(struct monotonic *queue)
{
	uint32_t i;

	for (i = 0; i < queue->ring.count; i++)
		number_drop(entry_at(queue, i)->value);
	ring_free(&queue->ring);
}
