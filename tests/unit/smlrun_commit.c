/* A commit is read back as it was written, from a document and from the metadata of an offset. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "commit/commit.h"

enum { RUN = 12345 };

static const struct source_place in_file = { .records = 70,
	.file = 2,
	.inode = 4711,
	.byte = INT64_C(1) << 40,
	.line = 71,
	.digest = UINT64_MAX - 1 };
static const struct source_place in_partition = { .records = 9,
	.kind = SOURCE_PARTITION,
	.offset = INT64_C(1) << 50,
	.last = { .offset = 12, .timestamp = -1, .xxh64 = UINT64_MAX } };

/* A commit whose last two points are at a place. */
static struct commit
sample(const struct source_place *place)
{
	struct commit c = { .epoch = 7,
		.ended = true,
		.id = 5,
		.nonce = "0123456789abcdef",
		.digest = UINT64_MAX,
		.sink = "out",
		.pipeline = "cat | cat",
		.rejects = "bad" };

	c.begin.file = c.snapshot.file = c.last.file = "log";
	c.snapshot.place = c.last.place = *place;
	c.last.place.records += 3;
	c.snapshot.written = 100;
	c.last.written = 200;
	c.last.rejected = 20;
	return c;
}

static void
assert_same_place(const struct source_place *a, const struct source_place *b)
{
	assert_int_equal(a->records, b->records);
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->file, b->file);
	assert_int_equal(a->inode, b->inode);
	assert_int_equal(a->byte, b->byte);
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->digest, b->digest);
	assert_int_equal(a->offset, b->offset);
	assert_int_equal(a->last.offset, b->last.offset);
	assert_int_equal(a->last.timestamp, b->last.timestamp);
	assert_int_equal(a->last.xxh64, b->last.xxh64);
}

static void
assert_same(const struct commit *a, const struct commit *b)
{
	assert_int_equal(a->epoch, b->epoch);
	assert_int_equal(a->ended, b->ended);
	assert_int_equal(a->id, b->id);
	assert_string_equal(a->nonce, b->nonce);
	assert_int_equal(a->digest, b->digest);
	assert_same_place(&a->snapshot.place, &b->snapshot.place);
	assert_same_place(&a->last.place, &b->last.place);
	assert_int_equal(a->snapshot.written, b->snapshot.written);
	assert_int_equal(a->last.written, b->last.written);
	assert_int_equal(a->last.rejected, b->last.rejected);
}

static void
a_document_is_read_back(void **state)
{
	const struct source_place *places[] = { &in_file, &in_partition };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct commit c = sample(places[i]), back = { 0 };
		json_t *doc = commit_document(&c);

		assert_non_null(doc);
		assert_int_equal(commit_unpack(doc, &back), 0);
		assert_same(&back, &c);
		assert_string_equal(back.sink, "out");
		assert_string_equal(back.pipeline, "cat | cat");
		assert_string_equal(back.rejects, "bad");
		assert_string_equal(back.last.file, "log");
		assert_null(back.group);
		(void)json_object_del(doc, "digest");
		assert_int_equal(commit_unpack(doc, &back), -1);
		json_decref(doc);
	}
}

/* Places in several partitions: the document has all, and the metadata of each offset its own. */
static void
merged_places_are_read_back(void **state)
{
	struct partition_places *list = NULL, *each = partition_places_new(&list, 2);
	struct source_place place = { .records = 90, .kind = SOURCE_MERGED, .each = each };
	struct commit c, back = { 0 };
	struct buf text = { 0 };
	struct err err;

	(void)state;
	assert_non_null(each);
	each->place[0] = (struct partition_place){ 3, 70, { 69, 1000, UINT64_MAX } };
	each->place[1] = (struct partition_place){ 8, INT64_C(1) << 50, { -1, -1, 0 } };
	c = sample(&place);
	c.document = commit_document(&c);
	assert_int_equal(commit_unpack(c.document, &back), 0);
	assert_same(&back, &c);
	assert_int_equal(back.last.place.each->count, 2);
	assert_memory_equal(back.last.place.each->place, each->place,
	    2 * sizeof each->place[0]);
	json_decref(c.document);
	partition_places_free(&back.places, NULL, 0);
	for (int i = 0; i < 2; i++) {
		struct commit one = c;

		one.merged = 2;
		one.last.place = source_place_in(&place, each->place[i].number);
		one.snapshot.place = one.last.place;
		text.len = 0;
		assert_int_equal(commit_metadata(&one, RUN, &text), 0);
		back = (struct commit){ .rejects = "bad" };
		assert_int_equal(commit_metadata_read(text.p, text.len, RUN, &back, &err), 1);
		assert_int_equal(back.merged, 2);
		assert_int_equal(back.last.place.offset, each->place[i].offset);
		assert_same(&back, &one);
	}
	buf_free(&text);
	assert_int_equal(source_place_in(&place, 4).offset, -1);
	partition_places_free(&list, (const struct partition_places *const[]){ each }, 1);
	assert_ptr_equal(list, each);
	partition_places_free(&list, NULL, 0);
	assert_null(list);
}

/* Reads metadata back into a commit that knows the names alone. */
static int
read_back(const struct buf *text, uint64_t run, struct commit *back)
{
	struct err err;

	*back = (struct commit){ .sink = "out", .rejects = "bad" };
	return commit_metadata_read(text->p, text->len, run, back, &err);
}

static void
metadata_is_read_back(void **state)
{
	const struct source_place *places[] = { &in_file, &in_partition };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct commit c = sample(places[i]), back;
		struct buf text = { 0 };

		assert_int_equal(commit_metadata(&c, RUN, &text), 0);
		assert_in_range(text.len, 1, 1000);
		assert_int_equal(read_back(&text, RUN, &back), 1);
		assert_same(&back, &c);
		assert_string_equal(back.sink, "out");
		assert_int_equal(read_back(&text, RUN + 1, &back), -1);
		assert_int_equal(read_back(&text, 0, &back), 1);
		assert_int_equal(back.run, RUN);
		buf_free(&text);
	}
}

/* Any run may continue from where nothing was read. */
static void
a_beginning_is_for_any_run(void **state)
{
	struct commit c = sample(&in_partition), back;
	struct buf text = { 0 };

	(void)state;
	assert_int_equal(commit_metadata(&c, 0, &text), 0);
	assert_int_equal(read_back(&text, RUN, &back), -1);
	text.len = 0;
	c.epoch = c.id = 0;
	assert_int_equal(commit_metadata(&c, 0, &text), 0);
	assert_int_equal(read_back(&text, RUN, &back), 1);
	assert_int_equal(back.run, 0);
	buf_free(&text);
}

/* An offset has room for 4096 bytes of metadata. */
static void
the_longest_metadata_fits(void **state)
{
	struct source_place place = in_partition;
	struct commit c, back;
	struct buf text = { 0 };

	(void)state;
	place.records = place.offset = place.last.offset = INT64_MAX - 3;
	c = sample(&place);
	c.snapshot.lengths.count = c.last.lengths.count = c.sent.count = SINKS_MOST;
	for (int i = 0; i < SINKS_MOST; i++) {
		c.snapshot.lengths.bytes[i] = c.last.lengths.bytes[i] = INT64_MAX;
		c.sent.to[i] = (struct sink_records){ INT64_MAX, UINT64_MAX - (uint64_t)i };
	}
	assert_int_equal(commit_metadata(&c, RUN, &text), 0);
	assert_in_range(text.len, 1, 4000);
	assert_int_equal(read_back(&text, RUN, &back), 1);
	assert_int_equal(back.sent.count, SINKS_MOST);
	for (int i = 0; i < SINKS_MOST; i++) {
		assert_int_equal(back.sent.to[i].records, c.sent.to[i].records);
		assert_int_equal(back.sent.to[i].digest, c.sent.to[i].digest);
	}
	buf_free(&text);
}

static void
the_length_of_other_rejects_is_not_taken(void **state)
{
	struct commit c = sample(&in_partition),
		      back = { .rejects = "other", .last.rejected = 4 };
	struct buf text = { 0 };
	struct err err;

	(void)state;
	assert_int_equal(commit_metadata(&c, RUN, &text), 0);
	assert_int_equal(commit_metadata_read(text.p, text.len, RUN, &back, &err), 1);
	assert_int_equal(back.last.rejected, 4);
	buf_free(&text);
}

static void
what_others_wrote_is_not_ours(void **state)
{
	static const char *const others[] = { "", "offset of another program", "[]",
		"{\"epoch\":1}", "{" };
	static const char damaged[] = "{\"sml\":1,\"run\":\"0000000000003039\"}";
	struct commit c = { 0 };
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_int_equal(commit_metadata_read(others[i], strlen(others[i]), RUN, &c,
				     &err),
		    0);
	assert_int_equal(commit_metadata_read(damaged, sizeof damaged - 1, RUN, &c, &err), -1);
}

static void
only_names_of_our_own_are_ours(void **state)
{
	static const struct {
		const char *group;
		bool ours;
	} cases[] = { { NULL, false }, { "sml-0123456789abcdef", true },
		{ "sml-0123456789abcde", false }, { "sml-0123456789abcdefa", false },
		{ "sml-0123456789ABCDEF", false }, { "team", false } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(commit_names_group(
				     &(struct commit){ .group = cases[i].group }),
		    cases[i].ours);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_read_back),
		cmocka_unit_test(metadata_is_read_back),
		cmocka_unit_test(a_beginning_is_for_any_run),
		cmocka_unit_test(the_longest_metadata_fits),
		cmocka_unit_test(merged_places_are_read_back),
		cmocka_unit_test(the_length_of_other_rejects_is_not_taken),
		cmocka_unit_test(what_others_wrote_is_not_ours),
		cmocka_unit_test(only_names_of_our_own_are_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
