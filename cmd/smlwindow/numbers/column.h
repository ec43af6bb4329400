/*
 * column: what must be known of a field for all the functions that are asked of it, each part
 * once: mean, sum and var of a field share one sum. Every distinct field of -a is a column.
 */
#ifndef SML_COLUMN_H
#define SML_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbers/part.h"
#include "spec.h"

/* A place in the history that only moves on: event number at, before it rank values in all. */
struct cursor {
	uint64_t at, rank;
};

struct column {
	int slot;
	bool numeric;	      /* a value must be a number */
	bool picks;	      /* a number may come out as it was spelt */
	bool lags;	      /* some lag() is asked of it */
	uint32_t part[PARTS]; /* where each part stands in a summary; 0: not needed */
	/* Those that are needed, the parts that do not depend on time first. */
	struct placed_part {
		const struct part_ops *ops;
		uint32_t at;
	} placed[PARTS];
	uint32_t timeless, parts; /* how many are placed of those, and of all */
	/* For windows that events leave, in bytes from the summary on; 0: not needed. */
	uint32_t min_queue, max_queue; /* struct monotonic */
	uint32_t gone; /* uint64_t: values that have left; where there are cursors */
	/* In an event of a history, the word of: (word 0 is its time; 0: not kept) */
	uint32_t number_word, value_word, key_word;
};

struct columns {
	struct column *at;
	size_t count;
	const struct functions *functions;
	uint32_t *cursor;    /* by function: struct cursor, from the summary on; 0: none */
	size_t summary_size; /* of a summary, which only grows */
	size_t rolling_size; /* the same and its queues */
	size_t history_size; /* the same and its cursors */
	size_t event_words;
	uint64_t seed; /* of sets; random, and shows in no result */
	bool borrows;  /* some column has a least, greatest, first or last value */
	bool weighs;   /* a summary grows with its values: it has an order or a set */
};

/*
 * Finds the columns of functions (borrowed, their column is set). Returns 0, or -1 (ENOMEM).
 */
int columns_make(struct columns *columns, struct functions *functions);

void columns_free(struct columns *columns);

#endif
