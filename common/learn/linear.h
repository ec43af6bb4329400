#ifndef SML_LINEAR_H
#define SML_LINEAR_H

#include <stdbool.h>
#include <stdint.h>

#include "learn/rule.h"

/*
 * What learners with a weight for each feature share: one or more numbers for each feature and
 * for the intercept, and totals of the whole model.  A learner's struct is this one, or begins
 * with it.
 *
 * Learning is in two steps, so that a bad row changes nothing: a learner computes the next
 * numbers without touching the present ones, then linear_keep replaces the present ones.
 */
enum { LINEAR_NUMBERS = 5, LINEAR_TOTALS = 4 };

struct linear {
	uint64_t steps; /* rows learned */
	uint64_t width; /* features */
	int numbers;	/* of each feature */
	int odd;	/* first numbers that change sign if the labels change places */
	struct learner_rule rule;
	uint64_t length[LINEAR_NUMBERS]; /* the width, but not while members are read */
	double *of[LINEAR_NUMBERS], *next[LINEAR_NUMBERS];
	double intercept[LINEAR_NUMBERS], next_intercept[LINEAR_NUMBERS];
	double total[LINEAR_TOTALS], next_total[LINEAR_TOTALS];
};

/* The offsets of the numbers, for the tables of learner.h. */
#define LINEAR_NUMBER(i) \
	offsetof(struct linear, of) + (i) * sizeof(double *), \
	    offsetof(struct linear, length) + (i) * sizeof(uint64_t)
#define LINEAR_INTERCEPT(i) offsetof(struct linear, intercept) + (i) * sizeof(double)
#define LINEAR_TOTAL(i) offsetof(struct linear, total) + (i) * sizeof(double)

/* Opens a learner with this many numbers for each feature. */
void linear_open(struct linear *, const struct learner_rule *, int numbers, int odd);

/* These are functions of struct learner_kind. */
void linear_close(void *);
void linear_clear(void *);
int linear_reserve(void *, uint64_t width);
void linear_widen(void *, uint64_t at, uint64_t n);
void linear_narrow(void *, uint64_t at, uint64_t n);
int linear_loaded(void *, uint64_t width);
void linear_keep(void *);
void linear_mirror(void *);

#define LINEAR_KIND \
	.close = linear_close, .clear = linear_clear, .reserve = linear_reserve, \
	.widen = linear_widen, .narrow = linear_narrow, .loaded = linear_loaded, \
	.keep = linear_keep, .mirror = linear_mirror

/* Returns the sum, in order, of the first numbers times x[width], plus the intercept. */
double linear_score(const void *, const double *x);

/* Begins a row: sets the next numbers to the present ones. */
void linear_begin(struct linear *);

/* Ends a row.  Returns -1 if a next number is not finite. */
int linear_finite(const struct linear *);

/*
 * Calls change for the next numbers of each feature that is not 0, and of the intercept, whose
 * feature is 1.
 */
static inline void
linear_each(struct linear *l, const double *x, bool intercept,
    void (*change)(void *, double x, double *number), void *step)
{
	double number[LINEAR_NUMBERS] = { 0 };

	for (uint64_t i = 0; i < l->width; i++) {
		if (x[i] == 0)
			continue;
		for (int k = 0; k < l->numbers; k++)
			number[k] = l->next[k][i];
		change(step, x[i], number);
		for (int k = 0; k < l->numbers; k++)
			l->next[k][i] = number[k];
	}
	if (intercept)
		change(step, 1, l->next_intercept);
}

#endif
