/*
 * number: a number from a record, in the eight bytes of a double.  It is written as the record
 * spelt it.
 *
 * If its double would be written as the record spells it, the number is that double.
 * Otherwise the eight bytes are a NaN that no arithmetic produces, with the address of a
 * reference-counted copy of the spelling.
 *
 * Numbers are ordered by their decimal value, never through a double.  Among equal numbers the
 * shorter spelling comes first; among equally long spellings the order of bytes decides.  So
 * it is never chance which of 1.5 and 1.50 is the least.
 */
#ifndef SML_NUMBER_H
#define SML_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Every integer up to this can be a double exactly. */
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
 * Makes a number from its nearest double and its spelling, n bytes of a JSON number.  picked:
 * it may be written, so it needs its spelling.  Otherwise it is only added up, and the
 * spelling is copied only if it is an integer that is not a double.  Returns 0, or -1
 * (ENOMEM).  The number is held once.
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

/* The first holds a number once more; the second releases it once. */
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

/* Returns the spelling without its sign if that consists of digits alone; else NULL. */
const char *number_digits(double number, size_t *n, bool *negative);

/*
 * Returns whether a number is 2^53 or more in magnitude and not spelt with digits alone: then
 * only its double is known.
 */
bool number_is_large(double number);

/* Compares two numbers; the result is like that of memcmp. */
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
