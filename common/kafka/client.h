#ifndef SML_CLIENT_H
#define SML_CLIENT_H

#include <librdkafka/rdkafka.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * A handle of librdkafka: its settings, whether its brokers answer, and what went wrong.  Each
 * function that returns -1 fills err, and sets err->unreachable if trying again may help.
 * Nothing is printed: what librdkafka itself reports goes to log.
 *
 *	struct client client = { .timeout = …, .stopped = …, .log = …, .log_to = … };
 *	client_configure(&client, &sources, own, &err);		(settings.h)
 *	rd_kafka_conf_set_dr_msg_cb(client.conf, delivered);
 *	client_start(&client, RD_KAFKA_PRODUCER, &err);
 *
 * A wait also ends, with -1, when stopped returns true.
 */
enum client_log {
	CLIENT_ERROR, /* an error that does not end the run */
	CLIENT_LOG,   /* a warning from librdkafka's log */
	CLIENT_DEBUG  /* what the setting "debug" asks for */
};

struct client {
	/* The caller sets these before client_configure. */
	int64_t timeout;      /* ns: how long to wait for brokers; 0: for ever */
	int (*stopped)(void); /* returns not 0 if waits must end; NULL: they need not */
	int64_t grace;	      /* ns: how long waits may last after that */
	void (*log)(void *log_to, enum client_log, const char *text);
	void *log_to;
	void *owner; /* the command's, for its callbacks, whose opaque is the client */

	/* Set this before client_start if the settings are for a consumer and a producer. */
	bool shared;

	rd_kafka_conf_t *conf; /* until client_start */
	rd_kafka_t *handle;    /* after client_start */

	bool unknown; /* a topic or partition was reported missing; the caller resets it */

	/* The rest is private to client.c. */
	struct err failed;     /* a fatal error; no text: there was none */
	struct err away;       /* why no broker answers */
	int64_t stopped_since; /* monotonic ns; 0: not yet */
	int64_t away_since;    /* monotonic ns; 0: a broker answers */
	int64_t asked;	       /* when the brokers were last asked whether they are back */
	bool reached;	       /* a broker has answered */
};

/* Makes librdkafka report its errors and logs to the client; client_configure calls it. */
void client_watch(struct client *);

/* Returns whether waits must end. */
bool client_stopped(struct client *);

/* Makes the handle, without connecting yet.  Set callbacks in conf before that. */
int client_start(struct client *, rd_kafka_type_t, struct err *);

/*
 * Makes another client with the settings of this one, for requests that would disturb what
 * this one reads.  Set further settings in its conf before client_start.
 */
void client_copy(const struct client *, struct client *copy);

/* Returns the value of a numeric setting, before client_start. */
int64_t client_number(const struct client *, const char *setting);

/*
 * Frees everything; accepts all zeroes.  Before this call, a consumer must leave its group
 * (rd_kafka_consumer_close), and a producer must be flushed.
 */
void client_close(struct client *);

/*
 * Returns -1 if the brokers refuse us, or none has answered within the timeout.  Call it from
 * time to time, in addition to rd_kafka_poll or rd_kafka_consumer_poll.  It takes up to half a
 * second while no broker answers.
 */
int client_check(struct client *, struct err *);

/*
 * Fills err with "what: why" (what may be NULL), and sets err->unreachable if trying again may
 * help.  Always returns -1.
 */
int client_fail(rd_kafka_resp_err_t, const char *what, struct err *);

/* Returns whether the code means that a topic or partition does not exist. */
bool client_is_unknown(rd_kafka_resp_err_t);

/*
 * Asks for the partitions of a topic, which must exist, or of all topics (NULL).  Waits for a
 * broker, up to the timeout.  The caller frees the answer with rd_kafka_metadata_destroy.
 */
int client_metadata(struct client *, const char *topic, const struct rd_kafka_metadata **,
    struct err *);

/*
 * Fills in an offset for each partition of the list: the first offset (CLIENT_BEGINNING); the
 * offset after the last one (CLIENT_END; with isolation.level=read_committed the last stable
 * offset); or the first offset with timestamp when (ms) or later, RD_KAFKA_OFFSET_END if there
 * is none.  Asks each broker once for all its partitions.  Waits as client_metadata does.
 */
enum { CLIENT_END = -1, CLIENT_BEGINNING = -2 };
int client_offsets(struct client *, rd_kafka_topic_partition_list_t *, int64_t when,
    struct err *);

/* Does the same for one partition. */
int client_offset(struct client *, const char *topic, int32_t partition, int64_t when,
    int64_t *offset, struct err *);

/*
 * Returns -1 if this offset is after the last one of the partition.  end: the partition's end,
 * from client_offsets.  Offsets after end may still exist, because end may be the last stable
 * offset; so the brokers are asked about these (if they do not answer, this returns 0).
 * whose: text to put after the offset in the message: ", where the group stopped,".
 */
int client_check_offset(struct client *, const rd_kafka_topic_partition_t *end, int64_t offset,
    const char *whose, struct err *);

/*
 * Calls request, with a time-out in ms, until it succeeds, it fails for good, or the client's
 * timeout is over.  what: what messages call the request's object, such as "group g".
 */
int client_request(struct client *, rd_kafka_resp_err_t (*request)(void *, int ms), void *,
    const char *what, struct err *);

#endif
