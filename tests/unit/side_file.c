/* Files beside the main output. */
#include <sys/stat.h>

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "cli/stream/side_file.h"

#include "files.h"

#define RAW(text) (text), sizeof(text) - 1

static const struct place place = { "events.ndjson", 17, 42 };

static void
open_side(struct side_file *side, enum side_file_start start)
{
	struct err err;

	assert_int_equal(side_file_open(side, "side", start, &err), 0);
}

static void
close_side(struct side_file *side)
{
	struct err err;

	assert_int_equal(side_file_close(side, &err), 0);
}

static void
a_reject_says_where_and_what_and_keeps_its_bytes(void **state)
{
	struct side_file side;

	(void)state;
	open_side(&side, SIDE_FILE_ANEW);
	side_file_write(&side, "not a \"number\"", &place, NULL,
	    RAW("{\"a\" : \"\xc3\xa9\\u00e9\"}\t"));
	side_file_write(&side, "late", &(struct place){ .line = 3 }, ",\"late_by\":5",
	    RAW("{}"));
	side_file_write(&side, "bad", &(struct place){ NULL, 0, 0 }, NULL, RAW("\xff\x00"));
	assert_int_equal(side.records, 3);
	close_side(&side);
	assert_file("side",
	    "{\"error\":\"not a \\\"number\\\"\",\"source\":\"events.ndjson\","
	    "\"line\":17,\"byte\":42,\"raw\":\"{\\\"a\\\" : \\\"\xc3\xa9\\\\u00e9\\\"}\\t\"}\n"
	    "{\"error\":\"late\",\"line\":3,\"late_by\":5,\"raw\":\"{}\"}\n"
	    "{\"error\":\"bad\",\"raw\":{\"base64\":\"/wA=\"}}\n");
}

static void
names_that_are_no_utf8_do_not_break_the_line(void **state)
{
	struct side_file side;
	struct place odd = { "a\xff\xc3\xa9\xc3", 0, 0 };

	(void)state;
	open_side(&side, SIDE_FILE_ANEW);
	side_file_write(&side, "bad \xf0\x9f", &odd, NULL, RAW("x"));
	close_side(&side);
	assert_file("side",
	    "{\"error\":\"bad \xef\xbf\xbd\xef\xbf\xbd\","
	    "\"source\":\"a\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\",\"raw\":\"x\"}\n");
}

static void
a_name_of_any_length_is_written(void **state)
{
	char name[3000], text[8000];
	struct side_file side;

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		struct place odd = { name, 0, 0 };
		size_t n = 0;
		FILE *f;

		memset(name, 'x', shift);
		for (n = shift; n + 3 < sizeof(name); n += 2)
			memcpy(name + n, n % 7 == 0 ? "\xff\xff" : "\xc3\xa9", 2);
		name[n] = '\0';
		open_side(&side, SIDE_FILE_ANEW);
		side_file_write(&side, "bad", &odd, NULL, RAW("x"));
		close_side(&side);
		f = fopen("side", "r");
		assert_non_null(f);
		n = fread(text, 1, sizeof(text), f);
		(void)fclose(f);
		assert_true(text_is_utf8(text, n));
		assert_memory_equal(text + n - 12, ",\"raw\":\"x\"}\n", 12);
		assert_true(n > 1000);
	}
}

static void
a_long_record_comes_in_pieces(void **state)
{
	static const char raw[] = "abcdefghijklmnopqrstuvwxyz";
	struct side_file side;

	(void)state;
	open_side(&side, SIDE_FILE_ANEW);
	for (size_t piece = 1; piece <= 5; piece++) {
		side_file_begin(&side, "too long", &place);
		for (size_t i = 0; i < 26; i += piece)
			side_file_piece(&side, raw + i, 26 - i < piece ? 26 - i : piece);
		side_file_end(&side);
	}
	assert_int_equal(side.records, 5);
	close_side(&side);
#define LONG_LINE \
	"{\"error\":\"too long\",\"source\":\"events.ndjson\",\"line\":17,\"byte\":42," \
	"\"raw\":{\"base64\":\"YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXo=\"}}\n"
	assert_file("side", LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE);
}

static void
a_file_is_made_anew_or_appended_to_and_cut(void **state)
{
	static const char line[] = "{\"error\":\"e\",\"raw\":\"r\"}\n";
	const struct place nowhere = { NULL, 0, 0 };
	struct side_file side;
	struct err err;

	(void)state;
	open_side(&side, SIDE_FILE_ANEW);
	assert_int_equal(side_file_length(&side), 0);
	side_file_write(&side, "e", &nowhere, NULL, RAW("r"));
	assert_int_equal(side_file_length(&side), strlen(line));
	side_file_write(&side, "f", &nowhere, NULL, RAW("lost"));
	close_side(&side);

	/* The snapshot knows one line: the second is cut off. */
	open_side(&side, SIDE_FILE_APPEND);
	assert_int_equal(side_file_length(&side), 2 * strlen(line) + 3);
	assert_int_equal(side_file_cut(&side, strlen(line), &err), 0);
	assert_int_equal(side_file_length(&side), strlen(line));
	side_file_write(&side, "e", &nowhere, NULL, RAW("r"));
	assert_int_equal(side_file_sync(&side, &err), 0);
	assert_int_equal(side_file_length(&side), 2 * strlen(line));
	close_side(&side);
	assert_file("side",
	    "{\"error\":\"e\",\"raw\":\"r\"}\n{\"error\":\"e\",\"raw\":\"r\"}\n");

	/* At the snapshot the file was longer: this is not that file. */
	open_side(&side, SIDE_FILE_APPEND);
	assert_int_equal(side_file_cut(&side, 1000, &err), -1);
	assert_string_equal(err.text,
	    "side: has 48 bytes, but 1000 when the state was saved; is it another file?");
	close_side(&side);

	open_side(&side, SIDE_FILE_ANEW);
	close_side(&side);
	assert_file("side", "");
}

static void
a_line_without_its_end_is_ended_first(void **state)
{
	struct side_file side;
	struct err err;

	(void)state;
	write_file("side", "{\"error\":\"ki");
	open_side(&side, SIDE_FILE_APPEND);
	side_file_write(&side, "e", &(struct place){ NULL, 0, 0 }, NULL, RAW("r"));
	close_side(&side);
	assert_file("side", "{\"error\":\"ki\n{\"error\":\"e\",\"raw\":\"r\"}\n");

	/* Not if the file is refused. */
	assert_int_equal(truncate("side", 5), 0);
	open_side(&side, SIDE_FILE_APPEND);
	assert_int_equal(side_file_cut(&side, 6, &err), -1);
	close_side(&side);
	assert_file("side", "{\"err");

	/* The half line is not ended if a state cuts it off. */
	assert_int_equal(truncate("side", 5), 0);
	open_side(&side, SIDE_FILE_APPEND);
	assert_int_equal(side_file_cut(&side, 0, &err), 0);
	assert_int_equal(side_file_length(&side), 0);
	side_file_write(&side, "e", &(struct place){ NULL, 0, 0 }, NULL, RAW("r"));
	close_side(&side);
	assert_file("side", "{\"error\":\"e\",\"raw\":\"r\"}\n");
}

static void
two_do_not_write_one_file(void **state)
{
	struct side_file one, two;
	char expected[64];
	struct err err;

	(void)state;
	open_side(&one, SIDE_FILE_ANEW);
	side_file_write(&one, "e", &(struct place){ NULL, 0, 0 }, NULL, RAW("r"));
	assert_int_equal(side_file_open(&two, "side", SIDE_FILE_ANEW, &err), -1);
	(void)snprintf(expected, sizeof(expected), "side is in use by process %d (",
	    (int)getpid());
	/* The name that follows is that of valgrind, under valgrind. */
	assert_memory_equal(err.text, expected, strlen(expected));
	close_side(&one);
	assert_file("side", "{\"error\":\"e\",\"raw\":\"r\"}\n");
	open_side(&two, SIDE_FILE_APPEND);
	close_side(&two);
}

static void
whoever_reads_along_sees_whole_lines(void **state)
{
	struct stat st;
	struct side_file side;
	off_t before = 0;
	int writes = 0;

	(void)state;
	open_side(&side, SIDE_FILE_ANEW);
	for (int i = 0; i < 10000; i++) {
		side_file_write(&side, "e", &place, NULL, RAW("some record"));
		assert_int_equal(stat("side", &st), 0);
		if (st.st_size != before) {
			writes++;
			before = st.st_size;
			assert_int_equal((uint64_t)before, side_file_length(&side));
		}
	}
	assert_in_range(writes, 5, 100);
	close_side(&side);
}

static void
devices_will_do_and_their_errors_are_told(void **state)
{
	struct side_file side = { 0 };
	struct err err;

	(void)state;
	/* A file that was not asked for has nothing to lose. */
	assert_int_equal(side_file_flush(&side, &err), 0);
	assert_int_equal(side_file_close(&side, &err), 0);

	assert_int_equal(side_file_open(&side, "/dev/null", SIDE_FILE_APPEND, &err), 0);
	side_file_write(&side, "e", &place, NULL, RAW("r"));
	assert_int_equal(side_file_cut(&side, 7, &err), 0);
	assert_int_equal(side_file_length(&side), 0);
	assert_int_equal(side_file_sync(&side, &err), 0);
	close_side(&side);

	assert_int_equal(side_file_open(&side, "/dev/full", SIDE_FILE_APPEND, &err), 0);
	side_file_write(&side, "e", &place, NULL, RAW("r"));
	assert_int_equal(side_file_flush(&side, &err), -1);
	assert_string_equal(err.text, "/dev/full: No space left on device");
	assert_int_equal(side_file_close(&side, &err), 0);

	assert_int_equal(side_file_open(&side, "/dev/full", SIDE_FILE_APPEND, &err), 0);
	side_file_write(&side, "e", &place, NULL, RAW("r"));
	assert_int_equal(side_file_close(&side, &err), -1);

	assert_int_equal(side_file_open(&side, "no/such", SIDE_FILE_APPEND, &err), -1);
	assert_string_equal(err.text, "no/such: No such file or directory");
	assert_int_equal(side_file_open(&side, "-", SIDE_FILE_APPEND, &err), -1);
}

static void
an_attempt_writes_a_part(void **state)
{
	static const char nonce[] = "0123456789abcdef";
	const struct place none = { NULL, 0, 0 };
	struct side_file side, other;
	uint64_t length;
	struct err err;

	(void)state;
	open_side(&side, SIDE_FILE_ANEW);
	out_puts(&side.out, "first\nsecond\n");
	close_side(&side);

	assert_int_equal(side_file_open_part(&side, "side", nonce, SIDE_FILE_APPEND, &err), 0);
	assert_int_equal(side_file_length(&side), 13);
	assert_int_equal(side_file_cut(&side, 14, &err), -1);
	assert_int_equal(side_file_cut(&side, 6, &err), 0);
	side_file_write(&side, "e", &none, NULL, RAW("r"));
	length = side_file_length(&side);
	assert_int_equal(length, 6 + 24);
	assert_int_equal(side_file_part(&side), 24);
	side_file_write(&side, "f", &none, NULL, RAW("s"));
	assert_int_equal(side_file_take_back(&side, length, &err), 0);
	side_file_write(&side, "g", &none, NULL, RAW("t"));
	assert_int_equal(side_file_sync(&side, &err), 0);
	assert_int_equal(side_file_part(&side), 48);
	assert_int_equal(side_file_open_part(&other, "side", nonce, SIDE_FILE_APPEND, &err),
	    -1);
	close_side(&side);
	assert_file("side", "first\nsecond\n");
	assert_file("side.0123456789abcdef",
	    "{\"error\":\"e\",\"raw\":\"r\"}\n{\"error\":\"g\",\"raw\":\"t\"}\n");
	assert_int_equal(unlink("side.0123456789abcdef"), 0);

	assert_int_equal(side_file_open_part(&side, "/dev/null", nonce, SIDE_FILE_APPEND,
			     &err),
	    0);
	assert_int_equal(side_file_part(&side), 0);
	close_side(&side);
	assert_int_equal(side_file_open_part(&side, "no/such", nonce, SIDE_FILE_APPEND, &err),
	    -1);
	assert_string_equal(err.text, "no/such: No such file or directory");
	assert_int_equal(side_file_open_part(&side, "-", nonce, SIDE_FILE_APPEND, &err), -1);
}

static int
own_folder(void **state)
{
	static char folder[] = "/tmp/sml-side-XXXXXX";

	*state = mkdtemp(folder);
	return *state == NULL ? -1 : chdir(folder);
}

static int
folder_away(void **state)
{
	return unlink("side") != 0 || chdir("/") != 0 || rmdir(*state) != 0 ? -1 : 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reject_says_where_and_what_and_keeps_its_bytes),
		cmocka_unit_test(names_that_are_no_utf8_do_not_break_the_line),
		cmocka_unit_test(a_name_of_any_length_is_written),
		cmocka_unit_test(a_long_record_comes_in_pieces),
		cmocka_unit_test(a_file_is_made_anew_or_appended_to_and_cut),
		cmocka_unit_test(a_line_without_its_end_is_ended_first),
		cmocka_unit_test(two_do_not_write_one_file),
		cmocka_unit_test(whoever_reads_along_sees_whole_lines),
		cmocka_unit_test(an_attempt_writes_a_part),
		cmocka_unit_test(devices_will_do_and_their_errors_are_told),
	};

	return cmocka_run_group_tests(tests, own_folder, folder_away);
}
