#ifndef SML_SCALER_H
#define SML_SCALER_H

#include <stdint.h>

#include "state/member.h"

/*
 * Features to mean 0 and variance 1, by the mean and the population variance
 * of all rows so far.  The definition is River 0.26's
 * preprocessing.StandardScaler (Welford's recurrence), the order of operations
 * included, but for the square root, which River takes by pow(v, 0.5).
 *
 * As with the model, learning is in two steps: scaler_try, scaler_keep.
 */
struct scaler {
	uint64_t rows;
	uint64_t width, variances; /* the same, but while members are read */
	double *mean, *variance;
	double *next_mean, *next_variance;
};

extern const struct member scaler_members[];

void scaler_close(struct scaler *); /* all zeroes is an open one */

/* Makes room for width features.  -1: memory is short, nothing changed. */
int scaler_reserve(struct scaler *, uint64_t width);

/*
 * Puts n features before the one at, as if they had been 0 in every row so
 * far; there is room for them.
 */
void scaler_widen(struct scaler *, uint64_t at, uint64_t n);

/* Undoes scaler_widen; not after scaler_keep. */
void scaler_narrow(struct scaler *, uint64_t at, uint64_t n);

/* As sgd_loaded. */
int scaler_loaded(struct scaler *, uint64_t width);

/* z[width] is x scaled by what is known; 0 where the variance is 0. */
void scaler_apply(const struct scaler *, const double *x, double *z);

/*
 * Learns x, and scales it by what is known then.  -1 where a mean or variance
 * would not be finite.
 */
int scaler_try(struct scaler *, const double *x, double *z);
void scaler_keep(struct scaler *);

#endif
