#include "exact.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "magnitude.h"

#define LIMB_BITS 64
#define MOST_LIMBS (EXACT_HIGH - EXACT_LOW + 2)
#define RATIO_LIMBS 5	/* at least 257 bits: over two divisors of 64 they leave 129 */

__extension__ typedef __int128 int128;

/* A double as sign * mantissa * 2^(64 limb + shift), 0 <= shift < 64. */
struct parts {
	uint64_t mantissa;
	int limb;
	unsigned int shift;
	bool negative;
};

static struct parts
take_apart(double x)
{
	uint64_t bits;
	unsigned int biased;
	struct parts parts;

	memcpy(&bits, &x, sizeof bits);
	biased = bits >> 52 & 0x7ff;
	parts.mantissa = bits & ((UINT64_C(1) << 52) - 1);
	if (biased != 0)
		parts.mantissa |= UINT64_C(1) << 52;
	else
		biased = 1;
	/* The mantissa's last bit is 2^(biased - 1075); 1088 is 17 limbs below the point. */
	biased += 1088 - 1075;
	parts.limb = (int)(biased / LIMB_BITS) - 17;
	parts.shift = biased % LIMB_BITS;
	parts.negative = bits >> 63;
	return parts;
}

static const uint64_t *
limbs_of(const struct exact *sum)
{
	return sum->capacity > EXACT_NEAR ? sum->limbs.far : sum->limbs.near;
}

static uint64_t
sign_of(uint64_t limb)
{
	return -(limb >> 63);
}

/*
 * A top limb within 2^61 of 0 leaves room for another such limb and a carry, so that a sum of two
 * is never beyond 2^62 and can itself be added to one that has room.
 */
static bool
has_room(uint64_t top)
{
	return top + (UINT64_C(1) << 61) < UINT64_C(1) << 62;
}

/*
 * Makes the sum's limbs reach over [low, high), with room in the top one. Its value stays.
 */
static int
reach(struct exact *sum, int low, int high)
{
	uint64_t *limbs = sum->capacity > EXACT_NEAR ? sum->limbs.far : sum->limbs.near;
	uint64_t sign = 0;
	int below, above, count;

	if (sum->count == 0)
		sum->low = (int8_t)low;
	else
		sign = sign_of(limbs[sum->count - 1]);
	count = sum->low + sum->count;
	if (sum->count > 0 && !has_room(limbs[sum->count - 1]) && high <= count)
		high = count + 1;
	below = low < sum->low ? sum->low - low : 0;
	above = high > count ? high - count : 0;
	count = below + sum->count + above;
	if (count > EXACT_NEAR && count > sum->capacity) {
		bool far = sum->capacity > EXACT_NEAR;
		uint64_t *grown = realloc(far ? limbs : NULL, sizeof *grown * (size_t)count);

		if (grown == NULL)
			return -1;
		if (!far)
			memcpy(grown, limbs, sizeof *grown * sum->count);
		sum->limbs.far = limbs = grown;
		sum->capacity = (uint8_t)count;
	}
	memmove(limbs + below, limbs, sizeof *limbs * sum->count);
	memset(limbs, 0, sizeof *limbs * (size_t)below);
	memset(limbs + below + sum->count, (int)(sign & 0xff), sizeof *limbs * (size_t)above);
	sum->low = (int8_t)(sum->low - below);
	sum->count = (uint8_t)count;
	return 0;
}

/*
 * Leaves out the limbs that say nothing: zeros below, and above what repeats the sign.
 */
static struct exact_view
trim(const uint64_t *limbs, int low, int count)
{
	while (count > 0 && limbs[0] == 0) {
		limbs++;
		low++;
		count--;
	}
	while (count > 1 && limbs[count - 1] == sign_of(limbs[count - 2]))
		count--;
	return (struct exact_view){ (const int64_t *)limbs, count > 0 ? low : 0, count };
}

/*
 * Adds a two's-complement number. The usual one lies inside the sum's limbs; for any other the sum
 * is extended by what is needed of it and no more.
 */
static inline int
add_limbs(struct exact *sum, const uint64_t *limbs, int low, int count)
{
	uint64_t *own, carry = 0, sign;
	int i, end;

	if (low < sum->low || low + count > sum->low + sum->count ||
	    !has_room(limbs_of(sum)[sum->count - 1]) || !has_room(limbs[count - 1])) {
		struct exact_view view = trim(limbs, low, count);

		if (view.count == 0)
			return 0;
		limbs = (const uint64_t *)view.limbs;
		low = view.low;
		count = view.count;
		end = low + count + !has_room(limbs[count - 1]);
		if (reach(sum, low, end) == -1)
			return -1;
	}
	own = sum->capacity > EXACT_NEAR ? sum->limbs.far : sum->limbs.near;
	end = sum->count;
	own += low - sum->low;
	end -= low - sum->low;
	for (i = 0; i < count; i++) {
		uint128 step = (uint128)own[i] + limbs[i] + carry;

		own[i] = (uint64_t)step;
		carry = (uint64_t)(step >> LIMB_BITS);
	}
	sign = sign_of(limbs[count - 1]);
	for (; i < end; i++) {
		uint128 step = (uint128)own[i] + sign + carry;

		own[i] = (uint64_t)step;
		carry = (uint64_t)(step >> LIMB_BITS);
	}
	return 0;
}

static inline int
add_double(struct exact *sum, double x, bool negate)
{
	struct parts parts = take_apart(x);
	int128 wide = (int128)((uint128)parts.mantissa << parts.shift);
	uint64_t limbs[2];

	if (parts.negative != negate)
		wide = -wide;
	limbs[0] = (uint64_t)wide;
	limbs[1] = (uint64_t)((uint128)wide >> LIMB_BITS);
	return add_limbs(sum, limbs, parts.limb, 2);
}

static inline int
add_square(struct exact *sum, double x, bool negate)
{
	struct parts parts = take_apart(x);
	uint128 square = (uint128)parts.mantissa * parts.mantissa;
	unsigned int shift = 2 * parts.shift % LIMB_BITS;
	int low = 2 * parts.limb + (int)(2 * parts.shift / LIMB_BITS);
	uint64_t limbs[3];

	/* 106 bits, shifted by up to 63: the third limb has what leaves the first two. */
	limbs[2] = shift == 0 ? 0 : (uint64_t)(square >> (2 * LIMB_BITS - shift));
	square <<= shift;
	limbs[0] = (uint64_t)square;
	limbs[1] = (uint64_t)(square >> LIMB_BITS);
	if (negate) {
		limbs[0] = -limbs[0];
		limbs[1] = ~limbs[1] + (limbs[0] == 0);
		limbs[2] = ~limbs[2] + (limbs[0] == 0 && limbs[1] == 0);
	}
	return add_limbs(sum, limbs, low, 3);
}

int
exact_add(struct exact *sum, double x)
{
	return add_double(sum, x, false);
}

int
exact_subtract(struct exact *sum, double x)
{
	return add_double(sum, x, true);
}

int
exact_add_square(struct exact *sum, double x)
{
	return add_square(sum, x, false);
}

int
exact_subtract_square(struct exact *sum, double x)
{
	return add_square(sum, x, true);
}

int
exact_merge(struct exact *sum, const struct exact *other)
{
	if (other->count == 0)
		return 0;
	return add_limbs(sum, limbs_of(other), other->low, other->count);
}

/*
 * Two's complement: -x is the complement of x, plus one unit of its lowest limb.
 */
int
exact_unmerge(struct exact *sum, const struct exact *other)
{
	uint64_t limbs[MOST_LIMBS], carry = 1;
	int i;

	if (other->count == 0)
		return 0;
	for (i = 0; i < other->count; i++) {
		limbs[i] = ~limbs_of(other)[i] + carry;
		carry = carry && limbs[i] == 0;
	}
	return add_limbs(sum, limbs, other->low, other->count);
}

bool
exact_is_zero(const struct exact *sum)
{
	return exact_view(sum).count == 0;
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
	if (view.count == 0)
		return false;
	sign = sign_of((uint64_t)view.limbs[view.count - 1]);
	carry = sign & 1;
	for (i = 0; i < view.count; i++) {
		result->limbs[i] = ((uint64_t)view.limbs[i] ^ sign) + carry;
		carry = carry && result->limbs[i] == 0;
	}
	if (result->limbs[i - 1] == 0)
		result->count--;
	return sign != 0;
}

double
exact_round(const struct exact *sum)
{
	struct magnitude number;
	bool negative = magnitude_of(sum, &number);

	return number.count == 0 ? 0 : scaled_round(magnitude_scale(&number, false), negative);
}

double
exact_mean(const struct exact *sum, uint64_t n)
{
	double rounded = exact_round(sum);
	struct magnitude number;
	bool negative, inexact;

	if (isfinite(rounded))
		return rounded / (double)n;
	negative = magnitude_of(sum, &number);
	inexact = magnitude_resize(&number, RATIO_LIMBS);
	inexact |= magnitude_divide(&number, n);
	return scaled_round(magnitude_scale(&number, inexact), negative);
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

struct exact_view
exact_view(const struct exact *sum)
{
	return trim(limbs_of(sum), sum->low, sum->count);
}

int
exact_restore(struct exact *sum, struct exact_view view)
{
	const uint64_t *limbs = (const uint64_t *)view.limbs;
	struct exact restored = { 0 };
	struct exact_view least;

	if (view.low < EXACT_LOW || view.low > EXACT_HIGH || view.count < 0 ||
	    view.count > EXACT_HIGH - view.low)
		goto impossible;
	least = trim(limbs, view.low, view.count);
	if (least.count != view.count || least.low != view.low)
		goto impossible;
	if (view.count > 0 && add_limbs(&restored, limbs, view.low, view.count) == -1)
		return -1;
	exact_free(sum);
	*sum = restored;
	return 0;
impossible:
	errno = EINVAL;
	return -1;
}

void
exact_free(struct exact *sum)
{
	if (sum->capacity > EXACT_NEAR)
		free(sum->limbs.far);
	*sum = (struct exact){ 0 };
}
