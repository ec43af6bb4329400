/*
 * Instants and durations, compared with Python's calendar and with one that counts day by
 * day.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "time/instant.h"

#include "golden_instant.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define DAY INT64_C(86400000000000)

/* Returns the instant of a text, or INSTANT_NONE if the text is refused with a reason. */
static int64_t
read_text(const char *text)
{
	struct err err = { .text = "" };
	int64_t ns = INSTANT_NONE;

	if (instant_read(text, strlen(text), &ns, &err) != -1)
		return ns;
	assert_true(err.at >= text && err.at <= text + strlen(text));
	assert_true(err.text[0] != '\0');
	assert_true(ns == INSTANT_NONE);
	return INSTANT_NONE;
}

static int64_t
read_number(const char *text, enum unit unit)
{
	struct err err = { .text = "" };
	int64_t ns = INSTANT_NONE;

	if (instant_read_number(text, strlen(text), unit, &ns, &err) != -1)
		return ns;
	assert_ptr_equal(err.at, text);
	assert_true(err.text[0] != '\0');
	assert_true(ns == INSTANT_NONE);
	return INSTANT_NONE;
}

static const char *
write_text(char out[INSTANT_MAX + 1], int64_t ns)
{
	size_t n = instant_write(out, ns);

	assert_true(n <= INSTANT_MAX);
	out[n] = '\0';
	return out;
}

static const char *
write_number(char out[INSTANT_MAX + 1], int64_t ns, enum unit unit)
{
	size_t n = instant_write_number(out, ns, unit);

	assert_true(n <= INSTANT_MAX);
	out[n] = '\0';
	return out;
}

static void
dates_are_read_as_python_reads_them(void **state)
{
	char out[INSTANT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		if (read_text(dates[i].text) != dates[i].ns)
			fail_msg("%s", dates[i].text);
		if (dates[i].ns != INSTANT_NONE)
			assert_true(read_text(write_text(out, dates[i].ns)) == dates[i].ns);
	}
}

static void
forms_that_people_write_are_read_as_python_reads_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++)
		if (read_text(forms[i].text) != forms[i].ns)
			fail_msg("%s", forms[i].text);
}

static void
numbers_count_their_unit_exactly(void **state)
{
	char out[INSTANT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		if (read_number(numbers[i].text, numbers[i].unit) != numbers[i].ns)
			fail_msg("%s", numbers[i].text);
		if (numbers[i].ns == INSTANT_NONE)
			continue;
		write_number(out, numbers[i].ns, numbers[i].unit);
		assert_null(strchr(out, 'e'));
		assert_true(read_number(out, numbers[i].unit) == numbers[i].ns);
	}
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Each day of the range has a number of its own. */
static void
every_day_follows_the_one_before(void **state)
{
	int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	char text[64], out[INSTANT_MAX + 1];
	int64_t ns = read_text("1678-01-01T00:00:00Z");

	(void)state;
	assert_true(ns == -106650 * DAY);
	for (int year = 1678; year < 2262; year++) {
		length[1] = is_leap(year) ? 29 : 28;
		for (int month = 1; month <= 12; month++) {
			for (int day = 1; day <= length[month - 1]; day++, ns += DAY) {
				snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year,
				    month, day);
				assert_true(read_text(text) == ns);
				assert_string_equal(write_text(out, ns), text);
			}
			snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month,
			    length[month - 1] + 1);
			assert_true(read_text(text) == INSTANT_NONE);
		}
	}
}

static void
an_instant_has_as_many_decimals_as_it_needs(void **state)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = { { 0, "1970-01-01T00:00:00Z" }, { -1, "1969-12-31T23:59:59.999999999Z" },
		{ 1, "1970-01-01T00:00:00.000000001Z" },
		{ 1000, "1970-01-01T00:00:00.000001Z" },
		{ 1000000, "1970-01-01T00:00:00.001Z" },
		{ 100000000, "1970-01-01T00:00:00.100Z" },
		{ -1000000000, "1969-12-31T23:59:59Z" }, { -DAY, "1969-12-31T00:00:00Z" },
		{ -DAY - 1000, "1969-12-30T23:59:59.999999Z" },
		{ INT64_MAX, "2262-04-11T23:47:16.854775807Z" },
		{ -INT64_MAX, "1677-09-21T00:12:43.145224193Z" } };
	char out[INSTANT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_string_equal(write_text(out, cases[i].ns), cases[i].text);
		assert_true(read_text(cases[i].text) == cases[i].ns);
	}
}

static void
the_range_ends_where_64_bits_do(void **state)
{
	(void)state;
	assert_true(read_text("2262-04-11T23:47:16.854775807Z") == INT64_MAX);
	assert_true(read_text("2262-04-11T23:47:16.854775808Z") == INSTANT_NONE);
	assert_true(read_text("2262-04-12T23:46:16.854775807+23:59") == INT64_MAX);
	assert_true(read_text("1677-09-21T00:12:43.145224193Z") == -INT64_MAX);
	assert_true(read_text("1677-09-21T00:12:43.145224192Z") == INSTANT_NONE);
	assert_true(read_text("1677-09-21T00:12:43.145224191Z") == INSTANT_NONE);
	assert_true(read_text("0000-02-29T00:00:00Z") == INSTANT_NONE);
	assert_true(read_text("0000-01-01T00:00:00+23:59") == INSTANT_NONE);
	assert_true(read_text("9999-12-31T23:59:59.999999999-23:59") == INSTANT_NONE);
	assert_true(read_number("9223372036854775807", UNIT_NS) == INT64_MAX);
	assert_true(read_number("-9223372036854775807", UNIT_NS) == -INT64_MAX);
	assert_true(read_number("-9223372036854775808", UNIT_NS) == INSTANT_NONE);
	assert_true(read_number("-9223372036.854775808", UNIT_S) == INSTANT_NONE);
	assert_true(read_number("-9223372036.854775807", UNIT_S) == -INT64_MAX);
	assert_true(read_number("9223372036.854775808", UNIT_S) == INSTANT_NONE);
}

static void
a_leap_second_is_the_second_after_it(void **state)
{
	static const char *const wrong[] = { "2016-12-31T23:59:61Z", "2016-12-31T23:58:60Z",
		"2016-12-31T22:59:60Z", "2016-12-30T23:59:60Z", "2016-11-30T23:59:60Z",
		"2016-03-31T23:59:60Z", "2016-12-31T23:59:60+00:01", "2017-01-01T00:00:60Z" };
	int64_t after = read_text("2017-01-01T00:00:00Z");

	(void)state;
	assert_true(read_text("2016-12-31T23:59:60Z") == after);
	assert_true(read_text("2016-12-31T23:59:60") == after);
	assert_true(read_text("2016-12-31T18:59:60-05:00") == after);
	assert_true(read_text("2017-01-01T05:29:60.25+05:30") == after + 250000000);
	assert_true(read_text("1972-06-30T23:59:60Z") == read_text("1972-07-01T00:00:00Z"));
	assert_true(read_text("1969-06-30T23:59:60Z") == read_text("1969-07-01T00:00:00Z"));
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_true(read_text(wrong[i]) == INSTANT_NONE);
}

/* Texts that are refused, and the byte to blame. */
static void
what_is_no_time_is_refused_where_it_goes_wrong(void **state)
{
	static const struct {
		const char *text;
		int at;
	} cases[] = { { "", 0 }, { "x", 0 }, { "2026", 4 }, { "2026-1-01T00:00:00Z", 6 },
		{ "2026-01-01_00:00:00Z", 10 }, { "2026-01-01T", 11 },
		{ "2026-01-01T00Z", 13 }, { "2026-01-01T00:00:0", 18 }, { "20260101", 8 },
		{ "202601-01", 6 }, { "2026-0101T00:00:00Z", 7 }, { "20260101T000000.", 16 },
		{ "2026-01-01T00:00.5Z", 16 }, { "20261301T000000Z", 4 },
		{ "20260132T000000Z", 6 }, { "20261231T235860Z", 13 },
		{ "+026-01-01T00:00:00Z", 0 }, { "2026-00-01T00:00:00Z", 5 },
		{ "2026-13-01T00:00:00Z", 5 }, { "2026-01-00T00:00:00Z", 8 },
		{ "2026-04-31T00:00:00Z", 8 }, { "1900-02-29T00:00:00Z", 8 },
		{ "2026-01-01T24:00:00Z", 11 }, { "2026-01-01T00:60:00Z", 11 },
		{ "2026-01-01T00:00:00.Z", 20 }, { "2026-01-01T00:00:00.", 20 },
		{ "2026-01-01T00:00:00,Z", 20 }, { "2026-01-01T00:00:00ZZ", 20 },
		{ "2026-01-01T00:00:00 Z", 19 }, { "2026-01-01T00:00:00+010", 23 },
		{ "2026-01-01T00:00:00+0", 21 }, { "2026-01-01T00:00:00+01:0", 24 },
		{ "2026-01-01T00:00:00+1:00", 21 }, { "2026-01-01T00:00:00+24:00", 19 },
		{ "2026-01-01T00:00:00+00:60", 19 }, { "2026-01-01T00:00:00+01:00Z", 25 },
		{ "2026-01-01T00:00:00Z ", 20 }, { " 2026-01-01T00:00:00Z", 0 } };
	struct err err;
	int64_t ns = 7;
	char *text;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		/*
		 * The text has an allocation of its own, so that a sanitizer sees a read
		 * beyond it.
		 */
		n = strlen(cases[i].text);
		text = malloc(n + (n == 0));
		assert_non_null(text);
		memcpy(text, cases[i].text, n);
		assert_int_equal(instant_read(text, n, &ns, &err), -1);
		assert_int_equal(err.at - text, cases[i].at);
		assert_int_equal(instant_read(text, n, &ns, NULL), -1);
		assert_true(ns == 7);
		free(text);
	}
	assert_true(
	    read_text("2026-01-01T00:00:00-00:00") == read_text("2026-01-01 00:00:00"));
	assert_true(read_text("2026-01-01t00:00:00z") == read_text("2026-01-01T00:00:00Z"));
}

static void
what_is_finer_than_a_nanosecond_is_rounded_and_said(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
		int result;
	} cases[] = { { "1970-01-01T00:00:00.0000000014Z", 1, 1 },
		{ "1970-01-01T00:00:00.0000000015Z", 2, 1 },
		{ "1970-01-01T00:00:00.00000000149999999999Z", 1, 1 },
		{ "1970-01-01T00:00:00.0000000010000Z", 1, 0 },
		{ "1969-12-31T23:59:59.9999999995Z", 0, 1 },
		{ "1970-01-01T00:00:00.9999999999Z", 1000000000, 1 } },
	  numbers_in_s[] = { { "0.0000000014", 1, 1 }, { "0.0000000015", 2, 1 },
		  { "-0.0000000015", -2, 1 }, { "-0.0000000004", 0, 1 },
		  { "1700000000.1234567895", 1700000000123456790, 1 },
		  { "1700000000.12345678949", 1700000000123456789, 1 }, { "1e-30", 0, 1 },
		  { "12e-10", 1, 1 }, { "1.0000000000", 1000000000, 0 },
		  { "9.9999999999", 10000000000, 1 } };
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(instant_read(cases[i].text, strlen(cases[i].text), &ns, NULL),
		    cases[i].result);
		assert_int_equal(ns, cases[i].ns);
	}
	for (size_t i = 0; i < COUNT(numbers_in_s); i++) {
		const char *text = numbers_in_s[i].text;

		assert_int_equal(instant_read_number(text, strlen(text), UNIT_S, &ns, NULL),
		    numbers_in_s[i].result);
		assert_int_equal(ns, numbers_in_s[i].ns);
	}
}

/* RFC 9557: the offset must be that of the zone; suffixes that are not zones are ignored. */
static void
a_zone_must_have_the_offset_that_is_given(void **state)
{
	static const char *const wrong[] = { "2026-01-31T12:00:00+02:00[Europe/Paris]",
		"2026-07-31T12:00:00+01:00[Europe/Paris]", "2026-01-31T12:00:00[Europe/Paris]",
		"2026-01-31T12:00:00+01:00[Europe/Pari]", "2026-01-31T12:00:00+01:00[]",
		"2026-01-31T12:00:00+01:00[Europe]",
		"2026-01-31T12:00:00+01:00[../../etc/passwd]",
		"2026-01-31T12:00:00+01:00[Europe/Paris", "2026-01-31T12:00:00+01:00[+02:00]",
		"2026-01-31T12:00:00+01:00[!u-ca=hebrew]",
		"2026-01-31T12:00:00+01:00[Europe/Paris]x" };
	int64_t noon = read_text("2026-01-31T11:00:00Z");

	(void)state;
	assert_true(read_text("2026-01-31T12:00:00+01:00[Europe/Paris]") == noon);
	assert_true(read_text("2026-01-31T12:00+01[!Europe/Paris][u-ca=gregory]") == noon);
	assert_true(read_text("2026-01-31T11:00:00Z[Europe/Paris]") == noon);
	assert_true(read_text("2026-01-31T12:00:00+01:00[+01:00]") == noon);
	assert_true(read_text("2026-07-31T13:00:00+02:00[Europe/Paris]") ==
	    read_text("2026-07-31T11:00:00Z"));
	assert_true(read_text("2026-01-31T03:00:00-08:00[America/Los_Angeles]") == noon);
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (read_text(wrong[i]) != INSTANT_NONE)
			fail_msg("%s", wrong[i]);
}

static void
units_have_names(void **state)
{
	(void)state;
	assert_string_equal(unit_name(UNIT_S), "s");
	assert_string_equal(unit_name(UNIT_MS), "ms");
	assert_string_equal(unit_name(UNIT_US), "us");
	assert_string_equal(unit_name(UNIT_NS), "ns");
}

static void
durations_are_read_exactly(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
		const char *again;
	} cases[] = { { "250ms", 250000000, "250ms" }, { "10s", 10000000000, "10s" },
		{ "5m", 300000000000, "5m" }, { "1h", 3600000000000, "1h" },
		{ "7d", 7 * DAY, "7d" }, { "1.5h", 5400000000000, "90m" },
		{ "1h30m", 5400000000000, "90m" }, { "24h", DAY, "1d" },
		{ "0.5us", 500, "500ns" }, { "1ns", 1, "1ns" },
		{ "0.0000000000125h", 45, "45ns" }, { "1.50s", 1500000000, "1500ms" },
		{ "30m1h", 5400000000000, "90m" }, { "0s1ns", 1, "1ns" },
		{ "106751d", 106751 * DAY, "106751d" },
		{ "106751d23h47m16.854775807s", INT64_MAX, "9223372036854775807ns" },
		{ "9223372036854775807ns", INT64_MAX, "9223372036854775807ns" } };
	char out[INSTANT_MAX + 1];
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(duration_read(cases[i].text, NULL, &ns, NULL), 0);
		assert_true(ns == cases[i].ns);
		out[duration_write(out, ns)] = '\0';
		assert_string_equal(out, cases[i].again);
	}
}

static void
what_is_no_duration_is_refused_where_it_goes_wrong(void **state)
{
	static const struct {
		const char *text;
		int at;
	} cases[] = { { "", 0 }, { "10", 2 }, { "h", 0 }, { "-1s", 0 }, { "+1s", 0 },
		{ "1e3s", 1 }, { "10 s", 2 }, { "10S", 2 }, { "10min", 2 }, { "10sx", 2 },
		{ "1.s", 1 }, { ".5s", 0 }, { "1.5", 3 }, { "1h30", 4 }, { "0s", 0 },
		{ "0d0ns", 0 }, { "0.1ns", 0 }, { "1.5ns", 0 }, { "0.0000000001s", 0 },
		{ "106752d", 0 }, { "1s,", 2 }, { "9223372036854775808ns", 0 },
		{ "99999999999999999999ns", 0 }, { "106751d23h47m16.854775808s", 13 } };
	struct err err;
	int64_t ns = 7;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (duration_read(cases[i].text, NULL, &ns, &err) != -1 ||
		    err.at - cases[i].text != cases[i].at || ns != 7)
			fail_msg("%s", cases[i].text);
	}
}

static void
a_duration_may_stand_in_a_text(void **state)
{
	const char *text = "10m/1m", *end;
	int64_t ns;

	(void)state;
	assert_int_equal(duration_read(text, &end, &ns, NULL), 0);
	assert_true(ns == 600000000000);
	assert_ptr_equal(end, text + 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_as_python_reads_them),
		cmocka_unit_test(forms_that_people_write_are_read_as_python_reads_them),
		cmocka_unit_test(numbers_count_their_unit_exactly),
		cmocka_unit_test(every_day_follows_the_one_before),
		cmocka_unit_test(an_instant_has_as_many_decimals_as_it_needs),
		cmocka_unit_test(the_range_ends_where_64_bits_do),
		cmocka_unit_test(a_leap_second_is_the_second_after_it),
		cmocka_unit_test(what_is_no_time_is_refused_where_it_goes_wrong),
		cmocka_unit_test(what_is_finer_than_a_nanosecond_is_rounded_and_said),
		cmocka_unit_test(a_zone_must_have_the_offset_that_is_given),
		cmocka_unit_test(units_have_names),
		cmocka_unit_test(durations_are_read_exactly),
		cmocka_unit_test(what_is_no_duration_is_refused_where_it_goes_wrong),
		cmocka_unit_test(a_duration_may_stand_in_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
