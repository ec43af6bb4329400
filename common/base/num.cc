/*
 * Reads and writes numbers by the C++ library's to_chars and from_chars: exact, shortest,
 * and independent of the locale.
 */
#include "base/num.h"

#include <string.h>

#include <charconv>
#include <cmath>

#include "base/decimal.h"

/* 2^53: every integer up to this is a double. */
static const int64_t exact_integer = INT64_C(1) << 53;

static char *
put(char *out, const char *bytes, size_t n)
{
	memcpy(out, bytes, n);
	return out + n;
}

static char *
put_zeroes(char *out, int n)
{
	memset(out, '0', n);
	return out + n;
}

/*
 * Writes 0.d1…dn × 10^point in the four layouts of ECMA-262, 6.1.6.1.20, steps 6 to 10.
 */
static char *
layout(char *out, const char *digits, int n, int point)
{
	if (n <= point && point <= 21)
		return put_zeroes(put(out, digits, n), point - n);
	if (0 < point && point <= 21) {
		out = put(out, digits, point);
		*out++ = '.';
		return put(out, digits + point, n - point);
	}
	if (-6 < point && point <= 0)
		return put(put_zeroes(put(out, "0.", 2), -point), digits, n);
	*out++ = digits[0];
	if (n > 1) {
		*out++ = '.';
		out = put(out, digits + 1, n - 1);
	}
	*out++ = 'e';
	if (point > 0)
		*out++ = '+';
	return std::to_chars(out, out + 5, point - 1).ptr;
}

size_t
num_write_i64(char out[NUM_MAX], int64_t x)
{
	return std::to_chars(out, out + NUM_MAX, x).ptr - out;
}

/*
 * Writes x > 0 if it has at most six decimals and 15 digits, and returns the end of the text;
 * returns NULL for any other x.  No two decimals of 15 digits have the same double, so a
 * decimal that reads back as x is the shortest.  This takes a third of the time of to_chars.
 */
static char *
put_short(char *out, double x)
{
	const double scaled = x * 1e6;
	int64_t digits;
	char *end;

	if (!(scaled < 1e15))
		return NULL;
	digits = static_cast<int64_t>(scaled + 0.5);
	if (static_cast<double>(digits) / 1e6 != x)
		return NULL;
	out = std::to_chars(out, out + NUM_MAX / 2, digits / 1000000).ptr;
	/* A 1 before the six decimals keeps their leading zeroes. */
	end = std::to_chars(out, out + NUM_MAX / 2, 1000000 + digits % 1000000).ptr;
	*out = '.';
	while (end[-1] == '0')
		end--;
	return end;
}

size_t
num_write_f64(char out[NUM_MAX], double x)
{
	char text[NUM_MAX], *digits = text, *end, *exponent, *p = out;
	int point = 0, n = 1;

	if (std::fabs(x) <= exact_integer && x == static_cast<double>(static_cast<int64_t>(x)))
		return num_write_i64(out, static_cast<int64_t>(x));
	if (x < 0)
		*p++ = '-';
	end = put_short(p, std::fabs(x));
	if (end != NULL)
		return end - out;
	/* "d.ddde-07", "de+21": join the digits. */
	end = std::to_chars(text, text + sizeof text, std::fabs(x),
	    std::chars_format::scientific)
		  .ptr;
	exponent = end;
	while (*--exponent != 'e')
		;
	std::from_chars(exponent + 1 + (exponent[1] == '+'), end, point);
	if (text[1] == '.') {
		n = static_cast<int>(exponent - text) - 1;
		*++digits = text[0];
	}
	return layout(p, digits, n, point + 1) - out;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Reads the usual number, of at most 18 digits without an exponent, as digits / 10^decimals.
 * Returns false for any other number.
 */
static bool
read_short(const char *p, size_t n, int64_t *digits, int *decimals)
{
	const char *end = p + n, *point;
	bool negative = *p == '-';
	int64_t value = 0;

	if (n > 18)
		return false;
	for (p += negative; p < end && is_digit(*p); p++)
		value = 10 * value + (*p - '0');
	point = p;
	if (p < end && *p == '.') {
		for (point = ++p; p < end && is_digit(*p); p++)
			value = 10 * value + (*p - '0');
	}
	*digits = negative ? -value : value;
	*decimals = static_cast<int>(p - point);
	return p == end && !(negative && value == 0); /* -0 differs from 0 only as a double */
}

int
num_read_f64(const char *p, size_t n, double *x)
{
	/* Both are exact doubles, so one division rounds only once (Clinger 1990). */
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17 };
	struct decimal decimal;
	double value = 0;
	int64_t digits;
	int decimals;

	if (read_short(p, n, &digits, &decimals) && -exact_integer <= digits &&
	    digits <= exact_integer) {
		*x = static_cast<double>(digits) / power[decimals];
		return 0;
	}
	if (std::from_chars(p, p + n, value).ec == std::errc()) {
		*x = value;
		return 0;
	}
	/* Out of range: from_chars does not say whether too large or too small. */
	decimal_read(p, n, &decimal);
	if (decimal.exponent > 0)
		return -1;
	*x = decimal.negative ? -0.0 : 0.0;
	return 0;
}

int
num_read_i64(const char *p, size_t n, int64_t *x)
{
	struct decimal decimal;
	int64_t digits;
	int decimals;

	if (read_short(p, n, &digits, &decimals) && decimals == 0) {
		*x = digits;
		return 0;
	}
	decimal_read(p, n, &decimal);
	return decimal_i64(&decimal, 0, x);
}
