#ifndef SML_CLIENT_H
#define SML_CLIENT_H

#include <librdkafka/rdkafka.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/options/opt.h"

/*
 * A handle of librdkafka: how it is configured, whether its brokers answer,
 * and what went wrong, in one line.  Each function here that returns -1 has
 * filled err, and err->away where it helps to try again (output_fail and
 * stream_fail exit with EXIT_TRY_AGAIN then):
 *
 *	client_configure(&client, &o.common, &o.client, own);
 *	rd_kafka_conf_set_dr_msg_cb(client.conf, delivered);
 *	if (client_start(&client, RD_KAFKA_PRODUCER, &err) == -1)
 *		output_fail(&output, &err);
 *
 * Where a signal stopped a wait, -1 comes too: sig_came() tells.
 */

/* What all commands are told of the brokers. */
struct client_options {
	const char *brokers;   /* -b */
	const char *file;      /* -F */
	struct texts settings; /* -X */
};

/* Their rows in the table of a command, whose struct has them as member. */
/* clang-format off */
#define CLIENT_OPTIONS(options, member) \
	{ 'b', "brokers", "LIST", OPT_TEXT, offsetof(options, member.brokers), 0, \
	    "brokers to ask first (default $KAFKA_BROKERS)", 0, 0 }, \
	{ 'F', "config", "FILE", OPT_TEXT, offsetof(options, member.file), OPT_IS_FILE, \
	    "take librdkafka's settings from FILE", 0, 0 }, \
	{ 'X', "set", "KEY=VALUE", OPT_LIST, offsetof(options, member.settings), 0, \
	    "a setting of librdkafka", 0, 0 }
/* clang-format on */

/* One of the command's own settings; a list of them ends with a NULL name. */
struct client_setting {
	const char *name, *value;
	bool fixed; /* another value is wrong usage: what we promise hangs on this one */
};

struct client {
	struct common *common; /* borrowed */
	void *owner; /* the command's, for its callbacks: their opaque is the client */
	rd_kafka_conf_t *conf; /* until client_start */
	rd_kafka_t *handle;    /* from then on */

	/* What follows is client.c's own. */
	struct err failed;  /* beyond help; no text: nothing is */
	struct err away;    /* why no broker answers */
	int64_t away_since; /* monotonic ns; 0: one answers */
	int64_t asked;	    /* when the brokers were last asked whether they are back */
	bool reached;	    /* one has answered */
};

/*
 * Makes conf of the settings: the command's own, then those of the
 * environment, of -F, of -X and -b, the later ones winning.  Exits 2 where one
 * is wrong, or no broker is named, 1 where the file cannot be read.  Logs and
 * errors of librdkafka are taken care of.
 */
void client_configure(struct client *, struct common *, const struct client_options *,
    const struct client_setting *own);

/*
 * Makes the handle.  Reaches nobody yet; callbacks of the command's own are
 * set in conf before.
 */
int client_start(struct client *, rd_kafka_type_t, struct err *);

/*
 * Closes and frees everything; takes one of all zeroes.  A consumer that is in
 * a group leaves it before (rd_kafka_consumer_close), a producer is flushed.
 */
void client_close(struct client *);

/*
 * To be called now and then, beside rd_kafka_poll or rd_kafka_consumer_poll,
 * which must go on being called: -1 where the brokers refuse us, or none has
 * answered for --timeout.  May take half a second
 * while none answers.
 */
int client_check(struct client *, struct err *);

/*
 * Fills err with "what: why", away where it helps to try again.  Always
 * returns -1.  what may be NULL.
 */
int client_fail(rd_kafka_resp_err_t, const char *what, struct err *);

/*
 * What there is: one topic, which must be there, or all (topic NULL).  Waits
 * for a broker up to --timeout.  The caller frees it by
 * rd_kafka_metadata_destroy.
 */
int client_metadata(struct client *, const char *topic, const struct rd_kafka_metadata **,
    struct err *);

/*
 * Fills in the offset of each partition of the list: the first one
 * (CLIENT_BEGINNING), the one behind the last (CLIENT_END; under
 * isolation.level=read_committed the last stable offset), or the first whose
 * timestamp is when (ms) or later, RD_KAFKA_OFFSET_END where none is.  All
 * partitions of a broker in one request.  Waits as client_metadata does.
 */
enum { CLIENT_END = -1, CLIENT_BEGINNING = -2 };
int client_offsets(struct client *, rd_kafka_topic_partition_list_t *, int64_t when,
    struct err *);

/*
 * Repeats a request until it is answered, refused, or --timeout is over:
 * request is called with a time-out in ms and what it returns decides.  In
 * between errors are looked at.  what: for the message, as "the offsets of
 * group g".
 */
int client_request(struct client *, rd_kafka_resp_err_t (*request)(void *, int ms), void *,
    const char *what, struct err *);

#endif
