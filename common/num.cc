/*
 * The C++ library's to_chars and from_chars behind C names: exact, shortest,
 * and blind to the locale.
 */
#include "num.h"

#include <string.h>

#include <charconv>
#include <cmath>

#include "decimal.h"

/* Beyond this a double may stand between two integers. */
static const double exact_integer = 9007199254740992.0;	/* 2^53 */

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
 * Writes 0.d1…dn × 10^point, the digits being given, in the four layouts of
 * ECMA-262, 6.1.6.1.20, steps 6 to 10.
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
num_i64(char out[NUM_MAX], int64_t x)
{
	return std::to_chars(out, out + NUM_MAX, x).ptr - out;
}

size_t
num_f64(char out[NUM_MAX], double x)
{
	char text[NUM_MAX], *end, *exponent, *p = out;
	int point = 0, n = 1;

	if (std::fabs(x) < exact_integer && x == static_cast<double>(static_cast<int64_t>(x)))
		return num_i64(out, static_cast<int64_t>(x));
	if (x < 0)
		*p++ = '-';
	/* "d.ddde-07", "de+21": the digits are made to stand together. */
	end = std::to_chars(text, text + sizeof text, std::fabs(x),
	    std::chars_format::scientific).ptr;
	exponent = end;
	while (*--exponent != 'e')
		;
	std::from_chars(exponent + 1 + (exponent[1] == '+'), end, point);
	if (text[1] == '.') {
		n = static_cast<int>(exponent - text) - 1;
		memmove(text + 1, text + 2, n - 1);
	}
	return layout(p, text, n, point + 1) - out;
}

int
num_read_f64(const char *p, size_t n, double *x)
{
	struct decimal decimal;
	double value = 0;

	if (std::from_chars(p, p + n, value).ec == std::errc()) {
		*x = value;
		return 0;
	}
	/* Out of range: from_chars does not say at which end. */
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

	decimal_read(p, n, &decimal);
	return decimal_i64(&decimal, 0, x);
}
