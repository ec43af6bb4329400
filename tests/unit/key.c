/* Keys: equal if the JSON values are equal, and in Python's order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "keyed/key.h"

#include "golden_key.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct value
value_of(const char *text)
{
	struct value v = { .p = text, .len = (uint32_t)strlen(text), .kind = V_NUMBER };

	switch (text[0]) {
	case '"':
		v.kind = V_STRING;
		break;
	case 'f':
		v.kind = V_FALSE;
		break;
	case 't':
		v.kind = V_TRUE;
		break;
	case 'n':
		v.kind = V_NULL;
		break;
	case '[':
		v.kind = V_ARRAY;
		break;
	case '{':
		v.kind = V_OBJECT;
		break;
	default:
		break;
	}
	return v;
}

static struct buf
key_of(const char *text)
{
	struct value v = value_of(text);
	struct buf key = { 0 };

	assert_int_equal(key_make(&v, 1, &key, NULL), 0);
	return key;
}

/* Compares two keys; fails if one is the beginning of the other. */
static int
compare(const struct buf *a, const struct buf *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->p, b->p, n);

	if (order == 0)
		assert_int_equal(a->len, b->len);
	return (order > 0) - (order < 0);
}

static int
compare_ranks(int a, int b)
{
	return (a > b) - (a < b);
}

static void
keys_have_the_order_of_their_values(void **state)
{
	struct buf keys[COUNT(golden)];

	(void)state;
	for (size_t i = 0; i < COUNT(golden); i++)
		keys[i] = key_of(golden[i].text);
	for (size_t i = 0; i < COUNT(golden); i++) {
		for (size_t k = 0; k < COUNT(golden); k++) {
			if (compare(&keys[i], &keys[k]) !=
			    compare_ranks(golden[i].rank, golden[k].rank))
				fail_msg("%s and %s", golden[i].text, golden[k].text);
		}
	}
	for (size_t i = 0; i < COUNT(golden); i++)
		buf_free(&keys[i]);
}

static void
keys_of_two_values_are_ordered_by_the_first_one_first(void **state)
{
	struct buf a = { 0 }, b = { 0 };
	struct value v[2], w[2];
	size_t i, j, k, l;
	int order;

	(void)state;
	for (size_t n = 0; n < 100000; n++) {
		i = n * 7 % COUNT(golden);
		j = n * 13 % COUNT(golden);
		k = (i + n % 3) % COUNT(golden);
		l = n * 31 % COUNT(golden);
		v[0] = value_of(golden[i].text);
		v[1] = value_of(golden[j].text);
		w[0] = value_of(golden[k].text);
		w[1] = value_of(golden[l].text);
		assert_int_equal(key_make(v, 2, &a, NULL), 0);
		assert_int_equal(key_make(w, 2, &b, NULL), 0);
		order = compare_ranks(golden[i].rank, golden[k].rank);
		if (order == 0)
			order = compare_ranks(golden[j].rank, golden[l].rank);
		assert_int_equal(compare(&a, &b), order);
	}
	buf_free(&a);
	buf_free(&b);
}

static void
a_usual_key_is_short(void **state)
{
	static const struct {
		const char *text;
		size_t size;
	} cases[] = { { "true", 1 }, { "0", 1 }, { "7", 3 }, { "12", 3 }, { "12.0", 3 },
		{ "100000000000000000000", 3 }, { "-1234567", 6 }, { "\"user_1234\"", 11 },
		{ "\"user\\u005f1234\"", 11 }, { "\"\"", 2 } };
	struct buf key;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		key = key_of(cases[i].text);
		assert_int_equal(key.len, cases[i].size);
		buf_free(&key);
	}
}

/* One more digit than a double holds, or than 64 bits, is another key. */
static void
no_digit_is_lost(void **state)
{
	struct buf a = key_of("9007199254740993"), b = key_of("9007199254740992");
	static char longer[10000], text[10010];
	struct buf c, d;

	(void)state;
	assert_int_equal(compare(&a, &b), 1);
	memset(longer, '9', sizeof longer - 1);
	snprintf(text, sizeof text, "%s0e-1", longer);
	c = key_of(longer);
	d = key_of(text);
	assert_int_equal(compare(&c, &d), 0);
	longer[sizeof longer - 2] = '8';
	buf_free(&d);
	d = key_of(longer);
	assert_int_equal(compare(&c, &d), 1);
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
	buf_free(&d);
}

static void
what_can_be_no_key_is_refused(void **state)
{
	static const char *const cases[] = { "null", "[1]", "{}", "\"\\ud800\"",
		"\"\\udc00\\ud800\"", "1e1000000000000001", "1e-1000000000000001",
		"1e99999999999999999999999" };
	struct value v[2] = { value_of("1"), { 0 } };
	struct buf key = { 0 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		v[1] = value_of(cases[i]);
		assert_int_equal(key_make(v, 2, &key, &err), -1);
		assert_true(err.at >= v[1].p && err.at < v[1].p + v[1].len);
	}
	v[1] = (struct value){ 0 };
	assert_int_equal(key_make(v, 2, &key, &err), -1);
	assert_null(err.at);
	v[1] = value_of("0e99999999999999999999999");
	assert_int_equal(key_make(v, 2, &key, &err), 0);
	v[1] = value_of("1e999999999999998");
	assert_int_equal(key_make(v, 2, &key, &err), 0);
	buf_free(&key);
}

/* Without -k all records have one key. */
static void
a_key_of_no_values_is_empty(void **state)
{
	struct buf key = { 0 };

	(void)state;
	assert_int_equal(key_make(NULL, 0, &key, NULL), 0);
	assert_int_equal(key.len, 0);
	buf_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_the_order_of_their_values),
		cmocka_unit_test(keys_of_two_values_are_ordered_by_the_first_one_first),
		cmocka_unit_test(a_usual_key_is_short),
		cmocka_unit_test(no_digit_is_lost),
		cmocka_unit_test(what_can_be_no_key_is_refused),
		cmocka_unit_test(a_key_of_no_values_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
