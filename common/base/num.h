#ifndef SML_NUM_H
#define SML_NUM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest text that num_write_f64 and num_write_i64 write. */
#define NUM_MAX 32

/*
 * Writes x as ECMAScript's Number::toString does (ECMA-262, 6.1.6.1.20): with the fewest
 * digits that read back as x; plain from 1e-6 to below 1e21, else with an exponent (1e+21,
 * 1.5e-7); -0 as 0.  x must be finite.  Returns the length; the text is not terminated.
 */
size_t num_write_f64(char out[NUM_MAX], double x);

/* Writes x in decimal.  Returns the length; the text is not terminated. */
size_t num_write_i64(char out[NUM_MAX], int64_t x);

/*
 * Reads the n bytes at p, which must be a number by the grammar of RFC 8259, as the nearest
 * double; a number too small for a double is read as 0 with its sign.  Returns -1 and leaves
 * *x alone if the number is too large for a double.
 */
int num_read_f64(const char *p, size_t n, double *x);

/*
 * Reads a number by the grammar of RFC 8259 whose value is an integer within
 * 64 bits, however it is spelt (12, 12.0, 1.2e1).  Returns -1, and leaves *x
 * alone, for any other number.
 */
int num_read_i64(const char *p, size_t n, int64_t *x);

#ifdef __cplusplus
}
#endif

#endif
