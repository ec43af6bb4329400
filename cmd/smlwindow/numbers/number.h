/*
 * number: a number from a record, in the eight bytes of a double.  It is written as the record
 * spelt it.
 *
 * If the nearest double would be written as the record spells the number, the eight bytes are
 * this double.  Otherwise they are a NaN that no arithmetic produces, with the address of a
 * copy of the spelling.  References to a copy are counted: whoever holds a number has one.  An
 * integer of 2^53 or more that is spelt with digits alone always has a copy.
 *
 * Numbers are ordered by their decimal value, which is not rounded to a double.  Of equal
 * numbers, the shorter spelling comes first; of equally long spellings, the order of bytes
 * decides.  So the least of 1.5 and 1.50 never depends on chance.
 */
#ifndef SML_NUMBER_H
#define SML_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every integer up to this is exactly a double. */
#define NUMBER_WHOLE 0x1p53

/* An integer beyond NUMBER_WHOLE has at least this many digits. */
#define NUMBER_LONG 16

/* The bits of a NaN that means "no number". */
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

/* Returns whether the number has a copy of its spelling. */
static inline bool
number_is_spelt(double number)
{
	return number_bits(number) >> 48 == 0xfffa;
}

/*
 * Makes a number from its nearest double and its spelling, the n bytes of a JSON number.  If
 * picked, the number may be a result, and so needs its spelling.  Otherwise it is only added
 * up, and the spelling is copied only if it is an integer of 2^53 or more.  The caller holds
 * the number.  Returns 0, or -1 (ENOMEM).
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

/* The first adds a reference to a spelling; the second drops one. */
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

/* Returns the spelling, borrowed, of a number that has a copy of it (number_is_spelt). */
const char *number_spelling(double number, size_t *n);

/* Returns the spelling without its sign if that is all digits; else NULL. */
const char *number_digits(double number, size_t *n, bool *negative);

/*
 * Returns whether a number is 2^53 or more in magnitude, and its spelling is not all digits.
 * Only its double is then known.
 */
bool number_is_large(double number);

/* Compares two numbers.  Returns less than 0, 0 or more than 0, as memcmp does. */
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
