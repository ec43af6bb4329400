#ifndef SML_DIGIT_H
#define SML_DIGIT_H

#include <stdbool.h>

/* Is it one of 0 to 9?  No locale changes the answer. */
static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Where the digits that begin at p end, at the latest at end. */
static inline const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && is_digit(*p))
		p++;
	return p;
}

#endif
