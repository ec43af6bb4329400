/* Entities: the rule of merging, and their bytes. */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <xxhash.h>

#include "entity/entity.h"

/* Adds a feature with a time; value NULL: a deletion. */
static void
add(struct entity *e, const char *name, const char *value, int64_t time, int64_t expires)
{
	struct feature f = { .name = name,
		.value = value,
		.name_len = (uint32_t)strlen(name),
		.value_len = value == NULL ? 0 : (uint32_t)strlen(value),
		.time = time,
		.expires = expires };

	assert_int_equal(entity_append(e, &f, NULL), 0);
}

static void
settle(struct entity *e)
{
	assert_int_equal(entity_settle(e, NULL), 0);
}

/* Compares an entity with text like "a=1@5 b=-@7"; "!6" comes first if it was deleted. */
static void
is(const struct entity *e, const char *want)
{
	char text[512] = "", *p = text;

	if (e->deleted != INSTANT_NONE)
		p += sprintf(p, "!%d ", (int)e->deleted);
	for (size_t i = 0; i < e->count; i++) {
		const struct feature *f = &e->feature[i];

		p += sprintf(p, "%.*s=%.*s@%d ", (int)f->name_len, f->name,
		    f->value == NULL ? 1 : (int)f->value_len,
		    f->value == NULL ? "-" : f->value, (int)f->time);
	}
	if (p > text)
		p[-1] = '\0';
	assert_string_equal(text, want);
}

static void
features_rise_by_name_and_the_newest_stands(void **state)
{
	struct entity e = { 0 };

	(void)state;
	entity_clear(&e);
	add(&e, "b", "1", 5, ENTITY_NEVER);
	add(&e, "ab", "2", 5, ENTITY_NEVER);
	add(&e, "", "3", 5, ENTITY_NEVER);
	add(&e, "b", "4", 4, ENTITY_NEVER);
	add(&e, "a", "5", 5, ENTITY_NEVER);
	add(&e, "ab", "6", 5, ENTITY_NEVER);
	settle(&e);
	is(&e, "=3@5 a=5@5 ab=6@5 b=1@5");
	entity_free(&e);
}

static void
merge(struct entity *e, struct entity *change, uint64_t written, uint64_t older)
{
	struct merged merged = { 0 };

	assert_int_equal(entity_merge(e, change, &merged, NULL), 0);
	assert_int_equal(merged.written, written);
	assert_int_equal(merged.older, older);
	entity_clear(change);
}

static void
an_older_event_never_overwrites(void **state)
{
	struct entity e = { 0 }, change = { 0 };

	(void)state;
	entity_clear(&e);
	entity_clear(&change);
	add(&change, "b", "1", 10, ENTITY_NEVER);
	add(&change, "d", "1", 10, ENTITY_NEVER);
	merge(&e, &change, 2, 0);
	add(&change, "a", "2", 9, ENTITY_NEVER);
	add(&change, "b", "2", 9, ENTITY_NEVER);
	add(&change, "c", "2", 9, ENTITY_NEVER);
	add(&change, "e", "2", 9, ENTITY_NEVER);
	merge(&e, &change, 3, 1);
	is(&e, "a=2@9 b=1@10 c=2@9 d=1@10 e=2@9");
	add(&change, "b", "3", 10, ENTITY_NEVER);
	add(&change, "d", NULL, 11, ENTITY_NEVER);
	merge(&e, &change, 2, 0);
	add(&change, "d", "4", 10, ENTITY_NEVER);
	merge(&e, &change, 0, 1);
	is(&e, "a=2@9 b=3@10 c=2@9 d=-@11 e=2@9");
	entity_free(&e);
	entity_free(&change);
}

static void
a_whole_deletion_speaks_for_all_features(void **state)
{
	struct entity e = { 0 }, change = { 0 };

	(void)state;
	entity_clear(&e);
	entity_clear(&change);
	add(&change, "a", "1", 10, ENTITY_NEVER);
	add(&change, "b", "1", 12, ENTITY_NEVER);
	merge(&e, &change, 2, 0);
	change.deleted = 11;
	merge(&e, &change, 1, 0);
	is(&e, "!11 b=1@12");
	add(&change, "a", "2", 10, ENTITY_NEVER);
	add(&change, "c", "2", 10, ENTITY_NEVER);
	add(&change, "d", "2", 11, ENTITY_NEVER);
	merge(&e, &change, 1, 2);
	is(&e, "!11 b=1@12 d=2@11");
	change.deleted = 5;
	merge(&e, &change, 0, 1);
	change.deleted = 12;
	add(&change, "c", "3", 12, ENTITY_NEVER);
	merge(&e, &change, 2, 0);
	is(&e, "!12 c=3@12");
	entity_free(&e);
	entity_free(&change);
}

static void
what_has_expired_is_swept(void **state)
{
	struct entity e = { 0 };

	(void)state;
	entity_clear(&e);
	add(&e, "a", "1", 10, 20);
	add(&e, "b", NULL, 10, 21);
	add(&e, "c", "1", 10, ENTITY_NEVER);
	e.deleted = 9;
	e.deleted_expires = 25;
	assert_int_equal(entity_expires(&e), 20);
	assert_int_equal(entity_sweep(&e, 19), 0);
	assert_int_equal(entity_sweep(&e, 20), 1);
	is(&e, "!9 b=-@10 c=1@10");
	assert_int_equal(entity_sweep(&e, 24), 1);
	assert_int_equal(entity_sweep(&e, 25), 1);
	assert_int_equal(entity_sweep(&e, 100), 0);
	is(&e, "c=1@10");
	assert_int_equal(entity_expires(&e), ENTITY_NEVER);
	assert_false(entity_empty(&e));
	entity_clear(&e);
	assert_true(entity_empty(&e));
	assert_int_equal(entity_until(5, 0), ENTITY_NEVER);
	assert_int_equal(entity_until(5, 7), 12);
	assert_int_equal(entity_until(-5, INT64_MAX), INT64_MAX - 5);
	assert_int_equal(entity_until(5, INT64_MAX), ENTITY_NEVER);
	entity_free(&e);
}

static void
too_many_features_are_refused(void **state)
{
	static char names[ENTITY_FEATURES + 1][12];
	struct entity e = { 0 }, change = { 0 };
	struct merged merged = { 0 };
	struct err err = { 0 };

	(void)state;
	entity_clear(&e);
	entity_clear(&change);
	for (int i = 0; i < ENTITY_FEATURES; i++) {
		(void)snprintf(names[i], sizeof names[i], "%d", i);
		add(&change, names[i], "1", 1, ENTITY_NEVER);
	}
	settle(&change);
	assert_int_equal(entity_merge(&e, &change, &merged, &err), 0);
	assert_int_equal(entity_merge(&e, &change, &merged, &err), 0);
	entity_clear(&change);
	add(&change, "one more", "1", 1, ENTITY_NEVER);
	assert_int_equal(entity_merge(&e, &change, &merged, &err), -1);
	assert_non_null(strstr(err.text, "65535"));
	assert_false(err.memory);
	entity_free(&e);
	entity_free(&change);
}

/*
 * Checks changed bytes with a new, right checksum: they are refused, or are exactly the bytes
 * that their entity is written as.
 */
static void
resealed(const struct buf *bytes)
{
	uint64_t seed = 1;
	struct entity e = { 0 };
	struct err err;

	for (int round = 0; round < 20000; round++) {
		struct buf changed = { 0 }, again = { 0 };
		uint32_t sum;

		assert_int_equal(buf_put(&changed, bytes->p, bytes->len), 0);
		for (int i = 0; i <= round % 3; i++) {
			seed = seed * 6364136223846793005 + 1442695040888963407;
			changed.p[4 + (seed >> 33) % (changed.len - 4)] = (char)(seed >> 20);
		}
		if (round % 5 == 0)
			changed.len = 5 + (seed >> 40) % (changed.len - 5);
		sum = htole32((uint32_t)XXH3_64bits(changed.p + 4, changed.len - 4));
		memcpy(changed.p, &sum, sizeof sum);
		if (entity_decode(changed.p, changed.len, &e, &err) == 0) {
			assert_int_equal(entity_encode(&e, &again, NULL), 0);
			assert_int_equal(again.len, changed.len);
			assert_memory_equal(again.p, changed.p, again.len);
		}
		buf_free(&changed);
		buf_free(&again);
	}
	entity_free(&e);
}

static void
bytes_say_it_all(void **state)
{
	struct entity e = { 0 }, back = { 0 };
	struct buf bytes = { 0 }, again = { 0 };
	char *damaged;
	struct err err;

	(void)state;
	entity_clear(&e);
	assert_int_equal(entity_encode(&e, &bytes, NULL), 0);
	assert_int_equal(entity_decode(bytes.p, bytes.len, &back, NULL), 0);
	assert_true(entity_empty(&back));
	add(&e, "", "\"x\"", INT64_MIN + 1, ENTITY_NEVER);
	add(&e, "a", "1.50", INT64_MAX, INT64_MAX - 1);
	add(&e, "b", "[]", INT64_MAX, INT64_MAX - 1);
	add(&e, "c", NULL, INT64_MAX, INT64_MAX - 1);
	add(&e, "d", "4", INT64_MAX, ENTITY_NEVER);
	add(&e,
	    "a name that is longer than 127 bytes, which needs a length of two bytes: "
	    "................................................................",
	    "null", 0, 0);
	settle(&e);
	e.deleted = 7;
	e.deleted_expires = ENTITY_NEVER;
	bytes.len = 0;
	assert_int_equal(entity_encode(&e, &bytes, NULL), 0);
	/* A feature is older than the deletion of its entity: no merge leaves that. */
	assert_int_equal(entity_decode(bytes.p, bytes.len, &back, &err), -1);
	e.deleted = INT64_MIN + 1;
	bytes.len = 0;
	assert_int_equal(entity_encode(&e, &bytes, NULL), 0);
	assert_int_equal(entity_decode(bytes.p, bytes.len, &back, NULL), 0);
	assert_true(back.deleted == INT64_MIN + 1);
	assert_int_equal(back.count, e.count);
	assert_true(back.feature[0].time == INT64_MIN + 1);
	assert_int_equal(entity_encode(&back, &again, NULL), 0);
	assert_int_equal(again.len, bytes.len);
	assert_memory_equal(again.p, bytes.p, bytes.len);

	/* No byte may be changed or missing. */
	damaged = malloc(bytes.len);
	assert_non_null(damaged);
	for (size_t i = 0; i < bytes.len; i++) {
		memcpy(damaged, bytes.p, bytes.len);
		damaged[i] = (char)(damaged[i] ^ 4);
		assert_int_equal(entity_decode(damaged, bytes.len, &back, &err), -1);
		assert_int_equal(entity_decode(bytes.p, i, &back, &err), -1);
	}
	free(damaged);
	resealed(&bytes);
	buf_free(&bytes);
	buf_free(&again);
	entity_free(&e);
	entity_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_rise_by_name_and_the_newest_stands),
		cmocka_unit_test(an_older_event_never_overwrites),
		cmocka_unit_test(a_whole_deletion_speaks_for_all_features),
		cmocka_unit_test(what_has_expired_is_swept),
		cmocka_unit_test(too_many_features_are_refused),
		cmocka_unit_test(bytes_say_it_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
