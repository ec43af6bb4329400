#ifndef SML_FEATURE_H
#define SML_FEATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "json/fields.h"
#include "json/record.h"
#include "state/member.h"

/*
 * The features of a model: which fields they are, and the numbers that a
 * record has in them.  A feature is a number, or an array of numbers whose
 * elements are features of their own; the first record that has it decides
 * which of the two, and how many.  True is 1 and false is 0.
 */
enum {
	FEATURE_UNKNOWN = -2, /* no record had it yet */
	FEATURE_NUMBER = -1   /* otherwise: an array of so many elements */
};

enum missing { MISSING_REJECT, MISSING_SKIP, MISSING_ZERO };

struct features {
	uint64_t count;
	int *slot;
	const char **path;    /* borrowed from the fields */
	int64_t *elements;    /* of each feature, or one of the above */
	struct value record;  /* the present one */
	bool *fresh;	      /* known from the present record alone */
	double *x;	      /* the numbers of the present record */
	uint64_t width, room; /* how many there are, and could be */
};

extern const struct member features_members[];

/* Compiles a list of paths.  Returns -1 if a path is wrong or memory is short. */
int features_open(struct features *, struct fields *, const char *list, struct err *);
void features_close(struct features *); /* accepts all zeroes */

/* Forgets which features are arrays, and of how many elements. */
void features_clear(struct features *);

/* Checks the members after they were read.  Returns -1 unless there are count features. */
int features_loaded(struct features *, uint64_t count);

/* Returns how many numbers feature i has; 0 while that is not known. */
uint64_t features_width(const struct features *, uint64_t i);

/*
 * Reads x from a record.  Returns 1; 0 if a feature is missing and missing is
 * MISSING_SKIP; -1 if the record is bad.  If the record is the first to show a
 * feature's elements, they are fresh until features_settle keeps them or
 * features_forget takes them back.
 */
int features_read(struct features *, const struct record *, enum missing, struct err *);
void features_settle(struct features *);
void features_forget(struct features *);
bool features_any_fresh(const struct features *);

#endif
