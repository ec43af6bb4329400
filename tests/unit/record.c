/* What is JSON, and which value a path names. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json/record.h"

/* A record and the fields of it that are read. */
struct reading {
	struct fields *fields;
	struct record record;
};

static void
reading_open(struct reading *r, unsigned int max_depth, const char *const *paths)
{
	r->fields = fields_new();
	assert_non_null(r->fields);
	for (; *paths != NULL; paths++)
		assert_return_code(fields_add(r->fields, *paths, NULL, NULL), 0);
	assert_return_code(record_open(&r->record, r->fields, max_depth, NULL), 0);
}

static void
reading_close(struct reading *r)
{
	record_close(&r->record);
	fields_free(r->fields);
}

/* --- the grammar ------------------------------------------------------------ */

/*
 * Texts, grouped by rule.  Each is tried as a value, {"":TEXT}, and must be accepted or
 * refused.
 */
struct text {
	const char *p;
	size_t n;
};
/* clang-format off */
#define T(text) { text, sizeof(text) - 1 }
/* clang-format on */

static const struct text accepted[] = {
	/* literals */
	T("null"), T("true"), T("false"), T(" null "), T("\tfalse\r"),
	/* numbers */
	T("0"), T("-0"), T("7"), T("-12"), T("1234567890"), T("0.5"), T("-0.0"), T("10.010"),
	T("1e5"), T("1E5"), T("1e+5"), T("1E-5"), T("0e0"), T("0E+00"), T("1.5e-007"),
	T("123456789012345678901234567890"), T("-98765432109876543210"), T("1e999"),
	T("-1e999"), T("1e-999"),
	T("0.00000000000000000000000000000000000000000000000000000000000000000001"),
	T("4.9e-324"), T("1.7976931348623157e308"), T("9007199254740993"),
	/* strings */
	T("\"\""), T("\" \""), T("\"a\""), T("\"\\\"\""), T("\"\\\\\""),
	T("\"\\/\\b\\f\\n\\r\\t\""), T("\"/\""), T("\"\\u0041\""), T("\"\\u00e9\""),
	T("\"\\uD83D\\uDE00\""), T("\"\\uD83D\\uDE00 \\uD83D\\uDE01\""), T("\"\\u0000\""),
	T("\"\\u2028\""), T("\"\\uFFFF\""), T("\"\\uabCD\""), T("\"\\\\u0000\""),
	T("\"\\\\\\\\\""), T("\"[{]},:\""), T("\"//\""), T("\"\x7f\""), T("\"\xc2\x80\""),
	T("\"\xc3\xa9\""), T("\"\xe2\x82\xac\""), T("\"\xed\x9f\xbf\""), T("\"\xee\x80\x80\""),
	T("\"\xef\xbf\xbf\""), T("\"\xef\xbb\xbf\""), T("\"\xf0\x90\x80\x80\""),
	T("\"\xf4\x8f\xbf\xbf\""), T("\"\xe2\x80\xa8\xe2\x80\xa9\""),
	/* a lone surrogate escape passes through */
	T("\"\\uD800\""), T("\"\\uDC00\""), T("\"\\uDC00\\uD800\""), T("\"\\uD800\\uD800\""),
	T("\"\\ud800x\""), T("\"\\ud800\\n\""), T("\"\\uDFFF\""),
	/* arrays */
	T("[]"), T("[ ]"), T("[[]]"), T("[\"\"]"), T("[1,2]"), T("[ 1 , 2 ]"), T("[null]"),
	T("[[],[[]],{}]"), T("[1,\"a\",null,true,{\"a\":[]}]"), T("[\n1\n]"),
	T("[[[[[[[[]]]]]]]]"), T(" [] "), T("[0e+1]"), T("[-0]"), T("[\"a\",\"b\"]"),
	/* objects */
	T("{}"), T("{ }"), T("{\"a\":1}"), T("{\"\":0}"), T("{\"a\":1,\"b\":2}"),
	T("{\"a\":1,\"a\":1}"), T("{\"a\":1,\"a\":2}"), T("{\"a\":{\"a\":{}}}"),
	T("{\"\\u0000\":1}"), T("{\"\\ud800\":1}"), T("{\"a\" : 1}"), T("{\n\"a\"\n:\n1\n}"),
	T("{\"a\":[]}"), T("{\"{\":\"}\"}"), T("{\"a\\u0062\":1}"), T("{\"\xc3\xa9\":1}")
};

static const struct text refused[] = {
	/* nothing, and more than one thing */
	T("1 2"), T("null null"), T("\"a\" \"b\""), T("[] []"), T("{} {}"), T("1,"), T("[],"),
	T("{},"), T(",1"), T("[]]"), T("{}}"), T("1]"), T("]"), T("}"), T(","), T(":"),
	T("\"a\"1"), T("1\"a\""), T("\"a\"x"), T("[]x"), T("{}x"), T("nullx"), T("{}#"),
	T("[]//"), T("1/**/"), T("/**/1"), T("//\n1"), T("#"), T("<null>"), T("*"), T("'a'"),
	T("a"), T("\\u0031"), T("\\"), T("$"), T("\xef\xbb\xbf{}"), T("\xe2\x81\xa0"), T("\0"),
	T("1\0"), T("\0 1"), T("\f1"), T("1\f"), T("1\v"), T("\xc2\xa0 1"), T("1\xc2\xa0"),
	T("\xe2\x80\x83 1"), T("(1)"),
	/* literals */
	T("nul"), T("nulll"), T("Null"), T("NULL"), T("tru"), T("truee"), T("True"), T("TRUE"),
	T("fals"), T("falsee"), T("n"), T("t"), T("f"), T("undefined"), T("nan"), T("NaN"),
	T("-NaN"), T("Infinity"), T("-Infinity"), T("inf"), T("-inf"), T("true1"),
	T("true\"\""), T("null[]"), T("tru e"), T("true\0"), T("n\xc3\xball"),
	/* numbers */
	T("-"), T("+1"), T("+0"), T("--1"), T("-+1"), T("01"), T("-01"), T("00"), T("-00"),
	T("1."), T("-1."), T(".5"), T("-.5"), T("."), T("1.e5"), T("0.e1"), T("1e"), T("1e+"),
	T("1e-"), T("1E"), T("e5"), T("1e5.5"), T("1e5e5"), T("1.2.3"), T("1..2"), T("0x1F"),
	T("0b1"), T("0o7"), T("1_000"), T("1,000.5e"), T("- 1"), T("1 e5"), T("1e 5"),
	T("1 .5"), T("1a"), T("1f"), T("1L"), T("1-"), T("1+2"), T("1-2"), T("0-1"), T("--"),
	T("\xef\xbc\x91"), T("1\xc3\xa9"), T("1\xff"), T("-a"), T("0e"), T("0.1.2"), T("1/2"),
	T("1%"), T("2."), T("0.3e"), T("1e1.0"), T("\xd9\xa1"),
	/* strings */
	T("\""), T("\"a"), T("a\""), T("\"\\\""), T("\"\\\\\\\""), T("\"a\"\""),
	T("\"\\x41\""), T("\"\\a\""), T("\"\\v\""), T("\"\\0\""), T("\"\\'\""), T("\"\\ \""),
	T("\"\\U0041\""), T("\"\\u\""), T("\"\\u1\""), T("\"\\u12\""), T("\"\\u123\""),
	T("\"\\u123g\""), T("\"\\u 123\""), T("\"\\u+123\""), T("\"\\u-123\""),
	T("\"\\ud800\\u\""), T("\"\\ud800\\u1\""), T("\"\\ud800\\u12x\""), T("\"\\ud800\\\""),
	T("\"\\\xc3\xa9\""), T("\"\\\n\""), T("\"\n\""), T("\"\r\""), T("\"\t\""), T("\"\0\""),
	T("\"\x01\""), T("\"\x1f\""), T("\"\b\""), T("'\\''"),
	T("\"\\u\xef\xbc\x91\x31\x31\x31\""), T("\"\\{}\""), T("\\\"a\""),
	/* what is not UTF-8 */
	T("\"\x80\""), T("\"\xbf\""), T("\"\xe9\""), T("\"\xff\""), T("\"\xfe\""),
	T("\"\xc3\""), T("\"\xc3x\""), T("\"\xe2\x82\""), T("\"\xe2\x82x\""),
	T("\"\xf0\x9f\x98\""), T("\"\xc0\xaf\""), T("\"\xc1\xbf\""), T("\"\xe0\x80\xaf\""),
	T("\"\xe0\x9f\xbf\""), T("\"\xf0\x80\x80\xaf\""), T("\"\xf0\x8f\xbf\xbf\""),
	T("\"\xed\xa0\x80\""), T("\"\xed\xbf\xbf\""), T("\"\xed\xa0\xbd\xed\xb8\x80\""),
	T("\"\xf4\x90\x80\x80\""), T("\"\xf5\x80\x80\x80\""), T("\"\xf8\x88\x80\x80\x80\""),
	T("\"\xfc\x84\x80\x80\x80\x80\""), T("\xff"), T("\xe9"), T("[\xe9]"),
	T("\xff\xfe[\0]\0"), T("\0[\0]"), T("{\"\xe9\":1}"),
	/* arrays */
	T("["), T("[1"), T("[1,"), T("[,"), T("[,1]"), T("[1,]"), T("[1,,2]"), T("[,]"),
	T("[1 2]"), T("[1;2]"), T("[1:2]"), T("[\"a\":1]"), T("[1}"), T("{]"), T("[\"a\""),
	T("[\"a"), T("[[]"), T("[[1]"), T("[1]]"), T("[1,[2]"), T("[\"\",,]"), T("[\"a\" 1]"),
	T("[\"a\"\"b\"]"), T("[*]"), T("[tru]"), T("[-]"), T("[1\n,,1]"), T("[=1]"),
	T("[...]"), T("[1,\n"), T("[a]"), T("[[[["),
	/* objects */
	T("{"), T("{\"a\""), T("{\"a\":"), T("{\"a\":1"), T("{\"a\":1,"), T("{\"a\":1,}"),
	T("{,}"), T("{,\"a\":1}"), T("{\"a\":1,,\"b\":2}"), T("{\"a\"}"), T("{\"a\",1}"),
	T("{\"a\"::1}"), T("{\"a\":}"), T("{:1}"), T("{\"a\" 1}"), T("{\"a\"=1}"),
	T("{\"a\":1;\"b\":2}"), T("{a:1}"), T("{'a':1}"), T("{1:1}"), T("{null:1}"),
	T("{[]:1}"), T("{{}:1}"), T("{\"a\":1 \"b\":2}"), T("{\"a\":1\"b\":2}"),
	T("{\"a\":1]"), T("{\"a\":{}"), T("{\"a\":1}}"), T("{\"a\":1}{"), T("{\"a\":1}#"),
	T("{\"a\":1}//"), T("{\"a\":1}/**/"), T("{\"a\":/**/1}"), T("{1}"), T("{\"a\":a}"),
	T("{\"a\":\"b}"), T("{\"a:1}"), T("{a\":1}"), T("{\"a\":1 ,}"), T("{\"a\":1,\"b\"}"),
	T("{\"a\":'b'}"), T("{\"a\":1,1}"), T("{\"\\u\":1}"), T("{\"\n\":1}"), T("{\"a\":[}"),
	T("{[}")
};

/* Parses BEFORE TEXT AFTER, and returns whether the text is the value of the field "". */
static bool
parses(struct reading *r, const char *before, const struct text *text, const char *after)
{
	char line[4096];
	int n = snprintf(line, sizeof line, "{\"\":%s", before);
	size_t len = (size_t)n;
	struct err err = { 0 };

	assert_true(len + text->n + strlen(after) + 2 < sizeof line);
	memcpy(line + len, text->p, text->n);
	len += text->n;
	len += (size_t)snprintf(line + len, sizeof line - len, "%s}", after);
	if (record_parse_text(&r->record, r->fields, line, len, &err) == -1) {
		assert_true(err.text[0] != '\0');
		assert_true(err.at == NULL ||
		    (err.at >= r->record.copy.p && err.at <= r->record.copy.p + len));
		return false;
	}
	assert_int_equal(r->record.object.len, len);
	return true;
}

static const struct {
	const char *before, *after;
} contexts[] = { { "", "" }, { "[", "]" }, { "[0,", " ]" }, { "{\"x\":", "}" },
	{ "{\"x\":\"\\\\\",\"y\" :", ",\"z\":[{}]}" } };

static void
what_is_json_is_accepted_everywhere(void **state)
{
	static const char *const paths[] = { "/", NULL };
	struct reading r;

	(void)state;
	reading_open(&r, 1000, paths);
	for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
		for (size_t j = 0; j < sizeof contexts / sizeof *contexts; j++) {
			if (!parses(&r, contexts[j].before, &accepted[i], contexts[j].after))
				fail_msg("refused: %s%s%s", contexts[j].before, accepted[i].p,
				    contexts[j].after);
		}
	}
	reading_close(&r);
}

static void
what_is_no_json_is_refused_everywhere(void **state)
{
	static const char *const paths[] = { "/", NULL };
	struct reading r;

	(void)state;
	reading_open(&r, 1000, paths);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		for (size_t j = 0; j < sizeof contexts / sizeof *contexts; j++) {
			if (parses(&r, contexts[j].before, &refused[i], contexts[j].after))
				fail_msg("accepted: %s%s%s", contexts[j].before, refused[i].p,
				    contexts[j].after);
		}
	}
	reading_close(&r);
}

/* A text that is cut short anywhere is refused, unless only white space was cut off. */
static void
a_record_cut_anywhere_is_none(void **state)
{
	static const char *const paths[] = { "/", NULL };
	static const char whole[] = "{\"a\":[1,-2.5e+10,\"\\u00e9\\n\",{\"b\":null},[]],\"c\":"
				    "{\"d\":true},\"e\":false}";
	struct reading r;

	(void)state;
	reading_open(&r, 1000, paths);
	for (size_t n = 0; n < sizeof whole - 1; n++) {
		if (record_parse_text(&r.record, r.fields, whole, n, NULL) == 0)
			fail_msg("accepted: %.*s", (int)n, whole);
	}
	assert_return_code(record_parse_text(&r.record, r.fields, whole, sizeof whole - 1,
			       NULL),
	    0);
	reading_close(&r);
}

/*
 * The parsing part of JSONTestSuite, where $JSON_TEST_SUITE names its folder: a file y_* must
 * be accepted, n_* refused, and i_* accepted if it is UTF-8.
 */
static bool
expected(const char *file)
{
	static const char *const not_utf8[] = { "invalid_utf-8", "iso_latin_1",
		"UTF-8_invalid", "UTF8_surrogate", "lone_utf8_continuation",
		"not_in_unicode_range", "overlong", "truncated-utf-8", "utf16",
		"invalid-utf-8", "UTF-16LE", "BOM" };

	if (file[0] != 'i')
		return file[0] == 'y';
	for (size_t i = 0; i < sizeof not_utf8 / sizeof *not_utf8; i++) {
		if (strcasestr(file, not_utf8[i]) != NULL)
			return false;
	}
	return true;
}

static void
json_test_suite_holds(void **state)
{
	static const char *const paths[] = { "/", NULL };
	static char line[1 << 20];
	const char *folder = getenv("JSON_TEST_SUITE");
	DIR *dir = folder == NULL ? NULL : opendir(folder);
	struct dirent *entry;
	struct reading r;
	char path[4096];

	(void)state;
	/* There is nothing to read here.  (skip() is a failure in the TAP of cmocka 1.1.5.) */
	if (folder == NULL)
		return;
	if (dir == NULL) {
		fail_msg("%s", folder);
		return;
	}
	reading_open(&r, 1000, paths);
	while ((entry = readdir(dir)) != NULL) {
		struct text text = { line, 0 };
		FILE *f;

		if (strstr(entry->d_name, ".json") == NULL)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		memcpy(line, "{\"\":", 4);
		text.n = 4 + fread(line + 4, 1, sizeof line - 5, f);
		fclose(f);
		line[text.n++] = '}';
		if ((record_parse_text(&r.record, r.fields, line, text.n, NULL) == 0) !=
		    expected(entry->d_name))
			fail_msg("%s", entry->d_name);
	}
	closedir(dir);
	reading_close(&r);
}

/* Depth counts the record itself, and objects and arrays alike. */
static void
depth_counts_the_record_itself(void **state)
{
	static const char *const paths[] = { "/", NULL };
	char nested[8192];
	struct reading r;

	(void)state;
	for (unsigned int most = 1; most < 1200; most = 3 * most + 1) {
		reading_open(&r, most, paths);
		for (unsigned int depth = most; depth <= most + 1; depth++) {
			size_t n = 0;

			for (unsigned int i = 0; i < depth; i++)
				n += (size_t)sprintf(nested + n,
				    i == 0 || i % 2 ? "{\"\":" : "[");
			nested[n++] = '0';
			for (unsigned int i = depth; i-- > 0;)
				nested[n++] = i == 0 || i % 2 ? '}' : ']';
			assert_int_equal(record_parse_text(&r.record, r.fields, nested, n,
					     NULL),
			    depth == most ? 0 : -1);
		}
		reading_close(&r);
	}
}

/* --- where a fault is ------------------------------------------------------- */

static void
the_byte_at_fault_is_blamed(void **state)
{
	/* The byte at fault is after the ^, which is removed. */
	static const char *const cases[] = {
		"^",
		"^[1]",
		" ^1",
		"^\"a\"",
		"{^",
		"{^1}",
		"{\"a\"^1}",
		"{\"a\":^}",
		"{\"a\":^1\"2\"}",
		"{\"a\":1 ^",
		"{\"a\":1 ^2}",
		"{\"a\":^01}",
		"{\"a\":1.^}",
		"{\"a\":1e+^x}",
		"{\"a\":^1x}",
		"{\"a\":^tru}",
		"{\"a\":[1,^]}",
		"{\"a\":[1 ^2]}",
		"{\"a\":1,^}",
		"{\"a\":1}^x",
		"{\"a\":1}^{}",
		"{\"a\":\"b^\\q\"}",
		"{\"a\":\"^\\u12\"}",
		"{\"a\":^\"b}",
		"{\"a\":\"b^\x01\"}",
		"{\"a\":\"b^\xff\"}",
		"{\"^\\x\":1}",
		"{\"a\":\"\\\\\" ^\"b\"}",
		"{\"a\":[[{\"b\":^]}]}",
	};
	static const char *const paths[] = { "a", NULL };
	struct reading r;

	(void)state;
	reading_open(&r, 1000, paths);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *mark = strchr(cases[i], '^');
		size_t at = (size_t)(mark - cases[i]);
		struct err err = { 0 };
		char text[128];
		int n = snprintf(text, sizeof text, "%.*s%s", (int)at, cases[i], mark + 1);

		assert_int_equal(record_parse_text(&r.record, r.fields, text, (size_t)n, &err),
		    -1);
		if (err.at != r.record.copy.p + at)
			fail_msg("%s: byte %td: %s", cases[i], err.at - r.record.copy.p,
			    err.text);
	}
	reading_close(&r);
}

/* --- which value a path names ----------------------------------------------- */

static const struct {
	const char *record, *path, *value; /* NULL: missing */
} named[] = { { "{\"a\":1}", "a", "1" }, { "{\"a\" :\t-1.50e3 }", "a", "-1.50e3" },
	{ "{\"a\":\"x\\\"y\" , \"b\":0}", "a", "\"x\\\"y\"" },
	{ "{\"a\":{\"b\":[1, 2 ]} }", "a", "{\"b\":[1, 2 ]}" },
	{ "{\"a\":null}", "a", "null" }, { "{\"b\":1}", "a", NULL }, { "{}", "a", NULL },
	{ "{\"ab\":1,\"\":2,\"A\":3}", "a", NULL },
	{ "{\"longer than eight bytes\":1,\"longer than eight byteS\":2}",
	    "longer than eight bytes", "1" },
	{ "{\"12345678\":1,\"123456789\":2}", "12345678", "1" },
	/* below */
	{ "{\"a\":{\"b\":{\"c\":7}}}", "a.b.c", "7" },
	{ "{\"a\":{\"x\":{\"c\":7}}}", "a.b.c", NULL }, { "{\"a\":1,\"b\":2}", "a.b", NULL },
	/* A member named as the whole path counts if nothing is nested so. */
	{ "{\"a.b\":1}", "a.b", "1" }, { "{\"a.b\":1,\"a\":{\"b\":2}}", "a.b", "2" },
	{ "{\"a\":{\"b\":null},\"a.b\":1}", "a.b", "null" },
	{ "{\"a.b\":1,\"a\":{}}", "a.b", "1" }, { "{\"a.b.2\":1}", "a.b.2", "1" },
	{ "{\"a.b\":{\"c\":1}}", "a.b.c", NULL }, { "{\"a.b\":1}", "/a/b", NULL },
	{ "{\"a\\u002eb\":1}", "a.b", "1" }, { "{\"a\":[{\"b\":1}]}", "a.b", NULL },
	{ "{\"x\":{\"a\":1},\"y\":[{\"a\":2}]}", "a", NULL },
	/* items of arrays */
	{ "{\"a\":[1,2,3]}", "a.0", "1" }, { "{\"a\":[1,2,3]}", "a.2", "3" },
	{ "{\"a\":[1,2,3]}", "a.3", NULL }, { "{\"a\":[[],[4,5]]}", "a.1.0", "4" },
	{ "{\"a\":[{},{\"b\":6}]}", "a.1.b", "6" }, { "{\"a\":{\"1\":6}}", "a.1", "6" },
	{ "{\"a\":[1,2,3]}", "a.01", NULL }, { "{\"a\":{\"01\":2}}", "a.01", "2" },
	{ "{\"a\":[1,2,3]}", "a.-1", NULL }, { "{\"a\":[1]}", "a.4294967296", NULL },
	{ "{\"a\":[0,1,2,3,4,5,6,7,8,9,10,11]}", "a.10", "10" }, { "{\"0\":1}", "0", "1" },
	/* pointers */
	{ "{\"a.b\":1}", "/a.b", "1" }, { "{\"a\":{\"b\":[0,{\"c\":2}]}}", "/a/b/1/c", "2" },
	{ "{\"a/b\":1}", "/a~1b", "1" }, { "{\"a~b\":1}", "/a~0b", "1" },
	{ "{\"~1\":1}", "/~01", "1" }, { "{\"\":1}", "/", "1" },
	{ "{\"a\":{\"\":1}}", "/a/", "1" }, { "{\"a\":{\"\":{\"b\":1}}}", "/a//b", "1" },
	{ "{\"a,b\":1}", "/a\\,b", "1" }, { "{\"a b%20\":1}", "/a b%20", "1" },
	/* \ takes the meaning away */
	{ "{\"a.b\":1}", "a\\.b", "1" }, { "{\"a,b\":1}", "a\\,b", "1" },
	{ "{\"a\\\\b\":1}", "a\\\\b", "1" }, { "{\"a=b(c)\":1}", "a\\=b\\(c\\)", "1" },
	{ "{\"/a\":1}", "\\/a", "1" },
	/* escapes in names */
	{ "{\"\\u0061\":1}", "a", "1" }, { "{\"\\u0061\\u002e\\u0062\":1}", "/a.b", "1" },
	{ "{\"\\u00e9\":1}", "\xc3\xa9", "1" }, { "{\"\xc3\xa9\":1}", "\xc3\xa9", "1" },
	{ "{\"\\ud83d\\ude00\":1}", "\xf0\x9f\x98\x80", "1" },
	{ "{\"a\\/b\":1}", "/a~1b", "1" }, { "{\"a\\u0000\":1}", "a", NULL },
	{ "{\"a\\ud800\":1}", "a", NULL }, { "{\"\\udc00\":1,\"a\":2}", "a", "2" },
	{ "{\"x\":\"\\u0061\",\"y\":\"a\"}", "a", NULL },
	/* a name that occurs twice */
	{ "{\"a\":1,\"a\":2}", "a", "2" }, { "{\"a\":1,\"\\u0061\":2}", "a", "2" },
	{ "{\"a\":1,\"a\":null}", "a", "null" },
	{ "{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "a.b", NULL },
	{ "{\"a\":{\"b\":1},\"a\":{\"b\":2}}", "a.b", "2" },
	{ "{\"a\":{\"b\":1},\"a\":3}", "a.b", NULL },
	{ "{\"a\":{\"b\":1},\"\\u0061\":3}", "a.b", NULL },
	{ "{\"a\":{\"b\":1,\"b\":2}}", "a.b", "2" },
	{ "{\"a\":[{\"b\":1},{\"b\":2}],\"a\":[{}]}", "a.0.b", NULL },
	{ "{\"a\":[{\"b\":1},{\"b\":2}],\"a\":[{}]}", "a.1.b", NULL },
	{ "{\"a\":{\"b\":{\"c\":1}},\"a\":{\"b\":{}}}", "a.b.c", NULL },
	{ "{\"a\":{\"b\":{\"c\":1},\"b\":{}}}", "a.b.c", NULL },
	{ "{\"a\":[1,2],\"a\":[3]}", "a.1", NULL },
	{ "{\"x\":[{\"a\":1},{\"a\":2}]}", "x.0.a", "1" } };

static void
a_path_names_a_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
		const char *paths[] = { named[i].path, NULL };
		const char *want = named[i].value == NULL ? "" : named[i].value;
		struct reading r;
		struct value v;

		reading_open(&r, 1000, paths);
		assert_return_code(record_parse_text(&r.record, r.fields, named[i].record,
				       strlen(named[i].record), NULL),
		    0);
		v = record_at(&r.record, 0);
		if ((v.kind == V_MISSING) != (named[i].value == NULL) ||
		    (v.kind != V_MISSING &&
			(v.len != strlen(want) || memcmp(v.p, want, v.len) != 0)))
			fail_msg("%s of %s is %.*s", named[i].path, named[i].record,
			    (int)v.len, v.kind == V_MISSING ? "" : v.p);
		reading_close(&r);
	}
}

/* Many paths at once, some inside others; no value of the previous record is left. */
static void
many_paths_are_read_at_once(void **state)
{
	static const char *const paths[] = { "a", "a.b", "a.b.c", "a.0", "a.1", "a.11", "d",
		"e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", NULL };
	static const char *const records[] = {
		"{\"a\":{\"b\":{\"c\":1},\"0\":2,\"11\":3},\"p\":4}",
		"{\"p\":0,\"o\":1,\"n\":2,\"a\":[5,6,7,7,7,7,7,7,7,7,7,8]}", "{}", "{\"a\":9}"
	};
	static const char *const want[] = {
		("{\"b\":{\"c\":1},\"0\":2,\"11\":3} {\"c\":1} 1 2 - 3 "
		 "- - - - - - - - - - - - 4"),
		"[5,6,7,7,7,7,7,7,7,7,7,8] - - 5 6 8 - - - - - - - - - - 2 1 0",
		"- - - - - - - - - - - - - - - - - - -",
		"9 - - - - - - - - - - - - - - - - - -",
	};
	struct reading r;

	(void)state;
	reading_open(&r, 1000, paths);
	for (int i = 0; i < 4; i++) {
		char got[1024] = "";
		size_t n = 0;

		assert_return_code(record_parse_text(&r.record, r.fields, records[i],
				       strlen(records[i]), NULL),
		    0);
		for (int slot = 0; paths[slot] != NULL; slot++) {
			struct value v = record_at(&r.record, slot);

			n += (size_t)snprintf(got + n, sizeof got - n, "%s%.*s",
			    slot == 0 ? "" : " ", v.kind == V_MISSING ? 1 : (int)v.len,
			    v.kind == V_MISSING ? "-" : v.p);
		}
		assert_string_equal(got, want[i]);
	}
	reading_close(&r);
}

/* Skimming finds the same values, and overlooks only what is wrong in others. */
static void
skimming_finds_the_fields(void **state)
{
	static const struct {
		const char *line, *value; /* NULL: refused */
	} skimmed[] = {
		{ "{\"x\":[{\"k\":1},\"}\"],\"k\":2}", "2" },
		{ "{\"k\":1,\"x\":{\"y\":{}},\"k\":\"a\"}", "\"a\"" },
		{ "{\"k\":1,\"x\":0,\"\\u006b\":2}", "2" },
		{ "{\"k\":1,\"x\":01}", "1" },
		{ "{\"x\":[1 2],\"k\":1}", "1" },
		{ "{\"x\":tru,\"k\":1}", "1" },
		{ "{\"k\":01}", NULL },
		{ "{\"k\":1,\"x\":}", NULL },
		{ "{\"k\":1,\"x\":{}", NULL },
		{ "{\"k\":1,\"x\":[", NULL },
		{ "{\"k\":1,\"x\"}", NULL },
		{ "{\"k\":1}}", NULL },
		{ "{\"k\":1,\"\\x\":1}", NULL },
		{ "[1]", NULL },
	};
	static const char *const paths[] = { "k", NULL };
	struct reading r;
	char bytes[100];

	(void)state;
	reading_open(&r, 10, paths);
	for (size_t i = 0; i < sizeof skimmed / sizeof *skimmed; i++) {
		struct line line = { .at = bytes, .size = strlen(skimmed[i].line) };
		struct value v;
		struct err err;
		int result;

		(void)snprintf(bytes, sizeof bytes, "%s\n        ", skimmed[i].line);
		result = record_skim(&r.record, r.fields, &line, &err);
		v = record_at(&r.record, 0);
		assert_int_equal(result, skimmed[i].value == NULL ? -1 : 0);
		if (result == 0)
			assert_memory_equal(v.p, skimmed[i].value, v.len);
	}
	reading_close(&r);
}

static void
a_default_is_json_and_no_member(void **state)
{
	struct reading r = { .fields = fields_new() };
	int a = fields_add(r.fields, "a", NULL, NULL);
	int b = fields_add(r.fields, "b.c", NULL, NULL);

	(void)state;
	assert_return_code(record_default(r.fields, "b.c=[1,\n \"a b\" ]", NULL), 0);
	assert_int_equal(record_default(r.fields, "b.c=2", NULL), -1);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		char arg[256];

		if (memchr(refused[i].p, '\0', refused[i].n) != NULL)
			continue;
		snprintf(arg, sizeof arg, "a=%s", refused[i].p);
		if (record_default(r.fields, arg, NULL) != -1)
			fail_msg("accepted: %s", arg);
	}
	assert_int_equal(record_default(r.fields, "a=1,\"\":2", NULL), -1);
	assert_int_equal(record_default(r.fields, "a", NULL), -1);
	assert_int_equal(record_default(r.fields, "=1", NULL), -1);
	assert_return_code(record_open(&r.record, r.fields, 1000, NULL), 0);

	assert_return_code(record_parse_text(&r.record, r.fields, "{\"b\":{}}", 8, NULL), 0);
	assert_int_equal(record_at(&r.record, a).kind, V_MISSING);
	assert_int_equal(record_at(&r.record, b).kind, V_ARRAY);
	assert_int_equal(record_at(&r.record, b).len, 9);
	assert_memory_equal(record_at(&r.record, b).p, "[1,\"a b\"]", 9);
	assert_int_equal(record_own(&r.record, b).kind, V_MISSING);
	assert_return_code(record_parse_text(&r.record, r.fields, "{\"b\":{\"c\":null}}", 16,
			       NULL),
	    0);
	assert_int_equal(record_at(&r.record, b).kind, V_ARRAY);
	assert_int_equal(record_own(&r.record, b).kind, V_NULL);
	assert_return_code(record_parse_text(&r.record, r.fields, "{\"b\":{\"c\":false}}", 17,
			       NULL),
	    0);
	assert_int_equal(record_at(&r.record, b).kind, V_FALSE);
	reading_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_json_is_accepted_everywhere),
		cmocka_unit_test(what_is_no_json_is_refused_everywhere),
		cmocka_unit_test(a_record_cut_anywhere_is_none),
		cmocka_unit_test(json_test_suite_holds),
		cmocka_unit_test(depth_counts_the_record_itself),
		cmocka_unit_test(the_byte_at_fault_is_blamed),
		cmocka_unit_test(a_path_names_a_value),
		cmocka_unit_test(many_paths_are_read_at_once),
		cmocka_unit_test(skimming_finds_the_fields),
		cmocka_unit_test(a_default_is_json_and_no_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
