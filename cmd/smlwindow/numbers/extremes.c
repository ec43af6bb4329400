/* The least and the greatest value of a window that events leave, for all columns. */
#include "numbers/extremes.h"

#include "numbers/monotonic.h"
#include "numbers/number.h"

void
extremes_begin(const struct columns *columns, struct summary *s)
{
	struct monotonic *queue;
	size_t i;

	if (!columns->borrows)
		return;
	for (i = 0; i < columns->count; i++) {
		if (columns->at[i].min_queue != 0) {
			queue = summary_part(s, columns->at[i].min_queue);
			*queue = (struct monotonic){ 0 };
		}
		if (columns->at[i].max_queue != 0) {
			queue = summary_part(s, columns->at[i].max_queue);
			*queue = (struct monotonic){ .greatest = true };
		}
	}
}

static int
push(struct summary *s, uint32_t queue, uint64_t sequence, double number)
{
	return queue == 0 || number_is_none(number) ?
	    0 :
	    monotonic_push(summary_part(s, queue), sequence, number);
}

int
extremes_push(const struct column *column, struct summary *s, uint64_t sequence, double least,
    double greatest)
{
	return push(s, column->min_queue, sequence, least) == -1 ||
		push(s, column->max_queue, sequence, greatest) == -1 ?
	    -1 :
	    0;
}

static int
insert(struct summary *s, uint32_t queue, uint64_t sequence, double number)
{
	return queue == 0 ? 0 : monotonic_insert(summary_part(s, queue), sequence, number);
}

int
extremes_insert(const struct column *column, struct summary *s, uint64_t sequence,
    double number)
{
	return insert(s, column->min_queue, sequence, number) == -1 ||
		insert(s, column->max_queue, sequence, number) == -1 ?
	    -1 :
	    0;
}

static void
settle(struct summary *s, uint32_t part, uint32_t queue, uint64_t sequence)
{
	const struct monotonic_entry *front;

	if (queue == 0)
		return;
	monotonic_evict(summary_part(s, queue), sequence);
	front = monotonic_front(summary_look(s, queue));
	*(double *)summary_part(s, part) = front == NULL ? number_none() : front->value;
}

void
extremes_settle(const struct columns *columns, struct summary *s, uint64_t sequence)
{
	const struct column *column;
	size_t i;

	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		settle(s, column->part[PART_MIN], column->min_queue, sequence);
		settle(s, column->part[PART_MAX], column->max_queue, sequence);
	}
}

void
extremes_end(const struct columns *columns, struct summary *s)
{
	const struct column *column;
	size_t i;

	if (!columns->borrows)
		return;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (column->min_queue != 0) {
			monotonic_free(summary_part(s, column->min_queue));
			*(double *)summary_part(s, column->part[PART_MIN]) = number_none();
		}
		if (column->max_queue != 0) {
			monotonic_free(summary_part(s, column->max_queue));
			*(double *)summary_part(s, column->part[PART_MAX]) = number_none();
		}
		if (column->part[PART_FIRST] != 0)
			((struct edge *)summary_part(s, column->part[PART_FIRST]))->value =
			    WORD_NONE;
		if (column->part[PART_LAST] != 0)
			((struct edge *)summary_part(s, column->part[PART_LAST]))->value =
			    WORD_NONE;
	}
}
