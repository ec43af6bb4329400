#include "kinds/trail.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/wedge.h"

#define RING_FIRST 4

/* A number that is not there: a quiet NaN of our own, which no record can hold. */
#define ABSENT UINT64_C(0x7ff8736d6c000001)

static uint64_t
word_of(double number)
{
	uint64_t word;

	memcpy(&word, &number, sizeof word);
	return word;
}

static double
number_of(uint64_t word)
{
	double number;

	memcpy(&number, &word, sizeof number);
	return number;
}

static uint64_t *
event_at(const struct columns *columns, const struct trail *trail, uint32_t i)
{
	uint64_t place = (uint64_t)trail->head + i;

	if (place >= trail->capacity)
		place -= trail->capacity;
	return trail->ring + place * columns->event_words;
}

const uint64_t *
trail_event(const struct columns *columns, const struct trail *trail, uint32_t i)
{
	return event_at(columns, trail, i);
}

static bool
has_value(const struct column *column, const uint64_t *event)
{
	if (column->value_word != 0)
		return event[column->value_word] != KEPT_NONE;
	if (column->key_word != 0)
		return event[column->key_word] != KEPT_NONE;
	return event[column->number_word] != ABSENT;
}

void
trail_begin(const struct columns *columns, struct trail *trail)
{
	size_t i;

	memset(trail, 0, trail_size(columns));
	summary_begin(columns, &trail->summary);
	for (i = 0; i < columns->count; i++)
		if (columns->at[i].wedge_most != 0)
			((struct wedge *)summary_part(&trail->summary,
			     columns->at[i].wedge_most))
			    ->greatest = true;
}

static size_t
ring_size(const struct columns *columns, uint32_t capacity)
{
	return capacity * columns->event_words * sizeof(uint64_t);
}

/* Moves the ring to one of another capacity, at least count; the head is at 0 then. */
static int
set_capacity(const struct columns *columns, struct trail *trail, uint32_t capacity,
    struct pool *pool)
{
	size_t size = ring_size(columns, 1), before = trail->capacity - trail->head;
	uint64_t *ring;

	if (before > trail->count)
		before = trail->count;
	if ((ring = pool_get(pool, ring_size(columns, capacity))) == NULL)
		return -1;
	if (trail->count > 0) {
		memcpy(ring, trail->ring + trail->head * columns->event_words, before * size);
		memcpy(ring + before * columns->event_words, trail->ring,
		    (trail->count - before) * size);
	}
	pool_put(pool, trail->ring, ring_size(columns, trail->capacity));
	trail->ring = ring;
	trail->head = 0;
	trail->capacity = capacity;
	return 0;
}

/*
 * A large ring is grown where it stands: malloc moves its pages, so that old and new need not
 * fit side by side.
 */
static int
grow_in_place(const struct columns *columns, struct trail *trail, uint32_t capacity)
{
	size_t tail = trail->capacity - trail->head, words = columns->event_words;
	uint64_t *ring;

	if ((ring = realloc(trail->ring, ring_size(columns, capacity))) == NULL)
		return -1;
	if (tail < trail->count) {
		memmove(ring + (capacity - tail) * words, ring + trail->head * words,
		    ring_size(columns, (uint32_t)tail));
		trail->head = (uint32_t)(capacity - tail);
	}
	trail->ring = ring;
	trail->capacity = capacity;
	return 0;
}

static int
grow(const struct columns *columns, struct trail *trail, struct pool *pool)
{
	uint32_t capacity = trail->capacity + trail->capacity / 2;

	if (trail->capacity == 0)
		capacity = RING_FIRST;
	if (capacity < trail->capacity) {
		errno = ENOMEM;
		return -1;
	}
	if (ring_size(columns, trail->capacity) > POOL_LARGEST)
		return grow_in_place(columns, trail, capacity);
	return set_capacity(columns, trail, capacity, pool);
}

/* What the wedges lose is found when they are asked. */
static int
take_off(const struct columns *columns, struct trail *trail, struct pool *pool)
{
	uint64_t *event = event_at(columns, trail, 0);
	const struct column *column;
	const char *key = NULL;
	size_t i, key_size = 0;

	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (!has_value(column, event))
			continue;
		if (column->key_word != 0)
			key = kept_bytes(&event[column->key_word], &key_size);
		if (summary_take(column, &trail->summary,
			number_of(event[column->number_word]), key, key_size) == -1)
			return -1;
		if (column->gone != 0)
			++*(uint64_t *)summary_part(&trail->summary, column->gone);
		if (column->key_word != 0)
			kept_drop(&event[column->key_word], pool);
		if (column->value_word != 0)
			kept_drop(&event[column->value_word], pool);
	}
	trail->summary.records--;
	trail->first++;
	trail->count--;
	if (++trail->head == trail->capacity)
		trail->head = 0;
	return 0;
}

long
trail_evict(const struct columns *columns, struct trail *trail, int64_t oldest,
    struct pool *pool)
{
	long evicted = 0;

	for (; trail->count > 0; evicted++) {
		if ((int64_t)event_at(columns, trail, 0)[0] >= oldest)
			break;
		if (take_off(columns, trail, pool) == -1)
			return -1;
	}
	if (trail->capacity > RING_FIRST && trail->count < trail->capacity / 4 &&
	    set_capacity(columns, trail, trail->capacity / 2, pool) == -1)
		return -1;
	return evicted;
}

static int
push(struct summary *s, uint32_t wedge, uint64_t first, uint64_t number, double value)
{
	if (wedge == 0)
		return 0;
	wedge_evict(summary_part(s, wedge), first);
	return wedge_push(summary_part(s, wedge), number, value);
}

static int
append_cell(const struct column *column, struct trail *trail, uint64_t *event,
    const struct cell *cell, struct pool *pool)
{
	struct summary *s = &trail->summary;
	uint64_t number = trail->first + trail->count;

	if (column->number_word != 0)
		event[column->number_word] = cell->there ? word_of(cell->number) : ABSENT;
	if (column->value_word != 0)
		event[column->value_word] = KEPT_NONE;
	if (column->key_word != 0)
		event[column->key_word] = KEPT_NONE;
	if (!cell->there)
		return 0;
	if (column->value_word != 0 &&
	    kept_make(&event[column->value_word], cell->value, cell->value_size, pool) == -1)
		return -1;
	if (column->key_word != 0 &&
	    kept_make(&event[column->key_word], cell->key, cell->key_size, pool) == -1)
		return -1;
	if (push(s, column->wedge_least, trail->first, number, cell->number) == -1 ||
	    push(s, column->wedge_most, trail->first, number, cell->number) == -1)
		return -1;
	return summary_put(column, s, cell->number, cell->key, cell->key_size);
}

int
trail_append(const struct columns *columns, struct trail *trail, int64_t time,
    const struct cell *cells, struct pool *pool)
{
	uint64_t *event;
	size_t i;

	if (trail->count == trail->capacity && grow(columns, trail, pool) == -1)
		return -1;
	event = event_at(columns, trail, trail->count);
	event[0] = (uint64_t)time;
	for (i = 0; i < columns->count; i++)
		if (append_cell(&columns->at[i], trail, event, &cells[i], pool) == -1)
			return -1;
	trail->count++;
	trail->summary.records++;
	return 0;
}

/*
 * The value of this rank among all that its key has had, which must be held: the cursor walks
 * on to it. Ranks asked of a cursor never fall, so that each event is passed once.
 */
static uint64_t
find(const struct columns *columns, struct trail *trail, const struct column *column,
    struct cursor *cursor, uint64_t rank)
{
	const uint64_t *event;

	if (cursor->at < trail->first) {
		cursor->at = trail->first;
		cursor->rank = *(const uint64_t *)summary_look(&trail->summary, column->gone);
	}
	for (;; cursor->at++) {
		event = event_at(columns, trail, (uint32_t)(cursor->at - trail->first));
		if (!has_value(column, event))
			continue;
		if (cursor->rank == rank)
			return event[column->value_word];
		cursor->rank++;
	}
}

/* The n-th value from the end, 1 being the last one; KEPT_NONE where there are fewer. */
static uint64_t
from_end(const struct columns *columns, struct trail *trail, size_t function, uint64_t n)
{
	const struct column *column = &columns->at[columns->functions->at[function].column];
	uint64_t held, gone;

	held = *(const uint64_t *)summary_look(&trail->summary, column->part[PART_COUNT]);
	gone = *(const uint64_t *)summary_look(&trail->summary, column->gone);
	if (n == 0 || held < n)
		return KEPT_NONE;
	return find(columns, trail, column,
	    summary_part(&trail->summary, columns->cursor[function]), gone + held - n);
}

struct result
trail_lag(const struct columns *columns, struct trail *trail, size_t function)
{
	uint64_t value =
	    from_end(columns, trail, function, columns->functions->at[function].n);

	return (struct result){ .kind = value == KEPT_NONE ? RESULT_NULL : RESULT_VALUE,
		.value = value };
}

static void
settle_extreme(struct trail *trail, uint32_t part, uint32_t wedge)
{
	const struct wedge_entry *front;

	if (part == 0)
		return;
	wedge_evict(summary_part(&trail->summary, wedge), trail->first);
	front = wedge_front(summary_look(&trail->summary, wedge));
	*(double *)summary_part(&trail->summary, part) =
	    front == NULL ? (double)NAN : front->value;
}

void
trail_settle(const struct columns *columns, struct trail *trail)
{
	const struct functions *functions = columns->functions;
	const struct column *column;
	const uint64_t *held;
	size_t i;

	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		settle_extreme(trail, column->part[PART_LEAST], column->wedge_least);
		settle_extreme(trail, column->part[PART_MOST], column->wedge_most);
	}
	for (i = 0; i < functions->count; i++) {
		if (functions->at[i].kind != FUNCTION_FIRST &&
		    functions->at[i].kind != FUNCTION_LAST)
			continue;
		column = &columns->at[functions->at[i].column];
		held = summary_look(&trail->summary, column->part[PART_COUNT]);
		if (functions->at[i].kind == FUNCTION_FIRST)
			((struct edge *)summary_part(&trail->summary,
			     column->part[PART_FIRST]))
			    ->value = from_end(columns, trail, i, *held);
		else
			((struct edge *)summary_part(&trail->summary, column->part[PART_LAST]))
			    ->value = from_end(columns, trail, i, 1);
	}
}

void
trail_end(const struct columns *columns, struct trail *trail, struct pool *pool)
{
	const struct column *column;
	size_t i;

	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		/* The edges are the ring's. */
		if (column->part[PART_FIRST] != 0)
			((struct edge *)summary_part(&trail->summary,
			     column->part[PART_FIRST]))
			    ->value = KEPT_NONE;
		if (column->part[PART_LAST] != 0)
			((struct edge *)summary_part(&trail->summary, column->part[PART_LAST]))
			    ->value = KEPT_NONE;
		for (uint32_t e = 0;
		     e < trail->count && column->value_word + column->key_word != 0; e++) {
			uint64_t *event = event_at(columns, trail, e);

			if (column->value_word != 0)
				kept_drop(&event[column->value_word], pool);
			if (column->key_word != 0)
				kept_drop(&event[column->key_word], pool);
		}
		if (column->wedge_least != 0)
			wedge_free(summary_part(&trail->summary, column->wedge_least));
		if (column->wedge_most != 0)
			wedge_free(summary_part(&trail->summary, column->wedge_most));
	}
	summary_end(columns, &trail->summary, pool);
	pool_put(pool, trail->ring, ring_size(columns, trail->capacity));
	trail->ring = NULL;
	trail->capacity = trail->count = 0;
}
