/* Exact sums of numbers, with all digits of integers. */
#include "numbers/total.h"

#include <math.h>

#include "numbers/magnitude.h"
#include "numbers/moments.h"
#include "numbers/number.h"

/* This many decimal digits fit into a limb. */
#define STEP_DIGITS 19

/*
 * Converts decimal digits to limbs, followed by a zero limb.  There must not be more digits
 * than the greatest double has.
 */
static void
read_digits(const char *p, size_t n, struct magnitude *number)
{
	size_t i, step;

	*number = (struct magnitude){ .count = 0 };
	for (; n > 0; n -= step, p += step) {
		uint64_t carry = 0, power = 1;

		step = n < STEP_DIGITS ? n : STEP_DIGITS;
		for (i = 0; i < step; i++, power *= 10)
			carry = carry * 10 + (uint64_t)(p[i] - '0');
		for (i = 0; i < (size_t)number->count; i++) {
			uint128 product = (uint128)number->limbs[i] * power + carry;

			number->limbs[i] = (uint64_t)product;
			carry = (uint64_t)(product >> 64);
		}
		if (carry != 0)
			number->limbs[number->count++] = carry;
	}
}

/* Adds a number or its square.  An integer with a copy of its spelling is added exactly. */
static int
put_spelt(struct exact *sum, double number, bool square, bool off)
{
	struct magnitude integer, squared;
	const char *digits;
	bool negative;
	size_t n;

	if ((digits = number_digits(number, &n, &negative)) == NULL) {
		number = number_value(number);
		return square ? exact_add_square(sum, number, off) :
				exact_add(sum, number, off);
	}
	read_digits(digits, n, &integer);
	if (square) {
		magnitude_square(&integer, &squared);
		squared.limbs[squared.count] = 0;
		return exact_add_limbs(sum, squared.limbs, squared.count, off);
	}
	return exact_add_limbs(sum, integer.limbs, integer.count, negative != off);
}

/* Adds a number that is large or has a copy of its spelling. */
static int
put_unusual(struct total *total, double number, bool off)
{
	uint64_t large = number_is_large(number);

	if (put_spelt(&total->sum, number, false, off) == -1)
		return -1;
	total->large += off ? -large : large;
	return 0;
}

int
total_add(struct total *total, double number, bool negative)
{
	return fabs(number) < NUMBER_WHOLE ? exact_add(&total->sum, number, negative) :
					     put_unusual(total, number, negative);
}

int
total_add_square(struct exact *squares, double number, bool negative)
{
	return number_is_spelt(number) ? put_spelt(squares, number, true, negative) :
					 exact_add_square(squares, number, negative);
}

int
total_merge(struct total *total, const struct total *other, bool negative)
{
	if (exact_merge(&total->sum, &other->sum, negative) == -1)
		return -1;
	total->large += negative ? -other->large : other->large;
	return 0;
}

bool
total_is_long(const struct total *total)
{
	return total->large == 0 && fabs(exact_round(&total->sum)) >= NUMBER_WHOLE &&
	    exact_view(&total->sum).low >= 0;
}

double
total_mean(const struct total *total, uint64_t n)
{
	double rounded = exact_round(&total->sum);

	if (fabs(rounded) < NUMBER_WHOLE)
		return rounded / (double)n;
	return total_is_long(total) ? exact_quotient(&total->sum, n) :
				      exact_mean(&total->sum, n);
}

double
total_middle(double a, double b)
{
	struct exact sum = { 0 };
	double middle;

	if (!number_is_spelt(a) && !number_is_spelt(b))
		return isfinite(a + b) ? (a + b) / 2 : a / 2 + b / 2;
	middle = number_value(a) / 2 + number_value(b) / 2;
	if (put_spelt(&sum, a, false, false) == 0 && put_spelt(&sum, b, false, false) == 0)
		middle = exact_quotient(&sum, 2);
	exact_free(&sum);
	return middle;
}
