/* Turns records into requests, and answers them in the order of the records. */
#include <stdlib.h>

#include "serve.h"

/* Joins all counts in one table. Returns -1 if memory is short. */
static int
gather_rows(struct serve *s)
{
	const struct stat_row *const tables[] = { s->rows, store_rows(s->store) };
	enum { TABLES = sizeof tables / sizeof tables[0] };
	size_t n = 0;

	for (int i = 0; i < TABLES; i++)
		for (const struct stat_row *r = tables[i]; r != NULL && r->name != NULL; r++)
			n++;
	s->all_rows = calloc(n + 1, sizeof *s->all_rows);
	if (s->all_rows == NULL)
		return -1;
	n = 0;
	for (int i = 0; i < TABLES; i++)
		for (const struct stat_row *r = tables[i]; r != NULL && r->name != NULL; r++)
			s->all_rows[n++] = *r;
	return 0;
}

/* Returns the object in a line that waited, without the white space around it. */
static struct value
object_in(const struct held *held)
{
	const char *p = held->line.p, *end = p + held->line.len;

	while (*p != '{')
		p++;
	while (end[-1] != '}')
		end--;
	return (struct value){ p, (uint32_t)(end - p), V_OBJECT };
}

/* Answers a record that waited.  Returns -1 if the run stops at it. */
static int
answer_held(struct serve *s, struct pending_record *asked)
{
	struct store_request *r = &asked->request;
	struct value object = object_in(&asked->held);
	struct err err;

	if (r->state == STORE_FAILED)
		return stream_fail_held(s->stream, &asked->held, &r->err);
	if (r->state == STORE_REFUSED || (r->state == STORE_AWAY && !s->answers_away))
		return stream_reject_held(s->stream, &asked->held, &r->err);
	if ((!s->parses || held_parse(&asked->held, &s->again, s->fields, &err) == 0) &&
	    s->answer(s, s->parses ? &s->again : NULL, object, asked, &err) == 0)
		return 0;
	return stream_reject_held(s->stream, &asked->held, &err);
}

/* Answers the records whose turn it is. After -1 nothing more is written. */
static void
settle(struct serve *s)
{
	struct pending_record *asked;

	while (!s->stopped && (asked = pending_first(&s->pending)) != NULL) {
		if (asked->request.state == STORE_PENDING)
			return;
		s->stopped = answer_held(s, asked) == -1;
		store_release(s->store, &asked->request);
		pending_pop(&s->pending);
	}
	if (!s->stopped)
		stream_pending(s->stream, false);
}

/* Waits until more can be read or, if all is true, until nothing is pending. */
static void
drain(struct serve *s, bool all)
{
	settle(s);
	while (
	    !s->stopped && s->pending.ring.count > 0 && (all || pending_full(&s->pending))) {
		store_wait(s->store);
		settle(s);
	}
}

/* Queues a bad record, so that it is refused in its turn, after the pending records. */
static int
keep(struct serve *s, const struct record *record, struct pending_record *asked,
    struct err *err)
{
	struct store_request *r = &asked->request;

	if (stream_keep(s->stream, &asked->held, err) == -1)
		return -1;
	if (r->err.at != NULL && r->state == STORE_REFUSED)
		r->err.at = object_in(&asked->held).p + (r->err.at - record->object.p);
	pending_push(&s->pending);
	stream_pending(s->stream, true);
	return 0;
}

/* Answers a record immediately: its answer is there, and no earlier record waits. */
static void
answer_now(struct serve *s, const struct record *record, struct pending_record *asked)
{
	struct store_request *r = &asked->request;
	struct err err;

	if (r->state == STORE_FAILED)
		stream_fail(s->stream, &r->err);
	else if (r->state == STORE_REFUSED || (r->state == STORE_AWAY && !s->answers_away))
		stream_reject(s->stream, &r->err);
	else if (s->answer(s, record, record->object, asked, &err) == -1)
		stream_reject(s->stream, &err);
	store_release(s->store, r);
}

static void
take(struct serve *s)
{
	const struct record *record = stream_record(s->stream);
	struct err err = { 0 };
	struct pending_record *asked = pending_spare(&s->pending, &err);

	if (asked == NULL) {
		stream_fail(s->stream, &err);
		return;
	}
	entity_clear(&asked->request.entity);
	asked->request.reply = NULL;
	asked->request.merged = (struct merged){ 0 };
	asked->request.err = (struct err){ 0 };
	switch (s->ask(s, record, asked, &asked->request.err)) {
	case -1:
		asked->request.state = STORE_REFUSED;
		break;
	case 0:
		asked->request.state = STORE_DONE;
		break;
	default:
		store_submit(s->store, &asked->request);
	}
	if (s->pending.ring.count == 0 && asked->request.state != STORE_PENDING) {
		answer_now(s, record, asked);
		return;
	}
	if (keep(s, record, asked, &err) == -1)
		stream_fail(s->stream, &err);
	else
		drain(s, false); /* answers may have come while it was submitted */
}

/* Has the stream wait for the store, too, if it does not already. */
static void
watch(struct serve *s)
{
	struct pollfd *fds;
	unsigned int n;
	int ms;

	n = store_watch(s->store, &fds, &ms);
	if (n == s->watched.n && fds == s->watched.fds && ms == s->watched.ms && ms <= 0)
		return;
	s->watched.fds = fds;
	s->watched.n = n;
	s->watched.ms = ms;
	stream_watch(s->stream, fds, n, ms);
}

static void
sync_store(struct serve *s)
{
	struct err err;

	if ((s->before_sync != NULL && s->before_sync(s, &err) == -1) ||
	    store_sync(s->store, &err) == -1)
		stream_fail(s->stream, &err);
}

static void
take_event(struct serve *s, enum stream_event event)
{
	switch (event) {
	case STREAM_RECORD:
		take(s);
		break;
	case STREAM_READY:
		s->watched.ms = 1; /* it is reported once */
		store_ready(s->store);
		settle(s);
		break;
	case STREAM_DRAIN:
		drain(s, true);
		break;
	case STREAM_SAVE:
		sync_store(s);
		break;
	default: /* nothing here waits for a watermark line or the end */
		break;
	}
}

void
serve_open(struct serve *s)
{
	s->fields = fields_new();
	if (s->fields == NULL)
		diag_die(s->options->common.diag, EXIT_FAILED, "out of memory");
}

void
serve_pass(struct serve *s, struct value line)
{
	if (s->options->common.quiet)
		return;
	out_write(stream_out(s->stream), line.p, line.len);
	out_write(stream_out(s->stream), "\n", 1);
}

int
serve_run(struct serve *s)
{
	const struct common *c = &s->options->common;
	enum stream_event event;
	struct err err;
	int status = EXIT_FAILED;

	output_hold();
	s->store = options_store(s->options);
	if (gather_rows(s) == -1)
		diag_die(c->diag, EXIT_FAILED, "out of memory");
	s->watched.ms = -1;
	s->stream = stream_open(s->options, s->fields, 1, s->all_rows);
	if (s->stream == NULL)
		goto out;
	stream_unrepeatable(s->stream, s->unrepeatable);
	if (record_open(&s->again, s->fields, (unsigned int)c->max_depth, &err) == -1)
		diag_die(c->diag, EXIT_FAILED, "%s", err.text);
	while (event = stream_next(s->stream), event != STREAM_OVER) {
		take_event(s, event);
		watch(s);
	}
	sync_store(s);
	status = stream_close(s->stream);
out:
	if (store_close(s->store, &err) == -1) {
		diag_error(c->diag, NULL, "%s", err.text);
		status = EXIT_FAILED;
	}
	record_close(&s->again);
	pending_free(&s->pending);
	free(s->all_rows);
	fields_free(s->fields);
	return status;
}
