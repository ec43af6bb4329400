/* What a tool says of the current record; what it asks of its stream. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stream_parts.h"

/* The byte of the current line that err is about, from 1; 0: none. */
static uint64_t
byte_of(const struct stream *s, const struct err *err)
{
	if (err->at == NULL || s->line.at == NULL || err->at < s->line.at ||
	    err->at > s->line.at + s->line.size)
		return 0;
	return (uint64_t)(err->at - s->line.at) + 1;
}

void
stream_say(struct stream *s, const struct err *err, bool at_line)
{
	struct place place = { input_source(s->input), input_line(s->input), byte_of(s, err) };

	diag_error(s->common->diag, at_line && place.line > 0 ? &place : NULL, "%s",
	    err->text);
}

void
stream_warn(struct stream *s, const char *format, ...)
{
	struct place place = { input_source(s->input), input_line(s->input), 0 };
	va_list list;

	va_start(list, format);
	diag_vwarn(s->common->diag, place.line > 0 ? &place : NULL, format, list);
	va_end(list);
}

/* The run ends at this record. */
static void
stop_here(struct stream *s)
{
	s->stopped = true;
	s->status = EXIT_FAILED;
}

void
stream_refuse(struct stream *s, const struct err *err)
{
	struct place place = { input_source(s->input), input_line(s->input), byte_of(s, err) };

	if (s->rejects.open && !err->memory) {
		s->rejected++;
		side_write(&s->rejects, err->text, &place, NULL, s->line.at, s->line.size);
		return;
	}
	stream_say(s, err, true);
	stop_here(s);
	s->failed = s->failed || err->memory;
}

void
stream_reject(struct stream *s, const struct err *err)
{
	if (s->event == STREAM_RECORD)
		stream_refuse(s, err);
	else
		stream_fail(s, err);
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
	struct place place = { input_source(s->input), input_line(s->input), 0 };
	enum unit unit = units[s->common->time_unit];
	char extra[128], mark[INSTANT_MAX], late[INSTANT_MAX];
	struct err err;

	s->late_records++;
	if (s->late.open) {
		mark[instant_write_number(mark, s->watermark, unit)] = '\0';
		late[instant_write_number(late, by, unit)] = '\0';
		(void)snprintf(extra, sizeof extra, ",\"watermark\":%s,\"late_by\":%s", mark,
		    late);
		side_write(&s->late, "late", &place, extra, s->line.at, s->line.size);
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
	stream_say(s, &err, true);
	stop_here(s);
}

bool
stream_takes_late(const struct stream *s)
{
	return s->late.open;
}

void
stream_fail(struct stream *s, const struct err *err)
{
	struct err placed = { .memory = err->memory };

	if (s->event == STREAM_LOAD) {
		err_set(&placed, NULL, "%s: in a line of section %s: %s", s->common->state,
		    s->section, err->text);
		err = &placed;
	}
	stream_say(s, err, s->event == STREAM_RECORD);
	stop_here(s);
	if (s->event != STREAM_RECORD || err->memory)
		s->failed = true;
}

void
stream_excuse(struct stream *s, int slot)
{
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
	return &s->out;
}

int64_t
stream_watermark(const struct stream *s)
{
	return s->watermark;
}

void
stream_advance(struct stream *s, int64_t watermark)
{
	if (watermark > s->watermark)
		s->watermark = watermark;
}

void
stream_hold(struct stream *s, int64_t earliest)
{
	if (earliest < s->hold)
		s->hold = earliest;
}

bool
stream_admits_control(const struct stream *s)
{
	return s->common->control || input_is_standard(s->input);
}

bool
stream_carries_control(const struct stream *s)
{
	return s->control;
}

uint64_t
stream_count(const struct stream *s)
{
	return s->records;
}

void
stream_found(struct stream *s)
{
	s->found = true;
}
