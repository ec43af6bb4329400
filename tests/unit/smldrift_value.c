/* Numbers are compared as decimals, however they are spelt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "drift_value.h"

static struct drift_value
value(const char *text)
{
	return drift_value_of(text, strlen(text), strtod(text, NULL));
}

/* Each is less than the next: by Python 3's decimal.Decimal. */
static const char *const rising[] = { "-1e300", "-9007199254740993", "-9007199254740992",
	"-0.10000000000000001", "-0.1", "-1e-320", "0", "1e-320", "0.1",
	"0.1000000000000000055", "0.10000000000000000555", "0.1000000000000000056",
	"0.30000000000000004", "9007199254740991", "9007199254740992", "9007199254740993",
	"9007199254740994", "9223372036854775806", "9223372036854775807",
	"99999999999999999999999999999998", "99999999999999999999999999999999",
	"100000000000000000000000000000000", "1e300" };

enum { RISING = sizeof rising / sizeof *rising };

static void
decimals_have_their_order(void **state)
{
	(void)state;
	for (int i = 0; i < RISING; i++)
		for (int j = 0; j < RISING; j++)
			if (drift_value_less(value(rising[i]), value(rising[j])) != (i < j))
				fail_msg("%s, %s", rising[i], rising[j]);
}

static void
spellings_of_one_number_are_equal(void **state)
{
	static const char *const same[][2] = { { "0", "-0.0" },
		{ "1", "1.000000000000000000" },
		{ "9007199254740993", "9.007199254740993e15" },
		{ "0.1", "0.10000000000000000000000" },
		{ "12345678901234567890", "1234567890123456789.0e1" } };

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_false(drift_value_less(value(same[i][0]), value(same[i][1])));
		assert_false(drift_value_less(value(same[i][1]), value(same[i][0])));
	}
	assert_int_equal(value("0.1").rest, 0);
	assert_int_equal(value("0.30000000000000004").rest, 0);
	assert_int_equal(value("9007199254740994").rest, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimals_have_their_order),
		cmocka_unit_test(spellings_of_one_number_are_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
