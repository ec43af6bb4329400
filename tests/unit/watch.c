/* Waiting for more than the input. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/report/sig.h"
#include "cli/stream/watch.h"

/* The input, and what is watched beside it. */
static int input[2], beside[2];
static struct pollfd fds[1];
static struct watch w;
static bool readable;

static void
give(const int *ends)
{
	assert_int_equal(write(ends[1], "x", 1), 1);
}

static void
take(const int *ends)
{
	char byte;

	assert_int_equal(read(ends[0], &byte, 1), 1);
}

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool
look(bool waits)
{
	return watch_look(&w, input[0], waits ? -1 : 0, &readable);
}

static void
either_ends_the_wait(void **state)
{
	(void)state;
	watch_set(&w, fds, 1, -1);
	assert_false(look(false));
	assert_false(readable);
	give(input);
	assert_false(look(true));
	assert_true(readable);
	assert_int_equal(fds[0].revents, 0);
	give(beside);
	assert_true(look(true));
	assert_true(readable);
	assert_int_equal(fds[0].revents, POLLIN);
	take(input);
	assert_true(look(true));
	assert_false(readable);
	take(beside);
	assert_false(look(false));
	assert_int_equal(fds[0].revents, 0);
}

static void
the_alarm_goes_off_once(void **state)
{
	double before = seconds();

	(void)state;
	watch_set(&w, fds, 1, 30);
	assert_false(look(false));
	assert_true(look(true));
	assert_true(seconds() - before >= 0.03);
	assert_int_equal(fds[0].revents, 0);
	assert_false(look(false));
	give(beside);
	assert_true(look(true));
	take(beside);
}

/* Input before the alarm does not delay it. */
static void
the_alarm_counts_from_when_it_was_set(void **state)
{
	(void)state;
	watch_set(&w, NULL, 0, 20);
	give(input);
	assert_false(look(true));
	(void)usleep(25000);
	assert_true(look(false));
	assert_true(readable);
	take(input);
}

static void
at_once_is_when_there_is_nothing_to_read(void **state)
{
	(void)state;
	watch_set(&w, fds, 1, 0);
	give(input);
	assert_false(look(false));
	assert_true(readable);
	take(input);
	assert_true(look(true));
	assert_false(readable);
	assert_false(look(false));
}

static void
a_signal_ends_the_wait(void **state)
{
	(void)state;
	assert_int_equal(sig_open(), 0);
	watch_set(&w, fds, 1, -1);
	(void)kill(getpid(), SIGTERM);
	assert_false(look(true));
	assert_false(readable);
	assert_int_equal(sig_came(), SIGTERM);
}

static int
open_pipes(void **state)
{
	(void)state;
	if (pipe(input) == -1 || pipe(beside) == -1)
		return -1;
	fds[0] = (struct pollfd){ .fd = beside[0], .events = POLLIN };
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_ends_the_wait),
		cmocka_unit_test(the_alarm_goes_off_once),
		cmocka_unit_test(the_alarm_counts_from_when_it_was_set),
		cmocka_unit_test(at_once_is_when_there_is_nothing_to_read),
		cmocka_unit_test(a_signal_ends_the_wait),
	};

	return cmocka_run_group_tests(tests, open_pipes, NULL);
}
