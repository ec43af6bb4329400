/* Scales features to mean 0 and variance 1, by the stream's means and variances so far. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "learn/learner.h"
#include "learn/scaler.h"
#include "learn/vector.h"

/* (2 * largest)^2 is below DBL_MAX. */
static const double largest = 6e153;

static const struct member scaler_members[] = {
	{ "rows", M_U64, offsetof(struct scaler, rows), 0 },
	{ NULL, 0, 0, 0 },
};

static const struct feature_number scaler_numbers[] = {
	{ "mean", "means", offsetof(struct scaler, mean), offsetof(struct scaler, width) },
	{ "variance", "variances", offsetof(struct scaler, variance),
	    offsetof(struct scaler, variances) },
	{ NULL, NULL, 0, 0 },
};

/* A document lacks the number of rows: it is the model's number of steps. */
const struct learner_part scaler_part = { "scaler", scaler_members, scaler_numbers, 0, true,
	false };

void
scaler_close(struct scaler *s)
{
	free(s->mean);
	free(s->variance);
	free(s->next_mean);
	free(s->next_variance);
	*s = (struct scaler){ .rows = 0 };
}

int
scaler_reserve(struct scaler *s, uint64_t width)
{
	if (vector_reserve(&s->mean, width) == -1 ||
	    vector_reserve(&s->variance, width) == -1 ||
	    vector_reserve(&s->next_mean, width) == -1)
		return -1;
	return vector_reserve(&s->next_variance, width);
}

void
scaler_widen(struct scaler *s, uint64_t at, uint64_t n)
{
	vector_insert(s->mean, s->width, at, n);
	vector_insert(s->variance, s->width, at, n);
	s->width = s->variances = s->width + n;
}

void
scaler_narrow(struct scaler *s, uint64_t at, uint64_t n)
{
	vector_remove(s->mean, s->width, at, n);
	vector_remove(s->variance, s->width, at, n);
	s->width = s->variances = s->width - n;
}

int
scaler_loaded(struct scaler *s, uint64_t width)
{
	if (s->width != width || s->variances != width || !vector_finite(s->mean, width) ||
	    !vector_finite(s->variance, width))
		return -1;
	for (uint64_t i = 0; i < width; i++)
		if (s->variance[i] < 0 || fabs(s->mean[i]) > largest)
			return -1;
	return scaler_reserve(s, width);
}

static double
scale(double x, double mean, double variance)
{
	return variance != 0 ? (x - mean) / sqrt(variance) : 0.0;
}

void
scaler_apply(const struct scaler *s, const double *x, double *z)
{
	for (uint64_t i = 0; i < s->width; i++)
		z[i] = scale(x[i], s->mean[i], s->variance[i]);
}

int
scaler_try(struct scaler *s, const double *x, double *z)
{
	double n = (double)s->rows + 1.0, mean, variance;
	bool fits = true;

	for (uint64_t i = 0; i < s->width; i++) {
		mean = s->mean[i] + (x[i] - s->mean[i]) / n;
		variance = s->variance[i];
		variance += ((x[i] - s->mean[i]) * (x[i] - mean) - variance) / n;
		fits = fits && fabs(x[i]) <= largest;
		s->next_mean[i] = mean;
		s->next_variance[i] = variance;
		z[i] = scale(x[i], mean, variance);
	}
	return fits ? 0 : -1;
}

void
scaler_keep(struct scaler *s)
{
	double *mean = s->mean, *variance = s->variance;

	s->mean = s->next_mean;
	s->next_mean = mean;
	s->variance = s->next_variance;
	s->next_variance = variance;
	s->rows++;
}
