/* Partitions: where they end, and how far they were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "consume/source.h"

/* Begins a partition that is read from 10 to this end. */
static struct source *
begin(struct sources *s, int64_t end)
{
	struct source *source = sources_get(s, "t", 0);

	assert_non_null(source);
	source_begin(s, source, 10, end, true);
	return source;
}

static void
take(struct sources *s, struct source *source, int64_t offset)
{
	assert_true(source_admits(s, source, offset));
	source_take(s, source, offset);
}

static void
a_partition_is_one_source(void **state)
{
	struct sources s = { 0 };
	struct source *first = sources_get(&s, "t", 0);

	(void)state;
	for (int32_t i = 1; i < 100; i++)
		assert_int_equal(sources_get(&s, "t", i)->number, i);
	assert_ptr_not_equal(sources_get(&s, "u", 0), first);
	assert_ptr_equal(sources_get(&s, "t", 0), first);
	assert_int_equal(s.count, 101);
	sources_free(&s);
}

static void
the_last_message_before_the_end_is_enough(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, 12);

	(void)state;
	take(&s, source, 10);
	assert_int_equal(s.open, 1);
	take(&s, source, 11);
	assert_int_equal(s.open, 0);
	assert_int_equal(source->position, 12);
	sources_free(&s);
}

static void
nothing_from_the_end_on_is_taken(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, 15);

	(void)state;
	take(&s, source, 10);
	assert_false(source_admits(&s, source, 17));
	assert_true(source->done);
	assert_int_equal(source->position, 15);
	assert_true(source->dirty);
	assert_false(source_admits(&s, source, 18));
	assert_int_equal(source->position, 15);
	sources_free(&s);
}

/* Transaction markers have offsets, but are not messages. */
static void
the_word_for_the_end_is_enough(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, 15);

	(void)state;
	take(&s, source, 12);
	source_reach(&s, source, 14);
	assert_int_equal(s.open, 1);
	assert_int_equal(source->position, 14);
	source_reach(&s, source, 16);
	assert_int_equal(s.open, 0);
	assert_int_equal(source->position, 15);
	sources_free(&s);
}

static void
what_is_at_its_end_is_done_at_once(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, 10);

	(void)state;
	assert_true(source->done);
	assert_int_equal(s.open, 0);
	assert_int_equal(s.ours, 1);
	sources_free(&s);
}

static void
an_end_stays_through_rebalances(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, 15);

	(void)state;
	take(&s, source, 10);
	source_leave(&s, source);
	assert_int_equal(s.ours, 0);
	assert_int_equal(s.open, 0);
	assert_false(source_admits(&s, source, 11));
	source_begin(&s, source, 11, 99, true);
	assert_int_equal(source->end, 15);
	assert_int_equal(s.open, 1);
	source_leave(&s, source);
	source_leave(&s, source);
	assert_int_equal(s.ours, 0);
	sources_free(&s);
}

static void
the_first_position_is_stored_where_the_group_has_none(void **state)
{
	struct sources s = { 0 };
	struct source *source = sources_get(&s, "t", 0);

	(void)state;
	source_begin(&s, source, 10, SOURCE_ENDLESS, false);
	assert_true(source->dirty);
	source_begin(&s, source, 10, SOURCE_ENDLESS, true);
	assert_false(source->dirty);
	assert_int_equal(s.ours, 1);
	sources_free(&s);
}

static void
a_cut_ends_it(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, SOURCE_ENDLESS);

	(void)state;
	take(&s, source, 10);
	source_cut(&s, source, 20);
	assert_int_equal(s.open, 1);
	take(&s, source, 11);
	source_cut(&s, source, 12);
	assert_int_equal(s.open, 0);
	assert_int_equal(source->position, 12);
	sources_free(&s);
}

static void
a_message_that_comes_twice_is_taken_once(void **state)
{
	struct sources s = { 0 };
	struct source *source = begin(&s, SOURCE_ENDLESS);

	(void)state;
	take(&s, source, 10);
	assert_false(source_admits(&s, source, 10));
	sources_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_partition_is_one_source),
		cmocka_unit_test(the_last_message_before_the_end_is_enough),
		cmocka_unit_test(nothing_from_the_end_on_is_taken),
		cmocka_unit_test(the_word_for_the_end_is_enough),
		cmocka_unit_test(what_is_at_its_end_is_done_at_once),
		cmocka_unit_test(an_end_stays_through_rebalances),
		cmocka_unit_test(the_first_position_is_stored_where_the_group_has_none),
		cmocka_unit_test(a_cut_ends_it),
		cmocka_unit_test(a_message_that_comes_twice_is_taken_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
