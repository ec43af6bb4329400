/* Reads the operands as one sequence of lines. */
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "cli/stream/input_parts.h"

enum { PIPE_SIZE = 1 << 20 }; /* a larger pipe saves context switches */

enum { MS = 1000000 }; /* ns */

static bool
is_dash(const char *operand)
{
	return strcmp(operand, "-") == 0;
}

/* Checks all operands now, so that a wrong name is not reported an hour later. */
static int
check_operands(struct input *in, struct err *err)
{
	bool known = true;
	struct stat st;

	for (char **p = in->next; *p != NULL; p++) {
		if (is_dash(*p) ? fstat(STDIN_FILENO, &st) == -1 :
				  stat(*p, &st) == -1 || access(*p, R_OK) == -1)
			return err_set(err, NULL, "cannot read %s: %s",
			    is_dash(*p) ? "standard input" : *p, strerror(errno));
		if (S_ISDIR(st.st_mode))
			return err_set(err, NULL, "cannot read %s: it is a directory", *p);
		known = known && S_ISREG(st.st_mode);
		in->total += (uint64_t)st.st_size;
	}
	if (!known)
		in->total = 0;
	return 0;
}

struct input *
input_open(char **operands, size_t max_line, struct err *err)
{
	static char dash[] = "-";
	struct input *in = calloc(1, sizeof *in);

	if (in == NULL) {
		err_memory(err);
		return NULL;
	}
	in->standard[0] = dash;
	in->next = *operands != NULL ? operands : in->standard;
	in->source = is_dash(*in->next) ? "stdin" : *in->next;
	in->is_standard = is_dash(*in->next);
	in->fd = -1;
	in->line = 1;
	in->grace = -1;
	in->reader = reader_new(max_line, err);
	if (in->reader == NULL || check_operands(in, err) == -1) {
		input_close(in);
		return NULL;
	}
	return in;
}

void
input_ends(struct input *in, int64_t grace, bool keeps_half)
{
	in->grace = grace;
	in->keeps_half = keeps_half;
}

/* Standard input is not closed: it belongs to the caller. */
static void
source_close(struct input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
}

void
input_close(struct input *in)
{
	if (in == NULL)
		return;
	source_close(in);
	reader_free(in->reader);
	free(in);
}

int
input_source_open(struct input *in, struct err *err)
{
	const char *operand = *in->next;
	struct stat st;

	in->is_standard = is_dash(operand);
	in->source = in->is_standard ? "stdin" : operand;
	in->fd =
	    in->is_standard ? STDIN_FILENO : open(operand, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (in->fd == -1)
		return err_set(err, NULL, "cannot open %s: %s", operand, strerror(errno));
	/* Opening did not wait for a pipe's writer; reading must wait, as for all input. */
	if (!in->is_standard)
		(void)fcntl(in->fd, F_SETFL, 0);
	in->next++;
	in->piped = fstat(in->fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	if (in->piped)
		(void)fcntl(in->fd, F_SETPIPE_SZ, PIPE_SIZE);
	reader_start(in->reader, in->fd, in->start, in->line);
	return 0;
}

void
input_watch(struct input *in, struct pollfd *fds, unsigned int n, int ms)
{
	watch_set(&in->watch, fds, n, ms);
	in->woken = false;
}

/* Looks for input, or waits for it; between two lines it looks at the watched files too. */
static void
look(struct input *in, int ms)
{
	struct watch none = { 0 };

	in->woken = watch_look(in->watching ? &in->watch : &none, in->fd, ms, &in->ready);
}

/* Returns how many ms of the grace are left, at least 1; -1: no signal came. */
static int
grace_left(const struct input *in)
{
	int64_t ns;

	if (in->deadline == 0)
		return -1;
	ns = in->deadline - clock_monotonic();
	return ns < MS ? 1 : ns / MS < INT_MAX ? (int)(ns / MS) : INT_MAX;
}

/*
 * Ends the input at a signal, or fails if bytes of it would be lost.  half: whether half a
 * line counts as such bytes.
 */
static enum input_event
stop_reading(struct input *in, bool half, const char *when, struct err *err)
{
	const char *rest;
	int unread = 0;

	if (in->piped && ioctl(in->fd, FIONREAD, &unread) == -1)
		unread = 0;
	if (half)
		unread += (int)reader_rest(in->reader, &rest);
	if (unread == 0)
		return INPUT_SIGNAL;
	err_set(err, NULL,
	    "%s: %d bytes were left unread %s, and nothing was saved: start again from the "
	    "last states of all stages",
	    in->source, unread, when);
	return INPUT_ERROR;
}

/*
 * Acts on a signal.  The writer of a pipe or socket got the signal too, and takes what it
 * still writes as delivered; so a pipe is read to its end, for up to --grace.  Other input
 * stops here.  Returns INPUT_LINE to read on.
 */
static enum input_event
heed_signal(struct input *in, struct err *err)
{
	char when[48];
	int64_t now;

	if (!in->piped || (in->grace < 0 && sig_came() == SIGTERM))
		return INPUT_SIGNAL;
	if (in->grace < 0)
		return INPUT_LINE;
	if (sig_insisted())
		return stop_reading(in, false, "at the second signal", err);
	now = clock_monotonic();
	if (in->deadline == 0)
		in->deadline = in->grace < INT64_MAX - now ? now + in->grace : INT64_MAX;
	if (now < in->deadline)
		return INPUT_LINE;
	(void)snprintf(when, sizeof when, "%lld s after a signal (--grace)",
	    (long long)(in->grace / 1000000000));
	return stop_reading(in, true, when, err);
}

/*
 * Handles the end of a source.  Returns INPUT_LINE to continue, INPUT_SIGNAL if a signal ended
 * a pipe, or INPUT_END if a half line is kept for the next run.
 */
static enum input_event
end_source(const struct input *in)
{
	const char *rest;

	if (sig_came() != 0 && in->piped)
		return INPUT_SIGNAL;
	return in->keeps_half && reader_rest(in->reader, &rest) > 0 ? INPUT_END : INPUT_LINE;
}

/* Gets more to read. Returns INPUT_LINE if reader_next should look again. */
static enum input_event
fill(struct input *in, struct err *err)
{
	int came = sig_came();
	enum input_event event;
	ssize_t n;

	if (came != 0) {
		event = heed_signal(in, err);
		if (event != INPUT_LINE)
			return event;
	}
	if (!in->ready && !in->woken)
		look(in, 0);
	if (in->woken) {
		in->woken = false;
		return INPUT_READY;
	}
	if (!in->ready)
		return sig_came() != came ? INPUT_LINE : INPUT_WAIT;
	in->ready = false;
	n = reader_fill(in->reader);
	/* Others may share the descriptor and have made it non-blocking. */
	if (n == -1 && errno != EINTR && errno != EAGAIN) {
		if (errno == ENOMEM)
			(void)err_memory(err);
		else
			(void)err_set(err, NULL, "cannot read %s: %s", in->source,
			    strerror(errno));
		return INPUT_ERROR;
	}
	return n == 0 ? end_source(in) : INPUT_LINE;
}

void
input_wait(struct input *in, int ms)
{
	int left = grace_left(in);

	look(in, ms < 0 || (left >= 0 && left < ms) ? left : ms);
}

/* Continues with the next operand, or returns INPUT_END if there is none. */
static enum input_event
source_next(struct input *in, struct err *err)
{
	if (in->fd != -1) {
		in->before += reader_reached(in->reader) - in->start;
		if (*in->next == NULL)
			return sig_came() != 0 ? INPUT_SIGNAL : INPUT_END;
		source_close(in);
		in->start = 0;
		in->line = 1;
	}
	return input_source_open(in, err) == -1 ? INPUT_ERROR : INPUT_LINE;
}

enum input_event
input_next(struct input *in, struct line *line, struct err *err)
{
	enum input_event event = INPUT_LINE;

	in->watching = true;
	while (event == INPUT_LINE) {
		if (in->fd == -1) {
			event = source_next(in, err);
			continue;
		}
		switch (reader_next(in->reader, line)) {
		case READER_LINE:
			return INPUT_LINE;
		case READER_LONG:
			return INPUT_LONG;
		case READER_MORE:
			event = fill(in, err);
			break;
		case READER_END:
			event = source_next(in, err);
			break;
		}
	}
	return event;
}

enum input_event
input_piece(struct input *in, const char **piece, size_t *n, bool *last, struct err *err)
{
	enum input_event event = INPUT_LINE;

	in->watching = false;
	while (event == INPUT_LINE) {
		if (reader_piece(in->reader, piece, n, last) == READER_LINE)
			break;
		event = fill(in, err);
	}
	return event;
}

enum input_event
input_peek(struct input *in, const char **first, size_t *n, struct err *err)
{
	enum input_event event = INPUT_LINE;

	in->watching = false;
	if (in->fd == -1)
		event = source_next(in, err);
	while (event == INPUT_LINE) {
		switch (reader_peek(in->reader, first, n)) {
		case READER_LONG:
			return INPUT_LONG;
		case READER_MORE:
			event = fill(in, err);
			break;
		default:
			return INPUT_LINE;
		}
	}
	return event;
}

bool
input_is_standard(const struct input *in)
{
	return in->is_standard;
}

int
input_prepend(struct input *in, const char *rest, size_t n, bool first, struct err *err)
{
	if (n == 0)
		return 0;
	if (in->fd == -1 && input_source_open(in, err) == -1)
		return -1;
	return reader_prepend(in->reader, rest, n, first, err);
}

const char *
input_source(const struct input *in)
{
	return in->source;
}

uint64_t
input_line(const struct input *in)
{
	return reader_line(in->reader);
}

uint64_t
input_read(const struct input *in)
{
	return in->before + (in->fd == -1 ? 0 : reader_reached(in->reader) - in->start);
}

uint64_t
input_total(const struct input *in)
{
	return in->total;
}
