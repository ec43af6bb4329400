/* Numbers that are compared as decimals, stored in two numbers each. */
#include <math.h>

#include "base/decimal.h"
#include "base/num.h"
#include "drift_value.h"

__extension__ typedef __int128 int128;

enum {
	/* different decimals of so few digits have different doubles, if normal */
	DOUBLE_DIGITS = 15,
	DIGITS = 34 /* 10^34 fits into an int128 */
};

/* Only nearer to zero can different decimals of few digits have the same double. */
static const double smallest = 1e-290;

/* Returns the DIGITS digits below 10^top, as an integer. */
static int128
digits_below(const struct decimal *d, int64_t top)
{
	int64_t leading = top - d->exponent;
	const char *p = d->p;
	uint64_t left = d->n;
	int128 sum = 0;

	for (int i = 0; i < DIGITS; i++) {
		sum *= 10;
		if (i < leading || left == 0)
			continue;
		p += *p == '.';
		sum += *p++ - '0';
		left--;
	}
	return d->negative ? -sum : sum;
}

struct drift_value
drift_value_of(const char *p, size_t n, double x)
{
	struct drift_value value = { x, 0 };
	struct decimal given, shortest;
	char spelling[NUM_MAX];
	int128 rest;

	decimal_read(p, n, &given);
	if (given.n <= DOUBLE_DIGITS && (given.n == 0 || fabs(x) >= smallest))
		return value;
	decimal_read(spelling, num_write_f64(spelling, x), &shortest);
	/*
	 * If x is zero, it has no digits: the number underflowed, and is compared from its own
	 * first digit on.
	 */
	if (shortest.n == 0)
		shortest.exponent = given.exponent > -1000 ? given.exponent : -1000;
	/* Start one digit earlier: rounding may have carried into a digit before the first. */
	rest = digits_below(&given, shortest.exponent + 1) -
	    digits_below(&shortest, shortest.exponent + 1);
	if (rest > INT64_MAX)
		rest = INT64_MAX;
	if (rest < INT64_MIN)
		rest = INT64_MIN;
	value.rest = (int64_t)rest;
	return value;
}
