#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/merge.h"

enum { SOURCES = 9, ROUNDS = 20000 };

static const char *const topics[] = { "a", "a.b", "a-b", "", "b" };

static struct merge_key
random_key(void)
{
	const char *topic = topics[rand() % 5];

	return (struct merge_key){
		.time = rand() % 4 - 1,
		.topic = *topic == '\0' ? NULL : topic,
		.topic_len = strlen(topic),
		.partition = rand() % 3,
		.offset = rand() % 2,
	};
}

/* Compares as the page says, but in another way: field by field. */
static int
compare(const struct merge_key *a, const struct merge_key *b)
{
	int topics_differ =
	    strcmp(a->topic == NULL ? "" : a->topic, b->topic == NULL ? "" : b->topic);

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (topics_differ != 0)
		return topics_differ;
	if (a->partition != b->partition)
		return a->partition < b->partition ? -1 : 1;
	return a->offset < b->offset ? -1 : a->offset > b->offset;
}

/* A model of the merge: what is known of each source, searched one by one. */
struct model {
	enum { WAIT, RECORD, NONE } standing[SOURCES];
	struct merge_key key[SOURCES];
};

static enum merge_event
first_of(const struct model *model, uint32_t count, uint32_t *source)
{
	enum merge_event event = MERGE_NOTHING;

	for (uint32_t i = 0; i < count; i++) {
		if (model->standing[i] == WAIT) {
			*source = i;
			return MERGE_WAIT;
		}
		if (model->standing[i] == NONE)
			continue;
		if (event == MERGE_NOTHING ||
		    compare(&model->key[i], &model->key[*source]) < 0)
			*source = i;
		event = MERGE_RECORD;
	}
	return event;
}

static void
change(struct merge *merge, struct model *model, uint32_t source)
{
	struct merge_key key = random_key();

	switch (rand() % 6) {
	case 0:
		model->standing[source] = NONE;
		merge_pass(merge, source);
		break;
	case 1:
		model->standing[source] = WAIT;
		merge_wait(merge, source);
		break;
	default:
		model->standing[source] = RECORD;
		model->key[source] = key;
		merge_put(merge, source, &key);
		break;
	}
}

static void
the_first_is_found_whatever_is_known(void **state)
{
	struct merge merge = { 0 };

	(void)state;
	srand(1);
	for (uint32_t count = 0; count <= SOURCES; count++) {
		struct model model = { 0 };
		uint32_t source, expected;

		assert_int_equal(merge_open(&merge, count), 0);
		for (int i = 0; i < ROUNDS; i++) {
			enum merge_event event = first_of(&model, count, &expected);

			assert_int_equal(merge_first(&merge, &source), event);
			if (event == MERGE_NOTHING && count == 0)
				break;
			if (event != MERGE_NOTHING)
				assert_int_equal(source, expected);
			change(&merge, &model, (uint32_t)rand() % count);
		}
	}
	merge_free(&merge);
}

/*
 * Three ordered sources give one ordered output; equal records of a source keep their order.
 */
static void
sources_in_order_come_out_in_order(void **state)
{
	struct merge merge = { 0 };
	int64_t offset[3] = { 0 }, time[3] = { 0 }, last = 0;
	uint32_t source, last_source = 0;
	size_t records = 0;

	(void)state;
	srand(2);
	assert_int_equal(merge_open(&merge, 3), 0);
	while (merge_first(&merge, &source) != MERGE_NOTHING) {
		if (merge_first(&merge, &source) == MERGE_RECORD) {
			assert_true(time[source] > last ||
			    (time[source] == last && source >= last_source));
			last = time[source];
			last_source = source;
			records++;
		}
		if (offset[source] == 1000) {
			merge_pass(&merge, source);
			continue;
		}
		time[source] += rand() % 3;
		merge_put(&merge, source,
		    &(struct merge_key){ .time = time[source],
			.topic = "t",
			.topic_len = 1,
			.partition = (int32_t)source,
			.offset = offset[source]++ });
	}
	assert_int_equal(records, 3000);
	merge_free(&merge);
}

static void
a_late_record_goes_out_next(void **state)
{
	struct merge merge = { 0 };
	struct merge_key ten = { .time = 10 }, five = { .time = 5 }, seven = { .time = 7 };
	uint32_t source;

	(void)state;
	assert_int_equal(merge_open(&merge, 2), 0);
	merge_put(&merge, 0, &five);
	assert_int_equal(merge_first(&merge, &source), MERGE_WAIT);
	assert_int_equal(source, 1);
	merge_put(&merge, 1, &ten);
	assert_int_equal(merge_first(&merge, &source), MERGE_RECORD);
	assert_int_equal(source, 0);
	merge_pass(&merge, 0);
	assert_int_equal(merge_first(&merge, &source), MERGE_RECORD);
	assert_int_equal(source, 1);
	merge_put(&merge, 1, &seven);
	assert_int_equal(merge_first(&merge, &source), MERGE_RECORD);
	merge_pass(&merge, 1);
	assert_int_equal(merge_first(&merge, &source), MERGE_NOTHING);
	/* A source that was passed over has a record again. */
	merge_put(&merge, 0, &five);
	assert_int_equal(merge_first(&merge, &source), MERGE_RECORD);
	assert_int_equal(source, 0);
	merge_free(&merge);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_found_whatever_is_known),
		cmocka_unit_test(sources_in_order_come_out_in_order),
		cmocka_unit_test(a_late_record_goes_out_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
