/* Signals: noted, never missed, and obeyed immediately the second time. */
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/report/sig.h"

/* Does what raise does; cppcheck thinks that raise never returns. */
static int
send(int signal_number)
{
	return kill(getpid(), signal_number);
}

/* Runs a part of the test in a child process, and returns how it ended. */
static int
ends(int (*part)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)alarm(10); /* nothing here waits for ever */
		_exit(part());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int
first_is_noted(void)
{
	if (sig_open() != 0 || sig_came() != 0)
		return 1;
	(void)send(SIGTERM);
	return sig_came() == SIGTERM ? 0 : 2;
}

static int
second_is_obeyed(void)
{
	(void)sig_open();
	(void)send(SIGINT);
	(void)usleep(150000);
	(void)send(SIGTERM);
	return 1;
}

static int
repeated_is_the_same(void)
{
	(void)sig_open();
	(void)send(SIGTERM);
	(void)send(SIGTERM);
	(void)send(SIGINT);
	return sig_came() == SIGTERM ? 0 : 1;
}

/* A key that is held down repeats itself sooner than that. */
static int
held_down_is_obeyed(void)
{
	(void)sig_open();
	for (int i = 0; i < 20; i++) {
		(void)send(SIGINT);
		(void)usleep(30000);
	}
	return 1;
}

/* What is ignored is so with its repetition. */
static int
repeated_is_ignored(void)
{
	(void)sig_open();
	sig_ignore_first();
	(void)send(SIGTERM);
	(void)send(SIGTERM);
	if (sig_came() != 0)
		return 1;
	(void)usleep(150000);
	(void)send(SIGTERM);
	return sig_came() == SIGTERM ? 0 : 2;
}

static int
one_before_the_wait_ends_it(void)
{
	(void)sig_open();
	(void)send(SIGTERM);
	return sig_wait(NULL, 0, -1) == -1 && errno == EINTR ? 0 : 1;
}

static int
one_in_the_wait_ends_it(void)
{
	pid_t parent = getpid(), child;

	(void)sig_open();
	child = fork();
	if (child == 0) {
		(void)usleep(50000);
		(void)kill(parent, SIGTERM);
		_exit(0);
	}
	return sig_wait(NULL, 0, -1) == -1 && errno == EINTR && sig_came() == SIGTERM ? 0 : 1;
}

/* A run that goes on after SIGINT can wait again, until the next signal. */
static int
one_that_was_told_ends_no_wait(void)
{
	(void)sig_open();
	(void)send(SIGINT);
	if (sig_came() != SIGINT || sig_wait(NULL, 0, 10) != 0)
		return 1;
	return 0;
}

static int
descriptors_end_the_wait(void)
{
	struct pollfd fd = { .events = POLLIN };
	int ends_of_pipe[2];

	if (sig_open() != 0 || pipe(ends_of_pipe) != 0 || write(ends_of_pipe[1], "x", 1) != 1)
		return 1;
	fd.fd = ends_of_pipe[0];
	return sig_wait(&fd, 1, -1) == 1 && (fd.revents & POLLIN) != 0 ? 0 : 2;
}

static int
ignored_stays_ignored(void)
{
	(void)signal(SIGINT, SIG_IGN);
	(void)sig_open();
	(void)send(SIGINT);
	return sig_came() == 0 ? 0 : 1;
}

static int
hanging_up_ends_one_wait(void)
{
	(void)sig_open();
	sig_open_hangup();
	if (sig_hangup())
		return 1;
	(void)send(SIGHUP);
	(void)send(SIGHUP);
	if (sig_wait(NULL, 0, -1) != -1 || errno != EINTR || sig_came() != 0)
		return 2;
	if (sig_wait(NULL, 0, 10) != 0)
		return 3;
	if (!sig_hangup())
		return 4;
	return sig_hangup() ? 5 : 0;
}

static int
hanging_up_is_the_end(void)
{
	(void)sig_open();
	(void)send(SIGHUP);
	return 0;
}

static int
broken_pipes_are_errors(void)
{
	int ends_of_pipe[2];

	if (sig_open() != 0 || pipe(ends_of_pipe) != 0 || close(ends_of_pipe[0]) != 0)
		return 1;
	return write(ends_of_pipe[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
}

static int
dies_of_the_broken_pipe(void)
{
	(void)sig_open();
	sig_die(SIGPIPE);
}

static int
dies_of_the_noted_signal(void)
{
	(void)sig_open();
	(void)send(SIGTERM);
	sig_die(sig_came());
}

static void
the_first_signal_is_noted_and_the_second_obeyed(void **state)
{
	(void)state;
	assert_int_equal(ends(first_is_noted), 0);
	assert_int_equal(ends(second_is_obeyed), 1000 + SIGTERM);
	assert_int_equal(ends(repeated_is_the_same), 0);
	assert_int_equal(ends(held_down_is_obeyed), 1000 + SIGINT);
	assert_int_equal(ends(repeated_is_ignored), 0);
	assert_int_equal(ends(ignored_stays_ignored), 0);
}

static void
no_signal_is_missed_by_a_wait(void **state)
{
	(void)state;
	assert_int_equal(ends(one_before_the_wait_ends_it), 0);
	assert_int_equal(ends(one_in_the_wait_ends_it), 0);
	assert_int_equal(ends(one_that_was_told_ends_no_wait), 0);
	assert_int_equal(ends(descriptors_end_the_wait), 0);
}

static void
who_asks_for_it_is_told_of_hanging_up(void **state)
{
	(void)state;
	assert_int_equal(ends(hanging_up_ends_one_wait), 0);
	assert_int_equal(ends(hanging_up_is_the_end), 1000 + SIGHUP);
}

static void
a_tool_dies_as_if_nothing_had_been_caught(void **state)
{
	(void)state;
	assert_int_equal(ends(broken_pipes_are_errors), 0);
	assert_int_equal(ends(dies_of_the_broken_pipe), 1000 + SIGPIPE);
	assert_int_equal(ends(dies_of_the_noted_signal), 1000 + SIGTERM);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_signal_is_noted_and_the_second_obeyed),
		cmocka_unit_test(no_signal_is_missed_by_a_wait),
		cmocka_unit_test(who_asks_for_it_is_told_of_hanging_up),
		cmocka_unit_test(a_tool_dies_as_if_nothing_had_been_caught),
	};

	/* A shell that runs this in the background ignores them. */
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
