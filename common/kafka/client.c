/* Wraps a handle of librdkafka: its errors and logs, and whether its brokers answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/clock.h"
#include "kafka/client.h"

enum {
	FIRST_WAIT = 250, /* ms: for the first try of a request; each later try doubles it */
	LONGEST_WAIT = 2000,
	PAUSE = 100, /* ms: before asking for an unknown topic again */
	PROBE = 500  /* ms: the time-out of asking brokers whether they are back */
};
static const int64_t probe_every = 1000000000; /* ns */
/* How long a broker may not know a new topic, or, after it came back, any topic. */
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

bool
client_is_unknown(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
	    code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
	    code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* Removes n bytes from text, where `from` first occurs. */
static void
drop(char *text, const char *from, size_t n)
{
	char *at = strstr(text, from);

	if (at != NULL)
		memmove(at, at + n, strlen(at + n) + 1);
}

/* Copies librdkafka's reason, without what only helps its developers. */
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

/* Notes a fatal error, unless one is noted already. */
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
		/* The producer has lost its id or sequence; another run may succeed. */
		c->failed.unreachable =
		    rd_kafka_type(handle) == RD_KAFKA_PRODUCER || passes(code);
		break;
	case RD_KAFKA_RESP_ERR__SSL:
		/* A broker that worked before is going down. */
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

/* With shared settings, a consumer warns of a producer's settings, and the other way round. */
static bool
is_of_the_other(const struct client *c, const char *text)
{
	return c->shared && strstr(text, "property and will be ignored") != NULL;
}

/*
 * FAIL and ERROR also come to take_error, and are not reported twice.  GETPID says that a
 * producer got its number only at the second try, which does not matter.  What -X debug asks
 * for is reported in full.
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
	    strcmp(facility, "ERROR") != 0 && strcmp(facility, "GETPID") != 0 &&
	    !is_of_the_other(c, text)) {
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
client_stopped(struct client *c)
{
	if (c->stopped == NULL || c->stopped() == 0)
		return false;
	if (c->grace == 0)
		return true;
	if (c->stopped_since == 0)
		c->stopped_since = clock_monotonic();
	return clock_monotonic() - c->stopped_since >= c->grace;
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

int64_t
client_number(const struct client *c, const char *setting)
{
	char value[32] = "";
	size_t size = sizeof value;

	(void)rd_kafka_conf_get(c->conf, setting, value, &size);
	return strtoll(value, NULL, 10);
}

void
client_copy(const struct client *c, struct client *copy)
{
	*copy = (struct client){ .timeout = c->timeout,
		.stopped = c->stopped,
		.grace = c->grace,
		.log = c->log,
		.log_to = c->log_to,
		.shared = c->shared };
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

/* Fails, because no broker has answered within the timeout. */
static int
fail_away(const struct client *c, struct err *err)
{
	return err_unreachable(err, "no broker answers%s%s",
	    c->away.text[0] != '\0' ? ": " : "", c->away.text);
}

/* Returns -1 if librdkafka has reported a fatal error. */
static int
check_failed(struct client *c, struct err *err)
{
	rd_kafka_poll(c->handle, 0);
	if (c->failed.text[0] == '\0')
		return 0;
	*err = c->failed;
	return -1;
}

/* Returns ms, or what is left of the timeout if that is less. */
static int
shorter(const struct client *c, int64_t since, int ms)
{
	int64_t left = (c->timeout - (clock_monotonic() - since)) / 1000000;

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
			return err_stopped(err);
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
