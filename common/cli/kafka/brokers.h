#ifndef SML_BROKERS_H
#define SML_BROKERS_H

#include "cli/options/opt.h"
#include "kafka/settings.h"

/* The options of every command that talks to Kafka. */
struct broker_options {
	const char *brokers;   /* -b */
	const char *file;      /* -F */
	struct texts settings; /* -X */
};

/*
 * The rows of these options in a command's table.  options: the command's struct; member: the
 * struct broker_options in it.
 */
/* clang-format off */
#define BROKER_OPTIONS(options, member) \
	{ 'b', "brokers", "LIST", OPT_TEXT, offsetof(options, member.brokers), 0, \
	    "brokers to ask first (default $KAFKA_BROKERS)", 0, 0 }, \
	{ 'F', "config", "FILE", OPT_TEXT, offsetof(options, member.file), OPT_IS_FILE, \
	    "take librdkafka's settings from FILE", 0, 0 }, \
	{ 'X', "set", "KEY=VALUE", OPT_LIST, offsetof(options, member.settings), 0, \
	    "a setting of librdkafka", 0, 0 }
/* clang-format on */

/*
 * Configures a client by these options and the command's own settings.  The client waits for
 * brokers until --timeout is over or a signal comes, and reports to the diag.  Exits 2 if a
 * setting is wrong or no broker is named, 1 if the file cannot be read.
 */
void brokers_configure(struct client *, const struct common *, const struct broker_options *,
    const struct client_setting *own);

#endif
