/* Writes what a tool writes, and decides how its run ends. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/replace.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"

enum {
	CAPACITY = 128 * 1024, /* most in one write */
	PIPE_SIZE = 1 << 20    /* a larger pipe saves context switches */
};

static const int64_t metrics_every = 10000000000; /* ns */

/* Opens the standard files that are closed, so that reading and writing them fails. */
void
output_hold(void)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) == -1)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
	}
}

void
output_beside(struct output *o, struct side_file *side)
{
	side->next = o->beside;
	o->beside = side;
}

static int
keep_untaken(void *untaken, const char *p, size_t n)
{
	return buf_put(untaken, p, n);
}

/*
 * --output: standard output becomes that file.  Without a state it is emptied; with a state it
 * is cut back when the state is loaded.
 */
static int
open_own(struct output *o, const struct common *c, struct err *err)
{
	if (c->output == NULL)
		return 0;
	if (side_file_open(&o->own, c->output,
		c->state != NULL ? SIDE_FILE_APPEND : SIDE_FILE_ANEW, err) == -1)
		return -1;
	if (dup2(o->own.out.fd, STDOUT_FILENO) == -1)
		return err_set(err, NULL, "%s: %s", c->output, strerror(errno));
	o->own.also = &o->out;
	output_beside(o, &o->own);
	return 0;
}

static int
open_side(struct output *o, struct side_file *side, const char *path, struct err *err)
{
	if (path == NULL)
		return 0;
	if (side_file_open_part(side, path, o->common->attempt, SIDE_FILE_APPEND, err) == -1)
		return -1;
	output_beside(o, side);
	return 0;
}

/* Checks now that the counts can be written at the end, perhaps days later. */
static int
check_counts(const struct common *c, struct err *err)
{
	if (c->stats != NULL && stats_check(c->stats, err) == -1)
		return -1;
	return c->metrics != NULL ? replace_check(c->metrics, err) : 0;
}

int
output_open(struct output *o, struct common *c, const struct stat_row *rows, struct err *err)
{
	*o = (struct output){ .common = c, .tables = { rows } };
	output_hold();
	if (sig_open() == -1)
		return err_set(err, NULL, "cannot catch signals: %s", strerror(errno));
	if (out_open(&o->out, STDOUT_FILENO, CAPACITY) == -1)
		return err_memory(err);
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
	/* In an attempt a stage ends at the end of its input, not at the first signal. */
	if (c->attempt != NULL)
		sig_ignore_first();
	if (c->state != NULL) {
		/* A reader that stalls must not keep a run from saving its state. */
		sig_keep_second();
		o->out.keep = keep_untaken;
		o->out.kept = &o->untaken;
		o->out.may_write = sig_may_write;
	}
	if (check_counts(c, err) == -1 || open_own(o, c, err) == -1)
		return -1;
	return open_side(o, &o->late, c->late, err) == -1 ||
		open_side(o, &o->rejects, c->rejects, err) == -1 ?
	    -1 :
	    0;
}

void
output_fail(struct output *o, const struct err *err)
{
	output_fail_at(o, NULL, err);
}

void
output_fail_at(struct output *o, const struct place *place, const struct err *err)
{
	diag_error(o->common->diag, place, "%s", err->text);
	o->status = status_of_err(err);
	o->why = *err;
}

int
output_flush(struct output *o)
{
	struct err err;

	if (out_flush(&o->out) == -1)
		return -1;
	for (struct side_file *side = o->beside; side != NULL; side = side->next)
		if (side_file_flush(side, &err) == -1) {
			output_fail(o, &err);
			return -1;
		}
	return 0;
}

void
output_tick(struct output *o)
{
	const struct common *c = o->common;
	struct err err;
	int64_t now;

	if (c->metrics == NULL)
		return;
	now = clock_monotonic();
	if (now - o->metrics_written < metrics_every)
		return;
	o->metrics_written = now;
	if (metrics_write(c->metrics, c->cli->tool, o->tables, &err) == -1)
		diag_warn(c->diag, NULL, "%s", err.text);
}

bool
output_gone(struct output *o)
{
	struct pollfd fd = { .fd = o->out.fd };

	if (o->out.error == 0 && sig_wait(&fd, 1, 0) > 0 &&
	    (fd.revents & (POLLERR | POLLHUP)) != 0)
		o->out.error = EPIPE;
	return o->out.error != 0;
}

/* Writes the last bytes, and checks that everything was written. */
static void
close_files(struct output *o)
{
	bool state = o->common->state != NULL;
	struct err err;

	if (out_close(&o->out) == -1) {
		/* Nobody reads any more: die without a message, as filters do. */
		if (o->out.error == EPIPE && !state) {
			o->signal = SIGPIPE;
		} else {
			err_set(&err, NULL, "cannot write %s: %s%s",
			    o->own.open ? o->own.path : "standard output",
			    strerror(o->out.error), state ? "; the state was not saved" : "");
			output_fail(o, &err);
		}
	}
	buf_free(&o->untaken);
	output_hold();
	if (side_file_close(&o->own, &err) == -1)
		output_fail(o, &err);
	if (side_file_close(&o->rejects, &err) == -1)
		output_fail(o, &err);
	if (side_file_close(&o->late, &err) == -1)
		output_fail(o, &err);
}

static void
write_counts(struct output *o)
{
	const struct common *c = o->common;
	struct err err;

	if (c->stats != NULL && stats_write(c->stats, c->cli->tool, o->tables, &err) == -1)
		output_fail(o, &err);
	if (c->metrics != NULL &&
	    metrics_write(c->metrics, c->cli->tool, o->tables, &err) == -1)
		output_fail(o, &err);
}

enum status
output_status(const struct output *o)
{
	if (o->status != EXIT_OK)
		return o->status;
	if (o->found && o->common->exit_code)
		return EXIT_FOUND;
	return o->rejects.records > 0 ? EXIT_REJECTS : EXIT_OK;
}

int
output_close(struct output *o)
{
	const struct common *c = o->common;

	close_files(o);
	write_counts(o);
	diag_summary(c->diag);
	/* A run that has saved its state was stopped in an orderly way. */
	if (o->signal != 0 && c->state == NULL)
		sig_die(o->signal);
	return output_status(o);
}
