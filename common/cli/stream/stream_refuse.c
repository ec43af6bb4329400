/* Refuses records that cannot be used: they go to --rejects, or the run stops there. */
#include <stdarg.h>
#include <stdio.h>

#include "cli/stream/stream_parts.h"

enum {
	EXCERPT_MAX = 256,
	FAULT_MAX = 64 << 10 /* the longest line that the control line "failed" shows */
};

/* Returns the byte of a line that err is about, from 1; 0: none. */
static uint64_t
byte_of(const char *line, size_t size, const struct err *err)
{
	if (err->at == NULL || line == NULL || err->at < line || err->at > line + size)
		return 0;
	return (uint64_t)(err->at - line) + 1;
}

struct place
stream_place(const struct stream *s, const struct err *err)
{
	return (struct place){ input_source(s->input), input_line(s->input),
		err == NULL ? 0 : byte_of(s->line.at, s->line.size, err) };
}

void
stream_say(struct stream *s, const struct err *err, bool at_line)
{
	struct place place = stream_place(s, err);

	diag_error(s->common->diag, at_line && place.line > 0 ? &place : NULL, "%s",
	    err->text);
	s->output.why = *err;
}

void
stream_warn(struct stream *s, const char *format, ...)
{
	struct place place = stream_place(s, NULL);
	va_list list;

	va_start(list, format);
	diag_vwarn(s->common->diag, place.line > 0 ? &place : NULL, format, list);
	va_end(list);
}

int
stream_after_end(struct err *err)
{
	return err_set(err, NULL, "a line after the one that ended the stream");
}

int
stream_over(struct stream *s)
{
	s->stage = STAGE_OVER;
	return STREAM_OVER;
}

int
stream_fatal(struct stream *s, const struct err *err)
{
	output_fail(&s->output, err);
	s->at_fault = false;
	return stream_over(s);
}

/* Returns where the next run continues if this run stops before the current record. */
static struct mark
mark_of(const struct stream *s)
{
	return (struct mark){ input_offset(s->input), input_line(s->input), s->records,
		s->at_first };
}

/*
 * Returns text to append to a message: the bad line around the byte, as far as it can be
 * shown, and the remedy: "; in …"ts":"Monday"… (--rejects FILE sets such records aside)".
 */
static const char *
excerpt(const struct stream *s, const struct err *err, const char *line, size_t size,
    char out[EXCERPT_MAX])
{
	enum { BEFORE = 30, SHOWN = 80 };
	size_t byte = byte_of(line, size, err), from = byte > BEFORE ? byte - BEFORE : 0, n;

	out[0] = '\0';
	if (err->memory || err->unreachable || line == NULL || size == 0)
		return out;
	/* Do not cut inside a character. */
	while (from > 0 && from < size && ((unsigned char)line[from] & 0xc0) == 0x80)
		from--;
	n = size - from < SHOWN ? size - from : SHOWN;
	while (n > 1 && from + n < size && ((unsigned char)line[from + n] & 0xc0) == 0x80)
		n--;
	(void)snprintf(out, EXCERPT_MAX, "; in %s%.*s%s%s", from > 0 ? "…" : "", (int)n,
	    line + from, from + n < size ? "…" : "",
	    stream_is(s, COMMON_REJECTS) ? " (--rejects FILE sets such records aside)" : "");
	return out;
}

/* Notes why the run fails, and the line at fault, for the control line "failed". */
static void
note_fault(struct stream *s, const struct err *err, const char *line, size_t size)
{
	s->output.why = *err;
	s->at_fault = !err->memory && !err->unreachable && !output_failed(&s->output);
	s->fault.len = 0;
	if (s->common->driven && s->at_fault && size <= FAULT_MAX)
		(void)buf_put(&s->fault, line, size);
}

/* Stops the run, unless it already stops at an earlier record; returns whether it did. */
static bool
stop_before(struct stream *s, const struct mark *mark, const struct place *place,
    const struct err *err, const char *shown)
{
	s->failed = s->failed || err->memory;
	if (s->stopped && s->mark.count < mark->count && !err->memory)
		return false;
	diag_error(s->common->diag, place, "%s%s", err->text, shown);
	s->stopped = true;
	s->mark = *mark;
	s->output.status = status_of_err(err);
	return true;
}

void
stream_stop(struct stream *s, const struct err *err)
{
	struct mark mark = mark_of(s);
	struct place place = stream_place(s, err);

	if (stop_before(s, &mark, &place, err, ""))
		note_fault(s, err, s->line.at, s->line.size);
}

/* Returns whether the record is at fault, and there is --rejects. */
static bool
takes_reject(const struct stream *s, const struct err *err)
{
	return s->output.rejects.open && !err->memory && !err->unreachable;
}

void
stream_refuse(struct stream *s, const struct err *err)
{
	struct place place = stream_place(s, err);
	char shown[EXCERPT_MAX];
	struct mark mark;

	if (takes_reject(s, err)) {
		s->rejected++;
		side_file_write(&s->output.rejects, err->text, &place, NULL, s->line.at,
		    s->line.size);
		return;
	}
	mark = mark_of(s);
	if (stop_before(s, &mark, &place, err,
		excerpt(s, err, s->line.at, s->line.size, shown)))
		note_fault(s, err, s->line.at, s->line.size);
}

void
stream_reject(struct stream *s, const struct err *err)
{
	if (s->event != STREAM_RECORD) {
		stream_fail(s, err);
	} else {
		/* Refuse it when nothing before it is pending any more. */
		s->why = *err;
		s->stage = STAGE_REFUSE;
	}
}

int
stream_keep(struct stream *s, struct held *held, struct err *err)
{
	struct place place = stream_place(s, NULL);

	held->mark = mark_of(s);
	return held_put(held, &s->line, &place, err);
}

/* Stops the run before a record that was kept. */
static int
stop_held(struct stream *s, const struct held *held, const struct err *err, const char *shown)
{
	struct place place = held->place;

	place.byte = byte_of(held->line.p, held->line.len, err);
	if (stop_before(s, &held->mark, &place, err, shown))
		note_fault(s, err, held->line.p, held->line.len);
	s->pending = false;
	return -1;
}

int
stream_reject_held(struct stream *s, const struct held *held, const struct err *err)
{
	struct place place = held->place;
	char shown[EXCERPT_MAX];

	if (!takes_reject(s, err))
		return stop_held(s, held, err,
		    excerpt(s, err, held->line.p, held->line.len, shown));
	s->rejected++;
	place.byte = byte_of(held->line.p, held->line.len, err);
	side_file_write(&s->output.rejects, err->text, &place, NULL, held->line.p,
	    held->line.len);
	return 0;
}

int
stream_fail_held(struct stream *s, const struct held *held, const struct err *err)
{
	return stop_held(s, held, err, "");
}

void
stream_fail_at(struct stream *s, const struct place *place, const struct err *err)
{
	struct place here = stream_place(s, NULL);
	struct mark mark = mark_of(s);
	char shown[EXCERPT_MAX];

	if (s->event == STREAM_RECORD) {
		(void)snprintf(shown, sizeof(shown), "; the run stops before %.200s:%llu",
		    here.source, (unsigned long long)here.line);
		if (stop_before(s, &mark, place, err, shown))
			note_fault(s, err, NULL, 0);
	} else {
		output_fail_at(&s->output, place, err);
		s->at_fault = false;
		s->failed = true;
	}
}

void
stream_fail(struct stream *s, const struct err *err)
{
	struct err placed;

	if (s->event == STREAM_LOAD) {
		err_set(&placed, NULL, "%s: in a line of section %s: %s", s->common->state,
		    s->section, err->text);
		err = &placed;
	}
	if (s->event == STREAM_RECORD)
		stream_stop(s, err);
	else
		stream_fail_at(s, NULL, err);
}
