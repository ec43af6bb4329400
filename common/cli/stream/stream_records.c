/* What a tool says of the current record; what it asks of its stream. */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cli/stream/stream_parts.h"

/* The byte of a line that err is about, from 1; 0: none. */
static uint64_t
byte_of(const char *line, size_t size, const struct err *err)
{
	if (err->at == NULL || line == NULL || err->at < line || err->at > line + size)
		return 0;
	return (uint64_t)(err->at - line) + 1;
}

/* The place of the current line. */
static struct place
place_of(const struct stream *s, const struct err *err)
{
	return (struct place){ input_source(s->input), input_line(s->input),
		err == NULL ? 0 : byte_of(s->line.at, s->line.size, err) };
}

void
stream_say(struct stream *s, const struct err *err, bool at_line)
{
	struct place place = place_of(s, err);

	diag_error(s->common->diag, at_line && place.line > 0 ? &place : NULL, "%s",
	    err->text);
}

void
stream_warn(struct stream *s, const char *format, ...)
{
	struct place place = place_of(s, NULL);
	va_list list;

	va_start(list, format);
	diag_vwarn(s->common->diag, place.line > 0 ? &place : NULL, format, list);
	va_end(list);
}

/* Where a run goes on that stops before the current record. */
static struct mark
mark_of(const struct stream *s)
{
	return (struct mark){ input_offset(s->input), input_line(s->input), s->records,
		s->at_first };
}

/* A record behind one at which the run stops already changes nothing. */
static void
stop_before(struct stream *s, const struct mark *mark, const struct place *place,
    const struct err *err)
{
	s->failed = s->failed || err->memory;
	if (s->stopped && s->mark.count < mark->count && !err->memory)
		return;
	diag_error(s->common->diag, place, "%s", err->text);
	s->stopped = true;
	s->mark = *mark;
	s->output.status = err->away ? EXIT_TRY_AGAIN : EXIT_FAILED;
}

void
stream_stop(struct stream *s, const struct err *err)
{
	struct mark mark = mark_of(s);
	struct place place = place_of(s, err);

	stop_before(s, &mark, &place, err);
}

/* Is the record to blame, and is there a place for it? */
static bool
takes_reject(const struct stream *s, const struct err *err)
{
	return s->output.rejects.open && !err->memory && !err->away;
}

void
stream_refuse(struct stream *s, const struct err *err)
{
	struct place place = place_of(s, err);

	if (takes_reject(s, err)) {
		s->rejected++;
		side_write(&s->output.rejects, err->text, &place, NULL, s->line.at,
		    s->line.size);
		return;
	}
	stream_stop(s, err);
}

void
stream_reject(struct stream *s, const struct err *err)
{
	if (s->event != STREAM_RECORD) {
		stream_fail(s, err);
	} else {
		/* When nothing before it is pending. */
		s->why = *err;
		s->stage = STAGE_REFUSE;
	}
}

int
stream_keep(struct stream *s, struct held *held, struct err *err)
{
	struct place place = place_of(s, NULL);

	held->mark = mark_of(s);
	return held_put(held, &s->line, &place, err);
}

int
stream_reject_held(struct stream *s, const struct held *held, const struct err *err)
{
	struct place place = held->place;

	if (!takes_reject(s, err))
		return stream_fail_held(s, held, err);
	s->rejected++;
	place.byte = byte_of(held->line.p, held->line.len, err);
	side_write(&s->output.rejects, err->text, &place, NULL, held->line.p, held->line.len);
	return 0;
}

int
stream_fail_held(struct stream *s, const struct held *held, const struct err *err)
{
	struct place place = held->place;

	place.byte = byte_of(held->line.p, held->line.len, err);
	stop_before(s, &held->mark, &place, err);
	s->pending = false;
	return -1;
}

void
stream_pending(struct stream *s, bool pending)
{
	/* Where a run stops, nothing more becomes pending. */
	s->pending = pending && (s->pending || !s->stopped);
}

void
stream_watch(struct stream *s, struct pollfd *fds, unsigned int n, int ms)
{
	input_watch(s->input, fds, n, ms);
}

/* Does the record look as if it came from one of several Kafka partitions? */
static bool
from_partitions(const struct stream *s)
{
	return value_member(s->record.object, "partition").kind == V_NUMBER &&
	    value_member(s->record.object, "offset").kind == V_NUMBER;
}

void
stream_late(struct stream *s, int64_t by, int64_t lateness)
{
	static const enum unit units[] = { UNIT_S, UNIT_MS, UNIT_US, UNIT_NS };
	struct place place = place_of(s, NULL);
	enum unit unit = units[s->common->time_unit];
	char extra[128], mark[INSTANT_MAX], late[INSTANT_MAX];
	struct err err;

	s->late_records++;
	if (s->output.late.open) {
		mark[instant_write_number(mark, s->watermark, unit)] = '\0';
		late[instant_write_number(late, by, unit)] = '\0';
		(void)snprintf(extra, sizeof extra, ",\"watermark\":%s,\"late_by\":%s", mark,
		    late);
		side_write(&s->output.late, "late", &place, extra, s->line.at, s->line.size);
		return;
	}
	s->late_records--;
	late[duration_write(late, by)] = '\0';
	mark[duration_write(mark, lateness)] = '\0';
	if (s->promised != INSTANT_NONE && s->promised == s->watermark)
		err_set(&err, s->record.object.p,
		    "the record is late by %s behind a watermark line, which no --lateness "
		    "changes: --late FILE keeps it aside",
		    late);
	else
		err_set(&err, s->record.object.p,
		    "the record is late by %s: --lateness %s would have taken it, --late FILE "
		    "keeps it aside%s",
		    late, mark,
		    from_partitions(s) ? "; where several partitions were read, smlkafka "
					 "consume --merge brings them in order" :
					 "");
	stream_stop(s, &err);
}

bool
stream_takes_late(const struct stream *s)
{
	return s->output.late.open;
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
	if (s->event == STREAM_RECORD) {
		stream_stop(s, err);
	} else {
		output_fail(&s->output, err);
		s->failed = true;
	}
}

void
stream_excuse(struct stream *s, int slot)
{
	assert(slot < s->slots);
	s->unmet -= !s->met[slot];
	s->met[slot] = true;
}

struct record *
stream_record(struct stream *s)
{
	return &s->record;
}

struct snap *
stream_snap(struct stream *s)
{
	return s->snap;
}

const char *
stream_section(const struct stream *s)
{
	return s->section;
}

struct value
stream_object(const struct stream *s)
{
	return s->object;
}

struct out *
stream_out(struct stream *s)
{
	return &s->output.out;
}

int
stream_flush(struct stream *s)
{
	return output_flush(&s->output);
}

uint64_t
stream_count(const struct stream *s)
{
	return s->records;
}

void
stream_found(struct stream *s)
{
	s->output.found = true;
}

void
stream_beside(struct stream *s, struct side *side)
{
	output_beside(&s->output, side);
}
