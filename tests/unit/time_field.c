/* How the times of a field are read: units that are found out, and formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "time/time_field.h"

#include "golden_format.h"

#define OPEN \
	{ \
		.unit = UNIT_MS, .known = TIME_UNIT_OPEN \
	}
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static int64_t
number(struct time_field *f, const char *text)
{
	int64_t ns = INSTANT_NONE;

	assert_int_equal(time_field_number(f, text, strlen(text), &ns, NULL), 0);
	return ns;
}

static void
assert_refused(struct time_field *f, const char *text, const char *why)
{
	struct err err = { .text = "" };
	int64_t ns = 7;

	assert_int_equal(time_field_text(f, text, strlen(text), &ns, &err), -1);
	assert_non_null(strstr(err.text, why));
	assert_int_equal(ns, 7);
}

static void
the_first_number_that_is_a_time_of_today_decides(void **state)
{
	static const struct {
		const char *text;
		enum unit unit;
	} first[] = { { "1700000000", UNIT_S }, { "1700000000.5", UNIT_S },
		{ "1.7e9", UNIT_S }, { "1700000000000", UNIT_MS },
		{ "1700000000000000", UNIT_US }, { "1700000000000000000", UNIT_NS },
		{ "631152000", UNIT_S }, { "4102444799999", UNIT_MS } };

	(void)state;
	for (size_t i = 0; i < COUNT(first); i++) {
		struct time_field f = OPEN;

		assert_int_equal(number(&f, "0"), 0);
		assert_int_equal(number(&f, "0.000"), 0);
		assert_int_equal(f.known, TIME_UNIT_OPEN);
		assert_null(time_field_unit(&f));
		assert_true(number(&f, first[i].text) >= INT64_C(631152000000000000));
		assert_int_equal(f.known, TIME_UNIT_DECIDED);
		assert_int_equal(f.unit, first[i].unit);
		assert_int_equal(number(&f, "12"), 12 * (int64_t)first[i].unit);
	}
}

static void
a_number_of_another_unit_is_refused_once_it_is_decided(void **state)
{
	struct time_field f = OPEN;

	(void)state;
	number(&f, "1700000000000");
	assert_refused(&f, "1700000000",
	    "looks as if it counted s, but the first one counted ms");
	assert_refused(&f, "1700000000000000", "counted us, but the first one counted ms");
	assert_refused(&f, "1700000000000000000", "counted ns, but the first one counted ms");
	assert_int_equal(number(&f, "631151999"), INT64_C(631151999000000));
	assert_int_equal(number(&f, "4102444800"), INT64_C(4102444800000000));
	assert_int_equal(f.doubt, 0);
}

static void
where_nothing_is_decided_it_is_ms_and_doubt_is_noted(void **state)
{
	struct time_field f = OPEN;

	(void)state;
	assert_int_equal(number(&f, "1000"), 1000000000);
	assert_int_equal(f.known, TIME_UNIT_ASSUMED);
	assert_string_equal(time_field_unit(&f), "ms");
	assert_false(time_field_news(&f));
	assert_int_equal(number(&f, "1700000000"), INT64_C(1700000000000000));
	assert_int_equal(f.doubt, UNIT_S);
	assert_true(time_field_news(&f));
}

static void
a_stated_unit_is_never_doubted(void **state)
{
	struct time_field f = { .unit = UNIT_MS };

	(void)state;
	assert_int_equal(number(&f, "1700000000"), INT64_C(1700000000000000));
	assert_int_equal(number(&f, "1700000000000"), INT64_C(1700000000000000000));
	assert_int_equal(f.doubt, 0);
}

static void
what_was_found_out_can_be_taken_up_again(void **state)
{
	struct time_field f = OPEN, g = OPEN, stated = { .unit = UNIT_NS };

	(void)state;
	time_field_resume(&f, "s", true);
	assert_refused(&f, "1700000000000", "the first one counted s");
	time_field_resume(&g, "", true);
	assert_int_equal(g.known, TIME_UNIT_OPEN);
	time_field_resume(&g, "d", true);
	assert_int_equal(g.known, TIME_UNIT_OPEN);
	time_field_resume(&g, "ms", false);
	assert_int_equal(g.known, TIME_UNIT_ASSUMED);
	time_field_resume(&stated, "s", true);
	assert_int_equal(stated.unit, UNIT_NS);
}

static void
a_number_in_a_string_is_one(void **state)
{
	struct time_field f = OPEN;
	int64_t ns;

	(void)state;
	assert_int_equal(time_field_text(&f, "1700000000123456", 16, &ns, NULL), 0);
	assert_int_equal(ns, INT64_C(1700000000123456000));
	assert_int_equal(f.unit, UNIT_US);
	assert_int_equal(time_field_text(&f, "2023-11-14", 10, &ns, NULL), 0);
	assert_int_equal(ns, INT64_C(1699920000000000000));
	assert_refused(&f, "0x10", "not a time like");
	assert_refused(&f, "", "not a time like");
	assert_refused(&f, " 5", "not a time like");
}

static void
rounding_is_noted(void **state)
{
	struct time_field f = { .unit = UNIT_S };
	int64_t ns;

	(void)state;
	number(&f, "1.123456789");
	assert_false(f.rounded);
	number(&f, "1.1234567891");
	assert_true(f.rounded);
	f.rounded = false;
	assert_int_equal(time_field_text(&f, "2023-11-14T00:00:00.1234567891Z", 31, &ns, NULL),
	    0);
	assert_true(f.rounded);
}

static void
formats_are_read_as_python_reads_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		struct time_field f = { .unit = UNIT_MS, .format = formats[i].format };
		int64_t ns = INSTANT_NONE;

		if (time_field_text(&f, formats[i].text, strlen(formats[i].text), &ns, NULL) ==
			-1 ||
		    ns != formats[i].ns)
			fail_msg("%s as %s", formats[i].text, formats[i].format);
	}
}

static void
what_does_not_fit_a_format_is_refused(void **state)
{
	struct time_field f = { .unit = UNIT_MS, .format = "%d/%m/%Y %H:%M:%S.%f" };

	(void)state;
	assert_refused(&f, "31/12/2023 10:00:00", "not a time as --time-format");
	assert_refused(&f, "31/12/2023 10:00:00.", "not a time as --time-format");
	assert_refused(&f, "31/12/2023 10:00:00.5 ", "not a time as --time-format");
	assert_refused(&f, "2023-12-31T10:00:00Z", "not a time as --time-format");
	assert_refused(&f, "31/04/2023 10:00:00.5", "there is no day 2023-04-31");
	assert_refused(&f, "30/06/2023 10:00:60.5", "second 60");
	assert_refused(&f, "31/12/1500 10:00:00.5", "outside");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_number_that_is_a_time_of_today_decides),
		cmocka_unit_test(a_number_of_another_unit_is_refused_once_it_is_decided),
		cmocka_unit_test(where_nothing_is_decided_it_is_ms_and_doubt_is_noted),
		cmocka_unit_test(a_stated_unit_is_never_doubted),
		cmocka_unit_test(what_was_found_out_can_be_taken_up_again),
		cmocka_unit_test(a_number_in_a_string_is_one),
		cmocka_unit_test(rounding_is_noted),
		cmocka_unit_test(formats_are_read_as_python_reads_them),
		cmocka_unit_test(what_does_not_fit_a_format_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
