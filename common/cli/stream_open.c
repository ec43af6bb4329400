/* How a stream begins and ends. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sig.h"
#include "stream_parts.h"

enum {
	OUTPUT = 128 * 1024, /* written at once */
	PIPE_SIZE = 1 << 20  /* a larger pipe saves context switches */
};

/*
 * Holds the first three descriptors, so that no file that is opened can take
 * the place of a closed standard output.  Reading or writing these fails.
 */
static void
hold_standard(void)
{
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) == -1)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
	}
}

static void
count(struct stream *s, const struct stat_row *rows)
{
	const struct stat_row own[] = { { "records", STAT_COUNT, &s->records,
					    "Data records read", NULL },
		{ "rejected", STAT_COUNT, &s->rejected, "Records that went to --rejects", NULL },
		{ "late", STAT_COUNT, &s->late_records, "Records that went to --late", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL } };

	memcpy(s->own, own, sizeof own);
	s->tables[0] = s->own;
	s->tables[1] = rows;
}

/* Fields must be complete before the first record is parsed. */
static void
take_defaults(struct stream *s)
{
	const struct common *c = s->common;
	int before = fields_count(s->fields);
	struct err err;

	for (size_t i = 0; i < c->defaults.count; i++) {
		if (record_default(s->fields, c->defaults.text[i], &err) == -1)
			opt_refuse(c, &err);
		if (fields_count(s->fields) > before)
			opt_usage(c,
			    "--default %s: no field of this name is "
			    "read",
			    c->defaults.text[i]);
	}
}

static int
open_output(struct stream *s, struct err *err)
{
	const struct common *c = s->common;

	if (out_open(&s->out, STDOUT_FILENO, OUTPUT) == -1)
		return err_memory(err);
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE);
	if (c->rejects != NULL &&
	    side_open(&s->rejects, c->rejects, c->state != NULL, err) == -1)
		return -1;
	if (c->late != NULL && side_open(&s->late, c->late, c->state != NULL, err) == -1)
		return -1;
	return 0;
}

static int
open_parts(struct stream *s, struct err *err)
{
	const struct common *c = s->common;

	if (sig_open() == -1)
		return err_set(err, NULL, "cannot catch signals: %s", strerror(errno));
	if (opt_shape(c->face, c, &s->options) == -1 || buf_putc(&s->options, '\0') == -1)
		return err_memory(err);
	if (record_open(&s->record, s->fields, (unsigned int)c->max_depth, err) == -1)
		return -1;
	s->met = calloc((size_t)fields_count(s->fields) + 1, sizeof *s->met);
	if (s->met == NULL)
		return err_memory(err);
	for (int i = 0; i < fields_count(s->fields); i++)
		s->unmet += fields_is_read(s->fields, i);
	s->input = input_open(c->operands, (size_t)c->max_line, err);
	if (s->input == NULL)
		return -1;
	if (c->state != NULL) {
		s->lock = saved_lock(c->state, err);
		if (s->lock == -1)
			return -1;
	}
	return open_output(s, err);
}

static void
stream_free(struct stream *s)
{
	snap_abandon(s->snap);
	snap_read_close(s->loading);
	input_close(s->input);
	record_close(&s->record);
	buf_free(&s->options);
	buf_free(&s->first_names);
	free(s->met);
	free(s->rejects_before.path);
	free(s->late_before.path);
	if (s->lock != -1)
		close(s->lock);
	free(s);
}

struct stream *
stream_open(void *options, struct fields *fields, unsigned int format,
    const struct stat_row *rows)
{
	struct common *c = options;
	struct stream *s;
	struct err err;

	hold_standard();
	if (c->drain && c->state == NULL)
		opt_usage(c,
		    "--drain goes with --state: without it the end closes all anyway");
	if (c->resume &&
	    (c->state == NULL || c->operands[0] == NULL || c->operands[1] != NULL ||
		strcmp(c->operands[0], "-") == 0))
		opt_usage(c, "--continue goes with --state and one named file");
	s = calloc(1, sizeof *s);
	if (s == NULL) {
		diag_error(c->diag, NULL, "out of memory");
		return NULL;
	}
	s->common = c;
	s->fields = fields;
	s->format = format;
	s->lock = -1;
	s->first = true;
	s->watermark = INSTANT_NONE;
	s->hold = INT64_MAX;
	s->promised = INSTANT_NONE;
	count(s, rows);
	take_defaults(s);
	if (open_parts(s, &err) == -1) {
		diag_error(c->diag, NULL, "%s", err.text);
		stream_free(s);
		return NULL;
	}
	if (c->progress)
		progress_start(&s->progress, c->diag);
	return s;
}

static void
failed(struct stream *s, const char *what)
{
	diag_error(s->common->diag, NULL, "%s", what);
	s->status = EXIT_FAILED;
}

/* The last bytes of the output, and whether all went where they should. */
static void
close_output(struct stream *s)
{
	struct err err;

	if (out_close(&s->out) == -1) {
		/* Nobody reads any more: die silently, as filters do. */
		if (s->out.error == EPIPE && s->common->state == NULL) {
			s->signal = SIGPIPE;
		} else {
			err_set(&err, NULL,
			    "cannot write standard output: "
			    "%s%s",
			    strerror(s->out.error),
			    s->common->state != NULL ? "; the state was not "
						       "saved" :
						       "");
			failed(s, err.text);
		}
	}
	hold_standard();
	if (side_close(&s->rejects, &err) == -1)
		failed(s, err.text);
	if (side_close(&s->late, &err) == -1)
		failed(s, err.text);
}

static void
close_counts(struct stream *s)
{
	const struct common *c = s->common;
	struct err err;

	if (c->progress)
		progress_end(&s->progress);
	if (c->stats != NULL && stats_write(c->stats, c->face->tool, s->tables, &err) == -1)
		failed(s, err.text);
	if (c->metrics != NULL &&
	    metrics_write(c->metrics, c->face->tool, s->tables, &err) == -1)
		failed(s, err.text);
	diag_summary(c->diag);
}

/* A field that no record had was mistyped, most likely. */
static void
tell_missing(struct stream *s)
{
	if (s->first_names.len == 0 || s->status != EXIT_OK)
		return;
	for (int i = 0; i < fields_count(s->fields); i++)
		if (!s->met[i] && fields_is_read(s->fields, i))
			diag_warn(s->common->diag, NULL,
			    "no record had the field \"%s\"; the first had %.*s",
			    fields_path(s->fields, i), (int)s->first_names.len,
			    s->first_names.p);
}

int
stream_close(struct stream *s)
{
	int status, signal;

	close_output(s);
	tell_missing(s);
	close_counts(s);
	status = s->status;
	if (status == EXIT_OK && s->found && s->common->exit_code)
		status = EXIT_FOUND;
	else if (status == EXIT_OK && s->rejects.records > 0)
		status = EXIT_REJECTS;
	/* A run that saved its state was stopped in good order. */
	signal = s->common->state == NULL ? s->signal : 0;
	stream_free(s);
	if (signal != 0)
		sig_die(signal);
	return status;
}
