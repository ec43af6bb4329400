/*
 * Runs a replay: writes the earliest record of all dumps when it is due, then the next, and
 * so on.
 */
#include <unistd.h>

#include "base/clock.h"
#include "cli/report/sig.h"
#include "replay/replay.h"

/* Puts the next record of a source into the merge, or notes that there is none. */
static void
fetch(struct replay *r, uint32_t source)
{
	struct dump *d = &r->dump[source];
	struct err err;

	while (!r->over)
		switch (input_next(d->input, &d->line, &err)) {
		case INPUT_LINE:
			if (++r->records % 4096 == 0)
				replay_tick(r);
			if (dump_read(d, &r->fields, &err) == -1) {
				replay_reject(r, d, &err);
				break;
			}
			if (r->fields.timed &&
			    (d->key.time < r->from || d->key.time >= r->until)) {
				r->skipped++;
				break;
			}
			merge_put(&r->merge, source, &d->key);
			return;
		case INPUT_LONG:
			r->records++;
			replay_reject_long(r, d);
			break;
		case INPUT_WAIT:
			replay_await(r, d);
			break;
		case INPUT_READY:
			break;
		case INPUT_SIGNAL:
			r->output.signal = sig_came();
			r->over = true;
			break;
		case INPUT_END:
			merge_pass(&r->merge, source);
			return;
		case INPUT_ERROR:
			output_fail(&r->output, &err);
			r->over = true;
			break;
		}
}

/*
 * Sleeps until the clock says due.  A signal ends the replay; so does a reader that goes away.
 */
static void
wait_until(struct replay *r, int64_t due)
{
	struct pollfd reader = { .fd = STDOUT_FILENO };
	int64_t ms;

	if (output_flush(&r->output) == -1)
		r->over = true;
	while (!r->over && r->clock < due) {
		/* Rounded up, so that all that is due within a millisecond goes out together. */
		ms = (due - r->clock - 1) / 1000000 + 1;
		(void)sig_wait(&reader, 1, ms < 1000 ? (int)ms : 1000);
		r->output.signal = sig_came();
		r->over = r->output.signal != 0 || output_gone(&r->output);
		replay_tick(r);
		r->clock = clock_monotonic();
	}
}

/*
 * Returns what is added to all times of a pass.  In the first pass the first time stays or,
 * with --shift, becomes the present.  In a later pass the first time becomes the latest time
 * of the previous pass.  Whole milliseconds (or seconds, if that is the unit) are added, so
 * that numbers get no fractions.
 */
static int64_t
move_from(const struct replay *r, int64_t first)
{
	int64_t whole = r->fields.times.unit == UNIT_S ? UNIT_S : UNIT_MS, by;

	if (r->passes == 0 && r->options.shift == NULL)
		return 0;
	if (__builtin_sub_overflow(r->latest, first, &by))
		return 0;
	/*
	 * Round down to reach the present, but up after a pass: otherwise time would go back.
	 */
	if (by % whole == 0)
		return by;
	by -= by % whole + (by < 0 ? whole : 0);
	return r->passes == 0 ? by : by + whole;
}

/* Writes the record, with its time changed if times are shifted. */
static void
write_record(struct replay *r, const struct dump *d, int64_t time)
{
	struct out *out = &r->output.out;
	const char *p = d->object.p, *end = p + d->object.len;
	char text[INSTANT_MAX + 2];
	size_t n;

	if (r->options.shift != NULL) {
		out_write(out, p, (size_t)(d->time.p - p));
		if (d->time.kind == V_STRING) {
			n = instant_write(text + 1, time);
			text[0] = text[n + 1] = '"';
			n += 2;
		} else {
			n = instant_write_number(text, time, d->unit);
		}
		out_write(out, text, n);
		p = d->time.p + d->time.len;
	}
	out_write(out, p, (size_t)(end - p));
	out_write(out, "\n", 1);
	r->written++;
}

/* Writes the record that comes first, when it is due. */
static void
play(struct replay *r, const struct dump *d)
{
	int64_t time, due;
	struct err err;

	if (!r->begun)
		r->moved = move_from(r, d->key.time);
	if (__builtin_add_overflow(d->key.time, r->moved, &time) || time == INSTANT_NONE) {
		err_set(&err, d->object.p,
		    "moved, its time is outside 1677-09-21 to 2262-04-11");
		replay_reject(r, d, &err);
		return;
	}
	due = pace_due(&r->pace, time, r->clock);
	if (due > r->clock) {
		r->clock = clock_monotonic();
		wait_until(r, due);
		if (r->over)
			return;
	}
	r->behind = (double)(r->clock - due) / 1e9;
	write_record(r, d, time);
	if (!r->begun || time > r->latest)
		r->latest = time;
	r->begun = true;
}

/* Ends a pass, because all dumps are at their ends. */
static void
next_pass(struct replay *r)
{
	const struct common *c = &r->options.common;
	struct err err = { 0 };

	r->passes++;
	if (!r->options.loop || !r->begun) {
		r->over = true;
		return;
	}
	r->begun = false;
	if (merge_open(&r->merge, r->dumps) == -1)
		err_memory(&err);
	for (uint32_t i = 0; i < r->dumps && *err.text == '\0'; i++)
		(void)dump_rewind(&r->dump[i], (size_t)c->max_line, &err);
	if (*err.text != '\0') {
		output_fail(&r->output, &err);
		r->over = true;
	}
}

void
replay_run(struct replay *r)
{
	uint32_t source;

	r->clock = clock_monotonic();
	while (!r->over && r->output.out.error == 0)
		switch (merge_first(&r->merge, &source)) {
		case MERGE_RECORD:
			play(r, &r->dump[source]);
			fetch(r, source);
			break;
		case MERGE_WAIT:
			fetch(r, source);
			break;
		case MERGE_NOTHING:
			next_pass(r);
			break;
		}
}
