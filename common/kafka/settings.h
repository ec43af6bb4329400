#ifndef SML_SETTINGS_H
#define SML_SETTINGS_H

#include "kafka/client.h"

/* One of a command's own settings; a list ends with a NULL name. */
struct client_setting {
	const char *name, *value;
	bool fixed; /* another value is wrong usage, because our promises depend on this one */
};

/* Where a user's settings come from; if two sources set one name, the later source wins. */
struct client_sources {
	/* The first source is the environment: KAFKA_BROKERS and the secrets (smlkafka(1)). */
	const char *file; /* its lines are NAME=VALUE; NULL: no file */
	/* NAME=VALUE, from the command line: no secrets allowed */
	const char *const *settings;
	size_t count;
	const char *brokers; /* bootstrap.servers; NULL: taken from the other sources */
};

enum client_configured {
	CLIENT_CONFIGURED,
	CLIENT_WRONG,	  /* a setting is wrong, or no broker is named */
	CLIENT_UNREADABLE /* the file cannot be read */
};

/*
 * Makes conf from the settings: first own, then the sources'.  A name that librdkafka does not
 * know may have kcat's prefix "topic.".  If the result is not CLIENT_CONFIGURED, err says why,
 * without the value of a secret; client_close frees conf.
 */
enum client_configured client_configure(struct client *, const struct client_sources *,
    const struct client_setting *own, struct err *);

#endif
