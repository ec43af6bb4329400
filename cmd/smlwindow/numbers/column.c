/* Finds the parts that the functions of a field need, and their offsets in a summary. */
#include "numbers/column.h"

#include <stdlib.h>
#include <sys/random.h>

#include "numbers/summary.h"
#include "numbers/monotonic.h"

#define NEED(part) (1u << (part))

static const unsigned int needs[] = {
	[FUNCTION_COUNT] = NEED(PART_COUNT),
	[FUNCTION_SUM] = NEED(PART_SUM),
	[FUNCTION_MEAN] = NEED(PART_COUNT) | NEED(PART_SUM),
	[FUNCTION_MIN] = NEED(PART_MIN),
	[FUNCTION_MAX] = NEED(PART_MAX),
	[FUNCTION_VAR] = NEED(PART_COUNT) | NEED(PART_SUM) | NEED(PART_SQUARES),
	[FUNCTION_STD] = NEED(PART_COUNT) | NEED(PART_SUM) | NEED(PART_SQUARES),
	[FUNCTION_FIRST] = NEED(PART_COUNT) | NEED(PART_FIRST),
	[FUNCTION_LAST] = NEED(PART_COUNT) | NEED(PART_LAST),
	[FUNCTION_DISTINCT] = NEED(PART_SET),
	[FUNCTION_MEDIAN] = NEED(PART_ORDER),
	[FUNCTION_QUANTILE] = NEED(PART_ORDER),
	[FUNCTION_LAG] = NEED(PART_COUNT),
};

#define NUMERIC \
	(NEED(PART_SUM) | NEED(PART_SQUARES) | NEED(PART_MIN) | NEED(PART_MAX) | \
	    NEED(PART_ORDER))
#define PICKS (NEED(PART_MIN) | NEED(PART_MAX) | NEED(PART_ORDER))
#define EDGES (NEED(PART_FIRST) | NEED(PART_LAST))

/* Sizes are multiples of eight, so every part is aligned. */
static uint32_t
place(size_t *end, size_t size)
{
	uint32_t at = (uint32_t)*end;

	*end += size;
	return at;
}

static bool
has_cursor(const struct function *f)
{
	return f->kind == FUNCTION_FIRST || f->kind == FUNCTION_LAST ||
	    f->kind == FUNCTION_LAG;
}

static struct column *
column_of(struct columns *columns, struct function *f)
{
	int i;

	for (i = 0; i < (int)columns->count; i++)
		if (columns->at[i].slot == f->slot)
			break;
	f->column = i;
	if (i == (int)columns->count) {
		columns->at[i] = (struct column){ .slot = f->slot };
		columns->count++;
	}
	return &columns->at[i];
}

static void
place_parts(struct columns *columns, struct column *column, unsigned int need)
{
	int part;

	for (part = 0; part < PARTS; part++) {
		if ((need & NEED(part)) == 0)
			continue;
		column->part[part] = place(&columns->summary_size, part_ops[part].size);
		column->placed[column->parts++] =
		    (struct placed_part){ &part_ops[part], column->part[part] };
		column->timeless += part_ops[part].put != NULL;
	}
	column->numeric = (need & NUMERIC) != 0;
	column->picks = (need & PICKS) != 0;
	if (column->numeric)
		column->number_word = place(&columns->event_words, 1);
	if ((need & EDGES) != 0 || column->lags)
		column->value_word = place(&columns->event_words, 1);
	if (need & NEED(PART_SET))
		column->key_word = place(&columns->event_words, 1);
	/* count(FIELD) must know which events had a value. */
	if (!column->numeric && column->value_word == 0 && column->key_word == 0)
		column->number_word = place(&columns->event_words, 1);
	columns->borrows |= (need & (NEED(PART_MIN) | NEED(PART_MAX) | EDGES)) != 0;
	columns->weighs |= (need & (NEED(PART_SET) | NEED(PART_ORDER))) != 0;
}

/*
 * Chooses the offsets of the data that a window from which events can leave needs after its
 * summary.
 */
static void
place_leaving(struct columns *columns)
{
	const struct functions *functions = columns->functions;
	struct column *column;
	size_t i;

	columns->rolling_size = columns->summary_size;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		if (column->part[PART_MIN] != 0)
			column->min_queue =
			    place(&columns->rolling_size, sizeof(struct monotonic));
		if (column->part[PART_MAX] != 0)
			column->max_queue =
			    place(&columns->rolling_size, sizeof(struct monotonic));
	}
	columns->history_size = columns->rolling_size;
	for (i = 0; i < columns->count; i++)
		if (columns->at[i].value_word != 0)
			columns->at[i].gone = place(&columns->history_size, sizeof(uint64_t));
	for (i = 0; i < functions->count; i++)
		if (has_cursor(&functions->at[i]))
			columns->cursor[i] =
			    place(&columns->history_size, sizeof(struct cursor));
}

/* Makes the bytes of an empty summary. */
static int
make_empty(struct columns *columns)
{
	const struct column *column;
	const struct placed_part *part;
	size_t i;

	if ((columns->empty = calloc(1, columns->summary_size)) == NULL)
		return -1;
	for (i = 0; i < columns->count; i++) {
		column = &columns->at[i];
		for (part = column->placed; part < column->placed + column->parts; part++)
			if (part->ops->begin != NULL)
				part->ops->begin((char *)columns->empty + part->at,
				    columns->seed);
	}
	return 0;
}

int
columns_make(struct columns *columns, struct functions *functions)
{
	unsigned int *need = NULL;
	struct function *f;
	int status = -1;
	size_t i;

	*columns = (struct columns){
		.functions = functions,
		.summary_size = sizeof(struct summary),
		.event_words = 1,
	};
	/* Without a random seed a hostile stream could choose values that collide. */
	if (getrandom(&columns->seed, sizeof columns->seed, GRND_NONBLOCK) == -1)
		columns->seed = 0;
	columns->at = calloc(functions->count, sizeof *columns->at);
	columns->cursor = calloc(functions->count, sizeof *columns->cursor);
	need = calloc(functions->count, sizeof *need);
	if (columns->at == NULL || columns->cursor == NULL || need == NULL)
		goto out;
	for (i = 0; i < functions->count; i++) {
		f = &functions->at[i];
		if (f->slot == -1)
			continue;
		column_of(columns, f)->lags |= f->kind == FUNCTION_LAG;
		need[f->column] |= needs[f->kind];
	}
	for (i = 0; i < columns->count; i++)
		place_parts(columns, &columns->at[i], need[i]);
	place_leaving(columns);
	status = make_empty(columns);
out:
	if (status == -1)
		columns_free(columns);
	free(need);
	return status;
}

void
columns_free(struct columns *columns)
{
	free(columns->at);
	free(columns->cursor);
	free(columns->empty);
	*columns = (struct columns){ 0 };
}
