/* Messages: one line each, repeats counted, a terminal treated well. */
#include <fcntl.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/report/diag.h"
#include "cli/report/stats.h"

/* Standard error, while the test captures it. */
struct captured {
	int kept, from, to;
	struct diag *diag;
};

/* Begins to capture: a pipe, or a terminal. */
static void
capture(struct captured *c, bool terminal)
{
	int ends[2];

	(void)fflush(stderr);
	c->kept = dup(STDERR_FILENO);
	if (terminal)
		assert_int_equal(openpty(&c->from, &c->to, NULL, NULL, NULL), 0);
	else {
		assert_int_equal(pipe(ends), 0);
		c->from = ends[0];
		c->to = ends[1];
	}
	assert_int_equal(dup2(c->to, STDERR_FILENO), STDERR_FILENO);
	c->diag = diag_new("tool");
}

/* Ends the capture, and compares what was written. */
static void
assert_captured(struct captured *c, const char *expected)
{
	char text[8192];
	size_t used = 0;
	ssize_t n;

	diag_free(c->diag);
	assert_int_equal(dup2(c->kept, STDERR_FILENO), STDERR_FILENO);
	(void)close(c->kept);
	/* Reading a terminal finds no end: stop after as many bytes as are expected. */
	assert_int_equal(fcntl(c->from, F_SETFL, O_NONBLOCK), 0);
	while ((n = read(c->from, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	(void)close(c->to);
	(void)close(c->from);
	assert_string_equal(text, expected);
}

static void
a_message_names_its_place(void **state)
{
	struct captured c;

	(void)state;
	capture(&c, false);
	diag_error(c.diag, NULL, "went %s", "wrong");
	diag_error(c.diag, &(struct place){ "events.ndjson", 17, 42 }, "went wrong");
	diag_error(c.diag, &(struct place){ "events.ndjson", 17, 0 }, "went wrong");
	diag_error(c.diag, &(struct place){ "a\nb", 0, 42 }, "went wrong");
	diag_error(c.diag, &(struct place){ NULL, 17, 42 }, "went wrong");
	diag_status(c.diag, "no terminal, no status");
	assert_captured(&c,
	    "tool: went wrong\n"
	    "tool: events.ndjson:17:42: went wrong\n"
	    "tool: events.ndjson:17: went wrong\n"
	    "tool: a\\nb: went wrong\n"
	    "tool: went wrong\n");
}

static void
what_is_quoted_is_made_visible(void **state)
{
	struct captured c;

	(void)state;
	capture(&c, false);
	diag_error(c.diag, NULL, "%s", "a\tb\r\x1b[2J\x7f");
	diag_error(c.diag, NULL, "%s",
	    "\xc3\xa9 \xf0\x9f\x98\x80 \xc2\x9b \xc2\xa0 \xff \xed\xa0\x80");
	diag_error(c.diag, NULL, "%s", "cut \xf0\x9f\x98");
	assert_captured(&c,
	    "tool: a\\tb\\x0d\\x1b[2J\\x7f\n"
	    "tool: \xc3\xa9 \xf0\x9f\x98\x80 \\xc2\\x9b \xc2\xa0 \\xff \\xed\\xa0\\x80\n"
	    "tool: cut \\xf0\\x9f\\x98\n");
}

static void
any_length_is_one_line(void **state)
{
	struct captured c;
	char text[5000], expected[8192] = "tool: ";

	(void)state;
	memset(text, '\x01', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < 1023; i++)
		strcat(expected, "\\x01");
	strcat(expected, "\n");
	capture(&c, false);
	diag_error(c.diag, NULL, "%s", text);
	assert_captured(&c, expected);
}

static void
repeats_are_counted_and_summed_up(void **state)
{
	struct captured c;

	(void)state;
	capture(&c, false);
	for (unsigned int i = 1; i <= 7; i++) {
		diag_warn(c.diag, &(struct place){ "f", i, 0 }, "odd value %u", i);
		if (i <= 3)
			diag_warn(c.diag, NULL, "other %u", i);
		diag_error(c.diag, NULL, "error");
	}
	diag_summary(c.diag);
	diag_summary(c.diag);
	assert_captured(&c,
	    "tool: f:1: warning: odd value 1\ntool: warning: other 1\ntool: error\n"
	    "tool: f:2: warning: odd value 2\ntool: warning: other 2\ntool: error\n"
	    "tool: f:3: warning: odd value 3\ntool: warning: other 3\ntool: error\n"
	    "tool: error\ntool: error\ntool: error\ntool: error\n"
	    "tool: warning: 4 more like this: odd value 1\n");
}

static void
a_terminal_has_colours_unless_told_otherwise(void **state)
{
	struct captured c;

	(void)state;
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	assert_int_equal(unsetenv("NO_COLOR"), 0);
	capture(&c, true);
	diag_error(c.diag, &(struct place){ "f", 1, 2 }, "wrong");
	diag_warn(c.diag, NULL, "odd");
	assert_captured(&c,
	    "\033[1;31mtool: f:1:2: \033[mwrong\r\n"
	    "\033[1;33mtool: \033[mwarning: odd\r\n");

	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	capture(&c, true);
	diag_error(c.diag, NULL, "wrong");
	assert_captured(&c, "tool: wrong\r\n");
	assert_int_equal(unsetenv("NO_COLOR"), 0);

	assert_int_equal(setenv("TERM", "dumb", 1), 0);
	capture(&c, true);
	diag_error(c.diag, NULL, "wrong");
	diag_status(c.diag, "no");
	assert_captured(&c, "tool: wrong\r\n");
}

static void
a_message_takes_the_status_line_away(void **state)
{
	struct captured c;

	(void)state;
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	capture(&c, true);
	diag_status(c.diag, "10%");
	diag_error(c.diag, NULL, "wrong");
	diag_error(c.diag, NULL, "wrong");
	diag_status(c.diag, "20%");
	diag_status(c.diag, NULL);
	diag_status(c.diag, NULL);
	assert_captured(&c,
	    "\r\033[K10%\r\033[Ktool: wrong\r\ntool: wrong\r\n"
	    "\r\033[K20%\r\033[K");
}

static void
progress_shows_rate_part_and_time_left(void **state)
{
	const int64_t second = 1000000000;
	struct captured c;
	struct progress p;

	(void)state;
	capture(&c, true);
	progress_start(&p, c.diag);
	progress_show(&p, 5, 1, 2); /* too early */
	p.started -= 100 * second;
	p.shown -= second;
	progress_show(&p, 1234567, 250, 1000);
	progress_show(&p, 1234567, 250, 1000);
	p.started -= 9900 * second;
	p.shown -= second;
	progress_show(&p, 999, 0, 0);
	p.shown -= second;
	progress_show(&p, 20000, 999, 1000);
	p.shown -= second;
	progress_show(&p, 2000000000, 500, 1000);
	progress_end(&p);
	assert_captured(&c,
	    "\r\033[K1.23M records, 12.3k/s, 25%, 5:00 left\r\033[K999 records, 0/s"
	    "\r\033[K20.0k records, 2/s, 99%, 10 s left"
	    "\r\033[K2.00G records, 200k/s, 50%, 2:46:40 left\r\033[K");

	capture(&c, false);
	progress_start(&p, c.diag);
	p.started = p.shown -= second;
	progress_show(&p, 1, 1, 2);
	progress_end(&p);
	assert_captured(&c, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_names_its_place),
		cmocka_unit_test(what_is_quoted_is_made_visible),
		cmocka_unit_test(any_length_is_one_line),
		cmocka_unit_test(repeats_are_counted_and_summed_up),
		cmocka_unit_test(a_terminal_has_colours_unless_told_otherwise),
		cmocka_unit_test(a_message_takes_the_status_line_away),
		cmocka_unit_test(progress_shows_rate_part_and_time_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
