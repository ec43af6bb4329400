#ifndef SML_DRIFT_VALUE_H
#define SML_DRIFT_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A number that is compared as a decimal: 9007199254740992 and 9007199254740993 differ, though
 * they have the same nearest double.  x is the nearest double.  rest is the decimal minus the
 * shortest spelling of x, in units of the 33rd digit of that spelling.  It is 0 if the number
 * equals that spelling, as every number of at most 15 digits does.  Numbers that agree in 32
 * digits are equal.
 */
struct drift_value {
	double x;
	int64_t rest;
};

/* Returns the value of a number by RFC 8259: n bytes of text, with x as the nearest double. */
struct drift_value drift_value_of(const char *p, size_t n, double x);

static inline bool
drift_value_less(struct drift_value a, struct drift_value b)
{
	return (a.x < b.x) | ((a.x == b.x) & (a.rest < b.rest));
}

#endif
