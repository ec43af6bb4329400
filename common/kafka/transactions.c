/* Sends messages and offsets in transactions. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "time/instant.h"
#include "kafka/transactions.h"

enum {
	SLICE = 1000, /* ms: the time-out of a call of librdkafka, repeated until answered */
	FAREWELL = 2000, /* ms: how long closing waits for the abort */
	PAUSE = 50,	 /* ms: before repeating a call that was refused for now */
	START = 1,	 /* ms: for sending what there is now, without waiting for linger.ms */
	/*
	 * The most unacknowledged messages, and their bytes: four full batches.  With five,
	 * and a batch that is due, librdkafka 2.0.2 spins until the broker answers.
	 */
	MOST = 40000,
	MOST_BYTES = 4 << 20
};

const struct client_setting transactions_settings[] = {
	MESSAGE_SETTINGS,
	/* Nobody sees a message before the commit, which sends what is left. */
	{ "linger.ms", "1000", false },
	/*
	 * A broker that has not quite ended the last transaction makes us wait.  With the
	 * default of 100, a commit every 100 ms would be late for the next one, which would
	 * wait again.
	 */
	{ "retry.backoff.ms", "50", false },
	{ NULL, NULL, false },
};

/* Notes why the first message was refused; librdkafka drops later ones without a reason. */
static void
note_refusal(struct transactions *t, const rd_kafka_message_t *m)
{
	if (t->refused.text[0] == '\0' && m->err != RD_KAFKA_RESP_ERR__PURGE_QUEUE &&
	    m->err != RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
		(void)err_set(&t->refused, NULL,
		    "topic %s, record %zu of the transaction, or one sent with it: %s",
		    rd_kafka_topic_name(m->rkt), (size_t)(uintptr_t)m->_private,
		    rd_kafka_err2str(m->err));
}

/* Takes a delivery report; the message's opaque is its number in the transaction. */
static void
take_report(rd_kafka_t *handle, const rd_kafka_message_t *m, void *opaque)
{
	struct client *client = opaque;
	struct transactions *t = client->owner;

	(void)handle;
	t->waiting--;
	t->waiting_bytes -= m->len + m->key_len;
	t->heard = clock_monotonic();
	if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
		note_refusal(t, m);
}

/*
 * Returns the answer for an error code, or other if the code does not decide.  A broker that
 * ends a transaction for its time-out fences the producer as a newer producer would, but not
 * before the time-out.
 */
static enum transaction_answer
answer_of(const struct transactions *t, rd_kafka_resp_err_t code,
    enum transaction_answer other)
{
	switch (code) {
	case RD_KAFKA_RESP_ERR__FENCED:
	case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
	case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
		return t->begun && clock_monotonic() - t->since >= t->timeout ?
		    TRANSACTION_TIMED_OUT :
		    TRANSACTION_FENCED;
	case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
	case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
	case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
		return TRANSACTION_FENCED;
	default:
		return other;
	}
}

/*
 * Returns the answer for the first fatal error, which causes all later ones, or DONE if there
 * is none.
 */
static enum transaction_answer
check_fatal(const struct transactions *t, const char *what, struct err *err)
{
	char why[sizeof err->text];
	rd_kafka_resp_err_t code = rd_kafka_fatal_error(t->client.handle, why, sizeof why);

	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return TRANSACTION_DONE;
	(void)err_set(err, NULL, "%s: %s", what, why);
	return answer_of(t, code, TRANSACTION_FATAL);
}

/* Returns the answer for an error of librdkafka, and frees the error. */
static enum transaction_answer
take_error(struct transactions *t, rd_kafka_error_t *error, const char *what, struct err *err)
{
	enum transaction_answer answer = rd_kafka_error_txn_requires_abort(error) != 0 ?
	    TRANSACTION_ABORTED :
	    rd_kafka_error_is_retriable(error) != 0 ? TRANSACTION_AWAY :
						      TRANSACTION_FATAL;
	rd_kafka_resp_err_t code = rd_kafka_error_code(error);
	enum transaction_answer fatal = check_fatal(t, what, err);
	char why[sizeof err->text];

	(void)snprintf(why, sizeof why, "%s", rd_kafka_error_string(error));
	rd_kafka_error_destroy(error);
	if (fatal != TRANSACTION_DONE)
		return fatal;
	answer = answer_of(t, code, answer);
	if (answer == TRANSACTION_ABORTED && t->refused.text[0] != '\0')
		*err = t->refused;
	else if (answer == TRANSACTION_AWAY)
		(void)err_unreachable(err, "%s: %s", what, why);
	else
		(void)err_set(err, NULL, "%s: %s", what, why);
	return answer;
}

/* Returns why a wait must end: an error, a signal, or unreachable brokers; else DONE. */
static enum transaction_answer
check_wait(struct transactions *t, int64_t since, const char *what, struct err *err)
{
	enum transaction_answer fatal = check_fatal(t, what, err);
	struct client *c = &t->client;
	char text[INSTANT_MAX];

	if (fatal != TRANSACTION_DONE)
		return fatal;
	if (client_check(c, err) == -1)
		return err->unreachable ? TRANSACTION_AWAY : TRANSACTION_FATAL;
	if (client_stopped(c)) {
		(void)err_stopped(err);
		(void)err_prefix(err, "%s: ", what);
		return TRANSACTION_AWAY;
	}
	if (c->timeout > 0 && clock_monotonic() - since >= c->timeout) {
		text[duration_write(text, c->timeout)] = '\0';
		(void)err_unreachable(err, "%s: the brokers have not answered for %s", what,
		    text);
		return TRANSACTION_AWAY;
	}
	return TRANSACTION_DONE;
}

/* A call of librdkafka that waits up to ms; the last members are for call_offsets. */
struct transaction_call {
	rd_kafka_error_t *(
	    *make)(struct transactions *, const struct transaction_call *, int ms);
	const char *what; /* for messages */
	const rd_kafka_topic_partition_list_t *offsets;
	const rd_kafka_consumer_group_metadata_t *group;
};

static rd_kafka_error_t *
call_init(struct transactions *t, const struct transaction_call *call, int ms)
{
	(void)call;
	return rd_kafka_init_transactions(t->client.handle, ms);
}

static rd_kafka_error_t *
call_offsets(struct transactions *t, const struct transaction_call *call, int ms)
{
	return rd_kafka_send_offsets_to_transaction(t->client.handle, call->offsets,
	    call->group, ms);
}

static rd_kafka_error_t *
call_commit(struct transactions *t, const struct transaction_call *call, int ms)
{
	(void)call;
	return rd_kafka_commit_transaction(t->client.handle, ms);
}

static rd_kafka_error_t *
call_abort(struct transactions *t, const struct transaction_call *call, int ms)
{
	(void)call;
	return rd_kafka_abort_transaction(t->client.handle, ms);
}

/* Repeats a call until it has an answer: librdkafka continues a call that was not ready. */
static enum transaction_answer
make(struct transactions *t, const struct transaction_call *call, struct err *err)
{
	int64_t since = clock_monotonic();
	enum transaction_answer answer, wait;
	rd_kafka_error_t *error;
	struct err other;

	while ((error = call->make(t, call, SLICE)) != NULL) {
		answer = take_error(t, error, call->what, err);
		if (answer != TRANSACTION_AWAY)
			return answer;
		rd_kafka_poll(t->client.handle, PAUSE);
		wait = check_wait(t, since, call->what, &other);
		if (wait != TRANSACTION_DONE) {
			*err = other;
			return wait;
		}
	}
	return TRANSACTION_DONE;
}

/*
 * Makes a producer, and has the coordinator end a transaction that an earlier producer left.
 */
static enum transaction_answer
start(struct transactions *t, struct err *err)
{
	const struct transaction_call init = { .make = call_init,
		.what = "starting transactions" };

	client_copy(&t->settings, &t->client);
	t->client.owner = t;
	late_answers_watch(&t->answers, t->client.conf);
	if (client_start(&t->client, RD_KAFKA_PRODUCER, err) == -1)
		return TRANSACTION_FATAL;
	return make(t, &init, err);
}

/* Frees the producer, without waiting for delivery reports. */
static void
stop(struct transactions *t)
{
	for (size_t i = 0; i < t->topics; i++)
		rd_kafka_topic_destroy(t->topic[i]);
	t->topics = 0;
	client_close(&t->client);
	t->begun = false;
	t->waiting = 0;
	t->waiting_bytes = 0;
}

enum transaction_answer
transactions_open(struct transactions *t, const struct client *settings, const char *id,
    int64_t timeout, struct err *err)
{
	char ms[32];

	*t = (struct transactions){ .timeout = timeout };
	client_copy(settings, &t->settings);
	(void)snprintf(ms, sizeof ms, "%lld", (long long)(timeout / 1000000));
	rd_kafka_conf_set_dr_msg_cb(t->settings.conf, take_report);
	if (rd_kafka_conf_set(t->settings.conf, "transactional.id", id, err->text,
		sizeof err->text) != RD_KAFKA_CONF_OK ||
	    rd_kafka_conf_set(t->settings.conf, "transaction.timeout.ms", ms, err->text,
		sizeof err->text) != RD_KAFKA_CONF_OK) {
		err->at = NULL;
		err->memory = err->unreachable = err->stopped = false;
		return TRANSACTION_FATAL;
	}
	return start(t, err);
}

void
transactions_close(struct transactions *t)
{
	/*
	 * A transaction that is left open would hold back all readers of its topics until it
	 * times out.
	 */
	if (t->begun)
		rd_kafka_error_destroy(rd_kafka_abort_transaction(t->client.handle, FAREWELL));
	stop(t);
	client_close(&t->settings);
}

enum transaction_answer
transactions_renew(struct transactions *t, struct err *err)
{
	stop(t);
	return start(t, err);
}

/*
 * Begins a transaction if none is open.  If a request of the last one may still come late,
 * makes a new producer first, so that the broker refuses the request: a late EndTxn (KIP-890)
 * would end this transaction half-way.
 */
static enum transaction_answer
begin(struct transactions *t, struct err *err)
{
	enum transaction_answer answer;
	rd_kafka_error_t *error;

	if (t->begun)
		return TRANSACTION_DONE;
	if (late_answers_any(&t->answers) && !t->unguarded) {
		t->late++;
		answer = transactions_renew(t, err);
		if (answer != TRANSACTION_DONE)
			return answer;
	}
	error = rd_kafka_begin_transaction(t->client.handle);
	if (error != NULL)
		return take_error(t, error, "beginning a transaction", err);
	t->begun = true;
	t->since = t->heard = clock_monotonic();
	t->messages = 0;
	t->refused.text[0] = '\0';
	return TRANSACTION_DONE;
}

/* Returns the handle of a topic, or NULL. */
static rd_kafka_topic_t *
find_topic(struct transactions *t, struct bytes name, struct err *err)
{
	char text[256];
	const char *known;

	for (size_t i = 0; i < t->topics; i++) {
		known = rd_kafka_topic_name(t->topic[i]);
		if (strlen(known) == name.n && memcmp(known, name.p, name.n) == 0)
			return t->topic[i];
	}
	if (t->topics == TRANSACTIONS_TOPICS || name.n >= sizeof text) {
		(void)err_set(err, NULL, "transactions write to at most %d topics",
		    TRANSACTIONS_TOPICS);
		return NULL;
	}
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	t->topic[t->topics] = rd_kafka_topic_new(t->client.handle, text, NULL);
	if (t->topic[t->topics] == NULL) {
		(void)client_fail(rd_kafka_last_error(), text, err);
		return NULL;
	}
	return t->topic[t->topics++];
}

void
transactions_serve(struct transactions *t, int ms)
{
	rd_kafka_poll(t->client.handle, ms);
}

/* Waits a moment for an answer.  If no request is under way, sends what is not sent yet. */
static void
await_answer(struct transactions *t)
{
	if (late_answers_any(&t->answers))
		transactions_serve(t, PAUSE);
	else
		(void)rd_kafka_flush(t->client.handle, PAUSE);
}

/* Waits until there is room for a message; fails if one was refused. */
static enum transaction_answer
wait_for_room(struct transactions *t, struct err *err)
{
	enum transaction_answer answer;

	while (t->refused.text[0] == '\0') {
		if (t->waiting < MOST && t->waiting_bytes < MOST_BYTES)
			return TRANSACTION_DONE;
		await_answer(t);
		answer = check_wait(t, t->heard, "sending", err);
		if (answer != TRANSACTION_DONE)
			return answer;
	}
	answer = check_fatal(t, "sending", err);
	if (answer != TRANSACTION_DONE)
		return answer;
	*err = t->refused;
	return TRANSACTION_ABORTED;
}

static enum transaction_answer
await_room(struct transactions *t, struct err *err)
{
	enum transaction_answer answer;
	int64_t since;

	transactions_serve(t, 0);
	if (t->refused.text[0] == '\0' && t->waiting < MOST && t->waiting_bytes < MOST_BYTES)
		return TRANSACTION_DONE;
	since = clock_monotonic();
	answer = wait_for_room(t, err);
	t->waited += clock_monotonic() - since;
	return answer;
}

enum transaction_answer
transactions_send(struct transactions *t, const struct message *m, struct err *err)
{
	enum transaction_answer answer = begin(t, err);
	rd_kafka_resp_err_t code;
	rd_kafka_topic_t *topic;

	if (answer == TRANSACTION_DONE)
		answer = await_room(t, err);
	if (answer != TRANSACTION_DONE)
		return answer;
	topic = find_topic(t, m->topic, err);
	if (topic == NULL)
		return TRANSACTION_FATAL;
	code = message_send(t->client.handle, topic, m, (void *)(uintptr_t)(t->messages + 1));
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
		t->messages++;
		if (t->waiting++ == 0)
			t->heard = clock_monotonic();
		t->waiting_bytes += m->value.n + m->key.n;
		return TRANSACTION_DONE;
	}
	answer = check_fatal(t, rd_kafka_topic_name(topic), err);
	if (answer != TRANSACTION_DONE)
		return answer;
	(void)client_fail(code, rd_kafka_topic_name(topic), err);
	return answer_of(t, code, TRANSACTION_ABORTED);
}

enum transaction_answer
transactions_offsets(struct transactions *t, const rd_kafka_topic_partition_list_t *offsets,
    const rd_kafka_consumer_group_metadata_t *group, struct err *err)
{
	const struct transaction_call call = { .make = call_offsets,
		.what = "committing offsets",
		.offsets = offsets,
		.group = group };
	enum transaction_answer answer;

	for (int i = 0; i < offsets->cnt; i++) {
		if (offsets->elems[i].metadata_size <= OFFSET_METADATA_MOST)
			continue;
		(void)err_set(err, NULL, "an offset has %zu bytes of metadata; the most is %d",
		    offsets->elems[i].metadata_size, OFFSET_METADATA_MOST);
		return TRANSACTION_FATAL;
	}
	answer = begin(t, err);
	if (answer != TRANSACTION_DONE)
		return answer;
	/* Meanwhile the last messages are sent. */
	if (t->waiting > 0)
		(void)rd_kafka_flush(t->client.handle, START);
	return make(t, &call, err);
}

static enum transaction_answer
end(struct transactions *t, const struct transaction_call *call, struct err *err)
{
	enum transaction_answer answer;

	if (!t->begun)
		return TRANSACTION_DONE;
	answer = make(t, call, err);
	if (answer == TRANSACTION_DONE)
		t->begun = false;
	return answer;
}

enum transaction_answer
transactions_commit(struct transactions *t, struct err *err)
{
	return end(t, &(struct transaction_call){ .make = call_commit, .what = "committing" },
	    err);
}

enum transaction_answer
transactions_abort(struct transactions *t, struct err *err)
{
	return end(t, &(struct transaction_call){ .make = call_abort, .what = "aborting" },
	    err);
}
