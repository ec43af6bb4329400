/* A log that is rotated while it is read: nothing is lost or read twice, and each place is found. */
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

#include "files.h"
#include "source/file_source.h"

enum { ALL = 1000, LOOKS = 20 };

/* What is read of the log: its lines, and what came last. */
struct reading {
	struct file_source source;
	char text[100000];
	size_t n;
	enum source_event event;
	struct err err;
};

static const char *const path[] = { "log" };

static void (*before_open)(void); /* of the next file that is opened */

/* Comes before the C library's. */
int
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
open(const char *name, int flags, ...)
{
	void (*act)(void) = before_open;

	before_open = NULL;
	if (act != NULL)
		act();
	return openat(AT_FDCWD, name, flags); /* none is created */
}

static int
in_a_folder(void **state)
{
	static char folder[40];

	(void)snprintf(folder, sizeof folder, "/tmp/smlrun_follow.XXXXXX");
	*state = mkdtemp(folder);
	return *state == NULL ? -1 : chdir(folder);
}

static int
out_of_it(void **state)
{
	char command[200];

	(void)snprintf(command, sizeof command, "rm -rf %s", (const char *)*state);
	return chdir("/") == 0 && system(command) == 0 ? 0 : -1; /* NOLINT(cert-env33-c) */
}

static void
remove_all(void)
{
	assert_int_equal(system("rm -f log*"), 0); /* NOLINT(cert-env33-c) */
}

static void
append(const char *file, const char *text)
{
	FILE *f = fopen(file, "a");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
cut(void)
{
	assert_int_equal(truncate("log", 0), 0);
}

/* What cp(1) does. */
static void
copy(const char *to)
{
	char text[100000];

	read_file("log", text, sizeof text);
	(void)unlink(to);
	write_file(to, text);
}

static void
move(const char *from, const char *to)
{
	assert_int_equal(rename(from, to), 0);
}

static void
start(struct reading *r)
{
	(void)memset(r, 0, sizeof *r);
	assert_int_equal(file_source_open(&r->source, path, 1, 50000, true, &r->err), 0);
	r->source.log.patience = 0;
}

static const int64_t minute = 60000000000;

static void
stop(struct reading *r)
{
	file_source_close(&r->source);
}

/* Takes lines until there are none for now, or something is wrong; at most so many. */
static void
take(struct reading *r, uint64_t most)
{
	int later = 0;
	const char *p;
	size_t n;

	while (most > 0 && later < LOOKS) {
		r->source.log.silent = 1; /* the second is over */
		r->event = file_source_next(&r->source, most, &p, &n, &r->err);
		if (r->event == SOURCE_LATER) {
			later++;
			continue;
		}
		if (r->event != SOURCE_LINES)
			return;
		(void)memcpy(r->text + r->n, p, n);
		r->n += n;
		for (size_t i = 0; i < n; i++)
			most -= p[i] == '\n';
	}
	r->text[r->n] = '\0';
}

static void
assert_takes(struct reading *r, const char *text)
{
	r->n = 0;
	take(r, ALL);
	if (r->event == SOURCE_FAILED)
		fail_msg("%s", r->err.text);
	assert_int_equal(r->event, SOURCE_LATER);
	assert_string_equal(r->text, text);
}

static void
assert_fails(struct reading *r, const char *why)
{
	take(r, ALL);
	assert_int_equal(r->event, SOURCE_FAILED);
	assert_non_null(strstr(r->err.text, why));
}

static void
half_a_line_waits(void **state)
{
	struct reading r;

	(void)state;
	write_file("log", "{1}\n{2");
	start(&r);
	assert_takes(&r, "{1}\n");
	assert_takes(&r, "");
	append("log", "}\n{3}\n");
	assert_takes(&r, "{2}\n{3}\n");
	stop(&r);
}

static void
the_second_is_waited_for(void **state)
{
	struct reading r;
	const char *p;
	size_t n;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	r.source.log.silent = 0;
	move("log", "log.1");
	write_file("log", "{3}\n");
	for (int i = 0; i < 3; i++)
		assert_int_equal(file_source_next(&r.source, ALL, &p, &n, &r.err),
		    SOURCE_LATER);
	append("log.1", "{2}\n");
	assert_int_equal(file_source_next(&r.source, ALL, &p, &n, &r.err), SOURCE_LINES);
	assert_int_equal(r.source.log.silent, 0);
	assert_takes(&r, "{3}\n");
	stop(&r);
}

/* A rotation is met half way: the old file has no name yet that is known. */
static void
half_a_rotation_is_waited_for(void **state)
{
	struct reading r;
	const char *p;
	size_t n;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	for (int rotation = 0; rotation < 3; rotation++) {
		r.source.log.patience = minute;
		move("log", "moved");
		write_file("log", "{2}\n");
		for (int i = 0; i < 100; i++)
			assert_int_equal(file_source_next(&r.source, ALL, &p, &n, &r.err),
			    SOURCE_LATER);
		r.source.log.patience = 0;
		if (rotation > 0)
			move("log.1", "log.2");
		move("moved", "log.1");
		assert_takes(&r, "{2}\n");
	}
	stop(&r);
}

/* Ends a rotation when nothing was found for a while. */
static void
end_rotation(void)
{
	static int opened;

	if (++opened < 20)
		before_open = end_rotation;
	else
		move("moved", "log.1");
}

/* The same at the start. */
static void
half_a_rotation_is_waited_for_at_the_start(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n{2}\n");
	start(&r);
	take(&r, 1);
	file_source_mark(&r.source, &place);
	stop(&r);
	move("log", "moved");
	write_file("log", "{3}\n");
	start(&r);
	r.source.log.patience = minute;
	before_open = end_rotation;
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_null(before_open);
	assert_takes(&r, "{2}\n{3}\n");
	stop(&r);
}

static void
copy_now(void)
{
	copy("log.1");
	cut();
}

static void
copy_then(void)
{
	before_open = copy_now;
}

/* It was found, and is cut while the others are looked at. */

static void
a_log_that_is_cut_at_the_start(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n{2}\n");
	start(&r);
	take(&r, 1);
	file_source_mark(&r.source, &place);
	stop(&r);
	write_file("log.9", "{0}\n");
	start(&r);
	r.source.log.patience = minute;
	before_open = copy_then;
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{2}\n");
	stop(&r);
}

/* Both files are moved on in the moment in which the next one is opened. */
static void
rotate_both(void)
{
	move("log.1", "log.2");
	move("log", "log.1");
	write_file("log", "{3}\n");
}

static void
a_rotation_while_the_next_file_is_opened(void **state)
{
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	move("log", "log.1");
	write_file("log", "{2}\n");
	before_open = rotate_both;
	assert_takes(&r, "{2}\n{3}\n");
	stop(&r);
}

/* While an older file is compressed, it is there twice. */
static void
what_is_being_compressed_is_no_next_file(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	file_source_mark(&r.source, &place);
	move("log", "log.1");
	write_file("log.1.gz", "packed");
	write_file("log", "{2}\n");
	assert_takes(&r, "{2}\n");
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{2}\n");
	stop(&r);
}

/* The first run stops after `first` lines; what happens then is done by rotate. */
static void
assert_goes_on(uint64_t first, void (*rotate)(void), const char *text)
{
	static struct reading r;
	struct source_place place;

	for (int anew = 0; anew < 2; anew++) {
		remove_all();
		write_file("log", "{1}\n{2}\n{3}\n");
		start(&r);
		take(&r, first);
		file_source_mark(&r.source, &place);
		rotate();
		if (anew) {
			stop(&r);
			start(&r);
			assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
			assert_takes(&r, text + 4 * first);
		} else {
			take(&r, ALL);
			assert_int_equal(r.event, SOURCE_LATER);
			assert_string_equal(r.text, text);
		}
		stop(&r);
	}
}

static void
rename_twice(void)
{
	append("log", "{4}\n{5}");
	move("log", "log.1");
	write_file("log", "{6}\n");
	move("log.1", "log.2");
	move("log", "log.1");
	write_file("log", "{7}\n{8}\n");
}

static void
rename_empty(void)
{
	move("log", "log-20261128");
	write_file("log-20261129", "");
	write_file("log", "{4}\n");
}

static void
copy_and_cut(void)
{
	append("log", "{4}\n");
	copy("log.1");
	cut();
	append("log", "{5}\n");
}

/* The log is longer after each cut than it was before. */
static void
copy_and_grow(void)
{
	append("log", "{4}\n{5");
	copy("log.2");
	cut();
	append("log", "}\n{6}\n{7}\n{8}\n{9}\n{a}\n{");
	copy("log.1");
	cut();
	append("log", "B}\n{c}\n{d}\n{e}\n{f}\n{g}\n{h}\n{i}\n");
}

/* A half line in two copies, the second of which has no end of a line. */
static void
copy_pieces(void)
{
	append("log", "{\"4\":");
	copy("log.2");
	cut();
	append("log", "4,");
	copy("log.1");
	cut();
	append("log", "\"5\":5}\n{6}\n");
}

static void
rotations_lose_nothing(void **state)
{
	(void)state;
	for (uint64_t first = 1; first <= 3; first++) {
		assert_goes_on(first, rename_twice,
		    "{1}\n{2}\n{3}\n{4}\n{5}\n{6}\n{7}\n{8}\n");
		assert_goes_on(first, rename_empty, "{1}\n{2}\n{3}\n{4}\n");
		assert_goes_on(first, copy_and_cut, "{1}\n{2}\n{3}\n{4}\n{5}\n");
		assert_goes_on(first, copy_and_grow,
		    "{1}\n{2}\n{3}\n{4}\n{5}\n{6}\n{7}\n{8}\n{9}\n{a}\n{B}\n{c}\n{d}\n{e}\n{f}"
		    "\n"
		    "{g}\n{h}\n{i}\n");
		assert_goes_on(first, copy_pieces, "{1}\n{2}\n{3}\n{\"4\":4,\"5\":5}\n{6}\n");
	}
}

/* Reads all line by line, notes each place, and reads the rest from each of them anew. */
static void
assert_places(void (*rotate)(void), const char *text)
{
	static struct reading r;
	struct source_place place[20];
	size_t at[20], count = 0;

	remove_all();
	write_file("log", "\xef\xbb\xbf{1}\n\n{3}\n");
	start(&r);
	take(&r, 1);
	rotate();
	do {
		file_source_mark(&r.source, &place[count]);
		at[count++] = r.n;
		take(&r, 1);
	} while (r.event == SOURCE_LINES);
	assert_int_equal(r.event, SOURCE_LATER);
	assert_string_equal(r.text, text);
	for (size_t i = 0; i < count; i++) {
		stop(&r);
		start(&r);
		assert_int_equal(file_source_seek(&r.source, &place[i], &r.err), 0);
		assert_takes(&r, text + at[i]);
		assert_int_equal(r.source.place.records, count);
	}
	stop(&r);
}

static void
each_place_is_found_again(void **state)
{
	(void)state;
	assert_places(rename_twice, "{1}\n\n{3}\n{4}\n{5}\n{6}\n{7}\n{8}\n");
	assert_places(rename_empty, "{1}\n\n{3}\n{4}\n");
	assert_places(copy_and_cut, "{1}\n\n{3}\n{4}\n{5}\n");
	assert_places(copy_and_grow,
	    "{1}\n\n{3}\n{4}\n{5}\n{6}\n{7}\n{8}\n{9}\n{a}\n{B}\n{c}\n{d}\n{e}\n{f}\n{g}\n{h}"
	    "\n"
	    "{i}\n");
	assert_places(copy_pieces, "{1}\n\n{3}\n{\"4\":4,\"5\":5}\n{6}\n");
}

static void
a_place_moves_with_the_first_line(void **state)
{
	struct source_place before, after;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	file_source_mark(&r.source, &before);
	move("log", "log.1");
	write_file("log", "{2");
	assert_takes(&r, "");
	file_source_mark(&r.source, &after);
	assert_memory_equal(&before, &after, sizeof before);
	append("log", "}\n");
	assert_takes(&r, "{2}\n");
	file_source_mark(&r.source, &after);
	assert_int_not_equal(before.inode, after.inode);
	assert_int_equal(after.byte, 4);
	stop(&r);
}

/* After the cut, a second copy is made before anything of the log is read. */
static void
a_file_that_is_cut_twice_is_not_skipped(void **state)
{
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	copy("log.1");
	cut();
	assert_takes(&r, ""); /* the log is next, and empty */
	append("log", "{2}\n");
	move("log.1", "log.2");
	copy("log.1");
	cut();
	append("log", "{3}\n");
	assert_takes(&r, "{2}\n{3}\n");
	stop(&r);
}

/* While a log is copied its copy grows, and the log has the same bytes: they are read once. */
static void
a_copy_that_is_made_is_read_once(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	file_source_mark(&r.source, &place);
	copy("log.1");
	cut();
	append("log", "{2}\n{3}\n");
	move("log.1", "log.2");
	write_file("log.1", "{2}\n");
	assert_takes(&r, "{2}\n");
	append("log.1", "{3}\n");
	assert_takes(&r, "{3}\n");
	stop(&r);
	start(&r);
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{2}\n{3}\n");
	cut();
	append("log", "{4}\n");
	assert_takes(&r, "{4}\n");
	stop(&r);
}

/* What was copied when it had nothing is not waited for. */
static void
an_empty_copy_is_passed(void **state)
{
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	copy("log.2");
	cut();
	copy("log.1");
	append("log", "{2}\n");
	assert_takes(&r, "{2}\n");
	stop(&r);
}

/* A log that is cut again may begin with the same bytes: then nothing is guessed. */
static void
a_beginning_that_is_repeated_fails(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	copy("log.1");
	cut();
	append("log", "{2}\n");
	assert_takes(&r, "{2}\n");
	file_source_mark(&r.source, &place);
	append("log", "{3}\n");
	move("log.1", "log.2");
	copy("log.1");
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{3}\n"); /* it is not cut */
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	cut();
	append("log", "{2}\n{4}\n");
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), -1);
	assert_non_null(
	    strstr(r.err.text, "log.1, which was copied from it, begins with the same"));
	stop(&r);
}

/* The same while it is read: the copy before it is no more the one before. */
static void
a_log_that_is_cut_twice_may_begin_alike(void **state)
{
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	copy("log.1");
	cut();
	append("log", "{2}\n");
	assert_takes(&r, "{2}\n");
	append("log", "{3}\n");
	move("log.1", "log.2");
	copy("log.1");
	cut();
	append("log", "{2}\n{4}\n");
	assert_fails(&r, "begins with the same 4 bytes");
	stop(&r);
}

/* The digest is of what was read, not of what the file has when it is asked for. */
static void
a_place_is_that_of_what_was_read(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n{2}\n");
	start(&r);
	assert_takes(&r, "{1}\n{2}\n");
	copy("log.1");
	cut();
	file_source_mark(&r.source, &place);
	assert_int_equal(place.byte, 8);
	append("log", "{3}\n");
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{3}\n");
	stop(&r);
}

static void
what_may_be_lost_fails(void **state)
{
	struct reading r;

	(void)state;
	/* Cut without a copy; shorter, longer. */
	for (int longer = 0; longer < 2; longer++) {
		write_file("log", "{1}\n{2}\n");
		start(&r);
		assert_takes(&r, "{1}\n{2}\n");
		cut();
		append("log", longer ? "{3}\n{4}\n{5}\n" : "{3}\n");
		assert_fails(&r, "no copy beside it (log.1) has the 8 bytes");
		stop(&r);
	}
	/* A copy that has less. */
	write_file("log", "{1}\n{2}\n");
	start(&r);
	assert_takes(&r, "{1}\n{2}\n");
	write_file("log.1", "{1}\n");
	cut();
	assert_fails(&r, "no copy beside it (log.1) has the 8 bytes");
	stop(&r);
	/* The old file went elsewhere. */
	remove_all();
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	move("log", "elsewhere");
	write_file("log", "{2}\n");
	assert_fails(&r, "is not beside it as log.1");
	stop(&r);
}

static void
the_inode_decides_between_equals(void **state)
{
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n");
	start(&r);
	assert_takes(&r, "{1}\n");
	file_source_mark(&r.source, &place);
	move("log", "log.2");
	write_file("log.1", "{1}\n");
	write_file("log", "{1}\n{2}\n");
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{1}\n{1}\n{2}\n");
	/* Without it none of the others is taken. */
	place.inode = 1;
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), -1);
	assert_non_null(strstr(r.err.text, "3 files have the 4 bytes"));
	/* Nor, of a file of which nothing was read, any. */
	place.byte = 0;
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), -1);
	place.byte = 4;
	/* But a single one, which was restored, is. */
	write_file("log.1", "{0}\n");
	write_file("log", "{0}\n");
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, "{0}\n{0}\n");
	stop(&r);
}

/* What is committed is there, but in fewer lines. */
static void
changed_lines_are_not_waited_for(void **state)
{
	static const struct source_place beginning;
	struct source_place place;
	struct reading r;

	(void)state;
	write_file("log", "{1}\n{2}\n{3}\n");
	start(&r);
	assert_takes(&r, "{1}\n{2}\n{3}\n");
	file_source_mark(&r.source, &place);
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	write_file("log", "{1} {2}\n{3}\n");
	assert_int_equal(file_source_seek(&r.source, &beginning, &r.err), 0);
	r.source.known.inode = place.inode;
	assert_fails(&r, "has changed");
	stop(&r);
}

/* A last line that was taken as it is needs no second when it is read again. */
static void
a_line_without_its_end_is_taken_again(void **state)
{
	struct source_place before, after;
	struct reading r;
	const char *p;
	size_t n;

	(void)state;
	write_file("log", "{1}\n{2}");
	start(&r);
	assert_takes(&r, "{1}\n");
	file_source_mark(&r.source, &before);
	move("log", "log.1");
	write_file("log", "{3");
	assert_takes(&r, "{2}\n");
	file_source_mark(&r.source, &after);
	assert_int_equal(after.byte, 7);
	assert_int_equal(file_source_seek(&r.source, &after, &r.err), 0);
	assert_int_equal(file_source_seek(&r.source, &before, &r.err), 0);
	assert_int_equal(file_source_next(&r.source, ALL, &p, &n, &r.err), SOURCE_LINES);
	assert_int_equal(n, 4);
	append("log", "}\n");
	assert_takes(&r, "{3}\n");
	stop(&r);
}

/* More than is read in one go, and more than what tells a file. */
static void
long_lines_pass(void **state)
{
	static char line[30001], want[100000];
	struct source_place place;
	static struct reading r;

	(void)state;
	(void)memset(line, 'x', sizeof line - 1);
	line[0] = '{';
	write_file("log", line);
	append("log", "\n");
	start(&r);
	take(&r, 1);
	file_source_mark(&r.source, &place);
	append("log", line);
	copy("log.1");
	cut();
	append("log", "}\n");
	(void)snprintf(want, sizeof want, "%s}\n", line);
	assert_takes(&r, want);
	assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
	assert_takes(&r, want);
	stop(&r);
}

/* A writer whose log is rotated at random, and what it wrote in all. */
struct writer {
	uint64_t random;
	bool copies, half; /* a line is half written */
	unsigned int lines, files;
	char whole[100000];
};

static unsigned int
pick(struct writer *w, unsigned int n)
{
	w->random = w->random * 6364136223846793005 + 1442695040888963407;
	return (unsigned int)(w->random >> 33) % n;
}

static void
put(struct writer *w, const char *file, const char *text)
{
	append(file, text);
	(void)strncat(w->whole, text, sizeof w->whole - strlen(w->whole) - 1);
}

/* Writes the rest of a half line, and a few more. */
static void
write_lines(struct writer *w, const char *file)
{
	char text[40];

	for (unsigned int n = pick(w, 5) + 1; n > 0; n--) {
		if (!w->half)
			put(w, file, "{\"line\"");
		(void)snprintf(text, sizeof text, ":%u}\n", ++w->lines);
		put(w, file, text);
		w->half = false;
	}
	w->half = pick(w, 3) == 0;
	if (w->half)
		put(w, file, "{\"line\"");
}

static void
rotate_all(struct writer *w)
{
	char from[20], to[20];

	for (unsigned int i = w->files; i > 0; i--) {
		(void)snprintf(from, sizeof from, "log.%u", i);
		(void)snprintf(to, sizeof to, "log.%u", i + 1);
		move(from, to);
	}
	w->files++;
	if (w->copies) {
		copy("log.1");
		cut();
		return;
	}
	move("log", "log.1");
	if (w->half || pick(w, 3) == 0) {
		write_lines(w, "log.1");
		if (w->half)
			write_lines(w, "log.1");
	}
	if (w->half)
		put(w, "log.1", ":0}\n");
	w->half = false;
	write_file("log", "");
}

/* Does the file system say when a file was made?  Without that a log must not be cut unread. */
static bool
has_births(void)
{
	struct statx x;

	return statx(AT_FDCWD, "log", 0, STATX_BTIME, &x) == 0 &&
	    (x.stx_mask & STATX_BTIME) != 0;
}

/* Whatever happens in whatever order, what is read in the end is what was written. */
static void
assert_history(uint64_t seed)
{
	static struct reading r;
	static struct writer w;
	static const struct source_place beginning;
	struct source_place place, snapshot;
	size_t n = 0;

	(void)memset(&w, 0, sizeof w);
	w.random = seed;
	w.copies = seed % 2 == 0;
	remove_all();
	write_file("log", "");
	write_lines(&w, "log");
	start(&r);
	assert_int_equal(file_source_seek(&r.source, &beginning, &r.err), 0);
	if (!has_births())
		take(&r, 1);
	file_source_mark(&r.source, &snapshot);
	n = r.n;
	for (int step = 0; step < 60; step++)
		switch (pick(&w, 6)) {
		case 0:
		case 1:
			write_lines(&w, "log");
			break;
		case 2:
			take(&r, pick(&w, 10) + 1);
			break;
		case 3:
			rotate_all(&w);
			break;
		case 4:
			file_source_mark(&r.source, &snapshot);
			n = r.n;
			break;
		default:
			file_source_mark(&r.source, &place);
			if (pick(&w, 2) == 0) {
				stop(&r);
				assert_int_equal(file_source_open(&r.source, path, 1, 50000,
						     true, &r.err),
				    0);
			}
			assert_int_equal(file_source_seek(&r.source, &place, &r.err), 0);
			if (snapshot.inode != 0) {
				assert_int_equal(file_source_seek(&r.source, &snapshot,
						     &r.err),
				    0);
				r.n = n;
			}
		}
	if (w.half)
		put(&w, "log", ":0}\n");
	take(&r, ALL);
	if (r.event != SOURCE_LATER || strcmp(r.text, w.whole) != 0)
		fail_msg("seed %llu: %zu of %zu bytes: %s", (unsigned long long)seed, r.n,
		    strlen(w.whole), r.event == SOURCE_FAILED ? r.err.text : "");
	stop(&r);
}

static void
random_histories_lose_nothing(void **state)
{
	const char *rounds = getenv("SML_ROUNDS");

	(void)state;
	for (long seed = 1; seed <= (rounds == NULL ? 20 : 100 * strtol(rounds, NULL, 10));
	     seed++)
		assert_history((uint64_t)seed);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, in_a_folder, out_of_it)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(half_a_line_waits),
		TEST(the_second_is_waited_for),
		TEST(half_a_rotation_is_waited_for),
		TEST(half_a_rotation_is_waited_for_at_the_start),
		TEST(a_log_that_is_cut_at_the_start),
		TEST(a_rotation_while_the_next_file_is_opened),
		TEST(what_is_being_compressed_is_no_next_file),
		TEST(rotations_lose_nothing),
		TEST(each_place_is_found_again),
		TEST(a_place_moves_with_the_first_line),
		TEST(a_file_that_is_cut_twice_is_not_skipped),
		TEST(a_copy_that_is_made_is_read_once),
		TEST(an_empty_copy_is_passed),
		TEST(a_beginning_that_is_repeated_fails),
		TEST(a_log_that_is_cut_twice_may_begin_alike),
		TEST(a_place_is_that_of_what_was_read),
		TEST(what_may_be_lost_fails),
		TEST(the_inode_decides_between_equals),
		TEST(changed_lines_are_not_waited_for),
		TEST(a_line_without_its_end_is_taken_again),
		TEST(long_lines_pass),
		TEST(random_histories_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
