/* Obeys and forwards control lines, and begins the stream for a tool that writes its own. */
#include <stdio.h>

#include "base/base64.h"
#include "base/num.h"
#include "base/text.h"
#include "cli/stream/stream_parts.h"

void
stream_forward(struct stream *s)
{
	struct out *out = &s->output.out;
	char number[INSTANT_MAX];
	size_t n;

	if (stream_is(s, COMMON_SINK))
		return;
	if (s->control_line.kind == CONTROL_WATERMARK && s->hold < s->control_line.watermark) {
		/* Round down to a millisecond, because an earlier time promises less. */
		int64_t ms = s->hold / UNIT_MS - (s->hold % UNIT_MS < 0);
		static const char head[] = "{\"$sml\":\"watermark\",\"ts\":";

		n = num_write_i64(number, ms);
		out_write(out, head, sizeof head - 1);
		out_write(out, number, n);
		out_write(out, "}\n", 2);
		return;
	}
	out_write(out, s->record.object.p, s->record.object.len);
	out_write(out, "\n", 1);
}

/*
 * At the first barrier of a stream that had no restore line: checks that there is no snapshot
 * from which to continue.
 */
static int
check_first(const struct stream *s, struct err *err)
{
	int snapshots;

	if (s->common->state == NULL)
		return 0;
	if (s->common->attempt != NULL)
		return err_set(err, NULL, "an attempt's stream begins with a restore");
	snapshots = saved_count(s->common->state, err);
	if (snapshots <= 0)
		return snapshots;
	return err_set(err, NULL,
	    "a first barrier, but there are snapshots of %s: a stream that goes on begins "
	    "with a restore",
	    s->common->state);
}

/* Checks that the number of this barrier or mark is the next one. */
static int
check_sequence(struct stream *s, struct err *err)
{
	if (control_check_nonce(&s->control_line, s->common->attempt, err) == -1 ||
	    (!s->numbered && check_first(s, err) == -1))
		return -1;
	if (s->loaded && !s->barriers)
		return err_set(err, NULL,
		    "a barrier, but the state came from %s: a stream with barriers begins "
		    "with a restore",
		    s->common->state);
	if (s->numbered && s->control_line.id - 1 != s->id)
		return err_set(err, NULL, "%s %lld is out of sequence: the last was %lld",
		    control_word(&s->control_line), (long long)s->control_line.id,
		    (long long)s->id);
	return 0;
}

/* Fails the run at the current line, saving nothing. */
static int
refuse(struct stream *s, const struct err *err)
{
	stream_say(s, err, true);
	s->output.status = EXIT_FAILED;
	return stream_over(s);
}

static int
obey_barrier(struct stream *s)
{
	struct err err = { 0 };

	if (check_sequence(s, &err) == -1)
		return refuse(s, &err);
	s->id = s->control_line.id;
	s->barriers = s->numbered = true;
	if (s->control_line.kind == CONTROL_MARK) {
		if (s->unrepeatable == NULL)
			return NOTHING;
		err_set(&err, NULL, "a mark, but %s: smlrun needs --snapshot-every 1",
		    s->unrepeatable);
		return refuse(s, &err);
	}
	if (s->common->state != NULL)
		return stream_save(s, s->id, STAGE_BARRIER);
	s->stage = STAGE_FORWARD;
	return stream_is(s, COMMON_BARRIER) ? STREAM_SAVE : NOTHING;
}

/* Checks a restore line: a tool without a state has nothing to restore. */
static int
check_restore(const struct stream *s, struct err *err)
{
	if (!s->at_first || (stream_is(s, COMMON_STATE) && !s->restored))
		return err_set(err, NULL, "restore must be the first line, and needs --state");
	return control_check_nonce(&s->control_line, s->common->attempt, err);
}

/* After an end line, only a last barrier and the last lines of stages may come. */
static int
check_ended(const struct stream *s, struct err *err)
{
	enum control_kind kind = s->control_line.kind;

	return !s->ended || kind == CONTROL_BARRIER || kind == CONTROL_DONE ||
		kind == CONTROL_FAILED ?
	    0 :
	    stream_after_end(err);
}

/* A stage before this one has failed: forwards its last line, and ends too. */
static int
pass_on(struct stream *s)
{
	struct value tool = value_member(s->record.object, "tool");
	struct err err;

	stream_forward(s);
	s->passed_on = true;
	err_set(&err, NULL, "ends, because %.*s failed",
	    tool.kind == V_STRING ? (int)tool.len : 7,
	    tool.kind == V_STRING ? tool.p : "a stage");
	return stream_fatal(s, &err);
}

int
stream_obey(struct stream *s)
{
	struct err err = { 0 };

	if (control_read(s->record.object, &s->control_line, &err) == -1)
		return refuse(s, &err);
	s->control = true;
	s->announces = false;
	s->stage = STAGE_FORWARD;
	if (check_ended(s, &err) == -1)
		return refuse(s, &err);
	switch (s->control_line.kind) {
	case CONTROL_BEGIN:
		if (s->at_first)
			break;
		err_set(&err, NULL, "begin must be the first line");
		return refuse(s, &err);
	case CONTROL_RESTORE:
		if (check_restore(s, &err) == -1)
			return refuse(s, &err);
		s->id = s->control_line.after;
		s->numbered = s->needs_end = true;
		break;
	case CONTROL_BARRIER:
	case CONTROL_MARK:
		s->needs_end = true;
		return obey_barrier(s);
	case CONTROL_WATERMARK:
		stream_advance(s, s->control_line.watermark);
		s->promised = s->watermark;
		s->hold = INT64_MAX;
		return STREAM_TIME;
	case CONTROL_END:
		s->ended = true;
		return STREAM_FINISH;
	case CONTROL_DONE:
		break;
	case CONTROL_FAILED:
		return pass_on(s);
	case CONTROL_OTHER:
		return stream_is(s, COMMON_CONTROL_LINES) ? STREAM_CONTROL : NOTHING;
	}
	return NOTHING;
}

void
stream_unrepeatable(struct stream *s, const char *why)
{
	s->unrepeatable = why;
}

/* Writes ,"NAME":"TEXT". */
static void
put_text(struct out *out, const char *name, const char *text)
{
	out_puts(out, name);
	text_write_repaired(out, text);
}

void
stream_last_line(struct stream *s)
{
	struct output *o = &s->output;
	struct out *out = &o->out;
	enum status status;
	char number[32];

	if (!s->common->driven || s->passed_on || o->signal != 0 ||
	    stream_is(s, COMMON_SINK) || (output_flush(o) == -1 && out->error != 0))
		return;
	status = output_status(o);
	put_text(out, "{\"$sml\":",
	    status == EXIT_FAILED || status == EXIT_TRY_AGAIN ? "failed" : "done");
	put_text(out, ",\"tool\":", s->common->cli->tool);
	(void)snprintf(number, sizeof number, ",\"status\":%d", status);
	out_puts(out, number);
	if (status == EXIT_FAILED || status == EXIT_TRY_AGAIN)
		put_text(out, ",\"error\":", o->why.text);
	if (s->at_fault)
		out_puts(out, ",\"record\":true");
	if (s->at_fault && s->fault.len > 0) {
		out_puts(out, ",\"raw\":");
		text_write_bytes(out, s->fault.p, s->fault.len);
	}
	out_puts(out, "}\n");
}

void
stream_announce(struct stream *s)
{
	s->announces = true;
}

void
stream_carry_models(struct stream *s)
{
	s->carries_models = true;
}

void
stream_begin(struct stream *s)
{
	static const char line[] = "{\"$sml\":\"begin\"}\n";

	out_write(&s->output.out, line, sizeof line - 1);
	s->announces = false;
	s->announced = true;
}

struct value
stream_control(const struct stream *s)
{
	return s->record.object;
}

bool
stream_carries_control(const struct stream *s)
{
	return s->control;
}
