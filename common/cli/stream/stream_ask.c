/* Answers a tool's small questions to its stream, and takes its settings. */
#include <assert.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "cli/stream/stream_parts.h"

void
stream_pending(struct stream *s, bool pending)
{
	/* When a run stops, nothing more becomes pending. */
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

void
stream_need(struct stream *s, int slot)
{
	s->needed = slot;
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

bool
stream_cut(struct stream *s)
{
	struct err err;

	if (s->failed || output_failed(&s->output))
		return true;
	if (sig_came() == 0)
		return false;
	if (s->common->state == NULL) {
		s->output.signal = sig_came();
		s->failed = true;
		return true;
	}
	if (s->signalled == 0)
		s->signalled = clock_monotonic();
	if (clock_monotonic() - s->signalled < s->common->grace && !sig_insisted())
		return false;
	err_set(&err, NULL,
	    "stopped by a signal while results went out: the state was not saved");
	output_fail(&s->output, &err);
	s->failed = true;
	return true;
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

bool
stream_failed(const struct stream *s)
{
	return s->output.status != EXIT_OK;
}

void
stream_beside(struct stream *s, struct side_file *side)
{
	output_beside(&s->output, side);
}
