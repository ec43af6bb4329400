/*
 * part: a piece of a summary.  A part computes one thing from the values of a field, such as
 * their count, sum or order.  It can add or remove a value, or another part of its kind.
 */
#ifndef SML_PART_H
#define SML_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbers/pool.h"

enum part {
	/* Values can be added to these, and removed. */
	PART_COUNT,   /* uint64_t: how many values there are */
	PART_SUM,     /* struct total */
	PART_SQUARES, /* struct exact */
	PART_ORDER,   /* struct order */
	PART_SET,     /* struct multiset */
	/* Values can only be added to these. */
	PART_MIN,   /* double: a number, held (number.h); number_none() without values */
	PART_MAX,   /* the same */
	PART_FIRST, /* struct edge */
	PART_LAST,  /* struct edge */
	PARTS
};

/* The first or the last value of a window; WORD_NONE if there is no value. */
struct edge {
	int64_t time;
	uint64_t value;
};

/* A field's value in a record that is being added.  All members are borrowed. */
struct cell {
	bool there;
	double number;	   /* as in number.h, if the column is numeric */
	const char *value; /* the bytes of the value in the record */
	size_t value_size;
	const char *key; /* canonical bytes of the value, if the column has a set */
	size_t key_size;
};

/*
 * The operations of one kind of part.  A member is NULL if there is nothing to do.  Functions
 * that return int return 0, or -1 (ENOMEM).
 */
struct part_ops {
	size_t size; /* a multiple of 8 */
	bool high;   /* the part is the greatest or last value, not the least or first */
	/* Initialises a part of zero bytes.  seed: for the hashes of a set. */
	void (*begin)(void *part, uint64_t seed);
	/*
	 * put adds a value, merge another part; if off, they remove it.  These are for
	 * PART_COUNT to PART_SET, and NULL for the other parts.
	 */
	int (*put)(void *part, const struct cell *cell, bool off);
	int (*merge)(void *part, const void *other, bool off);
	/*
	 * Adds a value with this time to one of the other parts.  If times are equal, the
	 * order of adding decides.  Here and in absorb, high is the member `high`.
	 */
	int (*place)(void *part, const struct cell *cell, int64_t time, bool high,
	    struct pool *pool);
	/* Moves everything from another part into this one.  NULL: merge does that. */
	int (*absorb)(void *part, void *other, bool high, struct pool *pool);
	/* Returns how many single values the part holds. */
	uint64_t (*weight)(const void *part);
	void (*free)(void *part, struct pool *pool);
};

extern const struct part_ops part_ops[PARTS];

#endif
