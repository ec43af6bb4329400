/* Snapshots. */
#include <sys/resource.h>

#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <xxhash.h>

#include "state/snap.h"

#include "noun.h"

static const struct member whole[] = {
	{ ONE(whole, M_I64) },
	{ END },
};
static const struct member real[] = {
	{ ONE(real, M_F64) },
	{ END },
};
static const struct member reals[] = {
	{ MANY(reals, M_F64S) },
	{ END },
};
static const struct member bytes[] = {
	{ MANY(bytes, M_BYTES) },
	{ END },
};
static const struct member backwards[] = {
	{ ONE(real, M_F64) },
	{ ONE(natural, M_U64) },
	{ ONE(yes, M_BOOL) },
	{ END },
};

static void
noun_free(struct noun *n)
{
	free(n->wholes);
	free(n->reals);
	free(n->bytes);
	free(n->json);
}

/* A path of its own for each test. */
static int
enter(void **state)
{
	static char path[48];

	strcpy(path, "/tmp/snap.XXXXXX");
	if (mkdtemp(path) == NULL)
		return -1;
	*state = strcat(path, "/state");
	return 0;
}

static int
leave(void **state)
{
	char *path = *state;

	unlink(path);
	*strrchr(path, '/') = '\0';
	return rmdir(path);
}

static void
put(const char *path, const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The caller frees. */
static char *
take(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *text = malloc(1 << 21);

	assert_non_null(f);
	assert_non_null(text);
	*n = fread(text, 1, 1 << 21, f);
	assert_int_equal(fclose(f), 0);
	return text;
}

/* Writes lines and the right last line, which is not made by snap.c. */
static void
seal(const char *path, const char *lines)
{
	char text[1024];
	size_t n = 0;

	for (const char *p = lines; *p != '\0'; p++)
		n += *p == '\n';
	snprintf(text, sizeof text, "%s{\"lines\":%zu,\"xxh64\":\"%016" PRIx64 "\"}\n", lines,
	    n, (uint64_t)XXH64(lines, strlen(lines), 0));
	put(path, text, strlen(text));
}

/* Begins a snapshot as the stream does. */
static struct snap *
begin(const char *path)
{
	struct err err;
	struct snap *s = snap_create(path, 0600, &err);

	assert_non_null(s);
	snap_open(s, "snapshot");
	snap_shut(s);
	return s;
}

/* Opens the snapshot and reads past its first line. */
static struct snap_reader *
open_behind_first(const char *path)
{
	const char *section;
	struct value object;
	struct err err = { 0 };
	struct snap_reader *r = snap_read(path, &err);

	if (r == NULL)
		fail_msg("%s", err.text);
	assert_int_equal(snap_next(r, &section, &object, NULL), 1);
	assert_string_equal(section, "snapshot");
	return r;
}

/* Reads the line after the first into noun. */
static int
get(const char *path, const struct member *table, struct noun *noun, struct err *err)
{
	struct snap_reader *r = open_behind_first(path);
	const char *section;
	struct value object;
	int status;

	assert_int_equal(snap_next(r, &section, &object, err), 1);
	status = snap_get(object, table, noun, err);
	if (status == 0)
		assert_int_equal(snap_next(r, &section, &object, err), 0);
	snap_read_close(r);
	return status;
}

static void
every_kind_has_its_spelling(void **state)
{
	static const char lines[] =
	    "{\"snapshot\":{}}\n"
	    "{\"noun\":{\"yes\":true,\"whole\":-9223372036854775808,"
	    "\"natural\":18446744073709551615,\"real\":0.1,\"wholes\":[1,-2],"
	    "\"reals\":[-0.0,1e+21,null,\"inf\",\"-inf\"],"
	    "\"bytes\":\"caf\xc3\xa9\\n\",\"json\":{\"a\": [1e2]}}}\n"
	    "{\"noun\":{\"yes\":false,\"whole\":0,\"natural\":0,\"real\":0,\"wholes\":[],"
	    "\"reals\":[],\"bytes\":\"\",\"json\":null}}\n"
	    "{\"raw\":{\"bytes\":{\"base64\":\"/wA=\"}}}\n";
	int64_t some_wholes[] = { 1, -2 };
	double some_reals[] = { -0.0, 1e21, (double)NAN, (double)INFINITY, -(double)INFINITY };
	char text[] = "caf\xc3\xa9\n", json[] = "{\"a\": [1e2]}", raw[] = "\xff";
	struct noun full = { true, INT64_MIN, UINT64_MAX, 0.1, some_wholes, some_reals, text,
		json, 2, 5, sizeof text - 1, sizeof json - 1 };
	struct noun none = { 0 }, odd = { .bytes = raw, .bytes_count = sizeof raw };
	struct snap *s = begin(*state);
	char *is, *should;
	size_t n, m;

	snap_put(s, "noun", all_members, &full);
	snap_put(s, "noun", all_members, &none);
	snap_put(s, "raw", bytes, &odd);
	assert_int_equal(snap_commit(s, NULL), 0);
	is = take(*state, &n);
	seal(*state, lines);
	should = take(*state, &m);
	is[n] = should[m] = '\0';
	assert_string_equal(is, should);
	free(is);
	free(should);
}

static void
what_was_put_is_got_to_the_bit(void **state)
{
	int64_t some_wholes[] = { INT64_MIN, -1, 0, INT64_MAX };
	double some_reals[] = { 0.0, -0.0, 0.1, 1.0 / 3, 5e-324, DBL_MIN, DBL_MAX, -DBL_MAX,
		1e20, 9007199254740993.0, (double)INFINITY, -(double)INFINITY };
	char raw[256], json[] = "\"\\ud800\"";
	struct noun full = { true, INT64_MAX, UINT64_MAX, -0.0, some_wholes, some_reals, raw,
		json, 4, 12, sizeof raw, sizeof json - 1 };
	struct noun got = { 0 };
	struct snap *s = begin(*state);

	for (size_t i = 0; i < sizeof raw; i++)
		raw[i] = (char)i;
	snap_put(s, "noun", all_members, &full);
	assert_int_equal(snap_commit(s, NULL), 0);
	assert_int_equal(get(*state, all_members, &got, NULL), 0);
	assert_true(got.yes);
	assert_true(got.whole == INT64_MAX && got.natural == UINT64_MAX);
	assert_memory_equal(&got.real, &full.real, sizeof got.real);
	assert_int_equal(got.wholes_count, 4);
	assert_memory_equal(got.wholes, some_wholes, sizeof some_wholes);
	assert_int_equal(got.reals_count, 12);
	assert_memory_equal(got.reals, some_reals, sizeof some_reals);
	assert_int_equal(got.bytes_count, sizeof raw);
	assert_memory_equal(got.bytes, raw, sizeof raw);
	assert_int_equal(got.json_count, sizeof json - 1);
	assert_string_equal(got.json, json);

	/* Reading again frees the old values, and an empty array is NULL. */
	seal(*state,
	    "{\"snapshot\":{}}\n{\"noun\":{\"yes\":false,\"whole\":0,\"natural\":0,"
	    "\"real\":null,\"wholes\":[],\"reals\":[],\"bytes\":\"\",\"json\":null}}\n");
	assert_int_equal(get(*state, all_members, &got, NULL), 0);
	assert_true(!got.yes && isnan(got.real));
	assert_true(got.wholes == NULL && got.reals == NULL && got.json == NULL);
	assert_int_equal(got.wholes_count + got.reals_count + got.json_count, 0);
	assert_int_equal(got.bytes_count, 0);
	assert_string_equal(got.bytes, "");
	noun_free(&got);
}

static void
long_members_go_through(void **state)
{
	enum { ITEMS = 100000 };
	struct noun full = { .bytes_count = ITEMS, .reals_count = ITEMS }, got = { 0 };
	struct snap *s = begin(*state);

	full.bytes = malloc(ITEMS);
	full.reals = malloc(ITEMS * sizeof *full.reals);
	assert_non_null(full.bytes);
	assert_non_null(full.reals);
	for (int i = 0; i < ITEMS; i++) {
		full.bytes[i] = (char)(i % 128);
		full.reals[i] = i / 7.0;
	}
	snap_open(s, "noun");
	snap_part(s, bytes, &full);
	snap_part(s, reals, &full);
	snap_shut(s);
	assert_int_equal(snap_commit(s, NULL), 0);
	assert_int_equal(get(*state, reals, &got, NULL), 0);
	assert_int_equal(get(*state, bytes, &got, NULL), 0);
	assert_int_equal(got.bytes_count, ITEMS);
	assert_memory_equal(got.bytes, full.bytes, ITEMS);
	assert_int_equal(got.reals_count, ITEMS);
	assert_memory_equal(got.reals, full.reals, ITEMS * sizeof *full.reals);
	noun_free(&full);
	noun_free(&got);
}

static void
nouns_share_a_line_in_any_order(void **state)
{
	struct noun noun = { .yes = true, .whole = 3, .natural = 7, .real = 2.5 }, got = { 0 };
	struct snap *s = begin(*state);

	snap_open(s, "noun");
	snap_part(s, whole, &noun);
	snap_part(s, backwards, &noun);
	snap_shut(s);
	assert_int_equal(snap_commit(s, NULL), 0);
	assert_int_equal(get(*state, backwards, &got, NULL), 0);
	assert_true(got.yes && got.natural == 7 && got.real == 2.5 && got.whole == 0);
	assert_int_equal(get(*state, whole, &got, NULL), 0);
	assert_true(got.whole == 3);
	seal(*state,
	    "{\"snapshot\":{}}\n{\"noun\":{\"yes\":false,\"x\":[],\"real\":1,\"natural\":2}}"
	    "\n");
	assert_int_equal(get(*state, backwards, &got, NULL), 0);
	assert_true(!got.yes && got.natural == 2 && got.real == 1);
}

static void
assert_not_got(const char *path, const struct member *table, const char *members,
    const char *why)
{
	struct noun got = { 0 };
	struct err err = { 0 };
	char lines[256];

	snprintf(lines, sizeof lines, "{\"snapshot\":{}}\n{\"noun\":{%s}}\n", members);
	seal(path, lines);
	assert_int_equal(get(path, table, &got, &err), -1);
	assert_string_equal(err.text, why);
	noun_free(&got);
}

static void
a_member_of_another_kind_is_named(void **state)
{
	assert_not_got(*state, whole, "", "member \"whole\" is missing");
	assert_not_got(*state, backwards, "\"real\":1,\"yes\":true",
	    "member \"natural\" is missing");
	assert_not_got(*state, whole, "\"whole\":1.5",
	    "member \"whole\": an integer of 64 bits is needed");
	assert_not_got(*state, whole, "\"whole\":9223372036854775808",
	    "member \"whole\": an integer of 64 bits is needed");
	assert_not_got(*state, whole, "\"whole\":\"1\"",
	    "member \"whole\": an integer is needed, not a string");
	assert_not_got(*state, backwards, "\"real\":1,\"natural\":-1",
	    "member \"natural\": an integer from 0 to 2^64-1 is needed");
	assert_not_got(*state, backwards, "\"real\":1,\"natural\":18446744073709551616",
	    "member \"natural\": an integer from 0 to 2^64-1 is needed");
	assert_not_got(*state, backwards, "\"real\":1,\"natural\":99999999999999999999",
	    "member \"natural\": an integer from 0 to 2^64-1 is needed");
	assert_not_got(*state, backwards, "\"real\":1,\"natural\":1e2",
	    "member \"natural\": an integer from 0 to 2^64-1 is needed");
	assert_not_got(*state, backwards, "\"real\":1,\"natural\":1,\"yes\":1",
	    "member \"yes\": true or false is needed, not a number");
	assert_not_got(*state, real, "\"real\":\"nan\"",
	    "member \"real\": a number is needed, not a string");
	assert_not_got(*state, real, "\"real\":1e999",
	    "member \"real\": the number is too large for a double");
	assert_not_got(*state, reals, "\"reals\":{}",
	    "member \"reals\": an array is needed, not an object");
	assert_not_got(*state, reals, "\"reals\":[1,[2,3]]",
	    "member \"reals\": a number is needed, not an array");
	assert_not_got(*state, bytes, "\"bytes\":{\"base64\":\"A\"}",
	    "member \"bytes\": a string or {\"base64\":\xe2\x80\xa6} is needed");
	assert_not_got(*state, bytes, "\"bytes\":{\"base46\":\"\"}",
	    "member \"bytes\": a string or {\"base64\":\xe2\x80\xa6} is needed");
	assert_not_got(*state, bytes, "\"bytes\":1",
	    "member \"bytes\": a string is needed, not a number");
	assert_not_got(*state, bytes, "\"bytes\":\"\\udc00\"",
	    "member \"bytes\": a lone surrogate escape is no character");
}

static void
assert_refused(const char *path, const char *why)
{
	struct err err = { 0 };

	errno = ENOENT;
	assert_null(snap_read(path, &err));
	assert_int_not_equal(errno, ENOENT);
	assert_memory_equal(err.text, path, strlen(path));
	if (strstr(err.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void
no_damage_goes_unseen(void **state)
{
	struct noun noun = { .whole = 12345 };
	struct snap *s = begin(*state);
	char *text;
	size_t n;

	snap_put(s, "noun", whole, &noun);
	assert_int_equal(snap_commit(s, NULL), 0);
	text = take(*state, &n);
	for (size_t i = 0; i < n; i++) {
		for (int bit = 0; bit < 8; bit++) {
			text[i] = (char)(text[i] ^ 1 << bit);
			put(*state, text, n);
			/* Bit 5 makes a capital of a hexadecimal digit, which is accepted. */
			if (bit != 5 || text[i] < 'A' || text[i] > 'F')
				assert_null(snap_read(*state, NULL));
			text[i] = (char)(text[i] ^ 1 << bit);
		}
		put(*state, text, i);
		assert_null(snap_read(*state, NULL));
	}
	text[n] = '\n';
	put(*state, text, n + 1);
	assert_refused(*state, "cut short or added to");
	put(*state, text, n - 1);
	assert_refused(*state, "cut short or added to");
	*strchr(text, '5') = '6';
	put(*state, text, n);
	assert_refused(*state, "damaged: 2 lines of hash ");
	free(text);
}

static void
what_is_no_snapshot_is_refused(void **state)
{
	struct err err;

	put(*state, "", 0);
	assert_refused(*state, "an empty file is no snapshot");
	put(*state, "{\"a\":1}\n", 8);
	assert_refused(*state, "no snapshot of sml");
	seal(*state, "");
	assert_refused(*state, "no snapshot of sml");
	seal(*state, "{\"noun\":{}}\n");
	assert_refused(*state, "no snapshot of sml");
	assert_refused("/dev/null", "no regular file");
	assert_refused("/tmp", "no regular file");
	assert_int_equal(unlink(*state), 0);
	assert_null(snap_read(*state, &err));
	assert_int_equal(errno, ENOENT);
}

/* A bad line is found even if the last line fits it. */
static void
a_bad_line_is_named(void **state)
{
	static const char *const bad[] = { "[]", "{\"noun\":1}", "{}", "{\"a\":{},\"b\":{}}",
		"{\"noun\":{\"a\":01}}", "x" };
	char lines[128], why[128];
	struct snap_reader *r;
	const char *section;
	struct value object;
	struct err err;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(lines, sizeof lines, "{\"snapshot\":{}}\n%s\n", bad[i]);
		seal(*state, lines);
		r = open_behind_first(*state);
		assert_int_equal(snap_next(r, &section, &object, &err), -1);
		snprintf(why, sizeof why, "%s:2: ", (char *)*state);
		assert_memory_equal(err.text, why, strlen(why));
		snap_read_close(r);
	}
	snap_read_close(NULL);
}

static void
a_snapshot_that_fails_leaves_the_old_one(void **state)
{
	struct rlimit before, small = { 100000, 100000 };
	struct noun noun = { .whole = 1 }, got = { 0 };
	struct snap *s = begin(*state);
	struct err err;

	snap_put(s, "noun", whole, &noun);
	assert_int_equal(snap_commit(s, NULL), 0);

	s = begin(*state);
	snap_abandon(s);
	snap_abandon(NULL);
	assert_int_equal(get(*state, whole, &got, NULL), 0);

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	s = begin(*state);
	for (noun.whole = 0; noun.whole < 10000; noun.whole++)
		snap_put(s, "noun", whole, &noun);
	assert_int_equal(snap_commit(s, &err), -1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_non_null(strstr(err.text, "cannot be written: File too large"));
	assert_int_equal(get(*state, whole, &got, NULL), 0);
	assert_true(got.whole == 1);
}

#define WITH_PATH(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PATH(every_kind_has_its_spelling),
		WITH_PATH(what_was_put_is_got_to_the_bit),
		WITH_PATH(long_members_go_through),
		WITH_PATH(nouns_share_a_line_in_any_order),
		WITH_PATH(a_member_of_another_kind_is_named),
		WITH_PATH(no_damage_goes_unseen),
		WITH_PATH(what_is_no_snapshot_is_refused),
		WITH_PATH(a_bad_line_is_named),
		WITH_PATH(a_snapshot_that_fails_leaves_the_old_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
