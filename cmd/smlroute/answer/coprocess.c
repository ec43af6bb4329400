/* Runs a program that answers lines. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer/child.h"
#include "answer/coprocess.h"
#include "base/buf.h"
#include "base/clock.h"
#include "time/instant.h"

enum {
	CHUNK = 64 * 1024,  /* bytes read or written in one call */
	SOUND_ANSWERS = 100 /* after this many answers the program is taken to be sound */
};

static const int64_t first_delay = 100000000, last_delay = 30000000000;
static const int64_t sound_time = 10000000000, grace = 1000000000;

struct coprocess {
	struct diag *diag;
	char *who, *command, **environment;
	int64_t timeout;
	size_t longest;

	struct child child;
	struct buf send, got;
	size_t sent, taken; /* bytes at the start of these buffers that are done with */
	/* requests that are not sent yet; requests that the program has */
	size_t unsent, written;
	size_t lines;  /* whole lines in got */
	bool ended;    /* its output has ended */
	bool deaf;     /* it has closed its input */
	int64_t now;   /* the time of the last coprocess_move */
	int64_t since; /* when it could start on the oldest request; 0: not yet */

	size_t lost; /* requests that it had when it was ended */
	struct err why;
	int64_t due, delay; /* when it is started again; how long to wait after that */
	int64_t started;
	uint64_t *starts, answered;    /* answered: requests since it was started */
	bool needed, useful, unusable; /* useful: it has answered once */
};

struct coprocess *
coprocess_new(const struct coprocess_rule *rule)
{
	struct coprocess *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->diag = rule->diag;
	c->who = strdup(rule->who);
	c->command = strdup(rule->command);
	c->environment = rule->environment;
	c->needed = rule->needed;
	c->timeout = rule->timeout;
	c->longest = rule->longest;
	c->starts = rule->starts;
	c->child = (struct child){ CHILD_NONE, -1, -1 };
	c->delay = first_delay;
	err_set(&c->why, NULL, "is not started yet");
	if (c->who != NULL && c->command != NULL)
		return c;
	coprocess_free(c);
	return NULL;
}

/* Marks it as down until due. */
static void
wait_again(struct coprocess *c)
{
	char text[INSTANT_MAX];

	if (c->answered >= SOUND_ANSWERS || c->now - c->started >= sound_time)
		c->delay = first_delay;
	c->due = c->now + c->delay;
	if (c->unusable) {
		c->due = INT64_MAX;
		return;
	}
	text[duration_write(text, c->delay)] = '\0';
	diag_warn(c->diag, NULL, "%s: the co-process %s; it is started again in %s", c->who,
	    c->why.text, text);
	c->delay = c->delay < last_delay / 2 ? 2 * c->delay : last_delay;
}

static void
start(struct coprocess *c)
{
	c->started = c->now;
	c->answered = 0;
	if (child_start(&c->child, c->command, c->environment) == 0) {
		++*c->starts;
		return;
	}
	err_set(&c->why, NULL, "cannot be started: %s", strerror(errno));
	wait_again(c);
}

static bool
down(const struct coprocess *c)
{
	return c->child.pid == CHILD_NONE;
}

/* Kills the program because it broke the protocol, as c->why says.  Its requests fail. */
static void
end(struct coprocess *c)
{
	child_end(&c->child);
	c->send.len = c->got.len = 0;
	c->sent = c->taken = c->lines = 0;
	c->lost += c->unsent + c->written;
	c->unsent = c->written = 0;
	c->ended = c->deaf = false;
	c->since = 0;
	wait_again(c);
}

/* sh(1) exits with 127 if it does not find the command, 126 if it cannot run it. */
static void
end_exited(struct coprocess *c, int status)
{
	err_set(&c->why, NULL, "exited with status %d", status);
	c->unusable = c->needed && !c->useful && (status == 126 || status == 127);
}

/* Handles the end of the program's output: finds out how the program ended. */
static void
end_dead(struct coprocess *c)
{
	siginfo_t how;

	/* A program that closes its output is usually about to exit. */
	if (!child_has_gone(&c->child, 20, &how))
		err_set(&c->why, NULL, "closed its output");
	else if (how.si_code == CLD_EXITED)
		end_exited(c, how.si_status);
	else
		err_set(&c->why, NULL, "died of signal %d", how.si_status);
	end(c);
}

int
coprocess_ask(struct coprocess *c, const char *line, size_t n, struct err *err)
{
	if (down(c))
		return err_set(err, NULL, "%s", c->why.text);
	if (c->sent > c->send.len / 2) {
		c->send.len -= c->sent;
		memmove(c->send.p, c->send.p + c->sent, c->send.len);
		c->sent = 0;
	}
	if (buf_reserve(&c->send, n + 1) == -1)
		return err_memory(err);
	(void)buf_put(&c->send, line, n);
	(void)buf_putc(&c->send, '\n');
	c->unsent++;
	return 0;
}

bool
coprocess_unusable(const struct coprocess *c, struct err *err)
{
	if (c->unusable)
		err_set(err, NULL,
		    "%s: the co-process %s before its first answer: its command cannot be "
		    "run: %s",
		    c->who, c->why.text, c->command);
	return c->unusable;
}

size_t
coprocess_asked(const struct coprocess *c)
{
	return c->lost + c->unsent + c->written;
}

size_t
coprocess_unsent(const struct coprocess *c)
{
	return c->send.len - c->sent;
}

static size_t
count_lines(const char *p, size_t n)
{
	const char *limit = p + n;
	size_t lines = 0;

	while (p < limit && (p = memchr(p, '\n', (size_t)(limit - p))) != NULL) {
		lines++;
		p++;
	}
	return lines;
}

static void
send(struct coprocess *c)
{
	size_t rest, requests;
	ssize_t n;

	while ((rest = coprocess_unsent(c)) > 0) {
		n = write(c->child.in, c->send.p + c->sent, rest);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			/* It may still answer requests that it has read. */
			c->deaf = errno != EAGAIN;
			return;
		}
		requests = count_lines(c->send.p + c->sent, (size_t)n);
		c->unsent -= requests;
		c->written += requests;
		c->sent += (size_t)n;
	}
	c->send.len = c->sent = 0;
}

static void
receive(struct coprocess *c)
{
	ssize_t n;

	if (c->taken > 0) {
		memmove(c->got.p, c->got.p + c->taken, c->got.len - c->taken);
		c->got.len -= c->taken;
		c->taken = 0;
	}
	if (buf_reserve(&c->got, CHUNK) == -1) {
		err_set(&c->why, NULL, "wrote more than there is memory for");
		end(c);
		return;
	}
	do
		n = read(c->child.out, c->got.p + c->got.len, c->got.cap - c->got.len);
	while (n == -1 && errno == EINTR);
	if (n > 0) {
		c->lines += count_lines(c->got.p + c->got.len, (size_t)n);
		c->got.len += (size_t)n;
	} else if (n == 0 || errno != EAGAIN)
		c->ended = true;
}

void
coprocess_move(struct coprocess *c)
{
	c->now = clock_monotonic();
	if (down(c) && c->now >= c->due)
		start(c);
	if (down(c))
		return;
	if (!c->ended)
		receive(c);
	if (down(c))
		return;
	/*
	 * Send nothing after a surplus line, which must not be taken for the answer to a new
	 * request.
	 */
	if (!c->deaf && c->lines <= c->written)
		send(c);
	if (c->since == 0 && c->unsent + c->written > 0)
		c->since = c->now;
}

/* Takes a lost request; err says why it was lost. */
static int
lose(struct coprocess *c, struct err *err)
{
	c->lost--;
	return err_set(err, NULL, "%s", c->why.text);
}

/*
 * Looks for a failure while there is no whole line: a line too long, the end of the output,
 * or the time-out.
 */
static int
miss(struct coprocess *c, size_t rest, struct err *err)
{
	char text[INSTANT_MAX];

	if (rest > c->longest) {
		err_set(&c->why, NULL, "answered a line longer than --max-line %zu",
		    c->longest);
		end(c);
	} else if (c->ended) {
		end_dead(c);
		if (rest > 0 && c->lost > 0) {
			c->lost--;
			return err_set(err, NULL, "ended within a line");
		}
	} else if (c->deaf && c->written == 0) {
		err_set(&c->why, NULL, "closed its input");
		end(c);
	} else if (c->timeout > 0 && c->since > 0 && c->now - c->since >= c->timeout) {
		text[duration_write(text, c->timeout)] = '\0';
		err_set(&c->why, NULL, "gave no answer within %s", text);
		end(c);
	} else
		return 0;
	return c->lost > 0 ? lose(c, err) : 0;
}

int
coprocess_answer(struct coprocess *c, const char **line, size_t *n, struct err *err)
{
	const char *p, *end_of_line;
	size_t rest;

	if (c->lost > 0)
		return lose(c, err);
	if (down(c))
		return 0;
	p = c->got.p + c->taken;
	rest = c->got.len - c->taken;
	end_of_line = c->lines > 0 ? memchr(p, '\n', rest) : NULL;
	if (end_of_line == NULL)
		return miss(c, rest, err);
	*line = p;
	*n = (size_t)(end_of_line - p);
	if (c->written == 0 || *n > c->longest) {
		err_set(&c->why, NULL,
		    c->written == 0 ? "wrote a line that nobody asked for" :
				      "answered a line that is too long");
		end(c);
		return c->lost > 0 ? lose(c, err) : 0;
	}
	c->taken += *n + 1;
	c->lines--;
	c->written--;
	c->answered++;
	c->useful = true;
	c->since = c->unsent + c->written > 0 ? c->now : 0;
	return 1;
}

unsigned int
coprocess_watch(const struct coprocess *c, struct pollfd *fds, int64_t *until)
{
	int64_t then = INT64_MAX;
	unsigned int n = 0;

	if (down(c))
		then = c->due;
	else if (c->timeout > 0 && c->since > 0)
		then = c->timeout < INT64_MAX - c->since ? c->since + c->timeout : INT64_MAX;
	if (then < *until)
		*until = then;
	if (down(c))
		return 0;
	fds[n++] = (struct pollfd){ .fd = c->child.out, .events = POLLIN };
	if (c->unsent > 0 && !c->deaf)
		fds[n++] = (struct pollfd){ .fd = c->child.in, .events = POLLOUT };
	return n;
}

/*
 * Returns whether the program has exited and all its output is read; that output is counted
 * and dropped.
 */
static bool
has_ended(struct coprocess *c)
{
	struct pollfd fd = { .fd = c->child.out, .events = POLLIN };
	siginfo_t how;
	bool gone, more;

	if (down(c))
		return true;
	gone = child_has_gone(&c->child, 0, &how);
	more = !c->ended && poll(&fd, 1, 0) > 0;
	if (more) {
		c->got.len = c->taken = 0;
		receive(c);
	}
	return gone && !more;
}

/* Waits at most a second until all programs have ended; finds out which have. */
static void
await_ends(struct coprocess **c, size_t n, bool *ended)
{
	const struct timespec moment = { 0, 2000000 };
	int64_t until = clock_monotonic() + grace;

	for (;;) {
		bool all = true;

		for (size_t i = 0; i < n; i++) {
			ended[i] = ended[i] || has_ended(c[i]);
			all = all && ended[i];
		}
		if (all || clock_monotonic() >= until)
			return;
		(void)nanosleep(&moment, NULL);
	}
}

static void
release(struct coprocess *c)
{
	if (c->lines > c->written)
		diag_warn(c->diag, NULL,
		    "%s: the co-process wrote a line that nobody asked for: records "
		    "may have the answers of others",
		    c->who);
	child_end(&c->child);
	buf_free(&c->send);
	buf_free(&c->got);
	free(c->who);
	free(c->command);
	free(c);
}

void
coprocess_end(struct coprocess **c, size_t n)
{
	bool ended[COPROCESS_MOST] = { false };

	for (size_t i = 0; i < n; i++)
		child_close_in(&c[i]->child);
	await_ends(c, n, ended);
	for (size_t i = 0; i < n; i++)
		if (!ended[i])
			child_signal(&c[i]->child, SIGTERM);
	await_ends(c, n, ended);
	for (size_t i = 0; i < n; i++)
		release(c[i]);
}

void
coprocess_free(struct coprocess *c)
{
	if (c != NULL)
		coprocess_end(&c, 1);
}
