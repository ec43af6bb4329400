/* The events of a key in a sliding window: added, evicted, found by rank. */
#include "run/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/extremes.h"
#include "numbers/number.h"

#define RING_FIRST 4

static uint64_t *
event_at(const struct columns *columns, const struct history *history, uint32_t i)
{
	uint64_t place = (uint64_t)history->head + i;

	if (place >= history->capacity)
		place -= history->capacity;
	return history->ring + place * columns->event_words;
}

const uint64_t *
history_event(const struct columns *columns, const struct history *history, uint32_t i)
{
	return event_at(columns, history, i);
}

static bool
has_value(const struct column *column, const uint64_t *event)
{
	if (column->value_word != 0)
		return event[column->value_word] != WORD_NONE;
	if (column->key_word != 0)
		return event[column->key_word] != WORD_NONE;
	return event[column->number_word] != NUMBER_NONE_BITS;
}

void
history_begin(const struct columns *columns, struct history *history)
{
	memset(history, 0, history_size(columns));
	summary_begin(columns, &history->summary);
	extremes_begin(columns, &history->summary);
}

static size_t
ring_size(const struct columns *columns, uint32_t capacity)
{
	return capacity * columns->event_words * sizeof(uint64_t);
}

/* Moves the events to a new ring, from index 0 on.  All events must fit into it. */
static int
set_capacity(const struct columns *columns, struct history *history, uint32_t capacity,
    struct pool *pool)
{
	size_t size = ring_size(columns, 1), before = history->capacity - history->head;
	uint64_t *ring;

	if (before > history->count)
		before = history->count;
	if ((ring = pool_get(pool, ring_size(columns, capacity))) == NULL)
		return -1;
	if (history->count > 0) {
		memcpy(ring, history->ring + history->head * columns->event_words,
		    before * size);
		memcpy(ring + before * columns->event_words, history->ring,
		    (history->count - before) * size);
	}
	pool_put(pool, history->ring, ring_size(columns, history->capacity));
	history->ring = ring;
	history->head = 0;
	history->capacity = capacity;
	return 0;
}

/*
 * Grows a large ring by realloc.  That remaps its pages, so the old and the new ring need not
 * both fit into memory.
 */
static int
grow_in_place(const struct columns *columns, struct history *history, uint32_t capacity)
{
	size_t tail = history->capacity - history->head, words = columns->event_words;
	uint64_t *ring;

	if ((ring = realloc(history->ring, ring_size(columns, capacity))) == NULL)
		return -1;
	if (tail < history->count) {
		memmove(ring + (capacity - tail) * words, ring + history->head * words,
		    ring_size(columns, (uint32_t)tail));
		history->head = (uint32_t)(capacity - tail);
	}
	history->ring = ring;
	history->capacity = capacity;
	return 0;
}

static int
grow(const struct columns *columns, struct history *history, struct pool *pool)
{
	uint32_t capacity = history->capacity + history->capacity / 2;

	if (history->capacity == 0)
		capacity = RING_FIRST;
	if (capacity < history->capacity) {
		errno = ENOMEM;
		return -1;
	}
	if (ring_size(columns, history->capacity) > POOL_LARGEST)
		return grow_in_place(columns, history, capacity);
	return set_capacity(columns, history, capacity, pool);
}

/* Frees the value, key and number that an event has in a column. */
static inline void
drop_words(const struct column *column, uint64_t *event, struct pool *pool)
{
	if (column->numeric)
		number_drop(number_of_bits(event[column->number_word]));
	if (column->key_word != 0)
		word_drop(&event[column->key_word], pool);
	if (column->value_word != 0)
		word_drop(&event[column->value_word], pool);
}

/* Removes the oldest event.  The queues are updated when they are read. */
static int
take_off(const struct columns *columns, struct history *history, struct pool *pool)
{
	uint64_t *event = event_at(columns, history, 0);
	const struct column *column;
	struct cell cell = { .there = true };
	size_t i;

	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (!has_value(column, event))
			continue;
		cell.number = number_of_bits(event[column->number_word]);
		if (column->key_word != 0)
			cell.key = word_bytes(&event[column->key_word], &cell.key_size);
		if (summary_put(column, &history->summary, &cell, true) == -1)
			return -1;
		if (column->gone != 0)
			++*(uint64_t *)summary_part(&history->summary, column->gone);
		drop_words(column, event, pool);
	}
	history->summary.records--;
	history->first++;
	history->count--;
	if (++history->head == history->capacity)
		history->head = 0;
	return 0;
}

long
history_evict(const struct columns *columns, struct history *history, int64_t oldest,
    struct pool *pool)
{
	long evicted = 0;

	for (; history->count > 0 && evicted < HISTORY_STEP; evicted++) {
		if ((int64_t)event_at(columns, history, 0)[0] >= oldest)
			break;
		if (take_off(columns, history, pool) == -1)
			return -1;
	}
	if (history->capacity > RING_FIRST && history->count < history->capacity / 4 &&
	    set_capacity(columns, history, history->capacity / 2, pool) == -1)
		return -1;
	return evicted;
}

static int
append_cell(const struct column *column, struct history *history, uint64_t *event,
    const struct cell *cell, struct pool *pool)
{
	struct summary *s = &history->summary;
	uint64_t number = history->first + history->count;

	if (column->number_word != 0)
		event[column->number_word] =
		    cell->there ? number_bits(number_hold(cell->number)) : NUMBER_NONE_BITS;
	if (column->value_word != 0)
		event[column->value_word] = WORD_NONE;
	if (column->key_word != 0)
		event[column->key_word] = WORD_NONE;
	if (!cell->there)
		return 0;
	if (column->value_word != 0 &&
	    word_make(&event[column->value_word], cell->value, cell->value_size, pool) == -1)
		return -1;
	if (column->key_word != 0 &&
	    word_make(&event[column->key_word], cell->key, cell->key_size, pool) == -1)
		return -1;
	if (column->min_queue + column->max_queue != 0 &&
	    extremes_push(column, s, number, cell->number, cell->number) == -1)
		return -1;
	return summary_put(column, s, cell, false);
}

int
history_append(const struct columns *columns, struct history *history, int64_t time,
    const struct cell *cells, struct pool *pool)
{
	uint64_t *event;
	size_t i;

	if (history->count == history->capacity && grow(columns, history, pool) == -1)
		return -1;
	event = event_at(columns, history, history->count);
	event[0] = (uint64_t)time;
	for (i = 0; i < columns->count; i++)
		if (append_cell(&columns->at[i], history, event, &cells[i], pool) == -1)
			return -1;
	history->count++;
	history->summary.records++;
	return 0;
}

/*
 * Returns the value that has this rank among all values of the column since the key's first
 * event.  It must still be in the history.  Moves the cursor forward to it.  A cursor is never
 * asked for a lower rank than before, so it passes each event once.
 */
static uint64_t
find(const struct columns *columns, struct history *history, const struct column *column,
    struct cursor *cursor, uint64_t rank)
{
	const uint64_t *event;

	if (cursor->at < history->first) {
		cursor->at = history->first;
		cursor->rank =
		    *(const uint64_t *)summary_look(&history->summary, column->gone);
	}
	for (;; cursor->at++) {
		event = event_at(columns, history, (uint32_t)(cursor->at - history->first));
		if (!has_value(column, event))
			continue;
		if (cursor->rank == rank)
			return event[column->value_word];
		cursor->rank++;
	}
}

/* Returns the n-th value from the end (the last one for n = 1), or WORD_NONE. */
static uint64_t
from_end(const struct columns *columns, struct history *history, size_t function, uint64_t n)
{
	const struct column *column = &columns->at[columns->functions->at[function].column];
	uint64_t held, gone;

	held = *(const uint64_t *)summary_look(&history->summary, column->part[PART_COUNT]);
	gone = *(const uint64_t *)summary_look(&history->summary, column->gone);
	if (n == 0 || held < n)
		return WORD_NONE;
	return find(columns, history, column,
	    summary_part(&history->summary, columns->cursor[function]), gone + held - n);
}

struct result
history_lag(const struct columns *columns, struct history *history, size_t function)
{
	uint64_t value =
	    from_end(columns, history, function, columns->functions->at[function].n);

	return (struct result){ .kind = value == WORD_NONE ? RESULT_NULL : RESULT_VALUE,
		.value = value };
}

void
history_settle(const struct columns *columns, struct history *history)
{
	const struct functions *functions = columns->functions;
	const struct column *column;
	const uint64_t *held;
	size_t i;

	if (!columns->borrows)
		return;
	extremes_settle(columns, &history->summary, history->first);
	for (i = 0; i < functions->count; i++) {
		if (functions->at[i].kind != FUNCTION_FIRST &&
		    functions->at[i].kind != FUNCTION_LAST)
			continue;
		column = &columns->at[functions->at[i].column];
		held = summary_look(&history->summary, column->part[PART_COUNT]);
		if (functions->at[i].kind == FUNCTION_FIRST)
			((struct edge *)summary_part(&history->summary,
			     column->part[PART_FIRST]))
			    ->value = from_end(columns, history, i, *held);
		else
			((struct edge *)summary_part(&history->summary,
			     column->part[PART_LAST]))
			    ->value = from_end(columns, history, i, 1);
	}
}

void
history_end(const struct columns *columns, struct history *history, struct pool *pool)
{
	size_t i;
	uint32_t e;

	for (e = 0; e < history->count; e++)
		for (i = 0; i < columns->count; i++)
			drop_words(&columns->at[i], event_at(columns, history, e), pool);
	extremes_end(columns, &history->summary);
	summary_end(columns, &history->summary, pool);
	pool_put(pool, history->ring, ring_size(columns, history->capacity));
	history->ring = NULL;
	history->capacity = history->count = 0;
}
