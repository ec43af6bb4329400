#ifndef SML_FUZZ_GRAMMAR_H
#define SML_FUZZ_GRAMMAR_H

#include <stdbool.h>

static inline bool
skip_digits(const char **p)
{
	const char *first = *p;

	while (**p >= '0' && **p <= '9')
		++*p;
	return *p > first;
}

/* Returns whether the whole text is a number by the grammar of RFC 8259. */
static inline bool
is_number(const char *p)
{
	p += *p == '-';
	if (*p == '0')
		p++;
	else if (!skip_digits(&p))
		return false;
	if (*p == '.') {
		p++;
		if (!skip_digits(&p))
			return false;
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!skip_digits(&p))
			return false;
	}
	return *p == '\0';
}

#endif
