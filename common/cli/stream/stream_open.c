/* Opens and closes a stream. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/grow.h"
#include "base/num.h"
#include "cli/report/sig.h"
#include "cli/stream/stream_parts.h"

static void
set_rows(struct stream *s)
{
	const struct stat_row own[] = { { "records", STAT_COUNT, &s->records,
					    "Data records read", NULL },
		{ "rejected", STAT_COUNT, &s->rejected, "Records that went to --rejects",
		    NULL },
		{ "late", STAT_COUNT, &s->late_records, "Records that went to --late", NULL },
		{ "time_unit", STAT_TEXT, &s->time_unit, NULL, NULL },
		{ "watermark_set_at", STAT_TEXT, &s->mover_text, NULL, NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL } };

	memcpy(s->own, own, sizeof own);
	if (!stream_is(s, COMMON_LATE))
		s->own[4] = own[5];
	if (s->common->time == NULL)
		s->own[3] = own[5];
}

/* Defaults may add fields, which must be complete before the first record is parsed. */
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
			opt_usage(c, "--default %s: no field of this name is read",
			    c->defaults.text[i]);
	}
}

int
stream_fields(struct stream *s, struct err *err)
{
	int count = fields_count(s->fields);

	if (grow(&s->met, &s->met_room, (size_t)count, sizeof *s->met) == -1)
		return err_memory(err);
	for (; s->slots < count; s->slots++) {
		s->met[s->slots] = false;
		s->unmet += fields_is_read(s->fields, s->slots);
	}
	record_close(&s->record);
	return record_open(&s->record, s->fields, (unsigned int)s->common->max_depth, err);
}

/* --save-every: a count of records, or a duration. */
static void
read_save_every(struct stream *s)
{
	const struct common *c = s->common;
	struct err err;

	if (c->save_every == NULL)
		return;
	if (c->state == NULL)
		opt_usage(c, "--save-every needs --state");
	s->saves = true;
	if (c->save_every[0] != '\0' &&
	    c->save_every[strspn(c->save_every, "0123456789")] == '\0' &&
	    num_read_i64(c->save_every, strlen(c->save_every), &s->save_ns) == 0) {
		if (s->save_ns <= 0)
			opt_usage(c, "--save-every counts from 1");
		s->save_records = (uint64_t)s->save_ns;
		s->save_ns = 0;
	} else if (duration_read(c->save_every, NULL, &s->save_ns, &err) == -1 ||
	    s->save_ns <= 0)
		opt_usage(c, "--save-every %s: a number of records or a duration is needed",
		    c->save_every);
	s->saved_at = clock_monotonic();
}

static int
open_parts(struct stream *s, const struct stat_row *rows, struct err *err)
{
	struct common *c = s->common;
	struct stat st;

	if (opt_compared(c->cli, c, &s->options) == -1 || buf_putc(&s->options, '\0') == -1)
		return err_memory(err);
	if (stream_fields(s, err) == -1)
		return -1;
	s->input = input_open(c->operands, (size_t)c->max_line, err);
	if (s->input == NULL)
		return -1;
	if (c->resume && (stat(c->operands[0], &st) == -1 || !S_ISREG(st.st_mode)))
		return err_set(err, NULL, "--continue needs a regular file, which %s is not",
		    c->operands[0]);
	/* A last line without its end is not a line if a killed stage wrote it. */
	input_ends(s->input, c->grace, (c->resume && !c->drain) || c->driven);
	if ((c->state != NULL || (c->folder != NULL && stream_is(s, COMMON_STATE))) &&
	    stream_take_state(s, err) == -1)
		return -1;
	/* Last, because it empties files: everything else must be well before. */
	if (output_open(&s->output, c, s->own, err) == -1)
		return -1;
	s->output.tables[1] = rows;
	return 0;
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
	buf_free(&s->state);
	buf_free(&s->fault);
	free(s->met);
	free(s->mover_before);
	for (size_t i = 0; i < s->files_count; i++)
		free(s->files[i].path);
	free(s->files);
	if (s->lock != -1)
		close(s->lock);
	free(s);
}

/* Returns whether path begins with folder. */
static bool
is_inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] == '/';
}

struct stream *
stream_open(void *options, struct fields *fields, unsigned int format,
    const struct stat_row *rows)
{
	struct common *c = options;
	struct stream *s;
	struct err err;

	output_hold();
	if (c->drain && c->state == NULL)
		opt_usage(c,
		    "--drain needs --state: without a state the end closes everything anyway");
	if (c->resume &&
	    (c->state == NULL || c->operands[0] == NULL || c->operands[1] != NULL ||
		strcmp(c->operands[0], "-") == 0))
		opt_usage(c, "--continue needs --state and one named file");
	if (c->folder != NULL && c->state != NULL && !is_inside(c->state, c->folder))
		opt_usage(c,
		    "--state %s: under smlrun a state is in $SML_STATE, and has a name by "
		    "default",
		    c->state);
	if (c->attempt != NULL && c->output != NULL)
		opt_usage(c,
		    "--output: under smlrun, smlrun itself writes the output of the pipeline");
	s = calloc(1, sizeof *s);
	if (s == NULL) {
		diag_error(c->diag, NULL, "out of memory");
		return NULL;
	}
	s->common = c;
	s->fields = fields;
	s->format = format;
	s->lock = -1;
	s->needed = -1;
	s->first = true;
	s->watermark = INSTANT_NONE;
	s->hold = INT64_MAX;
	s->promised = s->highest = s->ahead = INSTANT_NONE;
	s->carries_models = c->carry == 0;
	s->needs_end = c->driven;
	set_rows(s);
	take_defaults(s);
	read_save_every(s);
	if (open_parts(s, rows, &err) == -1) {
		diag_error(c->diag, NULL, "%s", err.text);
		stream_free(s);
		return NULL;
	}
	if (c->progress)
		progress_start(&s->progress, c->diag);
	return s;
}

/* Warns of fields that no record had: they were probably mistyped. */
static void
warn_missing(struct stream *s)
{
	struct err err;

	if (s->first_names.len == 0 || s->output.status != EXIT_OK)
		return;
	/* Fields that were added after the last record are not in met. */
	for (int i = 0; i < s->slots; i++) {
		if (s->met[i] || !fields_is_read(s->fields, i))
			continue;
		err_set(&err, NULL, "no record had the field \"%s\"; the first had %.*s",
		    fields_path(s->fields, i), (int)s->first_names.len, s->first_names.p);
		/* In an attempt, records of earlier attempts may have had the field. */
		if (i == s->needed && (s->common->attempt == NULL || !s->loaded))
			output_fail(&s->output, &err);
		else
			diag_warn(s->common->diag, NULL, "%s", err.text);
	}
}

void
stream_hangup(struct stream *s)
{
	sig_open_hangup();
	s->hangs = true;
}

int
stream_close(struct stream *s)
{
	int status;

	warn_missing(s);
	if (time_field_news(&s->common->times))
		opt_warn_times(s->common, &s->common->times, NULL);
	s->time_unit = time_field_unit(&s->common->times);
	s->mover_text = stream_mover(s);
	stream_commit_rest(s);
	stream_last_line(s);
	if (s->common->progress)
		progress_end(&s->progress);
	status = output_close(&s->output);
	stream_free(s);
	return status;
}
