/* A handle of librdkafka: its errors and logs, its brokers, and what they are asked. */
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/clock.h"
#include "base/nearest.h"
#include "kafka/client.h"

enum {
	FIRST_WAIT = 250, /* ms: of the first try of a request; the next ones double it */
	LONGEST_WAIT = 2000,
	PAUSE = 100, /* ms: before an unknown topic is asked for again */
	PROBE = 500  /* ms: how long brokers are asked whether they are back */
};
static const int64_t probe_every = 1000000000; /* ns */
/*
 * How long it may take until every broker knows of a topic that was just made,
 * or one that has just come back of those that there are.
 */
static const int64_t news = 1000000000; /* ns */

/* Returns whether it may help to try again later. */
static bool
passes(rd_kafka_resp_err_t code)
{
	switch (code) {
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
	case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__WAIT_COORD:
	case RD_KAFKA_RESP_ERR__WAIT_CACHE:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
	case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
	case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
	case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
	case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT:
		return true;
	default:
		return false;
	}
}

/* Nobody knows of it, or the one who was asked not yet. */
bool
client_is_unknown(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	    code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
	    code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* Removes the first occurrence from a text. */
static void
drop(char *text, const char *from, size_t n)
{
	char *at = strstr(text, from);

	if (at != NULL)
		memmove(at, at + n, strlen(at + n) + 1);
}

/* Writes librdkafka's reason, without what helps only its developers. */
static void
explain(struct err *err, const char *reason)
{
	static const char *const ends[] = { " (after ", " (install " };
	static const char bootstrap[] = "/bootstrap",
			  openssl[] = "error:00000000:SSL routines::";
	char text[1024], *end;

	(void)snprintf(text, sizeof text, "%s", reason);
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if ((end = strstr(text, ends[i])) != NULL)
			*end = '\0';
	drop(text, bootstrap, sizeof bootstrap - 1);
	if (strstr(text, ":SSL routines::") != NULL)
		drop(text, "error:", sizeof openssl - 1);
	err_set(err, NULL, "%s", text);
}

/* Notes a fatal error; the first one counts. */
static void
give_up(struct client *c, const char *reason)
{
	if (c->failed.text[0] == '\0')
		explain(&c->failed, reason);
}

static void
take_error(rd_kafka_t *handle, int code, const char *reason, void *opaque)
{
	struct client *c = opaque;
	char why[256];

	switch (code) {
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
		if (c->away_since == 0)
			c->away_since = clock_monotonic();
		break;
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
		give_up(c, reason);
		break;
	case RD_KAFKA_RESP_ERR__FATAL:
		code = rd_kafka_fatal_error(handle, why, sizeof why);
		give_up(c, why);
		/* An idempotent producer's state is lost, not its records' rightness. */
		c->failed.unreachable =
		    rd_kafka_type(handle) == RD_KAFKA_PRODUCER || passes(code);
		break;
	case RD_KAFKA_RESP_ERR__SSL:
		/* Of a broker that worked before this is one that goes down. */
		if (!c->reached)
			give_up(c, reason);
		explain(&c->away, reason);
		break;
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
		explain(&c->away, reason);
		break;
	default:
		c->unknown |= client_is_unknown(code);
		c->log(c->log_to, CLIENT_ERROR, reason);
		break;
	}
}

/*
 * Errors come to take_error too, and are not reported twice; that a broker gives a
 * producer its number only at the second try (GETPID) is nobody's concern.
 * What -X debug asks for is reported in full.
 */
static void
take_log(const rd_kafka_t *handle, int level, const char *facility, const char *text)
{
	struct client *c = rd_kafka_opaque(handle);
	const char *thread = strncmp(text, "[thrd:", 6) == 0 ? strstr(text, "]: ") : NULL;

	char line[1024];

	if (level >= LOG_DEBUG) {
		(void)snprintf(line, sizeof line, "%s: %s", facility, text);
		c->log(c->log_to, CLIENT_DEBUG, line);
	} else if (level <= LOG_WARNING && strcmp(facility, "FAIL") != 0 &&
	    strcmp(facility, "ERROR") != 0 && strcmp(facility, "GETPID") != 0) {
		c->log(c->log_to, CLIENT_LOG, thread != NULL ? thread + 3 : text);
	}
}

void
client_watch(struct client *c)
{
	rd_kafka_conf_set_opaque(c->conf, c);
	rd_kafka_conf_set_error_cb(c->conf, take_error);
	rd_kafka_conf_set_log_cb(c->conf, take_log);
}

bool
client_stopped(const struct client *c)
{
	return c->stopped != NULL && c->stopped() != 0;
}

int
client_start(struct client *c, rd_kafka_type_t type, struct err *err)
{
	char why[sizeof err->text];

	c->handle = rd_kafka_new(type, c->conf, why, sizeof why);
	if (c->handle == NULL)
		return err_set(err, NULL, "%s", why);
	c->conf = NULL;
	(void)rd_kafka_set_log_queue(c->handle, NULL);
	return 0;
}

void
client_copy(const struct client *c, struct client *copy)
{
	*copy = (struct client){ .timeout = c->timeout,
		.stopped = c->stopped,
		.log = c->log,
		.log_to = c->log_to };
	copy->conf = rd_kafka_conf_dup(c->conf != NULL ? c->conf : rd_kafka_conf(c->handle));
	rd_kafka_conf_set_opaque(copy->conf, copy);
}

void
client_close(struct client *c)
{
	if (c->conf != NULL)
		rd_kafka_conf_destroy(c->conf);
	if (c->handle != NULL)
		rd_kafka_destroy(c->handle);
	c->conf = NULL;
	c->handle = NULL;
}

int
client_fail(rd_kafka_resp_err_t code, const char *what, struct err *err)
{
	const char *colon = what != NULL ? ": " : "", *why = rd_kafka_err2str(code);

	what = what != NULL ? what : "";
	return passes(code) ? err_unreachable(err, "%s%s%s", what, colon, why) :
			      err_set(err, NULL, "%s%s%s", what, colon, why);
}

/* Fails because no broker has answered within the timeout. */
static int
fail_away(const struct client *c, struct err *err)
{
	return err_unreachable(err, "no broker answers%s%s",
	    c->away.text[0] != '\0' ? ": " : "", c->away.text);
}

/* Returns whether librdkafka has reported a fatal error. */
static int
check_failed(struct client *c, struct err *err)
{
	rd_kafka_poll(c->handle, 0);
	if (c->failed.text[0] == '\0')
		return 0;
	*err = c->failed;
	return -1;
}

/* Returns ms, or what is left of the timeout. */
static int
shorter(const struct client *c, int64_t since, int ms)
{
	int64_t left = (since + c->timeout - clock_monotonic()) / 1000000;

	if (c->timeout == 0 || left >= ms)
		return ms;
	return left > 0 ? (int)left : 1;
}

static bool
is_over(const struct client *c, int64_t since)
{
	return c->timeout > 0 && clock_monotonic() - since >= c->timeout;
}

int
client_check(struct client *c, struct err *err)
{
	const struct rd_kafka_metadata *metadata;

	if (check_failed(c, err) == -1)
		return -1;
	if (c->away_since == 0 || clock_monotonic() - c->asked < probe_every)
		return 0;
	if (rd_kafka_metadata(c->handle, 0, NULL, &metadata, PROBE) ==
	    RD_KAFKA_RESP_ERR_NO_ERROR) {
		rd_kafka_metadata_destroy(metadata);
		c->away_since = 0;
		return 0;
	}
	c->asked = clock_monotonic();
	return is_over(c, c->away_since) ? fail_away(c, err) : 0;
}

int
client_request(struct client *c, rd_kafka_resp_err_t (*request)(void *, int ms),
    void *argument, const char *what, struct err *err)
{
	int64_t since = clock_monotonic(), unknown = 0;
	rd_kafka_resp_err_t code;

	for (int ms = FIRST_WAIT;; ms = ms < LONGEST_WAIT ? 2 * ms : ms) {
		code = request(argument, shorter(c, since, ms));
		if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
			c->reached = true;
			return 0;
		}
		if (check_failed(c, err) == -1)
			return -1;
		if (client_stopped(c))
			return err_set(err, NULL, "stopped by a signal");
		if (client_is_unknown(code)) {
			unknown = unknown == 0 ? clock_monotonic() : unknown;
			if (clock_monotonic() - unknown >= news)
				return client_fail(code, what, err);
			rd_kafka_poll(c->handle, PAUSE);
			continue;
		}
		if (!passes(code))
			return client_fail(code, what, err);
		if (!is_over(c, since))
			continue;
		return c->reached ? client_fail(code, what, err) : fail_away(c, err);
	}
}

struct metadata_request {
	struct client *client;
	rd_kafka_topic_t *topic; /* NULL: all */
	const struct rd_kafka_metadata *metadata;
	bool unknown; /* there is no such topic */
};

static rd_kafka_resp_err_t
request_metadata(void *argument, int ms)
{
	struct metadata_request *r = argument;
	rd_kafka_resp_err_t code;

	r->unknown = false;
	code =
	    rd_kafka_metadata(r->client->handle, r->topic == NULL, r->topic, &r->metadata, ms);
	if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
		return code;
	/* A topic is refused by itself. */
	if (r->topic != NULL && r->metadata->topic_cnt == 1)
		code = r->metadata->topics[0].err;
	if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
		return code;
	rd_kafka_metadata_destroy(r->metadata);
	r->metadata = NULL;
	r->unknown = code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
	return code;
}

/* Fills err: there is no such topic, and which one may have been meant. */
static int
fail_unknown(struct client *c, const char *topic, struct err *err)
{
	struct metadata_request all = { .client = c };
	struct nearest near;

	nearest_start(&near, topic);
	(void)request_metadata(&all, LONGEST_WAIT);
	for (int i = 0; all.metadata != NULL && i < all.metadata->topic_cnt; i++)
		nearest_try(&near, all.metadata->topics[i].topic);
	if (near.word != NULL)
		err_set(err, NULL, "there is no topic \"%s\"; did you mean \"%s\"?", topic,
		    near.word);
	else
		err_set(err, NULL, "there is no topic \"%s\"", topic);
	if (all.metadata != NULL)
		rd_kafka_metadata_destroy(all.metadata);
	return -1;
}

int
client_metadata(struct client *c, const char *topic, const struct rd_kafka_metadata **metadata,
    struct err *err)
{
	struct metadata_request r = { .client = c };
	char what[300];
	int result;

	if (topic != NULL) {
		r.topic = rd_kafka_topic_new(c->handle, topic, NULL);
		if (r.topic == NULL)
			return client_fail(rd_kafka_last_error(), topic, err);
	}
	(void)snprintf(what, sizeof what, "topic %s", topic != NULL ? topic : "list");
	result = client_request(c, request_metadata, &r, what, err);
	if (r.unknown && !client_stopped(c))
		(void)fail_unknown(c, topic, err);
	if (r.topic != NULL)
		rd_kafka_topic_destroy(r.topic);
	*metadata = r.metadata;
	return result;
}

struct offsets_request {
	struct client *client;
	rd_kafka_topic_partition_list_t *list;
	int64_t when;
};

static rd_kafka_resp_err_t
request_offsets(void *argument, int ms)
{
	struct offsets_request *r = argument;
	rd_kafka_resp_err_t code;

	for (int i = 0; i < r->list->cnt; i++) {
		r->list->elems[i].offset = r->when;
		r->list->elems[i].err = RD_KAFKA_RESP_ERR_NO_ERROR;
	}
	code = rd_kafka_offsets_for_times(r->client->handle, r->list, ms);
	for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < r->list->cnt; i++)
		code = r->list->elems[i].err;
	return code;
}

int
client_offsets(struct client *c, rd_kafka_topic_partition_list_t *list, int64_t when,
    struct err *err)
{
	struct offsets_request r = { c, list, when };

	if (list->cnt == 0)
		return 0;
	return client_request(c, request_offsets, &r, "the offsets of partitions", err);
}

int
client_check_offset(struct client *c, const rd_kafka_topic_partition_t *end, int64_t offset,
    const char *whose, struct err *err)
{
	enum { WAIT = 5000 }; /* ms */
	int64_t low, high;

	if (offset <= end->offset ||
	    rd_kafka_query_watermark_offsets(c->handle, end->topic, end->partition, &low,
		&high, WAIT) != RD_KAFKA_RESP_ERR_NO_ERROR ||
	    offset <= high)
		return 0;
	return err_set(err, NULL,
	    "topic %s, partition %d: offset %lld%s is not there: it has %lld to %lld",
	    end->topic, end->partition, (long long)offset, whose, (long long)low,
	    (long long)high);
}
