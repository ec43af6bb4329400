#ifndef SML_DECIMAL_H
#define SML_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest exponent of either sign; one beyond it is replaced by it. */
#define DECIMAL_FAR INT64_C(1000000000000000)

/*
 * A number in its parts, without loss: ± 0.d1d2…dn × 10^exponent, where neither d1 nor dn is
 * 0; n is 0 for zero.  The digits start at p; a point may be among them.
 */
struct decimal {
	const char *p; /* borrowed from the text that was read */
	uint64_t n;
	int64_t exponent;
	bool negative;
};

/* Reads n bytes, which must be a number by the grammar of RFC 8259. */
void decimal_read(const char *p, size_t n, struct decimal *);

/*
 * Computes the value times 10^shift (0 to 18), an integer.  Returns -1 with errno EDOM if that
 * is not an integer, or ERANGE if it does not fit.
 */
int decimal_i64(const struct decimal *, int shift, int64_t *);

/*
 * Does the same, but rounds to the nearest integer, a half away from zero.  Returns 0 if it
 * was an integer, 1 if it was rounded, or -1 with errno ERANGE.
 */
int decimal_nearest_i64(const struct decimal *, int shift, int64_t *);

/* Returns whether n bytes are a number by the grammar of RFC 8259. */
bool decimal_is(const char *p, size_t n);

#ifdef __cplusplus
}
#endif

#endif
