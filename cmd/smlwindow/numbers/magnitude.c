/* Large natural numbers: squares, quotients, roots, and their nearest double. */
#include "numbers/magnitude.h"

#include <math.h>
#include <string.h>

#define LIMB_BITS 64

void
magnitude_square(const struct magnitude *number, struct magnitude *result)
{
	int i, j;

	result->low = 2 * number->low;
	result->count = 2 * number->count;
	memset(result->limbs, 0, sizeof result->limbs[0] * (size_t)result->count);
	for (i = 0; i < number->count; i++) {
		uint64_t carry = 0;

		for (j = 0; j < number->count; j++) {
			uint128 step = (uint128)number->limbs[i] * number->limbs[j] +
			    result->limbs[i + j] + carry;

			result->limbs[i + j] = (uint64_t)step;
			carry = (uint64_t)(step >> LIMB_BITS);
		}
		result->limbs[i + j] = carry;
	}
}

static uint64_t
limb_at(const struct magnitude *number, int place)
{
	place -= number->low;
	return place >= 0 && place < number->count ? number->limbs[place] : 0;
}

void
magnitude_difference(const struct magnitude *a, uint64_t n, const struct magnitude *b,
    struct magnitude *result)
{
	int low = a->low < b->low ? a->low : b->low;
	int a_end = a->low + a->count + 1, b_end = b->low + b->count;
	int count = (a_end > b_end ? a_end : b_end) - low, i;
	uint64_t carry = 0, borrow = 0;

	for (i = 0; i < count; i++) {
		uint128 term = (uint128)limb_at(a, low + i) * n + carry;
		uint128 step = (uint128)(uint64_t)term - limb_at(b, low + i) - borrow;

		carry = (uint64_t)(term >> LIMB_BITS);
		borrow = (uint64_t)(step >> LIMB_BITS) != 0;
		result->limbs[i] = (uint64_t)step;
	}
	while (count > 0 && result->limbs[count - 1] == 0)
		count--;
	result->low = low;
	result->count = borrow ? 0 : count;
}

bool
magnitude_resize(struct magnitude *number, int count)
{
	uint64_t *limbs = number->limbs;
	int below = count - number->count, i;
	bool lost = false;

	for (i = 0; i < -below; i++)
		lost = lost || limbs[i] != 0;
	if (below >= 0) {
		memmove(limbs + below, limbs, sizeof *limbs * (size_t)number->count);
		memset(limbs, 0, sizeof *limbs * (size_t)below);
	} else
		memmove(limbs, limbs - below, sizeof *limbs * (size_t)count);
	number->low -= below;
	number->count = count;
	return lost;
}

uint64_t
magnitude_remainder(struct magnitude *number, uint64_t divisor)
{
	uint64_t left = 0;
	int i;

	for (i = number->count - 1; i >= 0; i--) {
		uint128 step = (uint128)left << LIMB_BITS | number->limbs[i];

		number->limbs[i] = (uint64_t)(step / divisor);
		left = (uint64_t)(step % divisor);
	}
	while (number->count > 0 && number->limbs[number->count - 1] == 0)
		number->count--;
	return left;
}

bool
magnitude_divide(struct magnitude *number, uint64_t divisor)
{
	return magnitude_remainder(number, divisor) != 0;
}

struct scaled
magnitude_scale(const struct magnitude *number, bool inexact)
{
	const uint64_t *top = number->limbs + number->count - 1;
	int shift = __builtin_clzll(*top), i;
	uint64_t third = number->count > 2 ? top[-2] : 0;
	struct scaled result;

	result.bits = (uint128)*top << LIMB_BITS | (number->count > 1 ? top[-1] : 0);
	result.exponent = LIMB_BITS * (number->low + number->count - 2) - shift;
	if (shift > 0)
		result.bits = result.bits << shift | third >> (LIMB_BITS - shift);
	inexact = inexact || third << shift != 0;
	for (i = 0; i < number->count - 3 && !inexact; i++)
		inexact = number->limbs[i] != 0;
	result.inexact = inexact;
	return result;
}

/*
 * Returns the integer part of a root: 53 bits by the double's root, the rest by one step of
 * Newton's method, which never ends below the root.
 */
static uint64_t
integer_root(uint128 number)
{
	double guess = sqrt((double)(uint64_t)(number >> LIMB_BITS)) * 0x1p32;
	uint128 root = guess < 0x1p64 ? (uint64_t)guess : UINT64_MAX;

	root = (root + number / root) / 2;
	if (root > UINT64_MAX)
		root = UINT64_MAX;
	while (root * root > number)
		root--;
	return (uint64_t)root;
}

struct scaled
scaled_root(struct scaled number)
{
	uint64_t root;

	if (number.bits == 0)
		return number;
	if (number.exponent % 2 != 0) {
		number.inexact |= number.bits & 1;
		number.bits >>= 1;
		number.exponent++;
	}
	root = integer_root(number.bits);
	number.inexact |= (uint128)root * root != number.bits;
	number.bits = (uint128)root << LIMB_BITS;
	number.exponent = number.exponent / 2 - LIMB_BITS;
	return number;
}

/*
 * Adds the rounded mantissa, with its hidden bit, to the bits of the next lower exponent: so a
 * carry is right, from subnormal numbers up to infinity.
 */
double
scaled_round(struct scaled number, bool negative)
{
	uint64_t top = (uint64_t)(number.bits >> LIMB_BITS), rest, bits;
	const uint64_t half = UINT64_C(1) << 63;
	int exponent = number.exponent + 2 * LIMB_BITS - 1, drop = 11, biased = 1;
	double result;

	if (number.bits == 0 || exponent < -1075)
		return 0;
	if (exponent > 1023)
		return negative ? -HUGE_VAL : HUGE_VAL;
	if (exponent >= -1022)
		biased = exponent + 1023;
	else
		drop += -1022 - exponent;
	rest = top << (LIMB_BITS - drop);
	if ((uint64_t)number.bits != 0 || number.inexact)
		rest |= 1;
	bits = drop < LIMB_BITS ? top >> drop : 0;
	bits += rest > half || (rest == half && (bits & 1));
	bits += (uint64_t)(biased - 1) << 52;
	bits |= (uint64_t)negative << 63;
	memcpy(&result, &bits, sizeof result);
	return result;
}
