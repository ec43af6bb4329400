#ifndef SML_VECTOR_H
#define SML_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

/* Arrays of doubles that a model holds one number a feature in. */

/*
 * Gives an array (NULL where there is none yet) room for width elements; the
 * ones there stay.  -1: memory is short, nothing changed.
 */
int vector_reserve(double **, uint64_t width);

/*
 * Puts n zeroes before element at (at most width) of an array of width
 * elements with room for n more.
 */
void vector_insert(double *, uint64_t width, uint64_t at, uint64_t n);

/* Takes n elements out again. */
void vector_remove(double *, uint64_t width, uint64_t at, uint64_t n);

bool vector_finite(const double *, uint64_t width);

#endif
