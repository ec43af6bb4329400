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
	/* These do not depend on when a value came. */
	PART_COUNT,   /* uint64_t: how many values there are */
	PART_SUM,     /* struct total */
	PART_SQUARES, /* struct exact */
	PART_ORDER,   /* struct order */
	PART_SET,     /* struct multiset */
	/* Values cannot be removed from these. */
	PART_MIN,   /* double: a number, held (number.h); none if there are no values */
	PART_MAX,   /* the same */
	PART_FIRST, /* struct edge */
	PART_LAST,  /* struct edge */
	PARTS
};

/* The value at one end of a window; WORD_NONE: there is none. */
struct edge {
	int64_t time;
	uint64_t value;
};

/* A field's value in a record that is being added.  All is borrowed. */
struct cell {
	bool there;
	double number;	   /* as in number.h, if the column is numeric */
	const char *value; /* its bytes in the record */
	size_t value_size;
	const char *key; /* its canonical bytes, if the column has a set */
	size_t key_size;
};

/*
 * The operations of a kind of part; NULL: nothing to do.  Functions that return int return 0,
 * or -1 (ENOMEM).  A part starts as zero bytes.
 */
struct part_ops {
	size_t size; /* a multiple of 8 */
	bool high;   /* it is the greatest or the last, not the least or the first */
	/* seed: of sets. */
	void (*begin)(void *part, uint64_t seed);
	/*
	 * For parts that do not depend on when a value came; otherwise NULL.  These add a
	 * value or another part; if off, they remove it.
	 */
	int (*put)(void *part, const struct cell *cell, bool off);
	int (*merge)(void *part, const void *other, bool off);
	/*
	 * For the other parts: adds a value with this time; if times are equal, the order of
	 * adding counts.  Here and in absorb, high is the member above.
	 */
	int (*place)(void *part, const struct cell *cell, int64_t time, bool high,
	    struct pool *pool);
	/* Moves all of another part into this one; NULL: use merge. */
	int (*absorb)(void *part, void *other, bool high, struct pool *pool);
	/* Returns how many single values the part holds. */
	uint64_t (*weight)(const void *part);
	void (*free)(void *part, struct pool *pool);
};

extern const struct part_ops part_ops[PARTS];

#endif
