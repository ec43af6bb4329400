/* What a tool asks of its stream, and tells it. */
#include <assert.h>

#include "cli/stream/stream_parts.h"

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
