/* Decimal numbers as their digits and an exponent. */
#include <errno.h>

#include "base/decimal.h"
#include "base/digit.h"

/*
 * Reads the exponent after an e, limited to twice DECIMAL_FAR, because the place of the point
 * will be added to it.
 */
static int64_t
read_exponent(const char *p, const char *end)
{
	bool negative = *p == '-';
	int64_t value = 0;

	if (*p == '-' || *p == '+')
		p++;
	for (; p < end && value < 2 * DECIMAL_FAR; p++)
		value = 10 * value + (*p - '0');
	return negative ? -value : value;
}

static int64_t
clamp(int64_t exponent)
{
	if (exponent > DECIMAL_FAR)
		return DECIMAL_FAR;
	return exponent < -DECIMAL_FAR ? -DECIMAL_FAR : exponent;
}

void
decimal_read(const char *p, size_t n, struct decimal *decimal)
{
	const char *end = p + n, *first, *point, *last;
	int64_t exponent = 0;

	*decimal = (struct decimal){ .negative = *p == '-' };
	first = p + decimal->negative;
	point = last = skip_digits(first, end);
	if (last < end && *last == '.')
		last = skip_digits(last + 1, end);
	if (last < end)
		exponent = read_exponent(last + 1, end);
	while (first < last && (*first == '0' || *first == '.'))
		first++;
	while (first < last && (last[-1] == '0' || last[-1] == '.'))
		last--;
	decimal->p = first;
	if (first == last)
		return;
	decimal->n = (uint64_t)(last - first) - (first < point && point < last);
	decimal->exponent = clamp(exponent + (point - first) + (first > point));
}

int
decimal_i64(const struct decimal *decimal, int shift, int64_t *x)
{
	int64_t digits = decimal->exponent + shift, i;
	const char *p = decimal->p;
	uint64_t value = 0;

	if (decimal->n == 0) {
		*x = 0;
		return 0;
	}
	/* The digits before the shifted point; 2^63 has 19. */
	if (digits > 19) {
		errno = ERANGE;
		return -1;
	}
	if (digits < (int64_t)decimal->n) {
		errno = EDOM;
		return -1;
	}
	for (i = 0; i < digits; i++) {
		value *= 10; /* 19 digits fit into 64 bits without a sign */
		if (i >= (int64_t)decimal->n)
			continue;
		if (*p == '.')
			p++;
		value += (uint64_t)(*p++ - '0');
	}
	if (value > (uint64_t)INT64_MAX + decimal->negative) {
		errno = ERANGE;
		return -1;
	}
	*x = (int64_t)(decimal->negative ? -value : value);
	return 0;
}

int
decimal_nearest_i64(const struct decimal *decimal, int shift, int64_t *x)
{
	int64_t digits = decimal->exponent + shift, up = 0;
	struct decimal whole = *decimal;
	size_t next = 0; /* the place of the first digit that is cut off */

	if (digits >= (int64_t)decimal->n)
		return decimal_i64(decimal, shift, x);
	for (int64_t i = 0; i < digits; i++)
		next += 1 + (decimal->p[next] == '.');
	next += decimal->p[next] == '.';
	if (digits >= 0 && decimal->p[next] >= '5')
		up = decimal->negative ? -1 : 1;
	whole.n = digits < 0 ? 0 : (uint64_t)digits;
	if (decimal_i64(&whole, shift, x) == -1 || __builtin_add_overflow(*x, up, x)) {
		errno = ERANGE;
		return -1;
	}
	return 1;
}

/* Moves *p past the digits at *p. Returns false if there are none. */
static bool
pass_digits(const char **p, const char *end)
{
	const char *start = *p;

	*p = skip_digits(start, end);
	return *p > start;
}

bool
decimal_is(const char *p, size_t n)
{
	const char *end = p + n, *first;

	p += p < end && *p == '-';
	first = p;
	if (!pass_digits(&p, end) || (*first == '0' && p > first + 1))
		return false;
	if (p < end && *p == '.') {
		p++;
		if (!pass_digits(&p, end))
			return false;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		if (!pass_digits(&p, end))
			return false;
	}
	return p == end;
}
