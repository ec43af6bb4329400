/* Handles what comes out of a pipeline: results, barriers, and its end. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "job_difference.h"
#include "job_kafka.h"
#include "sink/whole_lines.h"
#include "task.h"

enum { END_MS = 10000 };

static void
fail(struct task *t, const char *text)
{
	err_set(&t->err, NULL, "%s", text);
	task_stop(t, ATTEMPT_FAILED);
}

/* Describes how the repeated results differ from the earlier ones. */
static void
describe_difference(struct task *t, char *text, size_t size)
{
	char what[200];

	if (t->repeat.differs > 0)
		(void)snprintf(text, size, "%.120s: byte %ju differs", t->committed.sink,
		    (uintmax_t)t->repeat.differs);
	else if (job_difference_find(t, what, sizeof what))
		(void)snprintf(text, size, "%s", what);
	else
		(void)snprintf(text, size,
		    "results differ, but the first one is not known (%.100s)", what);
}

/* Ends the attempt because the pipeline does not repeat what it wrote; says what can be done. */
static void
refuse_repeat(struct task *t)
{
	const struct job *j = t->job;
	const long long id = (long long)t->committed.id;
	char what[200], of[32] = "", twice[24] = "its";
	uint64_t records = 0;

	describe_difference(t, what, sizeof what);
	for (size_t i = 0; i < t->committed.sent.count; i++)
		records += t->committed.sent.to[i].records;
	if (t->committed.sent.count > 0)
		(void)snprintf(twice, sizeof twice, "%ju", (uintmax_t)records);
	if (t->partition != -1)
		(void)snprintf(of, sizeof of, " --partition %d", (int)t->partition);
	if (job_writes_topic(j))
		err_set(&t->err, NULL,
		    "%s when repeated after epoch %lld: a stage depends on more than its "
		    "input; "
		    "smlrun reset %s --to %lld%s continues from there, with %s records twice; "
		    "--snapshot-every 1 needs no repeats",
		    what, id, j->options->folder, id, of, twice);
	else
		err_set(&t->err, NULL,
		    "%s when repeated after epoch %lld: a stage depends on more than its "
		    "input; "
		    "smlrun reset %s --to %lld takes back what came after that epoch, and "
		    "--snapshot-every 1 needs no repeats",
		    what, id, j->options->folder, id);
	task_stop(t, ATTEMPT_FATAL);
}

/* Ends the repetition: all committed results after the snapshot have come again. */
static void
end_repeat(struct task *t)
{
	if (t->repeat.left > 0 || repeat_digest(&t->repeat) != t->committed.digest)
		refuse_repeat(t);
	else {
		repeat_forget(&t->repeat);
		feed_returned(&t->feed);
	}
}

/*
 * Takes the return of a barrier or mark: all results before it have come out, so it must be
 * committed.
 */
static void
take_epoch(struct task *t)
{
	if (t->feed.next.ended && !t->came_back)
		fail(t, "a stage did not forward the end line");
	else if (t->line.len > 0)
		fail(t, "the pipeline wrote half a line before a barrier");
	else
		t->returned = true;
}

/* Takes a barrier or a mark that has come back. */
static void
take_barrier(struct task *t, struct value line, bool snapshot)
{
	const struct feed *f = &t->feed;
	struct value nonce = value_member(line, "nonce");
	int64_t id = 0;

	if (value_i64(value_member(line, "id"), &id, NULL) == -1 ||
	    (snapshot && !value_is(nonce, t->pipeline.nonce, NONCE - 1)) ||
	    (!t->searching && (!f->under_way || id > f->id || snapshot != f->snapshot)))
		fail(t, "the pipeline wrote a barrier or a mark that was not sent");
	else if (t->searching)
		t->marked = id;
	else if (id < f->id)
		return; /* a mark before the last committed one */
	else if (f->repeating)
		end_repeat(t);
	else
		take_epoch(t);
}

/* Takes a line in which a stage says why it has failed. */
static void
take_failure(struct task *t, struct value line)
{
	int64_t status = EXIT_FAILED;

	t->record_failed = value_member(line, "record").kind == V_TRUE;
	(void)value_i64(value_member(line, "status"), &status, NULL);
	t->misused = status == EXIT_USAGE;
	t->why.len = 0;
	if (value_text(value_member(line, "tool"), &t->why, NULL) == -1 ||
	    buf_puts(&t->why, ": ") == -1 ||
	    value_text(value_member(line, "error"), &t->why, NULL) == -1)
		t->why.len = 0;
}

/* Takes a line in which a stage says with which status it has ended well. */
static void
take_done(struct task *t, struct value line)
{
	int64_t status;

	if (value_i64(value_member(line, "status"), &status, NULL) == -1)
		return;
	t->stage_rejected |= status == EXIT_REJECTS;
	t->stage_found |= status == EXIT_FOUND;
}

/* Writes results to a sink that is not a topic. */
static enum attempt_end
write_to(struct sink_file *sink, const char *p, size_t n, const char *end, struct err *err)
{
	sink_write(sink, p, n);
	sink_write(sink, end, strlen(end));
	return sink_failed(sink) && sink_sync(sink, err) == -1 ? ATTEMPT_FATAL : ATTEMPT_DONE;
}

/* Writes one result, without its newline, to its sink. */
static int
write_line(void *task, const char *p, size_t n, struct err *err)
{
	struct task *t = task;
	struct job *j = t->job;
	size_t sink;

	if (sink_router_read(&j->router, p, n, &sink, err) == -1)
		return ATTEMPT_FATAL;
	if (sink_topic_name(j->options->sinks.to[sink]) != NULL)
		return (int)job_transactions_send(t, sink, p, n, err);
	return (int)write_to(&j->sinks.file[sink], p, n, "\n", err);
}

/* Writes results, which may begin and end within a line. */
static void
write_results(struct task *t, const char *p, size_t n)
{
	struct job *j = t->job;
	int end;

	t->length += n;
	if (!job_writes_topic(j) && j->options->sinks.rules == 0)
		end = (int)write_to(&j->sinks.file[0], p, n, "", &t->err);
	else
		end = whole_lines(&t->line, p, n, write_line, t, &t->err);
	if (end != ATTEMPT_DONE)
		task_stop(t, end == -1 ? ATTEMPT_FATAL : (enum attempt_end)end);
}

static void
take_data(struct task *t, const struct results_piece *piece)
{
	size_t again;

	if (t->searching)
		return;
	if (t->closed != 0) {
		fail(t,
		    "the pipeline wrote results after its last barrier: a stage holds them "
		    "back until its input ends");
		return;
	}
	again = repeat_take(&t->repeat, piece->p, piece->n);
	if (t->repeat.differs > 0 || (again < piece->n && t->feed.repeating)) {
		refuse_repeat(t);
		return;
	}
	t->written += again < piece->n ? piece->records : 0;
	if (again < piece->n)
		write_results(t, piece->p + again, piece->n - again);
}

/* Writes a model, which with --carry is a result, too. */
static void
take_model(struct task *t, const struct results_piece *piece)
{
	if (run_options_carry(t->job->options) != NULL)
		take_data(t, piece);
}

static void
take_line(struct task *t, struct value line, const struct results_piece *piece)
{
	struct value kind = value_member(line, "$sml");

	if (value_is(kind, "barrier", 7))
		take_barrier(t, line, true);
	else if (value_is(kind, "mark", 4))
		take_barrier(t, line, false);
	else if (value_is(kind, "failed", 6))
		take_failure(t, line);
	else if (value_is(kind, "done", 4))
		take_done(t, line);
	else if (value_is(kind, "end", 3))
		t->came_back = true;
	else if (value_is(kind, "model", 5))
		take_model(t, piece);
	else if (!value_is(kind, "restore", 7) && !value_is(kind, "watermark", 9) &&
	    !value_is(kind, "probe", 5))
		fail(t, "the pipeline wrote a control line that smlrun does not know");
}

/*
 * Decides from the shell's exit status what to do about a pipeline that has ended too early.
 */
static void
take_early_end(struct task *t, int status)
{
	if (t->why.len > 0)
		err_set(&t->err, NULL, "%.*s", (int)t->why.len, t->why.p);
	else
		err_set(&t->err, NULL,
		    "the pipeline ended before barrier %lld came back (exit status %d of its "
		    "last stage)",
		    (long long)t->feed.id, status);
	/*
	 * Trying again is useless if sh(1) did not find the command or could not run it, or if
	 * a stage refused its options.  A stage that is not an sml program may have refused
	 * them if no barrier ever came back.
	 */
	task_stop(t,
	    status == 126 || status == 127 || t->misused ||
		    (status == EXIT_USAGE && t->committed.epoch == 0) ?
		ATTEMPT_FATAL :
		ATTEMPT_FAILED);
}

/* Handles the end of the pipeline's output. */
static void
take_end(struct task *t)
{
	int status = pipeline_wait(&t->pipeline, END_MS);

	t->stage_rejected |= status == EXIT_REJECTS;
	t->stage_found |= status == EXIT_FOUND;
	if (!t->feed.finished || t->searching) {
		take_early_end(t, status);
		return;
	}
	/* A signal to all processes also kills the shell, but not the stages. */
	if (status != EXIT_OK && status != EXIT_REJECTS && status != EXIT_FOUND &&
	    !t->feed.stopping) {
		err_set(&t->err, NULL,
		    "the pipeline exited with status %d%s%.*s; everything is committed",
		    status, t->why.len > 0 ? ": " : "", (int)t->why.len,
		    t->why.len > 0 ? t->why.p : "");
		task_stop(t, ATTEMPT_FATAL);
	} else
		task_stop(t, ATTEMPT_DONE);
}

void
task_take(struct task *t)
{
	struct results *r = &t->results;
	struct results_piece piece;

	while (!t->over && !t->returned) {
		switch (results_next(r, &piece)) {
		case RESULTS_DATA:
			take_data(t, &piece);
			break;
		case RESULTS_CONTROL:
			take_line(t, results_control(r), &piece);
			break;
		case RESULTS_MORE:
			return;
		case RESULTS_END:
			take_end(t);
			return;
		}
	}
}

void
task_read(struct task *t)
{
	if (results_fill(&t->results, t->pipeline.out) == -1 && errno != EAGAIN) {
		err_set(&t->err, NULL, "the pipeline's output: %s", strerror(errno));
		task_stop(t, ATTEMPT_FAILED);
	} else
		task_take(t);
	t->moved = t->heard = clock_monotonic();
}
