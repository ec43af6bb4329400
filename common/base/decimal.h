#ifndef SML_DECIMAL_H
#define SML_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No exponent is taken to be farther from 0 than this. */
#define DECIMAL_FAR INT64_C(1000000000000000)

/*
 * A number taken apart without loss: ± 0.d1d2…dn × 10^exponent, where neither
 * d1 nor dn is 0; n is 0 for zero.  The digits stand from p on, a point
 * perhaps among them.  An exponent beyond DECIMAL_FAR is cut to it.
 */
struct decimal {
	const char *p; /* borrowed from the text that was read */
	uint64_t n;
	int64_t exponent;
	bool negative;
};

/* Takes apart n bytes, which must be a number by the grammar of RFC 8259. */
void decimal_read(const char *p, size_t n, struct decimal *);

/*
 * The value times 10^shift, shift from 0 to 18, as an integer.  Returns -1
 * with errno EDOM where it is none, or ERANGE where it does not fit.
 */
int decimal_i64(const struct decimal *, int shift, int64_t *);

/*
 * The same, to the nearest integer, a half away from zero: 0 where it is one, 1
 * where it was rounded, -1 with errno ERANGE.
 */
int decimal_nearest_i64(const struct decimal *, int shift, int64_t *);

/* Are n bytes a number by the grammar of RFC 8259? */
bool decimal_is(const char *p, size_t n);

#ifdef __cplusplus
}
#endif

#endif
