/*
 * feed: gives a command a file through a pipe, by steps that are separated by commas:
 *
 *	feed 120,TERM FILE COMMAND...
 *
 *	N		the bytes up to offset N; goes on when the command has read them all, acted
 *			on them and waits for more
 *	TERM, INT, KILL	this signal; goes on when the command has acted on it, and so late
 *			that a next one is another signal (sig.h)
 *	TERM+TERM	two signals at a time
 *
 * Then the pipe is closed.  The exit status is the command's, 128 and more for a signal.
 */
#include <sys/ioctl.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct feed {
	pid_t child;
	int file, pipe;
	long given; /* bytes */
	bool signalled;
};

enum { APART = 150000 /* us */ };

static _Noreturn void
die(const char *what)
{
	perror(what);
	exit(126);
}

/* Returns whether the command waits for something, or has ended. */
static bool
rests(pid_t child)
{
	char path[64], state;
	FILE *f;
	bool known;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)child);
	f = fopen(path, "r");
	if (f == NULL)
		die(path);
	known = fscanf(f, "%*d (%*[^)]) %c", &state) == 1;
	fclose(f);
	return known && (state == 'S' || state == 'Z');
}

static bool
is_over(pid_t child)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == -1)
		die("waitid");
	return info.si_pid == child;
}

static void
settle(const struct feed *feed)
{
	struct timespec ms = { .tv_nsec = 1000000 };
	int unread = 1;

	while (!is_over(feed->child)) {
		if (ioctl(feed->pipe, FIONREAD, &unread) == -1)
			die("FIONREAD");
		if (unread == 0 && rests(feed->child))
			break;
		nanosleep(&ms, NULL);
	}
}

/* Gives what is before this offset in the file, or less if the command has ended. */
static void
give(struct feed *feed, long end)
{
	char bytes[4096];
	ssize_t n;

	while (feed->given < end) {
		n = end - feed->given < (long)sizeof bytes ? end - feed->given :
							     (long)sizeof bytes;
		n = pread(feed->file, bytes, (size_t)n, feed->given);
		if (n == 0)
			break;
		if (n == -1)
			die("read");
		if (write(feed->pipe, bytes, (size_t)n) != n) {
			if (errno == EPIPE)
				break;
			die("write");
		}
		feed->given += n;
	}
}

static void
step(struct feed *feed, const char *word)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = { { "TERM", SIGTERM }, { "INT", SIGINT }, { "KILL", SIGKILL } };
	char *end;
	long offset;

	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		if (strcmp(word, signals[i].name) == 0) {
			if (feed->signalled)
				usleep(APART);
			kill(feed->child, signals[i].number);
			feed->signalled = true;
			settle(feed);
			return;
		}
	}
	if (strcmp(word, "TERM+TERM") == 0) {
		kill(feed->child, SIGTERM);
		usleep(1000); /* the first one is delivered: it would swallow the other */
		kill(feed->child, SIGTERM);
		settle(feed);
		return;
	}
	offset = strtol(word, &end, 10);
	if (end == word || *end != '\0')
		die(word);
	give(feed, offset);
	settle(feed);
}

static pid_t
start(int input, char **command)
{
	pid_t child = fork();

	if (child == -1)
		die("fork");
	if (child != 0)
		return child;
	/* A shell's background jobs ignore SIGINT; the command must not. */
	signal(SIGINT, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	if (dup2(input, STDIN_FILENO) == -1)
		die("dup2");
	execvp(command[0], command);
	die(command[0]);
}

int
main(int argc, char **argv)
{
	struct feed feed = { 0 };
	int ends[2], status;
	char *word, *rest;

	if (argc < 4)
		die("usage: feed STEPS FILE COMMAND...");
	signal(SIGPIPE, SIG_IGN);
	feed.file = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (feed.file == -1 || pipe2(ends, O_CLOEXEC) == -1)
		die(argv[2]);
	feed.pipe = ends[1];
	feed.child = start(ends[0], argv + 3);
	close(ends[0]);
	rest = argv[1];
	while ((word = strsep(&rest, ",")) != NULL)
		step(&feed, word);
	close(feed.pipe);
	if (waitpid(feed.child, &status, 0) == -1)
		die("waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
