/* Decides which snapshot a stream loads, and when one is written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/stream/stream_parts.h"

/*
 * Looks at the first line, which decides what is loaded.  Returns 1 if it is a restore line,
 * with the snapshot to load and the number after which barriers continue; 0 if it is not;
 * NOTHING if the input must be waited for.
 */
static int
read_restore(struct stream *s, struct snapshot_id *which, int64_t *after, struct err *err)
{
	struct record record = { 0 };
	struct control control;
	struct fields *none = NULL;
	const char *first;
	size_t n;
	int result = -1;

	switch (input_peek(s->input, &first, &n, err)) {
	case INPUT_LINE:
		break;
	case INPUT_WAIT:
		input_wait(s->input, -1);
		return NOTHING;
	case INPUT_ERROR:
		return -1;
	default:
		return 0;
	}
	none = fields_new();
	if (none == NULL ||
	    record_open(&record, none, (unsigned int)s->common->max_depth, err) == -1) {
		err_memory(err);
		goto out;
	}
	result = 0;
	if (record_parse_text(&record, none, first, n, NULL) == -1 ||
	    !value_is_control(record.object))
		goto out;
	s->begins = true;
	if (control_read(record.object, &control, err) == -1)
		result = -1;
	else if (control.kind == CONTROL_RESTORE) {
		result = control_check_nonce(&control, s->common->attempt, err) == -1 ? -1 : 1;
		memcpy(s->restored_nonce, control.nonce, sizeof control.nonce);
		*which = (struct snapshot_id){ control.id, s->restored_nonce };
		*after = control.after;
	}
out:
	record_close(&record);
	fields_free(none);
	return result;
}

static void
start_empty(struct stream *s)
{
	/* If there are control lines, barriers may come, which save other files. */
	s->stage = s->barriers || s->begins ? STAGE_RUN : STAGE_SAVE;
}

/* Takes over what the snapshot's first line says. */
static int
resume(struct stream *s, struct saved *saved, struct err *err)
{
	struct input_place place = { saved->offset, saved->line, saved->digest };

	s->control = saved->control;
	s->announced = saved->announced;
	s->announces = s->announces && !s->control && !s->announced;
	/* If this input continues the last run's, that run has read its first line. */
	if (saved->rest_len > 0 || s->common->resume)
		s->first = !saved->begun;
	s->watermark = saved->watermark;
	s->highest = saved->highest;
	s->ahead = saved->ahead;
	s->mover_before = saved->mover_len > 0 ? saved->mover : NULL;
	if (s->mover_before != NULL)
		saved->mover = NULL;
	s->mover_line = saved->mover_line;
	s->records = s->saved_records = saved->records;
	s->rejected = saved->rejected;
	s->late_records = saved->late;
	time_field_resume(&s->common->times, saved->time_unit, saved->time_unit_decided);
	if (s->restored)
		s->id = saved->id;
	/* First write the output that the last run could not write. */
	out_write(&s->output.out, saved->untaken, saved->untaken_len);
	if (s->common->resume && input_resume(s->input, &place, err) == -1)
		return -1;
	return input_prepend(s->input, saved->rest, saved->rest_len, !saved->begun, err);
}

static int
load(struct stream *s, struct snapshot_id which, struct err *err)
{
	struct saved saved = { 0 };
	struct buf path = { 0 };
	int result = -1;

	if (saved_path(&path, s->common->state, which, err) == -1)
		goto out;
	s->loading =
	    saved_read(path.p, s->common->cli->tool, s->format, s->options.p, &saved, err);
	if (s->loading == NULL) {
		if (errno == ENOENT && !s->restored) {
			start_empty(s);
			result = NOTHING;
		}
		goto out;
	}
	if (s->restored && saved.id != which.id) {
		err_set(err, NULL, "%s is the snapshot of barrier %lld, not %lld", path.p,
		    (long long)saved.id, (long long)which.id);
		goto out;
	}
	if (resume(s, &saved, err) == -1)
		goto out;
	s->loaded = true;
	s->stage = STAGE_LOAD;
	result = NOTHING;
out:
	saved_free(&saved);
	buf_free(&path);
	return result;
}

int
stream_load_begin(struct stream *s, struct err *err)
{
	struct snapshot_id which = { 0 };
	int64_t after = 0;
	int restore = 0;

	/* Under smlrun a program without a state still saves the lengths of its files. */
	if (s->common->state == NULL && s->common->folder != NULL && stream_files_new(s) &&
	    stream_take_state(s, err) == -1)
		return -1;
	if ((stream_is(s, COMMON_STATE) || s->common->state != NULL) &&
	    stream_obeyed(s) == OBEY_ALL)
		restore = read_restore(s, &which, &after, err);
	if (restore == -1 || restore == NOTHING)
		return restore;
	if (s->common->state == NULL) {
		s->stage = STAGE_RUN;
		if (restore == 0)
			return NOTHING;
		return err_set(err, NULL,
		    "the stream begins with a restore, which needs --state");
	}
	/* In an attempt FILE itself is neither loaded nor saved. */
	s->restored = s->numbered = restore == 1;
	s->barriers = s->restored || s->common->attempt != NULL;
	s->id = after;
	s->last = which;
	if (s->common->attempt == NULL)
		s->older.id = which.id > 0 ? which.id - 1 : 0;
	if (!s->barriers || which.id != 0)
		return load(s, which, err);
	start_empty(s);
	return NOTHING;
}

int
stream_load_next(struct stream *s, struct err *err)
{
	switch (snap_next(s->loading, &s->section, &s->object, err)) {
	case 1:
		if (strcmp(s->section, SAVED_FILE) == 0)
			return stream_files_load(s, err) == -1 ? -1 : NOTHING;
		return strcmp(s->section, SAVED_REPLACES) == 0 ? NOTHING : STREAM_LOAD;
	case 0:
		snap_read_close(s->loading);
		s->loading = NULL;
		s->stage = !s->restored && stream_files_new(s) ? STAGE_SAVE : STAGE_RUN;
		return STREAM_LOADED;
	default:
		return -1;
	}
}

/* Notes where the input is, and the half line there. */
static int
save_place(struct stream *s, bool last, struct saved *saved, struct err *err)
{
	struct input_place again = { s->mark.offset, s->mark.line, 0 }, place;
	const char *rest;
	size_t n;

	if (input_place(s->input, s->stopped ? &again : NULL, last, &place, &rest, &n, err) ==
	    -1)
		return -1;
	saved->offset = place.offset;
	saved->line = place.line;
	saved->digest = place.digest;
	saved->source = strdup(input_source(s->input));
	saved->rest = malloc(n + 1);
	if (saved->source == NULL || saved->rest == NULL)
		return err_memory(err);
	saved->source_len = strlen(saved->source);
	memcpy(saved->rest, rest, n);
	saved->rest_len = n;
	return 0;
}

/* Returns whether FILE.ID may be replaced or removed, as saved_yields does. */
static int
yields(const struct stream *s, const char *path, struct err *err)
{
	return saved_yields(path, s->common->cli->tool, s->format, s->options.p, err);
}

/* Copies the texts of a snapshot's first line; saved_free frees them.  0, or -1 (ENOMEM). */
static int
copy_texts(const struct stream *s, struct saved *saved)
{
	const char *unit = time_field_unit(&s->common->times), *mover = s->mover_source;

	if (mover == NULL)
		mover = s->mover_before != NULL ? s->mover_before : "";
	saved->time_unit = strdup(unit == NULL ? "" : unit);
	saved->tool = strdup(s->common->cli->tool);
	saved->options = strdup(s->options.p);
	saved->mover = strdup(mover);
	if (saved->tool == NULL || saved->options == NULL || saved->time_unit == NULL ||
	    saved->mover == NULL)
		return -1;
	saved->time_unit_len = strlen(saved->time_unit);
	saved->tool_len = strlen(saved->tool);
	saved->options_len = strlen(saved->options);
	saved->mover_len = strlen(saved->mover);
	if (s->output.untaken.len == 0)
		return 0;
	saved->untaken = malloc(s->output.untaken.len);
	if (saved->untaken == NULL)
		return -1;
	saved->untaken_len = s->output.untaken.len;
	memcpy(saved->untaken, s->output.untaken.p, saved->untaken_len);
	return 0;
}

int
stream_save_begin(struct stream *s, int64_t id, bool last, struct err *err)
{
	struct saved saved = { .format = s->format,
		.id = id,
		.control = s->control && !s->ended,
		.announced = s->announced && !s->ended,
		.begun = !s->ended && !(s->stopped ? s->mark.first : s->first),
		.records = s->stopped ? s->mark.count - 1 : s->records,
		.rejected = s->rejected,
		.late = s->late_records,
		.time_unit_decided = s->common->times.known == TIME_UNIT_DECIDED,
		.watermark = s->watermark,
		.mover_line = s->mover_line,
		.highest = s->highest,
		.ahead = s->ahead };
	struct snapshot_id which = { id, id == 0 ? NULL : s->common->attempt };
	struct buf path = { 0 };
	int result = -1;

	if (stream_files_sync(s, err) == -1 ||
	    saved_path(&path, s->common->state, which, err) == -1)
		goto out;
	if (copy_texts(s, &saved) == -1) {
		err_memory(err);
		goto out;
	}
	if (id != 0 && yields(s, path.p, err) == -1)
		goto out;
	/* After a barrier the source sends everything again, so no place is needed. */
	if (id == 0 && save_place(s, last, &saved, err) == -1)
		goto out;
	s->snap = saved_write(path.p, s->common->permissions, &saved, err);
	if (s->snap != NULL)
		result = stream_files_save(s, err);
out:
	saved_free(&saved);
	buf_free(&path);
	return result;
}

int
stream_save(struct stream *s, int64_t id, enum stream_stage next)
{
	struct err err;

	/* What was written before must be flushed. */
	if (out_sync(&s->output.out) == -1)
		return stream_over(s);
	if (stream_save_begin(s, id, next == STAGE_LAST_SAVE, &err) == -1)
		return stream_fatal(s, &err);
	s->stage = next;
	return STREAM_SAVE;
}

/*
 * Removes the older of the two snapshots before the one just written, and nothing else: no
 * driver will restore it any more.
 */
static int
remove_older(struct stream *s, struct err *err)
{
	struct buf path = { 0 };
	int result = 0;

	if (s->older.id != 0) {
		if (saved_path(&path, s->common->state, s->older, err) == -1)
			result = -1;
		else if ((s->wrote_older || yields(s, path.p, NULL) == 1) &&
		    unlink(path.p) == -1 && errno != ENOENT)
			result = err_set(err, NULL, "cannot remove %s: %s", path.p,
			    strerror(errno));
		buf_free(&path);
	}
	s->older = s->last;
	s->wrote_older = s->wrote_last;
	s->last = (struct snapshot_id){ s->id, s->common->attempt };
	s->wrote_last = true;
	return result;
}

int
stream_save_end(struct stream *s, struct err *err)
{
	if (stream_commit(s, err) == -1)
		return -1;
	s->saved_records = s->records;
	s->saved_at = s->save_ns > 0 ? clock_monotonic() : 0;
	return s->stage != STAGE_BARRIER ? 0 : remove_older(s, err);
}
