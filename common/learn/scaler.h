#ifndef SML_SCALER_H
#define SML_SCALER_H

#include <stdint.h>

/* learner.h */
struct learner_part;

/*
 * Scales features to mean 0 and variance 1, by the mean and the population variance of all
 * rows so far.  The definition is River 0.26's preprocessing.StandardScaler (Welford's
 * recurrence), including the order of operations, except that River takes the square root by
 * pow(v, 0.5).
 *
 * As in learner.h, learning takes two steps: scaler_try, then scaler_keep.
 */
struct scaler {
	uint64_t rows;
	uint64_t width, variances; /* equal, except while members are being read */
	double *mean, *variance;
	double *next_mean, *next_variance;
};

extern const struct learner_part scaler_part;

void scaler_close(struct scaler *); /* all zeroes is open */

/* Makes room for width features.  If memory is short, changes nothing and returns -1. */
int scaler_reserve(struct scaler *, uint64_t width);

/*
 * Inserts n features before feature at, as if they had been 0 in every row so far;
 * there must be room for them.
 */
void scaler_widen(struct scaler *, uint64_t at, uint64_t n);

/* Undoes scaler_widen, but not after scaler_keep. */
void scaler_narrow(struct scaler *, uint64_t at, uint64_t n);

/* Does what loaded in learner.h does. */
int scaler_loaded(struct scaler *, uint64_t width);

/* Scales x into z[width] by the present means and variances; z is 0 if the variance is 0. */
void scaler_apply(const struct scaler *, const double *x, double *z);

/*
 * Computes the means and variances with x included, and scales x into z by them; scaler_keep
 * adopts them.  Returns -1 if a number of x is beyond 6e153 or -6e153.  Within these limits
 * the square of the difference of two numbers never overflows, so the row at fault is refused,
 * not a later one.
 */
int scaler_try(struct scaler *, const double *x, double *z);
void scaler_keep(struct scaler *);

#endif
