/* Gets the answer to a record from the model of its arm. */
#include <string.h>

#include "answer/answer_parts.h"

static const struct response silence = { { NULL, 0, V_MISSING }, { NULL, 0, V_MISSING } };

/* Opens our own record for all fields that there are now. */
static int
ready_record(struct answers *a, struct err *err)
{
	int count = fields_count(a->context.fields);

	if (a->slots == count)
		return 0;
	if (a->slots != -1)
		record_close(&a->record);
	a->slots = -1;
	if (record_open(&a->record, a->context.fields, a->max_depth, err) == -1)
		return -1;
	a->slots = count;
	return 0;
}

void
answers_start(struct answers *a)
{
	a->started = true;
	for (size_t i = 0; i < a->arms; i++)
		if (a->server[i].responder.coprocess != NULL)
			coprocess_move(a->server[i].responder.coprocess);
	for (size_t i = 0; i < a->shadows.count; i++)
		if (a->shadows.shadow[i].responder.coprocess != NULL)
			coprocess_move(a->shadows.shadow[i].responder.coprocess);
}

/* The result of asking a model. */
enum asked { ASKED_REPLY, ASKED_WAIT, ASKED_FAILED };

/* Asks the arm's model. *response: its response; err: why it failed. */
static enum asked
ask(struct server *server, const struct record *record, const struct response **response,
    struct err *err)
{
	struct responder *m = &server->responder;

	if (m->kind != RESPONDER_EXEC)
		return responder_respond(m, record, response, err) == 0 ? ASKED_REPLY :
									  ASKED_FAILED;
	if (coprocess_ask(m->coprocess, record->object.p, record->object.len, err) == 0)
		return ASKED_WAIT;
	err_prefix(err, "the co-process ");
	return ASKED_FAILED;
}

/*
 * Removes and returns the oldest record that waits for the server, because it now has its
 * response.
 */
static struct outstanding_request *
take_waiting(struct answers *a, struct server *server)
{
	struct outstanding_request *w = outstanding_at(&a->outstanding, server->first);

	server->first = w->next;
	server->waiting--;
	return w;
}

static void
put_waiting(struct answers *a, struct server *server, uint64_t place)
{
	if (server->waiting++ == 0)
		server->first = place;
	else
		outstanding_at(&a->outstanding, server->last)->next = place;
	server->last = place;
}

/* Returns the server that answers for an arm that has failed; NULL: none does. */
static struct server *
fallback_of(const struct answers *a, const struct server *server)
{
	if (a->fallback == -1 || server == &a->server[a->fallback])
		return NULL;
	return &a->server[a->fallback];
}

static int
set_response(struct outstanding_request *w, const struct response *response, struct err *err)
{
	w->answered = true;
	return response_copy(&w->response, response, &w->bytes, err);
}

/* Handles the failure of a co-process at a waiting record. */
static int
fail_waiting(struct answers *a, const struct server *server, struct outstanding_request *w,
    const struct err *why, struct err *err)
{
	struct server *fallback = fallback_of(a, server);
	const struct response *response = &silence;
	struct err ignored;

	if (w->error.text[0] == '\0') {
		err_set(&w->error, NULL, "the co-process %s", why->text);
		a->count.errors++;
	}
	if (fallback == NULL)
		return set_response(w, &silence, err);
	if (ready_record(a, err) == -1 ||
	    held_parse(&w->held, &a->record, a->context.fields, err) == -1)
		return -1;
	switch (ask(fallback, &a->record, &response, &ignored)) {
	case ASKED_WAIT:
		put_waiting(a, fallback, w->place);
		return 0;
	case ASKED_REPLY:
		a->count.fallbacks++;
		break;
	case ASKED_FAILED:
		response = &silence;
		break;
	}
	return set_response(w, response, err);
}

/*
 * Takes the response of a co-process, perhaps the fallback of another arm, to a waiting
 * record.
 */
static int
answer_waiting(struct answers *a, const struct server *server, struct outstanding_request *w,
    const char *line, size_t n, struct err *err)
{
	struct response response;
	struct err why;

	if (response_read(&a->reader, line, n, &response, &why) == -1) {
		if (why.memory)
			return err_memory(err);
		err_set(&why, NULL, "answered a line that is no JSON value");
		return fail_waiting(a, server, w, &why, err);
	}
	a->count.fallbacks += w->error.text[0] != '\0';
	return set_response(w, &response, err);
}

static int
move_server(struct answers *a, struct server *server, struct err *err)
{
	struct coprocess *c = server->responder.coprocess;
	const char *line;
	struct err why;
	size_t n;
	int answer, result = 0;

	coprocess_move(c);
	while (result == 0 && (answer = coprocess_answer(c, &line, &n, &why)) != 0)
		result = coprocess_unusable(c, err) ?
		    -1 :
		    answer == 1 ?
		    answer_waiting(a, server, take_waiting(a, server), line, n, err) :
		    fail_waiting(a, server, take_waiting(a, server), &why, err);
	return result == 0 && coprocess_unusable(c, err) ? -1 : result;
}

int
answers_move(struct answers *a, struct err *err)
{
	a->unmoved = 0;
	if (a->forgotten)
		return 0;
	for (size_t i = 0; i < a->arms; i++)
		if (a->server[i].responder.coprocess != NULL &&
		    move_server(a, &a->server[i], err) == -1)
			return -1;
	return shadows_move(&a->shadows, err);
}

int
answers_ready(struct answers *a, struct err *err)
{
	return answers_move(a, err);
}

/* Reads changed model files; a new model may need fields that were not read. */
static int
renew(struct answers *a, const struct record **record, struct err *err)
{
	int count = fields_count(a->context.fields);

	if (!answers_look(a) || fields_count(a->context.fields) == count)
		return 0;
	if (ready_record(a, err) == -1 ||
	    record_parse_text(&a->record, a->context.fields, (*record)->object.p,
		(*record)->object.len, err) == -1)
		return -1;
	*record = &a->record;
	return 0;
}

/* Fills the request's answer, and has the shadows respond. */
static int
finish(struct answers *a, uint64_t number, struct request *request,
    const struct record *record, const struct response *response, const struct err *error,
    struct err *err)
{
	struct arm_response arm = { a->server[request->arm].responder.name,
		record_at(record, a->id), response, error->text[0] == '\0' };

	request->answer = (struct answer){ .prediction = response->prediction,
		.probability = response->probability,
		.error = arm.sound ? NULL : error->text };
	if (!request->shadowed || a->shadows.count == 0)
		return 0;
	return shadows_meet(&a->shadows, number, record, &arm, &request->answer.shadow, err);
}

/* Has the current record wait, with its response, or until the server has a response. */
static int
keep(struct answers *a, struct stream *s, const struct request *request, struct server *server,
    const struct response *response, struct err *err)
{
	struct outstanding_request *w = outstanding_new(&a->outstanding);

	if (stream_keep(s, &w->held, err) == -1 ||
	    (response != NULL && set_response(w, response, err) == -1))
		return -1;
	w->request = *request;
	w->number = a->requests;
	w->error = a->error;
	if (response == NULL)
		put_waiting(a, server, w->place);
	outstanding_add(&a->outstanding);
	return 0;
}

/* Asks the fallback, if there is one, for an arm that cannot answer. */
static enum asked
ask_fallback(struct answers *a, struct server **server, const struct record *record,
    const struct response **response)
{
	enum asked asked = ASKED_FAILED;
	struct err ignored;

	a->count.errors++;
	*server = fallback_of(a, *server);
	if (*server != NULL)
		asked = ask(*server, record, response, &ignored);
	a->count.fallbacks += asked == ASKED_REPLY;
	if (asked != ASKED_FAILED)
		return asked;
	*response = &silence;
	return ASKED_REPLY;
}

/*
 * Notes an error that is not the record's fault: answers_watch will end the run before this
 * record.
 */
static int
end_run(struct answers *a, const struct err *err)
{
	a->troubled = true;
	a->trouble = *err;
	return 0;
}

int
answers_take(struct answers *a, struct stream *s, struct request *request, struct err *err)
{
	struct server *server = &a->server[request->arm];
	const struct record *record = stream_record(s);
	const struct response *response = NULL;
	enum asked asked;

	if (!a->started)
		answers_start(a);
	a->stream = s;
	if (renew(a, &record, err) == -1)
		return -1;
	a->error.text[0] = '\0';
	asked = ask(server, record, &response, &a->error);
	if (asked == ASKED_FAILED &&
	    (server->responder.kind != RESPONDER_EXEC || a->error.memory)) {
		*err = a->error;
		return -1;
	}
	if (asked == ASKED_FAILED)
		asked = ask_fallback(a, &server, record, &response);
	a->requests++;
	a->unmoved++;
	if (request->shadowed)
		shadows_ask(&a->shadows, a->requests, record);
	if (asked == ASKED_WAIT || outstanding_count(&a->outstanding) > 0) {
		if (keep(a, s, request, server, asked == ASKED_WAIT ? NULL : response, err) ==
		    -1)
			return end_run(a, err);
		return 0;
	}
	request->record = stream_record(s);
	request->held = NULL;
	if (finish(a, a->requests, request, record, response, &a->error, err) == -1)
		return end_run(a, err);
	return 1;
}

bool
answers_next(struct answers *a, struct request *request)
{
	struct outstanding_request *w;

	if (a->handed)
		outstanding_drop(&a->outstanding);
	a->handed = false;
	w = outstanding_done(&a->outstanding);
	if (w == NULL || a->troubled)
		return false;
	*request = w->request;
	request->held = &w->held;
	request->record = &a->record;
	if (ready_record(a, &a->trouble) == -1 ||
	    held_parse(&w->held, &a->record, a->context.fields, &a->trouble) == -1 ||
	    finish(a, w->number, request, &a->record, &w->response, &w->error, &a->trouble) ==
		-1)
		a->troubled = true;
	else
		a->handed = true;
	return a->handed;
}
