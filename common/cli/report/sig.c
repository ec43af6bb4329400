/* Signals. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/report/sig.h"

/* The only global variables of a tool: a handler can reach nothing else. */
static volatile sig_atomic_t came;
static volatile sig_atomic_t count;    /* how many signals came */
static volatile sig_atomic_t seen;     /* the count when sig_came was last called */
static volatile sig_atomic_t most = 1; /* how many of them are noted */
static volatile sig_atomic_t ignored;  /* how many more signals are ignored */
static volatile sig_atomic_t last;     /* when one that counts last came; ms, 0: none did */
static volatile sig_atomic_t hung;     /* SIGHUP came: sig_hangup has not returned it yet */
static volatile sig_atomic_t wakes;    /* SIGHUP came: it has not ended a wait yet */

/*
 * Returns whether a signal repeats the last one that counted.  timeout(1) sends two at a time, to its
 * child and to the child's group; so do people who signal a group and its leader.
 */
static bool
is_repeated(void)
{
	enum { AT_ONCE = 100 /* ms */ };
	struct timespec now;
	unsigned int ms, before = (unsigned int)last;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (unsigned int)now.tv_sec * 1000U + (unsigned int)(now.tv_nsec / 1000000);
	if (before != 0 && ms - before < AT_ONCE)
		return true;
	last = (sig_atomic_t)(ms == 0 ? 1 : ms);
	return false;
}

static void
note(int signal_number)
{
	if (is_repeated())
		return;
	if (ignored > 0) {
		ignored--;
		return;
	}
	if (count == most) {
		/* Still blocked here: the signal is delivered when the handler returns. */
		(void)signal(signal_number, SIG_DFL);
		(void)raise(signal_number);
		return;
	}
	if (count++ == 0)
		came = signal_number;
}

/* Catches a signal, unless the parent ignored it (nohup, a shell's background job). */
static int
note_signal(int signal_number)
{
	struct sigaction action = { .sa_handler = note }, before;

	if (sigaction(signal_number, NULL, &before) != 0)
		return -1;
	if (before.sa_handler == SIG_IGN)
		return 0;
	/* No SA_RESTART: a read that waits must return. */
	(void)sigemptyset(&action.sa_mask);
	return sigaction(signal_number, &action, NULL);
}

int
sig_open(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	if (note_signal(SIGTERM) != 0 || note_signal(SIGINT) != 0)
		return -1;
	return sigaction(SIGPIPE, &ignore, NULL);
}

static void
note_hangup(int signal_number)
{
	(void)signal_number;
	hung = wakes = 1;
}

void
sig_open_hangup(void)
{
	struct sigaction action = { .sa_handler = note_hangup };

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGHUP, &action, NULL);
}

bool
sig_hangup(void)
{
	if (hung == 0)
		return false;
	hung = 0;
	return true;
}

int
sig_came(void)
{
	seen = count;
	return came;
}

void
sig_keep_second(void)
{
	most = 2;
}

void
sig_ignore_first(void)
{
	ignored = 1;
}

bool
sig_insisted(void)
{
	return count > 1;
}

size_t
sig_may_write(int fd, size_t n)
{
	struct pollfd writable = { .fd = fd, .events = POLLOUT };

	if (count == 0)
		return n;
	while (count < 2 && sig_wait(&writable, 1, -1) == -1 && errno == EINTR)
		(void)sig_came();
	if (count > 1)
		return 0;
	/* PIPE_BUF bytes never block if poll(2) says that a write does not. */
	return n < PIPE_BUF ? n : PIPE_BUF;
}

int
sig_wait(struct pollfd *fds, unsigned int n, int ms)
{
	struct timespec time = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	sigset_t blocked, before;
	int result, error;

	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigaddset(&blocked, SIGINT);
	(void)sigaddset(&blocked, SIGHUP);
	/* Block them in this thread only: a client library's threads block all signals. */
	if (pthread_sigmask(SIG_BLOCK, &blocked, &before) != 0)
		return -1;
	if (count != seen || wakes != 0) {
		result = -1;
		error = EINTR;
	} else {
		result = ppoll(fds, n, ms < 0 ? NULL : &time, &before);
		error = errno;
	}
	wakes = 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return result;
}

int
sig_keep_children(void)
{
	const struct sigaction action = { .sa_handler = SIG_DFL };

	return sigaction(SIGCHLD, &action, NULL);
}

void
sig_die(int signal_number)
{
	sigset_t set;

	(void)signal(signal_number, SIG_DFL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, signal_number);
	(void)pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	(void)raise(signal_number);
	/* Reached only if the signal does not kill by default. */
	_exit(128 + signal_number);
}
