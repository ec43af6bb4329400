/* Snapshots of a stream: which one is loaded, when one is written. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/stream/stream_parts.h"

/*
 * Looks at the first line, which decides what is loaded: 1 and the id where
 * it is a restore, 0 where not, NOTHING where the input must be waited for.
 */
static int
restore_id(struct stream *s, int64_t *id, struct err *err)
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
		input_wait(s->input);
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
	    !control_is(record.object))
		goto out;
	s->begins = true;
	if (control_read(record.object, &control, err) == -1)
		result = -1;
	else if (control.kind == CONTROL_RESTORE)
		result = 1;
	*id = control.id;
out:
	record_close(&record);
	fields_free(none);
	return result;
}

/* A state that starts empty; after a restore so do the side files. */
static int
start_empty(struct stream *s, struct err *err)
{
	/* Of control lines nobody knows yet whether barriers come, which save elsewhere. */
	s->stage = s->restored || s->begins ? STAGE_RUN : STAGE_FIRST;
	if (!s->restored)
		return NOTHING;
	if ((s->output.rejects.open && side_cut(&s->output.rejects, 0, err) == -1) ||
	    (s->output.late.open && side_cut(&s->output.late, 0, err) == -1))
		return -1;
	return NOTHING;
}

/*
 * Cuts a file back to the length that the state knows of it.  Of another file
 * it knows nothing; what it knows is kept for a run that has that file again.
 */
static int
resume_side(struct side *side, struct saved_side *known, struct saved_side *before,
    struct err *err)
{
	*before = *known;
	known->path = NULL;
	return side->open && strcmp(side->path, before->path) == 0 ?
	    side_cut(side, before->length, err) :
	    0;
}

/* Takes up what the snapshot's first line says. */
static int
resume(struct stream *s, struct saved *saved, struct err *err)
{
	struct input_place place = { saved->offset, saved->line, saved->digest };

	s->control = saved->control;
	s->announced = saved->announced;
	s->announces = s->announces && !s->control && !s->announced;
	/* An input that goes on, not a new one, has had its first line. */
	if (saved->rest_len > 0 || s->common->resume)
		s->first = !saved->begun;
	s->watermark = saved->watermark;
	s->records = saved->records;
	s->rejected = saved->rejected;
	s->late_records = saved->late;
	if (s->restored)
		s->id = saved->id;
	if (resume_side(&s->output.rejects, &saved->rejects_file, &s->rejects_before, err) ==
		-1 ||
	    resume_side(&s->output.late, &saved->late_file, &s->late_before, err) == -1)
		return -1;
	if (s->common->resume && input_resume(s->input, &place, err) == -1)
		return -1;
	return input_prepend(s->input, saved->rest, saved->rest_len, !saved->begun, err);
}

static int
load(struct stream *s, int64_t id, struct err *err)
{
	struct saved saved = { 0 };
	struct buf path = { 0 };
	int result = -1;

	if (saved_path(&path, s->common->state, id, err) == -1)
		goto out;
	s->loading =
	    saved_read(path.p, s->common->face->tool, s->format, s->options.p, &saved, err);
	if (s->loading == NULL) {
		if (errno == ENOENT && !s->restored)
			result = start_empty(s, err);
		goto out;
	}
	if (s->restored && saved.id != id) {
		err_set(err, NULL,
		    "%s is the snapshot of barrier %lld, not "
		    "%lld",
		    path.p, (long long)saved.id, (long long)id);
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
	int64_t id = 0;
	int restore = 0;

	if (stream_is(s, COMMON_STATE) && stream_admits_control(s))
		restore = restore_id(s, &id, err);
	if (restore == -1 || restore == NOTHING)
		return restore;
	if (s->common->state == NULL) {
		s->stage = STAGE_RUN;
		return restore == 0 ? NOTHING :
				      err_set(err, NULL,
					  "the "
					  "stream begins with a restore, which needs --state");
	}
	if (restore == 0)
		return load(s, 0, err);
	s->restored = s->barriers = s->numbered = true;
	s->id = id;
	return id == 0 ? start_empty(s, err) : load(s, id, err);
}

int
stream_load_next(struct stream *s, struct err *err)
{
	switch (snap_next(s->loading, &s->section, &s->object, err)) {
	case 1:
		return STREAM_LOAD;
	case 0:
		snap_read_close(s->loading);
		s->loading = NULL;
		s->stage = STAGE_RUN;
		return STREAM_LOADED;
	default:
		return -1;
	}
}

/* Where the input stands, and the half line there. */
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

static int
save_side(const struct side *side, const struct saved_side *before, struct saved_side *saved,
    struct err *err)
{
	const char *path = side->open ? side->path : before->path != NULL ? before->path : "";

	saved->path = strdup(path);
	if (saved->path == NULL)
		return err_memory(err);
	saved->path_len = strlen(path);
	saved->length = side->open ? side_length(side) : before->length;
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
		.watermark = s->watermark };
	struct buf path = { 0 };
	int result = -1;

	if (side_sync(&s->output.rejects, err) == -1 ||
	    side_sync(&s->output.late, err) == -1 ||
	    saved_path(&path, s->common->state, id, err) == -1)
		goto out;
	if (save_side(&s->output.rejects, &s->rejects_before, &saved.rejects_file, err) ==
		-1 ||
	    save_side(&s->output.late, &s->late_before, &saved.late_file, err) == -1)
		goto out;
	saved.tool = strdup(s->common->face->tool);
	saved.options = strdup(s->options.p);
	if (saved.tool == NULL || saved.options == NULL) {
		err_memory(err);
		goto out;
	}
	saved.tool_len = strlen(saved.tool);
	saved.options_len = strlen(saved.options);
	/* Behind a barrier the source sends everything again. */
	if (id == 0 && save_place(s, last, &saved, err) == -1)
		goto out;
	s->snap = saved_write(path.p, REPLACE_PRIVATE, &saved, err);
	if (s->snap != NULL)
		result = 0;
out:
	saved_free(&saved);
	buf_free(&path);
	return result;
}

int
stream_save(struct stream *s, int64_t id, enum stream_stage next)
{
	struct err err;

	/* What was written before must have gone out. */
	if (out_sync(&s->output.out) == -1)
		return stream_over(s);
	if (stream_save_begin(s, id, next == STAGE_LAST_SAVE, &err) == -1)
		return stream_fatal(s, &err);
	s->stage = next;
	return STREAM_SAVE;
}

int
stream_save_end(struct stream *s, struct err *err)
{
	if (stream_commit(s, err) == -1)
		return -1;
	return s->stage != STAGE_BARRIER ?
	    0 :
	    saved_remove_older(s->common->state, s->id - 1, err);
}
