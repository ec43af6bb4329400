#ifndef SML_FEATURE_H
#define SML_FEATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "json/fields.h"
#include "json/record.h"
#include "state/member.h"

/*
 * The features of a model: their fields, and their numbers in the present record.  A feature
 * is a number, or an array whose elements are features of their own.  The first record that
 * has the field decides which of the two it is, and how many elements there are.  True is 1
 * and false is 0.
 */
enum {
	FEATURE_UNKNOWN = -2, /* no record has had it yet */
	FEATURE_NUMBER = -1   /* 0 or more: an array of this many elements */
};

enum missing { MISSING_REJECT, MISSING_SKIP, MISSING_ZERO };

struct features {
	uint64_t count;
	int *slot;
	const char **path;    /* borrowed from the fields */
	int64_t *elements;    /* the number of elements of each feature, or a value above */
	struct value record;  /* the present record */
	bool *fresh;	      /* the feature's kind is known only from the present record */
	double *x;	      /* the numbers of the present record */
	uint64_t width, room; /* how many numbers x has, and has room for */
};

extern const struct member features_members[];

/* Compiles a list of paths.  Returns -1 if a path is wrong or memory is short. */
int features_open(struct features *, struct fields *, const char *list, struct err *);
void features_close(struct features *); /* accepts all zeroes */

/* Forgets which features are arrays, and of how many elements. */
void features_clear(struct features *);

/* Checks members that were read.  Returns -1 unless there are count features. */
int features_loaded(struct features *, uint64_t count);

/* Returns how many numbers feature i has; 0 while that is not known. */
uint64_t features_width(const struct features *, uint64_t i);

/*
 * Reads x from a record.  Returns 1; 0 if a feature is missing and missing is MISSING_SKIP; -1
 * if the record is bad.  If no record had a feature before, its kind is fresh until
 * features_settle keeps it or features_forget forgets it.
 */
int features_read(struct features *, const struct record *, enum missing, struct err *);
void features_settle(struct features *);
void features_forget(struct features *);
bool features_any_fresh(const struct features *);

#endif
