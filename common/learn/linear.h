#ifndef SML_LINEAR_H
#define SML_LINEAR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What learners with a weight for each feature share: one or more numbers for each
 * feature, the same for the intercept, and totals of the whole model.  A learner's
 * struct begins with it.
 *
 * Learning is in two steps, so that a bad row changes nothing: a learner computes the
 * next numbers without touching the present ones, linear_keep takes them over.
 */
enum { LINEAR_NUMBERS = 4, LINEAR_TOTALS = 4 };

struct linear {
	uint64_t steps;			 /* rows learned */
	uint64_t width;			 /* features */
	int numbers;			 /* of each feature; the first is the weight */
	uint64_t length[LINEAR_NUMBERS]; /* the width, but while members are read */
	double *of[LINEAR_NUMBERS], *next[LINEAR_NUMBERS];
	double intercept[LINEAR_NUMBERS], next_intercept[LINEAR_NUMBERS];
	double total[LINEAR_TOTALS], next_total[LINEAR_TOTALS];
};

/* Where the numbers are, for tables of members. */
#define LINEAR_OF(i) \
	offsetof(struct linear, of) + (i) * sizeof(double *), \
	    offsetof(struct linear, length) + (i) * sizeof(uint64_t)
#define LINEAR_INTERCEPT(i) offsetof(struct linear, intercept) + (i) * sizeof(double)
#define LINEAR_TOTAL(i) offsetof(struct linear, total) + (i) * sizeof(double)

/* These are functions of struct learner_kind (learner.h). */
void linear_close(void *);
void linear_clear(void *);
int linear_reserve(void *, uint64_t width);
void linear_widen(void *, uint64_t at, uint64_t n);
void linear_narrow(void *, uint64_t at, uint64_t n);
int linear_loaded(void *, uint64_t width);
void linear_keep(void *);

/* Returns the weights times x[width], summed in order, plus the intercept. */
double linear_score(const void *, const double *x);

/* Changes the signs of the weights and of the intercept. */
void linear_mirror(void *);

#endif
