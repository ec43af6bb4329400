/*
 * column: a field of -a, and the parts that its functions need.  Each part is there only once:
 * mean, sum and var of a field share one sum.
 */
#ifndef SML_COLUMN_H
#define SML_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbers/part.h"
#include "spec/spec.h"

/*
 * A place in a history that only moves forward: event number `at`, with `rank` values before
 * it.
 */
struct cursor {
	uint64_t at, rank;
};

struct column {
	int slot;
	bool numeric;	      /* a value must be a number */
	bool picks;	      /* a number may be written as it was spelt */
	bool lags;	      /* a function of it is lag() */
	uint32_t part[PARTS]; /* offset of each part in a summary; 0: not needed */
	/* The needed parts; the parts that do not depend on time come first. */
	struct placed_part {
		const struct part_ops *ops;
		uint32_t at;
	} placed[PARTS];
	uint32_t timeless, parts; /* how many parts do not depend on time; how many in all */
	/* For windows that events can leave: offsets from the summary; 0: not needed. */
	uint32_t min_queue, max_queue; /* struct monotonic */
	uint32_t gone;		       /* uint64_t: values that have left; only with cursors */
	/*
	 * Indexes of words in an event of a history (word 0 is its time; 0: there is no such
	 * word).
	 */
	uint32_t number_word, value_word, key_word;
};

struct columns {
	struct column *at;
	size_t count;
	const struct functions *functions;
	/* of each function: offset of a struct cursor from the summary; 0: none */
	uint32_t *cursor;
	void *empty;	     /* the bytes of an empty summary */
	size_t summary_size; /* of a summary from which no values are removed */
	size_t rolling_size; /* with its queues */
	size_t history_size; /* with its queues and its cursors */
	size_t event_words;
	uint64_t seed; /* of sets; random, but no result depends on it */
	bool borrows;  /* some column has a least, greatest, first or last value */
	bool weighs;   /* a summary has an order or a set, so it grows with its values */
};

/*
 * Makes the columns of functions, which are borrowed, and sets the member column of each
 * function.  Returns 0, or -1 (ENOMEM).
 */
int columns_make(struct columns *columns, struct functions *functions);

void columns_free(struct columns *columns);

#endif
