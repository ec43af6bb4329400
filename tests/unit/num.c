/* Numbers as text, compared with ECMAScript's spelling and the C library's strtod. */
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fewer.h"
#include "base/decimal.h"
#include "base/num.h"

#include "golden_num.h"

static uint64_t
next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static double
from_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

static uint64_t
to_bits(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

/* The text of x, terminated. */
static const char *
spell(char out[NUM_MAX + 1], double x)
{
	size_t n = num_write_f64(out, x);

	assert_true(n <= NUM_MAX);
	out[n] = '\0';
	return out;
}

static double
read_f64(const char *text)
{
	double x = 7;

	assert_int_equal(num_read_f64(text, strlen(text), &x), 0);
	return x;
}

static void
doubles_are_spelt_as_ecmascript_does(void **state)
{
	char out[NUM_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++)
		assert_string_equal(spell(out, from_bits(golden[i].bits)), golden[i].text);
}

static void
every_double_reads_back(void **state)
{
	uint64_t seed = 20260104;
	char out[NUM_MAX + 1];
	double x;

	(void)state;
	for (int i = 0; i < fewer(1000000); i++) {
		x = from_bits(next_random(&seed));
		if (!isfinite(x) || x == 0)
			continue;
		spell(out, x);
		assert_true(to_bits(read_f64(out)) == to_bits(x));
		assert_true(to_bits(strtod(out, NULL)) == to_bits(x));
	}
}

/* Of 15 digits none is lost and none is added, wherever the point is. */
static void
a_short_decimal_keeps_its_digits(void **state)
{
	uint64_t seed = 20260105, digits, power;
	char text[64], out[NUM_MAX + 1];
	int places;

	(void)state;
	for (int i = 0; i < fewer(200000); i++) {
		places = 1 + i % 8;
		power = 1;
		for (int k = 0; k < places; k++)
			power *= 10;
		digits = next_random(&seed) % UINT64_C(1000000000000000) >> i % 40;
		if (digits % 10 == 0 || digits < power)
			continue;
		snprintf(text, sizeof text, "%s%" PRIu64 ".%0*" PRIu64, i % 2 ? "-" : "",
		    digits / power, places, digits % power);
		assert_string_equal(spell(out, read_f64(text)), text);
	}
}

static void
integers_are_spelt_plainly(void **state)
{
	static const int64_t values[] = { 0, 1, -1, 100000, 1700000000000, INT64_MAX,
		INT64_MIN };
	char out[NUM_MAX + 1], want[NUM_MAX + 1];
	int64_t back;

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		out[num_write_i64(out, values[i])] = '\0';
		snprintf(want, sizeof want, "%" PRId64, values[i]);
		assert_string_equal(out, want);
		assert_int_equal(num_read_i64(out, strlen(out), &back), 0);
		assert_true(back == values[i]);
	}
}

/* A number by RFC 8259 of random length. */
static void
make_number(char *out, uint64_t *seed)
{
	int whole = (int)(next_random(seed) % 25), places = (int)(next_random(seed) % 25);

	if (next_random(seed) % 4 == 0)
		*out++ = '-';
	*out++ = (char)(whole == 0 ? '0' : '1' + next_random(seed) % 9);
	for (int i = 1; i < whole; i++)
		*out++ = (char)('0' + next_random(seed) % 10);
	if (places > 0)
		*out++ = '.';
	for (int i = 0; i < places; i++)
		*out++ = (char)('0' + next_random(seed) % 10);
	if (next_random(seed) % 2 == 0)
		out += sprintf(out, "%c%s%d", next_random(seed) % 2 ? 'e' : 'E',
		    next_random(seed) % 2     ? "-" :
			next_random(seed) % 2 ? "+" :
						"",
		    (int)(next_random(seed) % 350));
	*out = '\0';
}

static void
numbers_are_read_as_strtod_reads_them(void **state)
{
	uint64_t seed = 20260106;
	char text[128];
	double x, want;

	(void)state;
	for (int i = 0; i < fewer(300000); i++) {
		make_number(text, &seed);
		want = strtod(text, NULL);
		x = 7;
		assert_int_equal(num_read_f64(text, strlen(text), &x),
		    isfinite(want) ? 0 : -1);
		assert_true(to_bits(x) == to_bits(isfinite(want) ? want : 7));
	}
}

static void
too_small_is_zero_and_too_large_an_error(void **state)
{
	static const char *const small[] = { "-1e-999", "-2e-324", "-2.4703282292062327e-324",
		"-0.0001e-400", "-1e-99999999999999999999999", "-0e99999999999999999999999",
		"-0", "-0.0", "-0e5" };
	static const char *const large[] = { "-1e999", "-1.8e308", "-0.0001e400",
		"-1e99999999999999999999999", "-179769313486231580793728971405303416e273" };
	double x = 7;

	(void)state;
	for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
		assert_true(to_bits(read_f64(small[i])) == to_bits(-0.0));
		assert_true(to_bits(read_f64(small[i] + 1)) == to_bits(0.0));
	}
	for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
		assert_int_equal(num_read_f64(large[i], strlen(large[i]), &x), -1);
		assert_int_equal(num_read_f64(large[i] + 1, strlen(large[i]) - 1, &x), -1);
		assert_true(x == 7);
	}
}

static void
an_integer_is_read_however_it_is_spelt(void **state)
{
	static const struct {
		const char *text;
		int64_t x;
	} good[] = { { "0", 0 }, { "-0", 0 }, { "-0.00e7", 0 },
		{ "0e99999999999999999999", 0 }, { "12", 12 }, { "12.0", 12 }, { "1.2e1", 12 },
		{ "120e-1", 12 }, { "0.12E+2", 12 }, { "-1200.00e-2", -12 }, { "1e2", 100 },
		{ "1e18", 1000000000000000000 }, { "123456789012345678", 123456789012345678 },
		{ "1234567890123456789", 1234567890123456789 },
		{ "0.0000000000000000001234e22", 1234 }, { "9223372036854775807", INT64_MAX },
		{ "9.223372036854775807e18", INT64_MAX },
		{ "92233720368547758070e-1", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
		{ "-9223372036854775808.000", INT64_MIN } };
	static const char *const bad[] = { "12.5", "0.1", "1e-1", "-0.5",
		"9223372036854775808", "-9223372036854775809", "1e19",
		"1e99999999999999999999", "1e-99999999999999999999", "9223372036854775807.5",
		"18446744073709551616", "99999999999999999999" };
	int64_t x;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_int_equal(num_read_i64(good[i].text, strlen(good[i].text), &x), 0);
		assert_true(x == good[i].x);
	}
	x = 7;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(num_read_i64(bad[i], strlen(bad[i]), &x), -1);
		assert_true(x == 7);
	}
}

/* An exponent may be as long as a line, and as many zeroes may cancel it. */
static void
long_numbers_lose_nothing(void **state)
{
	static char text[32000];
	struct decimal decimal;
	int64_t x;
	int n;

	(void)state;
	n = snprintf(text, sizeof text, "12%05000d.%05000de-5000", 0, 0);
	assert_int_equal(num_read_i64(text, (size_t)n, &x), 0);
	assert_int_equal(x, 12);
	n = snprintf(text, sizeof text, "-0.%05000d12%05000de+5002", 0, 0);
	assert_int_equal(num_read_i64(text, (size_t)n, &x), 0);
	assert_int_equal(x, -12);
	decimal_read(text, (size_t)n, &decimal);
	assert_true(decimal.negative && decimal.n == 2 && decimal.exponent == 2);
	n = snprintf(text, sizeof text, "0.%05000d1e%015000d1000000000000000000000", 0, 0);
	decimal_read(text, (size_t)n, &decimal);
	assert_true(decimal.exponent == DECIMAL_FAR);
	n = snprintf(text, sizeof text, "1.05e-%015000d16", 0);
	decimal_read(text, (size_t)n, &decimal);
	assert_true(decimal.n == 3 && decimal.exponent == -15);
	assert_memory_equal(decimal.p, "1.05", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubles_are_spelt_as_ecmascript_does),
		cmocka_unit_test(every_double_reads_back),
		cmocka_unit_test(a_short_decimal_keeps_its_digits),
		cmocka_unit_test(integers_are_spelt_plainly),
		cmocka_unit_test(numbers_are_read_as_strtod_reads_them),
		cmocka_unit_test(too_small_is_zero_and_too_large_an_error),
		cmocka_unit_test(an_integer_is_read_however_it_is_spelt),
		cmocka_unit_test(long_numbers_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
