/*
 * number: a number of a record, in the eight bytes of a double, that comes out as it was spelt.
 *
 * Where the record spells it as we write its double, it is that double. Any other is kept as
 * it is spelt, in a copy that all who hold the number share; its bits are then a NaN that no
 * arithmetic makes, with the address of the copy.
 *
 * Numbers are ordered by their decimal value, never through a double. Of equal ones the
 * shorter spelling is first, then the one whose bytes are: so which of 1.5 and 1.50 is the
 * least is never chance.
 */
#ifndef SML_NUMBER_H
#define SML_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Up to here every integer is a double. */
#define NUMBER_WHOLE 0x1p53

/* No number beyond that is an integer of less than so many digits. */
#define NUMBER_LONG 16

/* The number that is not there, a NaN of our own. */
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

/* Whether the number is kept as it is spelt. */
static inline bool
number_is_spelt(double number)
{
	return number_bits(number) >> 48 == 0xfffa;
}

/*
 * Makes a number of its nearest double and its spelling, n bytes of a JSON number. picked:
 * it may come out, so it must have its spelling; else it only adds up, and nothing but an
 * integer that is no double is kept as it is spelt. Returns 0, or -1 (ENOMEM). What is made is
 * held once.
 */
int number_make_spelt(double *number, double value, const char *spelling, size_t n,
    bool picked);

static inline int
number_make(double *number, double value, const char *spelling, size_t n, bool picked)
{
	*number = value;
	return !picked && n < NUMBER_LONG ?
	    0 :
	    number_make_spelt(number, value, spelling, n, picked);
}

/*
 * Holds a number once more, or lets it go.
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
 * The nearest double.
 */
double number_value(double number);

/*
 * The spelling of a number that is kept as it is spelt. Borrowed.
 */
const char *number_spelling(double number, size_t *n);

/*
 * The same where that is an integer of digits alone, without its sign; else NULL.
 */
const char *number_digits(double number, size_t *n, bool *negative);

/*
 * Whether a number is 2^53 or more in magnitude and not spelt with digits alone: such a one is
 * known as a double only.
 */
bool number_is_large(double number);

/*
 * Compares two numbers, as memcmp.
 */
int number_compare(double a, double b);

/*
 * Whether one number is before another.
 */
static inline bool
number_before(double a, double b)
{
	return a < b || (!(a >= b) && number_compare(a, b) < 0);
}

#endif
