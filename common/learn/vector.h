#ifndef SML_VECTOR_H
#define SML_VECTOR_H

#include <stdbool.h>
#include <stdint.h>

/* Arrays of doubles with one number for each feature. */

/*
 * Gives an array (NULL: there is none yet) room for width elements, keeping the present ones.
 * Returns -1 if memory is short; then nothing has changed.
 */
int vector_reserve(double **, uint64_t width);

/*
 * Inserts n zeroes before element at (at most width) of an array of width
 * elements with room for n more.
 */
void vector_insert(double *, uint64_t width, uint64_t at, uint64_t n);

/* Removes n elements from at on. */
void vector_remove(double *, uint64_t width, uint64_t at, uint64_t n);

/* Returns whether all elements are finite. */
bool vector_finite(const double *, uint64_t width);

#endif
