#ifndef SML_DIGIT_H
#define SML_DIGIT_H

#include <stdbool.h>

/* Returns whether c is one of 0 to 9, in every locale. */
static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns the address of the first byte from p on that is not a digit, or end. */
static inline const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

#endif
