/* The results of exact sums, rounded once. */
#include "numbers/moments.h"

#include <math.h>
#include <string.h>

#include "numbers/magnitude.h"

#define LIMB_BITS 64
#define RATIO_LIMBS 5 /* at least 257 bits: over two divisors of 64 they leave 129 */

__extension__ typedef __int128 int128;

static uint64_t
sign_bits(uint64_t limb)
{
	return -(limb >> 63);
}

/*
 * Writes the magnitude of a sum and returns whether the sum is negative.
 */
static bool
magnitude_of(const struct exact *sum, struct magnitude *result)
{
	struct exact_view view = exact_view(sum);
	uint64_t sign, carry;
	int i;

	result->low = view.low;
	result->count = view.count;
	if (view.count <= 0)
		return false;
	sign = sign_bits((uint64_t)view.limbs[view.count - 1]);
	carry = sign & 1;
	for (i = 0; i < view.count; i++) {
		result->limbs[i] = ((uint64_t)view.limbs[i] ^ sign) + carry;
		carry = carry && result->limbs[i] == 0;
	}
	if (result->limbs[i - 1] == 0)
		result->count--;
	return sign != 0;
}

/*
 * Rounds the usual sum from its top two limbs, which the compiler can convert to a double. If
 * lower limbs are not zero, the number is made odd, which is enough as long as the rounding is
 * two bits or more above. Scaling is exact far enough from both ends of a double's range.
 */
static bool
round_near(const struct exact *sum, double *result)
{
	const uint64_t *top;
	int place = sum->low + sum->count - 2;
	uint64_t power = (uint64_t)(1023 + LIMB_BITS * place) << 52;
	int128 number;
	double scale;

	if (sum->capacity > EXACT_NEAR || sum->count < 2 || place < -14 || place > 12)
		return false;
	top = sum->limbs.near + sum->count - 2;
	number = (int128)((uint128)top[1] << LIMB_BITS | top[0]);
	if (sum->count == 3 && top[-1] != 0) {
		if (number >> 56 == 0 || number >> 56 == -1)
			return false;
		number |= 1;
	}
	memcpy(&scale, &power, sizeof scale);
	*result = (double)number * scale;
	return true;
}

double
exact_round(const struct exact *sum)
{
	struct magnitude number;
	bool negative;
	double result;

	if (round_near(sum, &result))
		return result;
	negative = magnitude_of(sum, &number);
	return number.count == 0 ? 0 : scaled_round(magnitude_scale(&number, false), negative);
}

double
exact_quotient(const struct exact *sum, uint64_t n)
{
	struct magnitude number;
	bool negative = magnitude_of(sum, &number), inexact;

	if (number.count == 0)
		return 0;
	inexact = magnitude_resize(&number, RATIO_LIMBS);
	inexact |= magnitude_divide(&number, n);
	return scaled_round(magnitude_scale(&number, inexact), negative);
}

double
exact_mean(const struct exact *sum, uint64_t n)
{
	double rounded = exact_round(sum);

	return isfinite(rounded) ? rounded / (double)n : exact_quotient(sum, n);
}

/* Nineteen digits at a time, from the last on. */
size_t
exact_digits(const struct exact *sum, char digits[EXACT_DIGITS])
{
	struct magnitude number;
	bool negative = magnitude_of(sum, &number);
	char *end = digits + EXACT_DIGITS, *p = end;
	uint64_t left;
	size_t n;
	int i;

	/* In units of 1, if no limb is below. */
	if (number.count > 0 && number.low > 0)
		magnitude_resize(&number, number.count + number.low);
	while (number.count > 0) {
		left = magnitude_remainder(&number, UINT64_C(10000000000000000000));
		for (i = 0; i < 19 && (number.count > 0 || left > 0); i++, left /= 10)
			*--p = (char)('0' + left % 10);
	}
	if (p == end)
		*--p = '0';
	if (negative)
		*--p = '-';
	n = (size_t)(end - p);
	memmove(digits, p, n);
	return n;
}

static struct scaled
variance(const struct exact *sum, const struct exact *squares, uint64_t n)
{
	struct magnitude first, second, ratio;
	bool inexact;

	magnitude_of(sum, &ratio);
	magnitude_square(&ratio, &first);
	magnitude_of(squares, &second);
	magnitude_difference(&second, n, &first, &ratio);
	if (ratio.count == 0)
		return (struct scaled){ 0 };
	inexact = magnitude_resize(&ratio, RATIO_LIMBS);
	if (n >> 32 == 0)
		inexact |= magnitude_divide(&ratio, n * (n - 1));
	else {
		inexact |= magnitude_divide(&ratio, n);
		inexact |= magnitude_divide(&ratio, n - 1);
	}
	return magnitude_scale(&ratio, inexact);
}

double
exact_variance(const struct exact *sum, const struct exact *squares, uint64_t n)
{
	return scaled_round(variance(sum, squares, n), false);
}

double
exact_deviation(const struct exact *sum, const struct exact *squares, uint64_t n)
{
	return scaled_round(scaled_root(variance(sum, squares, n)), false);
}
