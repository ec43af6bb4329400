/*
 * number: a number of a record, in the eight bytes of a double, that is written as it was spelt.
 *
 * If we would write its double as the record spells it, it is that double. Otherwise a
 * reference-counted copy of the spelling is kept; the eight bytes are then a NaN that no
 * arithmetic makes, with the address of the copy.
 *
 * Numbers are ordered by their decimal value, never through a double. Of equal ones the shorter
 * spelling comes first, then the order of their bytes, so that it is never chance which of 1.5
 * and 1.50 is the least.
 */
#ifndef SML_NUMBER_H
#define SML_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every integer up to this is a double. */
#define NUMBER_WHOLE 0x1p53

/* An integer beyond NUMBER_WHOLE has at least this many digits. */
#define NUMBER_LONG 16

/* No number: a NaN of our own. */
#define NUMBER_NONE_BITS UINT64_C(0x7ff8736d6c000001)

static inline uint64_t
number_bits(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof bits);
	return bits;
}

static inline double
number_of_bits(uint64_t bits)
{
	double number;

	memcpy(&number, &bits, sizeof number);
	return number;
}

static inline double
number_none(void)
{
	return number_of_bits(NUMBER_NONE_BITS);
}

static inline bool
number_is_none(double number)
{
	return number_bits(number) == NUMBER_NONE_BITS;
}

/* Returns whether the number is kept as it is spelt. */
static inline bool
number_is_spelt(double number)
{
	return number_bits(number) >> 48 == 0xfffa;
}

/*
 * Makes a number of its nearest double and its spelling, n bytes of a JSON number. picked: it
 * may be written, so it needs its spelling. Otherwise it is only added up, and the spelling is
 * kept only of an integer that is no double. Returns 0, or -1 (ENOMEM). The number is held once.
 */
int number_make_spelt(double *number, double value, const char *bytes, size_t n, bool picked);

static inline int
number_make(double *number, double value, const char *spelling, size_t n, bool picked)
{
	*number = value;
	return !picked && n < NUMBER_LONG ?
	    0 :
	    number_make_spelt(number, value, spelling, n, picked);
}

/*
 * Hold a number once more; release it.
 */
void number_share(double number);
void number_release(double number);

static inline double
number_hold(double number)
{
	if (number_is_spelt(number))
		number_share(number);
	return number;
}

static inline void
number_drop(double number)
{
	if (number_is_spelt(number))
		number_release(number);
}

/*
 * Returns the nearest double.
 */
double number_value(double number);

/*
 * Returns the spelling of a number that is kept as it is spelt. Borrowed.
 */
const char *number_spelling(double number, size_t *n);

/*
 * Returns the same, without the sign, if it consists of digits alone; else NULL.
 */
const char *number_digits(double number, size_t *n, bool *negative);

/*
 * Returns whether a number is 2^53 or more in magnitude and not spelt with digits alone: then
 * only its double is known.
 */
bool number_is_large(double number);

/*
 * Compares two numbers; returns as memcmp does.
 */
int number_compare(double a, double b);

/*
 * Returns whether a comes before b.
 */
static inline bool
number_before(double a, double b)
{
	return a < b || (!(a >= b) && number_compare(a, b) < 0);
}

#endif
