/* Handles arrays of doubles with one number for each feature. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn/vector.h"

int
vector_reserve(double **vector, uint64_t width)
{
	double *grown;

	/* Allocate one element more, so that an empty vector has an address too. */
	grown = reallocarray(*vector, width + 1, sizeof *grown);
	if (grown == NULL)
		return -1;
	*vector = grown;
	return 0;
}

void
vector_insert(double *vector, uint64_t width, uint64_t at, uint64_t n)
{
	memmove(vector + at + n, vector + at, (width - at) * sizeof *vector);
	for (uint64_t i = 0; i < n; i++)
		vector[at + i] = 0.0;
}

void
vector_remove(double *vector, uint64_t width, uint64_t at, uint64_t n)
{
	memmove(vector + at, vector + at + n, (width - at - n) * sizeof *vector);
}

bool
vector_finite(const double *vector, uint64_t width)
{
	for (uint64_t i = 0; i < width; i++)
		if (!isfinite(vector[i]))
			return false;
	return true;
}
