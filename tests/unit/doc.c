/* Small JSON documents. */
#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "json/doc.h"

#include "files.h"

/* A file of its own for each test. */
static int
enter(void **state)
{
	static char path[32];
	int fd;

	strcpy(path, "/tmp/doc.XXXXXX");
	*state = path;
	fd = mkstemp(path);
	return fd == -1 ? -1 : close(fd);
}

static int
leave(void **state)
{
	return unlink(*state);
}

static int
save(const char *path, json_t *doc, struct err *err)
{
	struct replace r;

	return doc_begin(&r, path, REPLACE_PRIVATE, doc, err) == -1 ? -1 :
								      replace_commit(&r, err);
}

static void
a_document_is_written_to_be_read(void **state)
{
	json_t *doc =
	    json_pack("{s:s, s:i, s:[f,f,i], s:{s:b, s:n}, s:{}, s:[], s:[[i,s],{s:i}]}",
		"kind", "a \"quoted\"\nline", "n", -7, "w", 0.1, 5.0, 5, "more", "yes", 1,
		"none", "object", "array", "rows", 1, "x", "a", 2);

	assert_non_null(doc);
	assert_int_equal(save(*state, doc, NULL), 0);
	assert_file(*state,
	    "{\n"
	    "\t\"kind\": \"a \\\"quoted\\\"\\nline\",\n"
	    "\t\"n\": -7,\n"
	    "\t\"w\": [0.1, 5.0, 5],\n"
	    "\t\"more\": {\n"
	    "\t\t\"yes\": true,\n"
	    "\t\t\"none\": null\n"
	    "\t},\n"
	    "\t\"object\": {},\n"
	    "\t\"array\": [],\n"
	    "\t\"rows\": [\n"
	    "\t\t[1, \"x\"],\n"
	    "\t\t{\n"
	    "\t\t\t\"a\": 2\n"
	    "\t\t}\n"
	    "\t]\n"
	    "}\n");
	json_decref(doc);
}

static void
what_was_saved_is_loaded_to_the_bit(void **state)
{
	static const double reals[] = { 0.0, -0.0, 1.0, 0.1, 1.0 / 3, 5e-324, DBL_MIN, DBL_MAX,
		-DBL_MAX, 1e20, 1e21, 1e22, 9007199254740993.0, 1e-7, 18446744073709551616.0 };
	static const json_int_t integers[] = { 0, -1, INT64_MAX, INT64_MIN };
	json_t *doc = json_object(), *list = json_array(), *again;
	double x;

	for (size_t i = 0; i < sizeof reals / sizeof *reals; i++)
		json_array_append_new(list, json_real(reals[i]));
	for (size_t i = 0; i < sizeof integers / sizeof *integers; i++)
		json_array_append_new(list, json_integer(integers[i]));
	json_object_set_new(doc, "list", list);
	json_object_set_new(doc, "bytes", json_stringn("a\0b", 3));
	assert_int_equal(save(*state, doc, NULL), 0);
	again = doc_load(*state, NULL);
	assert_non_null(again);
	assert_true(json_equal(doc, again));
	list = json_object_get(again, "list");
	for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
		assert_true(json_is_real(json_array_get(list, i)));
		x = json_real_value(json_array_get(list, i));
		assert_memory_equal(&x, reals + i, sizeof x);
	}
	json_decref(doc);
	json_decref(again);
}

static void
order_stays(void **state)
{
	char text[2048] = "{", member[32];
	json_t *doc;

	for (int i = 50; i > 0; i--) {
		snprintf(member, sizeof member, "\n\t\"m%d\": %d%s", i * 7 % 51, i,
		    i > 1 ? "," : "\n}\n");
		strcat(text, member);
	}
	write_file(*state, text);
	doc = doc_load(*state, NULL);
	assert_non_null(doc);
	assert_int_equal(save(*state, doc, NULL), 0);
	assert_file(*state, text);
	json_decref(doc);
}

static void
assert_refused(const char *path, const char *text, const char *where, const char *why)
{
	char place[64];
	struct err err = { 0 };

	write_file(path, text);
	errno = ENOENT;
	assert_null(doc_load(path, &err));
	assert_int_not_equal(errno, ENOENT);
	snprintf(place, sizeof place, "%s:%s: ", path, where);
	assert_memory_equal(err.text, place, strlen(place));
	if (strstr(err.text, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static void
what_is_no_document_is_refused(void **state)
{
	struct err err;

	assert_refused(*state, "", "1:0", "end of file");
	assert_refused(*state, "{\"a\": 1,\n \"b\" 2}", "2:6", "':' expected");
	assert_refused(*state, "{\"a\": 1, \"a\": 2}", "1:12", "duplicate");
	assert_refused(*state, "{\"a\": 1} x", "1:10", "end of file expected");
	assert_refused(*state, "{\"a\": 1e999}", "1:11", "overflow");
	assert_refused(*state, "{\"a\": 12345678901234567890}", "1:26", "too big");
	assert_int_equal(unlink(*state), 0);
	assert_null(doc_load(*state, &err));
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(err.text, "No such file"));
	write_file(*state, "{}");
	assert_null(doc_load("/tmp", &err));
	assert_string_equal(err.text, "/tmp: Is a directory");
	/* A device without end takes no memory. */
	assert_null(doc_load("/dev/zero", &err));
	assert_string_equal(err.text, "/dev/zero: not a regular file");
}

/* A document has several lines for people, and one line for machines. */
static void
one_line_reads_back_as_the_same(void **state)
{
	static const char text[] =
	    "{\"a\":[],\"b\":{},\"c\":[1,[2.0,\"x\\n\"]],\"d\":{\"e\":null,\"f\":0.1}}";
	json_t *doc;
	struct out out;
	struct err err;

	doc = doc_read(text, sizeof text - 1, &err);
	assert_non_null(doc);
	assert_return_code(out_open(&out, open(*state, O_WRONLY), 100), 0);
	doc_write(&out, doc);
	assert_return_code(out_close(&out), 0);
	assert_file(*state, text);
	json_decref(doc);
}

static void
what_cannot_be_saved_leaves_the_old(void **state)
{
	json_t *doc = json_object();
	struct err err;

	assert_int_equal(save("/nowhere/doc", doc, &err), -1);
	assert_non_null(strstr(err.text, "/nowhere/doc"));
	json_decref(doc);
	(void)state;
}

#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(a_document_is_written_to_be_read),
		WITH_FILE(what_was_saved_is_loaded_to_the_bit),
		WITH_FILE(order_stays),
		WITH_FILE(what_is_no_document_is_refused),
		WITH_FILE(one_line_reads_back_as_the_same),
		WITH_FILE(what_cannot_be_saved_leaves_the_old),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
