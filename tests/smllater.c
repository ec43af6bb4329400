/*
 * smllater: a tool that answers later than it reads, as a tool that asks a server does. Its
 * answers come over a pipe to itself, or --delay after the record was read. The stream is tested
 * with it.
 *
 *	smllater hold	writes each record when its answer has come; has no state.  In a record
 *			one of these members may be true.  "bad": it is refused immediately;
 *			"wrong": it is refused when its answer has come; "away": the server
 *			is away; "broken": the run ends, even with --rejects
 *	smllater keep	the same with --state
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/stream/append.h"
#include "cli/stream/stream.h"

struct options {
	struct common common;
	uint64_t most;
	int64_t delay;
	bool publish;
};

static const struct opt opts[] = {
	{ 0, "most", "N", OPT_COUNT, offsetof(struct options, most), 0,
	    "records that wait at once", 1, 1000 },
	{ 0, "delay", "DUR", OPT_DURATION, offsetof(struct options, delay), 0,
	    "when an answer comes; 0: as soon as it can", 0, 0 },
	{ 0, "publish", NULL, OPT_FLAG, offsetof(struct options, publish), 0,
	    "a control line behind each record, and at the end", 0, 0 },
	{ 0 },
};

enum { BOTH = COMMON_INPUT | COMMON_REJECTS | COMMON_APPEND };
static const struct cli hold = { .tool = "smllater",
	.command = "hold",
	.what = "answer later",
	.operands = "[file ...]",
	.options = opts,
	.common = BOTH | COMMON_BARRIER | COMMON_CONTROL_LINES };
static const struct cli keep = { .tool = "smllater",
	.command = "keep",
	.what = "answer later, and keep a state",
	.operands = "[file ...]",
	.options = opts,
	.common = BOTH | COMMON_STATE };
static const struct cli *const commands[] = { &hold, &keep, NULL };
static const struct program program = { "smllater", "try what answers later", commands };

/* The records that wait for their answers, in a ring. */
struct waiting {
	struct held held;
	int64_t due; /* monotonic ns */
};

struct later {
	struct options options;
	struct fields *fields;
	struct record record; /* one that was held */
	struct edit *edit;
	struct stream *stream;
	struct waiting *ring;
	size_t first, count;
	struct pollfd answers; /* a byte each */
	int asks;
	int nth, wrong, bad, away, broken;
	uint64_t answered, controls, commits, ready;
};

static bool
is_true(const struct record *record, int slot)
{
	return record_at(record, slot).kind == V_TRUE;
}

/* Answers the first record that waits.  Returns -1 if the run stops there. */
static int
answer(struct later *l)
{
	static const char line[] = "{\"$sml\":\"answered\"}\n";
	const struct held *held = &l->ring[l->first].held;
	struct err err;
	char byte;

	if (l->options.delay == 0 && read(l->answers.fd, &byte, 1) != 1)
		abort();
	l->first = (l->first + 1) % l->options.most;
	l->count--;
	if (held_parse(held, &l->record, l->fields, &err) == -1)
		return stream_fail_held(l->stream, held, &err);
	if (is_true(&l->record, l->away)) {
		err_unreachable(&err, "the server is away");
		return stream_reject_held(l->stream, held, &err);
	}
	if (is_true(&l->record, l->wrong)) {
		err_set(&err, record_at(&l->record, l->wrong).p, "refused");
		return stream_reject_held(l->stream, held, &err);
	}
	if (edit_check(l->edit, &l->record, &err) == -1)
		return stream_reject_held(l->stream, held, &err);
	edit_i64(l->edit, l->nth, (int64_t)++l->answered);
	if (edit_write(l->edit, &l->record, stream_out(l->stream), &err) == -1)
		return stream_fail_held(l->stream, held, &err);
	if (l->options.publish)
		out_write(stream_out(l->stream), line, sizeof line - 1);
	return 0;
}

/* Answers so many. */
static void
answer_some(struct later *l, size_t n)
{
	while (n-- > 0 && l->count > 0)
		if (answer(l) == -1)
			l->count = 0;
	stream_pending(l->stream, l->count > 0);
}

static size_t
count_due(const struct later *l)
{
	int64_t time = clock_monotonic();
	size_t n = 0;

	while (n < l->count && l->ring[(l->first + n) % l->options.most].due <= time)
		n++;
	return n;
}

/* Sets when the stream should call again. */
static void
watch(struct later *l)
{
	int64_t left;

	if (l->options.delay == 0) {
		stream_watch(l->stream, &l->answers, 1, -1);
	} else if (l->count == 0) {
		stream_watch(l->stream, NULL, 0, -1);
	} else {
		left = l->ring[l->first].due - clock_monotonic();
		stream_watch(l->stream, NULL, 0, left < 0 ? 1 : (int)(left / 1000000) + 1);
	}
}

static void
take(struct later *l, const struct record *record)
{
	struct waiting *waiting;
	struct err err;

	if (is_true(record, l->bad)) {
		err_set(&err, record_at(record, l->bad).p, "bad at once");
		stream_reject(l->stream, &err);
		return;
	}
	if (l->count == l->options.most)
		answer_some(l, 1);
	if (is_true(record, l->broken)) {
		err_set(&err, record_at(record, l->broken).p, "broken");
		stream_fail(l->stream, &err);
		return;
	}
	waiting = &l->ring[(l->first + l->count) % l->options.most];
	if (stream_keep(l->stream, &waiting->held, &err) == -1) {
		stream_fail(l->stream, &err);
		return;
	}
	waiting->due = clock_monotonic() + l->options.delay;
	l->count++;
	stream_pending(l->stream, true);
	if (l->options.delay == 0 && write(l->asks, "?", 1) == -1)
		abort();
}

static void
finish(struct later *l)
{
	static const char line[] = "{\"$sml\":\"finished\"}\n";

	if (l->options.publish)
		out_write(stream_out(l->stream), line, sizeof line - 1);
}

static void
run(struct later *l)
{
	enum stream_event event;

	watch(l);
	while ((event = stream_next(l->stream)) != STREAM_OVER) {
		switch (event) {
		case STREAM_RECORD:
			take(l, stream_record(l->stream));
			break;
		case STREAM_READY:
			l->ready++;
			answer_some(l, l->options.delay > 0 ? count_due(l) : 1);
			break;
		case STREAM_DRAIN:
			answer_some(l, l->count);
			break;
		case STREAM_CONTROL:
			l->controls += value_member(stream_control(l->stream), "$sml").len > 0;
			break;
		case STREAM_SAVE:
			l->commits += stream_snap(l->stream) == NULL;
			break;
		case STREAM_FINISH:
			finish(l);
			break;
		default:
			break;
		}
		if (l->options.delay > 0)
			watch(l);
	}
}

int
main(int argc, char **argv)
{
	const struct cli *cli = opt_command(&program, &argc, &argv);
	struct later l = { .options = { .most = 100 }, .fields = fields_new() };
	const struct stat_row rows[] = {
		{ "answered", STAT_COUNT, &l.answered, "Answers", NULL },
		{ "controls", STAT_COUNT, &l.controls, "Control lines", NULL },
		{ "commits", STAT_COUNT, &l.commits, "Barriers", NULL },
		{ "ready", STAT_COUNT, &l.ready, "Times that answers were there", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct err err;
	int ends[2];

	opt_parse(cli, &l.options, argc, argv);
	output_hold();
	l.ring = calloc(l.options.most, sizeof *l.ring);
	if (l.fields == NULL || l.ring == NULL || pipe2(ends, O_CLOEXEC) == -1)
		diag_die(l.options.common.diag, EXIT_FAILED, "%s", strerror(errno));
	l.answers = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	l.asks = ends[1];
	l.edit = append_open(&l.options.common, NULL);
	l.nth = append_name(&l.options.common, l.edit, l.fields, "nth");
	append_named(&l.options.common, l.edit);
	if ((l.wrong = fields_add(l.fields, "wrong", NULL, &err)) == -1 ||
	    (l.bad = fields_add(l.fields, "bad", NULL, &err)) == -1 ||
	    (l.away = fields_add(l.fields, "away", NULL, &err)) == -1 ||
	    (l.broken = fields_add(l.fields, "broken", NULL, &err)) == -1 ||
	    record_open(&l.record, l.fields, 1000, &err) == -1)
		opt_refuse(&l.options.common, &err);
	l.stream = stream_open(&l.options, l.fields, 1, rows);
	if (l.stream == NULL)
		return EXIT_FAILED;
	stream_excuse(l.stream, l.wrong);
	stream_excuse(l.stream, l.bad);
	stream_excuse(l.stream, l.away);
	stream_excuse(l.stream, l.broken);
	if (l.options.publish)
		stream_announce(l.stream);
	run(&l);
	return stream_close(l.stream);
}
