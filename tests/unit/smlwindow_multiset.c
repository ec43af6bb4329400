#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers/multiset.h"

enum { MOST = 2000 };

/* Strings of many lengths, the empty one among them, and how often each should be there. */
struct model {
	struct string {
		unsigned char bytes[64];
		size_t length;
	} strings[MOST];
	uint64_t times[MOST];
	int count;
};

static void
make_strings(struct model *model, int count)
{
	model->count = count;
	for (int i = 0; i < count; i++) {
		struct string *string = &model->strings[i];
		int padding = i * 7 % 40;

		memset(string->bytes, '.', sizeof string->bytes);
		string->length = (size_t)snprintf((char *)string->bytes, 16, "%d", i);
		string->bytes[string->length] = '\0'; /* a string may contain any byte */
		string->length += (size_t)padding;
		model->times[i] = 0;
	}
	model->strings[0].length = 0;
}

static uint64_t
distinct(const struct model *model)
{
	uint64_t n = 0;

	for (int i = 0; i < model->count; i++)
		n += model->times[i] > 0;
	return n;
}

static int
add(struct multiset *set, const struct model *model, int i)
{
	return multiset_add(set, model->strings[i].bytes, model->strings[i].length);
}

static int
take_off(struct multiset *set, const struct model *model, int i)
{
	return multiset_remove(set, model->strings[i].bytes, model->strings[i].length);
}

/*
 * Checks that each listed string is in the model, as often, and that the list is sorted
 * without repeats.
 */
static void
assert_as_model(const struct multiset *set, const struct model *model)
{
	struct multiset_entry *list = multiset_list(set);
	uint64_t size = multiset_size(set);

	assert_non_null(list);
	assert_int_equal(size, distinct(model));
	for (uint64_t i = 0; i < size; i++) {
		char digits[16] = { 0 };
		int which;

		memcpy(digits, list[i].bytes, list[i].length < 15 ? list[i].length : 15);
		which = atoi(digits);
		assert_int_equal(list[i].length, model->strings[which].length);
		assert_memory_equal(list[i].bytes, model->strings[which].bytes,
		    list[i].length);
		assert_int_equal(list[i].times, model->times[which]);
		if (i > 0) {
			size_t a = list[i - 1].length, b = list[i].length;
			int order = memcmp(list[i - 1].bytes, list[i].bytes, a < b ? a : b);

			assert_true(order < 0 || (order == 0 && a < b));
		}
	}
	free(list);
}

static void
the_size_is_the_number_of_distinct_strings(void **state)
{
	static const int counts[] = { 1, 5, 9, 40, MOST };
	static struct model model;

	(void)state;
	for (size_t round = 0; round < 2 * sizeof counts / sizeof counts[0]; round++) {
		struct multiset set = { .seed = round };

		srand((unsigned int)round);
		make_strings(&model, counts[round / 2]);
		for (int step = 0; step < 30000; step++) {
			int i = rand() % model.count, adding = step / 5000 % 2 == 0 ? 7 : 3;

			if (rand() % 10 < adding) {
				assert_int_equal(add(&set, &model, i), 0);
				model.times[i]++;
			} else {
				int there = model.times[i] > 0;

				assert_int_equal(take_off(&set, &model, i), there ? 0 : -1);
				model.times[i] -= (uint64_t)there;
			}
		}
		assert_as_model(&set, &model);
		multiset_free(&set);
		assert_int_equal(multiset_size(&set), 0);
	}
}

static void
merging_and_taking_off_again_changes_nothing(void **state)
{
	static struct model model;
	struct multiset set = { .seed = 1 }, other = { .seed = 2 };

	(void)state;
	make_strings(&model, 300);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(add(&set, &model, i), 0);
		model.times[i]++;
	}
	for (int i = 100; i < 300; i++)
		assert_int_equal(multiset_add_times(&other, model.strings[i].bytes,
				     model.strings[i].length, (uint64_t)i),
		    0);
	assert_int_equal(multiset_merge(&set, &other), 0);
	assert_int_equal(multiset_size(&set), 300);
	assert_int_equal(multiset_unmerge(&set, &other), 0);
	assert_as_model(&set, &model);
	assert_int_equal(multiset_unmerge(&set, &other), -1);
	assert_as_model(&set, &model);
	multiset_free(&set);
	multiset_free(&other);
}

static void
what_cannot_be_counted_is_refused(void **state)
{
	struct multiset set = { 0 };

	(void)state;
	assert_int_equal(multiset_add_times(&set, "a", 1, UINT64_MAX), 0);
	errno = 0;
	assert_int_equal(multiset_add(&set, "a", 1), -1);
	assert_int_equal(errno, EOVERFLOW);
	assert_int_equal(multiset_remove_times(&set, "a", 1, UINT64_MAX), 0);
	assert_int_equal(multiset_remove(&set, "a", 1), -1);
	assert_int_equal(multiset_add_times(&set, "b", 1, 0), 0);
	assert_int_equal(multiset_size(&set), 0);
	multiset_free(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_size_is_the_number_of_distinct_strings),
		cmocka_unit_test(merging_and_taking_off_again_changes_nothing),
		cmocka_unit_test(what_cannot_be_counted_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
