/* Handles bad lines of a replay, and what must be checked from time to time. */
#include <string.h>

#include "cli/report/sig.h"
#include "json/remedy.h"
#include "replay/replay.h"

static struct place
place_of(const struct dump *d, const struct err *err)
{
	struct place place = { input_source(d->input), input_line(d->input), 0 };

	if (err->at != NULL && d->line.at != NULL && err->at >= d->line.at &&
	    err->at <= d->line.at + d->line.size)
		place.byte = (uint64_t)(err->at - d->line.at) + 1;
	return place;
}

/* Reports an error with the place of the line, and ends the replay. */
static void
stop_at(struct replay *r, const struct dump *d, const struct err *err)
{
	struct place place = place_of(d, err);

	diag_error(r->options.common.diag, &place, "%s", err->text);
	r->output.status = EXIT_FAILED;
	r->over = true;
}

void
replay_reject(struct replay *r, const struct dump *d, const struct err *err)
{
	struct place place = place_of(d, err);

	if (!r->output.rejects.open || err->memory) {
		stop_at(r, d, err);
		return;
	}
	r->rejected++;
	side_file_write(&r->output.rejects, err->text, &place, NULL, d->line.at, d->line.size);
}

void
replay_reject_long(struct replay *r, struct dump *d)
{
	struct side_file *rejects = &r->output.rejects;
	uint64_t before = side_file_length(rejects);
	const char *piece;
	bool last = false;
	struct err err;
	size_t n;

	d->line = (struct line){ 0 };
	remedy_of_length(r->options.common.max_line, &err);
	if (!rejects->open) {
		err_add(&err, "; --rejects FILE sets it aside");
		stop_at(r, d, &err);
		return;
	}
	side_file_begin(rejects, err.text,
	    &(struct place){ input_source(d->input), input_line(d->input), 0 });
	while (!last && !r->over)
		switch (input_piece(d->input, &piece, &n, &last, &err)) {
		case INPUT_LINE:
			side_file_piece(rejects, piece, n);
			break;
		case INPUT_WAIT:
			replay_await(r, d);
			break;
		case INPUT_SIGNAL:
			r->output.signal = sig_came();
			r->over = true;
			break;
		default:
			output_fail(&r->output, &err);
			r->over = true;
			break;
		}
	if (last) {
		side_file_end(rejects);
		r->rejected++;
	} else if (side_file_take_back(rejects, before, &err) == -1) {
		output_fail(&r->output, &err);
	}
}

void
replay_tick(struct replay *r)
{
	uint64_t read = 0, total = 0;
	bool known = true;

	output_tick(&r->output);
	if (!r->options.common.progress)
		return;
	for (uint32_t i = 0; i < r->dumps; i++) {
		read += input_read(r->dump[i].input);
		total += input_total(r->dump[i].input);
		known = known && input_total(r->dump[i].input) > 0;
	}
	progress_show(&r->progress, r->records, read, known && !r->options.loop ? total : 0);
}

void
replay_await(struct replay *r, struct dump *d)
{
	if (output_flush(&r->output) == -1 || output_gone(&r->output)) {
		r->over = true;
		return;
	}
	replay_tick(r);
	input_wait(d->input, -1);
}
