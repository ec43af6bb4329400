/*
 * Keeps the watermark, and handles late records.  Which records are late is the program's
 * decision: is_late in cmd/smlwindow/run/run.h.
 */
#include <stdio.h>

#include "cli/stream/stream_parts.h"

int64_t
stream_watermark(const struct stream *s)
{
	return s->watermark;
}

void
stream_advance(struct stream *s, int64_t watermark)
{
	if (watermark <= s->watermark)
		return;
	s->watermark = watermark;
	/* The end of the input, not a record, moves the watermark here. */
	if (s->ended)
		return;
	s->mover_source = input_source(s->input);
	s->mover_line = input_line(s->input);
}

const char *
stream_mover(struct stream *s)
{
	const char *source = s->mover_source != NULL ? s->mover_source : s->mover_before;

	if (source == NULL || s->watermark == INSTANT_NONE)
		return NULL;
	(void)snprintf(s->mover, sizeof s->mover, "%s:%llu", source,
	    (unsigned long long)s->mover_line);
	return s->mover;
}

/* Returns a - b, but at most INT64_MAX; a must not be less than b. */
static int64_t
distance(int64_t a, int64_t b)
{
	int64_t by;

	return __builtin_sub_overflow(a, b, &by) ? INT64_MAX : by;
}

int
stream_time(struct stream *s, int64_t time, struct err *err)
{
	int64_t most = s->common->max_ahead, before = s->ahead, gap;
	char by[INSTANT_MAX], limit[INSTANT_MAX];

	s->ahead = INSTANT_NONE;
	if (most == 0 || s->highest == INSTANT_NONE || time <= s->highest) {
		if (time > s->highest)
			s->highest = time;
		return 0;
	}
	gap = distance(time, s->highest);
	if (gap <= most) {
		s->highest = time;
		return 0;
	}
	by[duration_write(by, gap)] = '\0';
	if (before != INSTANT_NONE &&
	    (time > before ? distance(time, before) : distance(before, time)) <= most) {
		stream_warn(s, "two records in a row are ahead by %s: that is taken as a gap",
		    by);
		s->highest = time > before ? time : before;
		return 0;
	}
	s->ahead = time;
	limit[duration_write(limit, most)] = '\0';
	return err_set(err, NULL,
	    "the time is ahead of all before it by %s, which is more than --max-ahead %s", by,
	    limit);
}

/* If more than half of the last records are late, one wrong time may be to blame. */
static void
watch_lateness(struct stream *s)
{
	enum { BLOCK = 1000 };
	const char *mover = stream_mover(s);

	if (s->records - s->block_start >= BLOCK) {
		s->block_start = s->records;
		s->block_late = 0;
	}
	if (++s->block_late <= BLOCK / 2 || s->block_told || mover == NULL)
		return;
	s->block_told = true;
	stream_warn(s,
	    "more than half of the last %d records are late: the watermark was set at %s; is "
	    "its time right? --max-ahead refuses one that is far ahead of all others",
	    BLOCK, mover);
}

void
stream_hold(struct stream *s, int64_t earliest)
{
	if (earliest < s->hold)
		s->hold = earliest;
}

/* Returns whether the record seems to come from a Kafka partition. */
static bool
from_partitions(const struct stream *s)
{
	return value_member(s->record.object, "partition").kind == V_NUMBER &&
	    value_member(s->record.object, "offset").kind == V_NUMBER;
}

void
stream_late(struct stream *s, int64_t by, int64_t lateness)
{
	struct place place = stream_place(s, NULL);
	enum unit unit = s->common->times.unit;
	char extra[128], mark[INSTANT_MAX], late[INSTANT_MAX];
	struct err err;

	s->late_records++;
	watch_lateness(s);
	if (s->output.late.open) {
		mark[instant_write_number(mark, s->watermark, unit)] = '\0';
		late[instant_write_number(late, by, unit)] = '\0';
		(void)snprintf(extra, sizeof extra, ",\"watermark\":%s,\"late_by\":%s", mark,
		    late);
		side_file_write(&s->output.late, "late", &place, extra, s->line.at,
		    s->line.size);
		return;
	}
	s->late_records--;
	late[duration_write(late, by)] = '\0';
	mark[duration_write(mark, lateness)] = '\0';
	if (s->promised != INSTANT_NONE && s->promised == s->watermark)
		err_set(&err, s->record.object.p,
		    "the record comes %s after a watermark line closed its time, which no "
		    "--lateness changes: --late FILE keeps it aside",
		    late);
	else
		err_set(&err, s->record.object.p,
		    "the record is late by %s: --lateness %s would have taken it, --late FILE "
		    "keeps it aside; the watermark was set at %s%s",
		    late, mark, stream_mover(s) != NULL ? stream_mover(s) : "the start",
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
