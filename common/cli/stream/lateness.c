/*
 * The watermark, and what happens to late records.  Which records are late is the
 * program's decision: is_late in cmd/smlwindow/run.h.
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
	if (watermark > s->watermark)
		s->watermark = watermark;
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
