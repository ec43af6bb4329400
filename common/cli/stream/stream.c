/* The protocol of sml-stream(7), as events that a tool pulls. */
#include <limits.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "cli/stream/stream_parts.h"
#include "json/remedy.h"

enum { TICK_RECORDS = 4096 }; /* from one look at the clock to the next */

/* Ends the run here or, if a record stopped it, before that record. */
static int
stop(struct stream *s)
{
	if (s->common->state == NULL || s->barriers || s->failed)
		return stream_over(s);
	return stream_save(s, 0, STAGE_LAST_SAVE);
}

/* Updates --progress and --metrics, now and then. */
static void
tick(struct stream *s)
{
	if (s->common->progress)
		progress_show(&s->progress, s->records, input_read(s->input),
		    input_total(s->input));
	output_tick(&s->output);
}

/* Returns whether SIGHUP came and is to be an event, which then comes next. */
static bool
hangs_up(struct stream *s)
{
	if (!s->hangs || !sig_hangup())
		return false;
	s->stage = STAGE_HANGUP;
	return true;
}

/* Returns how many ms are left until a save by --save-every DUR; -1: none will come. */
static int
save_left(const struct stream *s)
{
	int64_t left;

	if (s->save_ns == 0 || s->records == s->saved_records)
		return -1;
	left = s->saved_at + s->save_ns - clock_monotonic();
	return left <= 0 ? 0 : left / 1000000 < INT_MAX ? (int)(left / 1000000) + 1 : INT_MAX;
}

/* Returns whether to save the state during the run; if there are barriers, these save it. */
static bool
save_is_due(const struct stream *s)
{
	if (s->control && !s->carries_models)
		return false;
	return (s->save_records > 0 && s->records - s->saved_records >= s->save_records) ||
	    save_left(s) == 0;
}

/* There is nothing to read: writes what there is, and waits. */
static int
idle(struct stream *s)
{
	if (output_flush(&s->output) == -1)
		return stream_over(s);
	tick(s);
	if (!hangs_up(s))
		input_wait(s->input, save_left(s));
	return NOTHING;
}

/* Notes which fields the records have: a field that no record has was probably mistyped. */
static void
note_fields(struct stream *s)
{
	for (int i = 0; i < fields_count(s->fields); i++) {
		if (s->met[i] || record_own(&s->record, i).kind == V_MISSING)
			continue;
		s->met[i] = true;
		s->unmet -= fields_is_read(s->fields, i);
	}
	if (s->unmet > 0 && s->first_names.len == 0)
		(void)value_names(s->record.object, &s->first_names);
}

/* Refuses the current line as soon as nothing before it is pending. */
static int
refuse_later(struct stream *s)
{
	s->records++;
	s->stage = STAGE_REFUSE;
	return NOTHING;
}

/* Obeys a control line if the stream has them; else it is a bad record. */
static int
obey_or_refuse(struct stream *s)
{
	enum obeyed obeyed = stream_obeyed(s);

	if (obeyed == OBEY_MODELS && !control_is_model(s->record.object))
		err_set(&s->why, s->record.object.p,
		    "a control line other than begin and model: only --control obeys it");
	else if (obeyed == OBEY_NONE)
		err_set(&s->why, s->record.object.p,
		    "a control line, which is obeyed only with --control");
	else if (!s->control && !s->at_first)
		err_set(&s->why, s->record.object.p,
		    "a control line in a stream that carries none: its first line would be "
		    "one");
	else {
		s->stage = STAGE_CONTROL;
		return NOTHING;
	}
	return refuse_later(s);
}

/* Ends the run: its first line is not a control line, as SML_CONTROL promised. */
static int
refuse_first(struct stream *s)
{
	err_set(&s->why, NULL,
	    "SML_CONTROL is set, but the stream does not begin with a control line");
	s->stage = STAGE_BROKEN;
	return NOTHING;
}

static int
refuse_after_end(struct stream *s)
{
	(void)stream_after_end(&s->why);
	stream_say(s, &s->why, true);
	s->output.status = EXIT_FAILED;
	return stream_over(s);
}

static int
take_line(struct stream *s)
{
	if (s->slots < fields_count(s->fields) && stream_fields(s, &s->why) == -1) {
		s->stage = STAGE_BROKEN;
		return NOTHING;
	}
	if (record_parse(&s->record, s->fields, &s->line, &s->why) == -1)
		return s->ended			     ? refuse_after_end(s) :
		    s->at_first && s->common->driven ? refuse_first(s) :
						       refuse_later(s);
	if (value_is_control(s->record.object))
		return obey_or_refuse(s);
	if (s->ended)
		return refuse_after_end(s);
	if (s->at_first && s->common->driven)
		return refuse_first(s);
	if (s->unmet > 0)
		note_fields(s);
	if (s->announces)
		stream_begin(s);
	if (++s->records % TICK_RECORDS == 0)
		tick(s);
	return STREAM_RECORD;
}

/* Sends a line that is too long for memory to --rejects, piece by piece. */
static int
take_long(struct stream *s)
{
	struct side_file *rejects = &s->output.rejects;
	const char *piece;
	uint64_t before;
	struct err err;
	size_t n;
	bool last = false;

	s->stage = STAGE_RUN;
	s->line = (struct line){ 0 };
	s->records++;
	remedy_of_length(s->common->max_line, &err);
	if (!rejects->open) {
		if (stream_is(s, COMMON_REJECTS))
			err_add(&err, "; --rejects FILE sets it aside");
		stream_refuse(s, &err);
		return NOTHING;
	}
	before = side_file_length(rejects);
	side_file_begin(rejects, err.text,
	    &(struct place){ input_source(s->input), input_line(s->input), 0 });
	while (!last) {
		switch (input_piece(s->input, &piece, &n, &last, &err)) {
		case INPUT_LINE:
			side_file_piece(rejects, piece, n);
			if (output_failed(&s->output))
				return stream_over(s);
			break;
		case INPUT_WAIT:
			if (idle(s) == STREAM_OVER)
				return STREAM_OVER;
			break;
		case INPUT_SIGNAL:
		case INPUT_END: /* with --continue: the rest of the line comes later */
			err_set(&err, NULL,
			    "stopped within a line longer than --max-line, "
			    "which must be given again");
			stream_stop(s, &err);
			if (side_file_take_back(rejects, before, &err) == -1)
				return stream_fatal(s, &err);
			return NOTHING;
		default:
			return stream_fatal(s, &err);
		}
	}
	side_file_end(rejects);
	s->rejected++;
	return NOTHING;
}

/* Handles the end of the input: decides what the tool must do, and what comes next. */
static int
take_end(struct stream *s)
{
	bool saves = s->common->state != NULL && !s->barriers;

	/* No end line came from the driver: nothing is closed or saved. */
	if (s->needs_end && !s->ended)
		return stream_over(s);
	if (s->ended || (s->common->state != NULL && !s->common->drain))
		return saves ? stop(s) : stream_over(s);
	if (s->announces)
		stream_begin(s);
	s->ended = true;
	s->stage = saves ? STAGE_FINISHED : STAGE_OVER;
	return STREAM_FINISH;
}

static int
take_input(struct stream *s)
{
	enum input_event event = input_next(s->input, &s->line, &s->why);

	if (event == INPUT_LINE || event == INPUT_LONG) {
		s->at_first = s->first;
		s->first = false;
	}
	switch (event) {
	case INPUT_LINE:
		return take_line(s);
	case INPUT_LONG:
		s->stage = STAGE_LONG;
		return s->at_first && s->common->driven ? refuse_first(s) :
		    s->ended				? refuse_after_end(s) :
							  NOTHING;
	case INPUT_WAIT:
		return idle(s);
	case INPUT_READY:
		return STREAM_READY;
	case INPUT_SIGNAL:
		s->output.signal = sig_came();
		s->stage = STAGE_STOP;
		break;
	case INPUT_END:
		s->stage = STAGE_END;
		break;
	case INPUT_ERROR:
		s->stage = STAGE_BROKEN;
		break;
	}
	return NOTHING;
}

static int
load_begin(struct stream *s)
{
	struct err err;
	int event = stream_load_begin(s, &err);

	return event == -1 ? stream_fatal(s, &err) : event;
}

static int
load_next(struct stream *s)
{
	struct err err;
	int event = stream_load_next(s, &err);

	return event == -1 ? stream_fatal(s, &err) : event;
}

/* Completes the snapshot, after the tool has put its state. */
static int
saved(struct stream *s)
{
	struct err err = { 0 };

	if (stream_save_end(s, &err) == -1)
		return stream_fatal(s, &err);
	if (s->stage == STAGE_LAST_SAVE)
		return stream_over(s);
	if (s->stage == STAGE_BARRIER)
		stream_forward(s);
	s->stage = STAGE_RUN;
	return NOTHING;
}

/* Does one step. Returns NOTHING if it has no event for the tool. */
static int
step(struct stream *s)
{
	/* output_close will report a failed write; then nothing is saved. */
	if (s->failed || output_failed(&s->output))
		return stream_over(s);
	if (s->stopped && s->stage < STAGE_STOP)
		s->stage = STAGE_STOP;
	if (s->pending && s->stage > STAGE_RUN && s->stage < STAGE_OVER)
		return STREAM_DRAIN;
	switch (s->stage) {
	case STAGE_START:
		return load_begin(s);
	case STAGE_LOAD:
		return load_next(s);
	case STAGE_SAVE:
		return stream_save(s, 0, STAGE_SAVED);
	case STAGE_RUN:
		if (hangs_up(s))
			return NOTHING;
		if (s->saves && save_is_due(s)) {
			s->stage = STAGE_SAVE;
			return NOTHING;
		}
		return take_input(s);
	case STAGE_HANGUP:
		s->stage = STAGE_RUN;
		return STREAM_HANGUP;
	case STAGE_REFUSE:
		s->stage = STAGE_RUN;
		stream_refuse(s, &s->why);
		return NOTHING;
	case STAGE_LONG:
		return take_long(s);
	case STAGE_CONTROL:
		s->stage = STAGE_RUN;
		return stream_obey(s);
	case STAGE_FORWARD:
		s->stage = STAGE_RUN;
		stream_forward(s);
		return NOTHING;
	case STAGE_BARRIER:
	case STAGE_SAVED:
	case STAGE_LAST_SAVE:
		return saved(s);
	case STAGE_END:
		return take_end(s);
	case STAGE_BROKEN:
		return stream_fatal(s, &s->why);
	case STAGE_STOP:
	case STAGE_FINISHED:
		return stop(s);
	case STAGE_OVER:
		break;
	}
	return STREAM_OVER;
}

/* Warns of what the times in the current line have shown. */
static void
warn_times(struct stream *s)
{
	struct place place = stream_place(s, NULL);

	opt_warn_times(s->common, &s->common->times, place.line > 0 ? &place : NULL);
}

enum stream_event
stream_next(struct stream *s)
{
	int event;

	if (time_field_news(&s->common->times))
		warn_times(s);
	do
		event = step(s);
	while (event == NOTHING);
	s->event = (enum stream_event)event;
	return s->event;
}
