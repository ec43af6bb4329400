/* Adds doubles without rounding, in two's-complement limbs. */
#include "numbers/exact.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/magnitude.h"

#define LIMB_BITS 64

/* A double as mantissa * 2^(64 limb + shift), shift < 64; sign is 0 or has all bits set. */
struct double_parts {
	uint64_t mantissa;
	int limb;
	unsigned int shift;
	uint64_t sign;
};

static uint64_t
sign_of(uint64_t limb)
{
	return -(limb >> 63);
}

static struct double_parts
take_apart(double x)
{
	uint64_t bits;
	unsigned int biased;
	struct double_parts parts;

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
	parts.sign = sign_of(bits);
	return parts;
}

static uint64_t *
limbs_of(struct exact *sum)
{
	return sum->capacity > EXACT_NEAR ? sum->limbs.far : sum->limbs.near;
}

/*
 * A top limb within 2^61 of 0 has room: with another such limb and a carry it stays within
 * 2^62, and can still be added to one that has room.
 */
static bool
has_headroom(uint64_t top)
{
	return top + (UINT64_C(1) << 61) < UINT64_C(1) << 62;
}

/*
 * Extends the sum's limbs to [low, high), with room in the top one. Its value stays.
 */
static int
reach(struct exact *sum, int low, int high)
{
	uint64_t *limbs = limbs_of(sum), sign = 0;
	int below, above, count;

	if (sum->count == 0)
		sum->low = (int8_t)low;
	else
		sign = sign_of(limbs[sum->count - 1]);
	count = sum->low + sum->count;
	if (sum->count > 0 && !has_headroom(limbs[sum->count - 1]) && high <= count)
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
 * Drops redundant limbs: low ones that are zero, high ones that only repeat the sign.
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
 * Adds count limbs, the last one signed, to the end >= count limbs of a sum, or subtracts them
 * if flip has all its bits set: -x is the complement of x, plus one.
 */
static inline void
add_in_place(uint64_t *own, int end, const uint64_t *limbs, int count, uint64_t flip)
{
	uint64_t carry = flip & 1, sign = sign_of(limbs[count - 1]) ^ flip;
	int i;

	for (i = 0; i < count; i++) {
		uint128 step = (uint128)own[i] + (limbs[i] ^ flip) + carry;

		own[i] = (uint64_t)step;
		carry = (uint64_t)(step >> LIMB_BITS);
	}
	for (; i < end; i++) {
		uint128 step = (uint128)own[i] + sign + carry;

		own[i] = (uint64_t)step;
		carry = (uint64_t)(step >> LIMB_BITS);
	}
}

/*
 * Does the same for limbs that may lie outside the sum's, which is extended as far as needed.
 */
static int
add_anywhere(struct exact *sum, struct exact_view view, uint64_t flip)
{
	const uint64_t *limbs;
	int end;

	if (view.count == 0)
		return 0;
	limbs = (const uint64_t *)view.limbs;
	end = view.low + view.count + !has_headroom(limbs[view.count - 1]);
	if (reach(sum, view.low, end) == -1)
		return -1;
	end = sum->low + sum->count - view.low;
	add_in_place(limbs_of(sum) + (view.low - sum->low), end, limbs, view.count, flip);
	return 0;
}

/*
 * Does the same for limbs with room in the last one, which nearly always lie inside the sum's.
 */
static inline int
add_limbs(struct exact *sum, const uint64_t *limbs, int low, int count, uint64_t flip)
{
	uint64_t *own = limbs_of(sum);
	int at = low - sum->low, end = sum->count - at;

	if (at < 0 || count > end || !has_headroom(own[sum->count - 1]))
		return add_anywhere(sum, trim(limbs, low, count), flip);
	add_in_place(own + at, end, limbs, count, flip);
	return 0;
}

int
exact_add(struct exact *sum, double x, bool negative)
{
	struct double_parts parts = take_apart(x);
	uint64_t limbs[2];

	limbs[0] = parts.mantissa << parts.shift;
	limbs[1] = parts.mantissa >> 1 >> (LIMB_BITS - 1 - parts.shift);
	return add_limbs(sum, limbs, parts.limb, 2, parts.sign ^ -(uint64_t)negative);
}

/*
 * Splits 106 bits, shifted by up to 63, into three limbs.
 */
int
exact_add_square(struct exact *sum, double x, bool negative)
{
	struct double_parts parts = take_apart(x);
	uint128 square = (uint128)parts.mantissa * parts.mantissa;
	unsigned int shift = 2 * parts.shift % LIMB_BITS;
	int low = 2 * parts.limb + (int)(2 * parts.shift / LIMB_BITS);
	uint64_t limbs[3];

	limbs[2] = (uint64_t)(square >> LIMB_BITS) >> 1 >> (LIMB_BITS - 1 - shift);
	square <<= shift;
	limbs[1] = (uint64_t)(square >> LIMB_BITS);
	limbs[0] = (uint64_t)square;
	return add_limbs(sum, limbs, low, 3, -(uint64_t)negative);
}

int
exact_add_limbs(struct exact *sum, const uint64_t *limbs, int count, bool negative)
{
	return add_anywhere(sum, trim(limbs, 0, count + 1), -(uint64_t)negative);
}

int
exact_merge(struct exact *sum, const struct exact *other, bool negative)
{
	return add_anywhere(sum, exact_view(other), -(uint64_t)negative);
}

struct exact_view
exact_view(const struct exact *sum)
{
	const uint64_t *limbs = sum->capacity > EXACT_NEAR ? sum->limbs.far : sum->limbs.near;

	return trim(limbs, sum->low, sum->count);
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
	if (view.count > 0 && add_anywhere(&restored, view, 0) == -1)
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
