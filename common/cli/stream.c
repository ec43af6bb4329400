/* The protocol of sml-stream(7), as events that a tool pulls. */
#include <time.h>

#include "num.h"
#include "sig.h"
#include "stream_parts.h"

enum { TICK_RECORDS = 4096 };			  /* between two looks at the clock */
static const int64_t metrics_every = 10000000000; /* ns */

static int
over(struct stream *s)
{
	s->stage = STAGE_OVER;
	return STREAM_OVER;
}

/* The run fails, and saves nothing. */
static int
fatal(struct stream *s, const struct err *err)
{
	stream_say(s, err, false);
	s->status = EXIT_FAILED;
	return over(s);
}

/* The same at the current line, which is to blame. */
static int
refuse(struct stream *s, const struct err *err)
{
	stream_say(s, err, true);
	s->status = EXIT_FAILED;
	return over(s);
}

/* Has the tool save; what was written before must have gone out. */
static int
save(struct stream *s, int64_t id, bool again, enum stream_stage stage)
{
	struct err err;

	if (out_sync(&s->out) == -1)
		return over(s);
	if (stream_save_begin(s, id, again, &err) == -1)
		return fatal(s, &err);
	s->stage = stage;
	return STREAM_SAVE;
}

/* Ends the run where it stands: saved as before the record, if again. */
static int
stop(struct stream *s, bool again)
{
	if (s->common->state == NULL || s->barriers || s->failed)
		return over(s);
	return save(s, 0, again, STAGE_LAST_SAVE);
}

/* Says whether all was written; an error of the output ends the run. */
static bool
flush(struct stream *s)
{
	struct err err;

	if (out_flush(&s->out) == -1)
		return false;
	if (side_flush(&s->rejects, &err) == 0 && side_flush(&s->late, &err) == 0)
		return true;
	fatal(s, &err);
	return false;
}

/* Now and then: --progress and --metrics. */
static void
tick(struct stream *s)
{
	struct timespec now;
	int64_t ns;
	struct err err;

	if (s->common->progress)
		progress_show(&s->progress, s->records, input_read(s->input),
		    input_total(s->input));
	if (s->common->metrics == NULL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = now.tv_sec * 1000000000 + now.tv_nsec;
	if (ns - s->metrics_written < metrics_every)
		return;
	s->metrics_written = ns;
	if (metrics_write(s->common->metrics, s->common->face->tool, s->tables, &err) == -1)
		diag_warn(s->common->diag, NULL, "%s", err.text);
}

static void
forward(struct stream *s)
{
	char number[INSTANT_MAX];
	size_t n;

	if (s->control_line.kind == CONTROL_WATERMARK && s->hold < s->control_line.watermark) {
		/* Down to a whole millisecond, which promises less. */
		int64_t ms = s->hold / UNIT_MS - (s->hold % UNIT_MS < 0);
		static const char head[] = "{\"$sml\":\"watermark\",\"ts\":";

		n = num_i64(number, ms);
		out_write(&s->out, head, sizeof head - 1);
		out_write(&s->out, number, n);
		out_write(&s->out, "}\n", 2);
		return;
	}
	out_write(&s->out, s->record.object.p, s->record.object.len);
	out_write(&s->out, "\n", 1);
}

/* Is this barrier's number the one that must come? */
static int
check_barrier(struct stream *s, struct err *err)
{
	int snapshots =
	    s->numbered || s->common->state == NULL ? 0 : saved_count(s->common->state, err);

	if (snapshots != 0)
		return snapshots == -1 ?
		    -1 :
		    err_set(err, NULL,
			"a first barrier, but there are snapshots of %s: a "
			"stream that goes on begins with a restore",
			s->common->state);
	if (s->loaded && !s->barriers)
		return err_set(err, NULL,
		    "a barrier, but the state came from "
		    "%s: a stream with barriers begins with a restore",
		    s->common->state);
	if (s->numbered && s->control_line.id - 1 != s->id)
		return err_set(err, NULL, "barrier %lld is out of sequence: the last was %lld",
		    (long long)s->control_line.id, (long long)s->id);
	return 0;
}

static int
take_barrier(struct stream *s)
{
	struct err err = { 0 };

	if (check_barrier(s, &err) == -1)
		return refuse(s, &err);
	s->id = s->control_line.id;
	s->barriers = s->numbered = true;
	if (s->common->state == NULL) {
		forward(s);
		return NOTHING;
	}
	return save(s, s->id, false, STAGE_BARRIER);
}

static int
take_control(struct stream *s, bool first)
{
	struct err err = { 0 };

	if (control_read(s->record.object, &s->control_line, &err) == -1)
		return refuse(s, &err);
	s->control = true;
	switch (s->control_line.kind) {
	case CONTROL_BEGIN:
		if (!first) {
			err_set(&err, NULL, "begin stands only in the first line");
			return refuse(s, &err);
		}
		break;
	case CONTROL_RESTORE:
		if (!first || !s->restored) {
			err_set(&err, NULL,
			    "restore stands only in the first line, and needs --state");
			return refuse(s, &err);
		}
		break;
	case CONTROL_BARRIER:
		return take_barrier(s);
	case CONTROL_WATERMARK:
		stream_advance(s, s->control_line.watermark);
		s->promised = s->watermark;
		s->hold = INT64_MAX;
		s->stage = STAGE_FORWARD;
		return STREAM_TIME;
	case CONTROL_END:
		s->ended = true;
		s->stage = STAGE_FORWARD;
		return STREAM_FINISH;
	case CONTROL_OTHER:
		break;
	}
	forward(s);
	return NOTHING;
}

/* Notes which fields there are: one that never is was mistyped. */
static void
note_fields(struct stream *s)
{
	struct value name, item = { 0 };

	for (int i = 0; i < fields_count(s->fields); i++) {
		if (s->met[i] || record_own(&s->record, i).kind == V_MISSING)
			continue;
		s->met[i] = true;
		s->unmet -= fields_is_read(s->fields, i);
	}
	if (s->unmet == 0 || s->first_names.len > 0)
		return;
	while (s->first_names.len < 200 && value_next(s->record.object, &name, &item))
		if ((s->first_names.len > 0 && buf_puts(&s->first_names, ", ") == -1) ||
		    buf_put(&s->first_names, name.p, name.len) == -1)
			return;
}

static int
take_line(struct stream *s)
{
	bool first = s->first;
	struct err err;

	s->at_first = first;
	s->first = false;
	if (record_parse(&s->record, s->fields, &s->line, &err) == -1) {
		s->records++;
		stream_refuse(s, &err);
		return s->stopped ? stop(s, true) : NOTHING;
	}
	if (control_is(s->record.object)) {
		if (stream_admits_control(s) && (s->control || first))
			return take_control(s, first);
		s->records++;
		err_set(&err, s->record.object.p,
		    "a control line in a stream "
		    "that carries none: its first line would be one");
		stream_refuse(s, &err);
		return s->stopped ? stop(s, true) : NOTHING;
	}
	if (s->unmet > 0)
		note_fields(s);
	if (++s->records % TICK_RECORDS == 0)
		tick(s);
	return STREAM_RECORD;
}

/* A line that is too long to be held goes to --rejects piece by piece. */
static int
take_long(struct stream *s)
{
	const char *piece;
	uint64_t before;
	struct err err;
	size_t n;
	bool last = false;

	s->at_first = s->first;
	s->first = false;
	s->line = (struct line){ 0 };
	s->records++;
	err_set(&err, NULL, "the line is longer than --max-line %llu",
	    (unsigned long long)s->common->max_line);
	if (!s->rejects.open) {
		stream_refuse(s, &err);
		return stop(s, true);
	}
	before = side_length(&s->rejects);
	side_begin(&s->rejects, err.text,
	    &(struct place){ input_source(s->input), input_line(s->input), 0 });
	while (!last) {
		switch (input_piece(s->input, &piece, &n, &last, &err)) {
		case INPUT_LINE:
			side_piece(&s->rejects, piece, n);
			break;
		case INPUT_WAIT:
			if (!flush(s))
				return NOTHING;
			input_wait(s->input);
			break;
		case INPUT_SIGNAL:
			err_set(&err, NULL,
			    "stopped within a line longer than --max-line, "
			    "which must be given again");
			stream_say(s, &err, true);
			s->status = EXIT_FAILED;
			if (side_take_back(&s->rejects, before, &err) == -1)
				return fatal(s, &err);
			return stop(s, true);
		default:
			return fatal(s, &err);
		}
	}
	side_end(&s->rejects);
	s->rejected++;
	return NOTHING;
}

/* The input is over: what the tool must do, and what comes then. */
static int
take_end(struct stream *s)
{
	bool saves = s->common->state != NULL && !s->barriers;

	if (s->ended || (s->common->state != NULL && !s->common->drain))
		return saves ? stop(s, false) : over(s);
	s->ended = true;
	s->stage = saves ? STAGE_DRAINED : STAGE_OVER;
	return STREAM_FINISH;
}

static int
take_input(struct stream *s)
{
	enum input_event event;
	struct err err;

	event = input_next(s->input, &s->line, &err);
	if (s->ended && (event == INPUT_LINE || event == INPUT_LONG)) {
		err_set(&err, NULL, "a line behind the one that ended the stream");
		return refuse(s, &err);
	}
	switch (event) {
	case INPUT_LINE:
		return take_line(s);
	case INPUT_LONG:
		return take_long(s);
	case INPUT_WAIT:
		if (!flush(s))
			return NOTHING;
		tick(s);
		input_wait(s->input);
		return NOTHING;
	case INPUT_SIGNAL:
		s->signal = sig_came();
		return stop(s, false);
	case INPUT_END:
		return take_end(s);
	case INPUT_ERROR:
		break;
	}
	return fatal(s, &err);
}

static int
load_begin(struct stream *s)
{
	struct err err;
	int event = stream_load_begin(s, &err);

	return event == -1 ? fatal(s, &err) : event;
}

static int
load_next(struct stream *s)
{
	struct err err;
	int event = stream_load_next(s, &err);

	return event == -1 ? fatal(s, &err) : event;
}

/* The tool has put its state; completes the snapshot. */
static int
saved(struct stream *s)
{
	struct err err = { 0 };

	if (stream_save_end(s, &err) == -1)
		return fatal(s, &err);
	if (s->stage == STAGE_LAST_SAVE)
		return over(s);
	forward(s);
	s->stage = STAGE_RUN;
	return NOTHING;
}

/* One step; NOTHING where it has no event for the tool. */
static int
step(struct stream *s)
{
	/* A failed write is told of by stream_close; nothing is saved then. */
	if (s->out.error != 0 || s->failed)
		return over(s);
	switch (s->stage) {
	case STAGE_START:
		return load_begin(s);
	case STAGE_LOAD:
		return load_next(s);
	case STAGE_RUN:
		return s->stopped ? stop(s, true) : take_input(s);
	case STAGE_FORWARD:
		forward(s);
		s->stage = STAGE_RUN;
		return NOTHING;
	case STAGE_BARRIER:
	case STAGE_LAST_SAVE:
		return saved(s);
	case STAGE_DRAINED:
		return stop(s, false);
	case STAGE_OVER:
		break;
	}
	return STREAM_OVER;
}

enum stream_event
stream_next(struct stream *s)
{
	int event;

	do
		event = step(s);
	while (event == NOTHING);
	s->event = (enum stream_event)event;
	return s->event;
}
