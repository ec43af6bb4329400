/* A co-process that does what it should, and each thing that it should not. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "answer/coprocess.h"
#include "base/clock.h"

static const int64_t second = 1000000000;

struct state {
	struct diag *diag;
	struct coprocess *c;
	struct err err;
	char line[100];
	int stderr_fd;
	uint64_t starts;
};

static void
begin(struct state *s, const char *command, int64_t timeout)
{
	const struct coprocess_rule rule = { s->diag, "arm b", command, environ, false,
		timeout, 1000, &s->starts };

	s->c = coprocess_new(&rule);
	assert_non_null(s->c);
	coprocess_move(s->c);
}

/* Waits, as a program's loop would, until the oldest request is answered or has failed. */
static int
answer(struct state *s)
{
	struct pollfd fds[2];
	const char *line;
	int64_t until, wait;
	unsigned int n;
	size_t length;
	int result;

	while ((result = coprocess_answer(s->c, &line, &length, &s->err)) == 0) {
		until = clock_monotonic() + 10 * second;
		n = coprocess_watch(s->c, fds, &until);
		wait = (until - clock_monotonic()) / 1000000 + 1;
		assert_true(poll(fds, n, wait < 0 ? 0 : (int)wait) != 0 || wait < 9000);
		coprocess_move(s->c);
	}
	if (result == 1) {
		assert_true(length < sizeof s->line);
		memcpy(s->line, line, length);
		s->line[length] = '\0';
	}
	return result;
}

static void
ask(struct state *s, const char *line)
{
	assert_int_equal(coprocess_ask(s->c, line, strlen(line), &s->err), 0);
}

static void
assert_answer(struct state *s, const char *line)
{
	if (answer(s) != 1)
		fail_msg("%s", s->err.text);
	assert_string_equal(s->line, line);
}

static void
assert_lost(struct state *s, const char *why)
{
	assert_int_equal(answer(s), -1);
	assert_string_equal(s->err.text, why);
}

/* Checks that a co-process that is down accepts no request, and gives the reason. */
static void
assert_down(struct state *s, const char *why)
{
	assert_int_equal(coprocess_ask(s->c, "{}", 2, &s->err), -1);
	assert_string_equal(s->err.text, why);
}

static void
await_start(struct state *s)
{
	uint64_t starts = s->starts;

	while (s->starts == starts) {
		usleep(1000);
		coprocess_move(s->c);
	}
}

static void
answers_in_order(void **state)
{
	struct state *s = *state;
	char line[32], want[40];

	begin(s, "sed -u 's/.*/[&]/'", 10 * second);
	for (int i = 0; i < COPROCESS_REQUESTS; i++) {
		snprintf(line, sizeof line, "%d", i);
		ask(s, line);
	}
	for (int i = 0; i < COPROCESS_REQUESTS; i++) {
		snprintf(want, sizeof want, "[%d]", i);
		assert_answer(s, want);
	}
	assert_int_equal(coprocess_asked(s->c), 0);
}

/* Both pipes are full, but no side waits for the other for ever. */
static void
fills_both_pipes(void **state)
{
	struct state *s = *state;
	char line[900];

	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = '\0';
	begin(s, "sed -u 's/.*/y/'", 10 * second);
	for (int i = 0; i < COPROCESS_REQUESTS; i++)
		ask(s, line);
	coprocess_move(s->c);
	assert_true(coprocess_unsent(s->c) > 0);
	for (int i = 0; i < COPROCESS_REQUESTS; i++)
		assert_answer(s, "y");
}

static void
dies(void **state)
{
	struct state *s = *state;

	begin(s, "sed -u 2q; kill -9 $$", 10 * second);
	for (int i = 0; i < 4; i++)
		ask(s, "1");
	assert_answer(s, "1");
	assert_answer(s, "1");
	assert_lost(s, "died of signal 9");
	assert_lost(s, "died of signal 9");
	assert_down(s, "died of signal 9");
	await_start(s);
	ask(s, "2");
	assert_answer(s, "2");
}

static void
dies_idle(void **state)
{
	struct state *s = *state;
	const char *line;
	size_t n;

	begin(s, "exit 3", 0);
	for (int i = 0; i < 2000 && coprocess_ask(s->c, "1", 1, &s->err) == 0; i++) {
		usleep(1000);
		coprocess_move(s->c);
		(void)coprocess_answer(s->c, &line, &n, &s->err);
	}
	assert_down(s, "exited with status 3");
}

static void
ends_within_a_line(void **state)
{
	struct state *s = *state;

	begin(s, "read a; echo $a; read a; printf '{\"predic'", 10 * second);
	for (int i = 0; i < 3; i++)
		ask(s, "1");
	assert_answer(s, "1");
	assert_lost(s, "ended within a line");
	assert_lost(s, "exited with status 0");
}

static void
is_slow(void **state)
{
	struct state *s = *state;
	int64_t started = clock_monotonic();

	begin(s, "cat >/dev/null", second / 5);
	ask(s, "1");
	ask(s, "2");
	assert_lost(s, "gave no answer within 200ms");
	assert_lost(s, "gave no answer within 200ms");
	assert_true(clock_monotonic() - started < 20 * second); /* on a slow machine */
	assert_down(s, "gave no answer within 200ms");
}

/* Each of many requests has the whole time-out, from when its turn came. */
static void
is_slow_but_steady(void **state)
{
	struct state *s = *state;

	begin(s, "while read -r a; do sleep 0.1; echo $a; done", second / 2);
	for (int i = 0; i < 8; i++)
		ask(s, "1");
	for (int i = 0; i < 8; i++)
		assert_answer(s, "1");
}

static void
says_too_much(void **state)
{
	struct state *s = *state;

	begin(s, "read a; echo 1; echo 2; exec cat", 10 * second);
	ask(s, "1");
	assert_answer(s, "1");
	for (int i = 0; i < 2000 && coprocess_ask(s->c, "1", 1, &s->err) == 0; i++) {
		if (answer(s) == -1)
			break;
		usleep(1000);
	}
	assert_down(s, "wrote a line that nobody asked for");
}

static void
says_something_first(void **state)
{
	struct state *s = *state;

	begin(s, "echo ready; exec cat", 10 * second);
	usleep(200000);
	ask(s, "1");
	assert_lost(s, "wrote a line that nobody asked for");
}

static void
never_ends_a_line(void **state)
{
	struct state *s = *state;

	begin(s, "read a; exec tr '\\n' x </dev/zero", 10 * second);
	ask(s, "1");
	assert_lost(s, "answered a line longer than --max-line 1000");
}

static void
closes_its_input(void **state)
{
	struct state *s = *state;

	begin(s, "exec <&-; sleep 1000", 0);
	usleep(200000);
	ask(s, "1");
	assert_lost(s, "closed its input");
}

static void
closes_its_output(void **state)
{
	struct state *s = *state;

	begin(s, "exec >&-; sleep 1000", 0);
	ask(s, "1");
	assert_lost(s, "closed its output");
}

static void
waits_longer_each_time(void **state)
{
	struct state *s = *state;
	int64_t started = clock_monotonic();

	begin(s, "exit 1", 0);
	while (s->starts < 4) {
		if (coprocess_ask(s->c, "1", 1, &s->err) == 0)
			assert_lost(s, "exited with status 1");
		usleep(1000);
		coprocess_move(s->c);
	}
	/* 100 + 200 + 400 ms */
	assert_true(clock_monotonic() - started >= 7 * second / 10);
	assert_true(clock_monotonic() - started < 20 * second); /* on a slow machine */
}

/* Returns the process that a command has started, and whose number it wrote into a file. */
static pid_t
grandchild(void)
{
	FILE *f;
	int pid = 0;

	for (int i = 0; i < 5000 && pid == 0; i++) {
		usleep(1000);
		f = fopen("sleeper", "r");
		if (f != NULL && fscanf(f, "%d\n", &pid) != 1)
			pid = 0;
		if (f != NULL)
			fclose(f);
	}
	unlink("sleeper");
	assert_int_not_equal(pid, 0);
	return pid;
}

/*
 * Checks that the process was killed, within five seconds, and that no other is left.
 * Orphans become children of the test (see main).
 */
static void
assert_killed(pid_t pid)
{
	int status = 0, other;
	pid_t gone = 0, left = 0;

	for (int i = 0; i < 5000 && left != -1; i++) {
		gone = gone == 0 ? waitpid(pid, &status, WNOHANG) : gone;
		left = gone == 0 ? 0 : waitpid(-1, &other, WNOHANG);
		usleep(1000);
	}
	if (gone == 0)
		(void)kill(pid, SIGKILL);
	assert_int_equal(gone, pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(left, -1);
	assert_int_equal(errno, ECHILD);
}

/* A co-process that ignores the end of its input is killed, and so is what it has started. */
static void
is_ended(void **state)
{
	struct state *s = *state;
	pid_t pid;

	begin(s, "trap '' TERM; sleep 1000 & echo $! >sleeper; wait", 0);
	pid = grandchild();
	coprocess_free(s->c);
	s->c = NULL;
	assert_killed(pid);
}

/* A co-process that exits by itself leaves no process behind either. */
static void
leaves_nothing(void **state)
{
	struct state *s = *state;
	pid_t pid;

	begin(s, "sleep 1000 & echo $! >sleeper; read x", 0);
	pid = grandchild();
	coprocess_free(s->c);
	s->c = NULL;
	assert_killed(pid);
}

/* Nor does a co-process that dies and is started again. */
static void
dies_alone(void **state)
{
	struct state *s = *state;
	pid_t pid;

	begin(s, "sleep 1000 >/dev/null & echo $! >sleeper; kill -9 $$", 0);
	pid = grandchild();
	ask(s, "{}");
	assert_int_equal(answer(s), -1);
	coprocess_free(s->c);
	s->c = NULL;
	assert_killed(pid);
}

static int
setup(void **state)
{
	static struct state s;

	s = (struct state){ .diag = diag_new("test") };
	(void)signal(SIGPIPE, SIG_IGN);
	/* The messages about deaths do not matter here. */
	s.stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	(void)!freopen("/dev/null", "w", stderr);
	*state = &s;
	return s.diag == NULL ? -1 : 0;
}

static int
teardown(void **state)
{
	struct state *s = *state;

	coprocess_free(s->c);
	diag_free(s->diag);
	(void)fflush(stderr);
	(void)dup2(s->stderr_fd, STDERR_FILENO);
	(void)close(s->stderr_fd);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_in_order),
		TEST(fills_both_pipes),
		TEST(dies),
		TEST(dies_idle),
		TEST(ends_within_a_line),
		TEST(is_slow),
		TEST(is_slow_but_steady),
		TEST(says_too_much),
		TEST(says_something_first),
		TEST(never_ends_a_line),
		TEST(closes_its_input),
		TEST(closes_its_output),
		TEST(waits_longer_each_time),
		TEST(is_ended),
		TEST(leaves_nothing),
		TEST(dies_alone),
	};

	/* What a co-process leaves behind becomes a child of ours. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
