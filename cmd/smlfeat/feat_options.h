#ifndef SML_FEAT_OPTIONS_H
#define SML_FEAT_OPTIONS_H

#include "cli/options/opt.h"
#include "store/store.h"

/* The options of all commands; each takes those in its table. */
struct feat_options {
	struct common common;
	struct texts stores; /* -s: a URL, or several NAME=URL; none: SML_STORE, the default */
	struct store_options store;
	const char *server_ttl; /* a duration; NULL: not given */
	int64_t ttl;		/* ns; 0: none */
	struct texts ttl_for;	/* NAME=DUR */
	int64_t max_age;	/* ns; 0: any */
	/* NAME=JSON: defaults of features, not of the records' fields */
	struct texts defaults;
	const char *status;   /* the member's name */
	int64_t now;	      /* --now, or INSTANT_NONE: the clock */
	bool event_time_only; /* the clock does not decide what has expired */
};

#define OPTION(member) offsetof(struct feat_options, member)

/*
 * The options of every command that opens a store; after them, those of commands that read or
 * write records.
 */
#define STORE_OPTIONS \
	{ 's', "store", "[NAME=]STORE", OPT_LIST, OPTION(stores), 0, \
		"lmdb:PATH, redis://[USER@]HOST[:PORT][/DB] or redis+unix:PATH (default: " \
		"$SML_STORE, or lmdb:./features)", \
		0, 0 }, \
	    { 0, "prefix", "TEXT", OPT_TEXT, OPTION(store.prefix), 0, \
		    "separates these features from others in the store", 0, 0 }, \
	    { 0, "layout", "hash|string", OPT_CHOICE, OPTION(store.layout), 0, \
		    "how features are kept in Redis", 0, 0 }, \
	{ \
		0, "password-file", "FILE", OPT_TEXT, OPTION(store.password_file), \
		    OPT_IS_FILE, "password for Redis (default: $SML_REDIS_PASSWORD)", 0, 0 \
	}
#define DEPTH_OPTIONS \
	{ \
		0, "depth", "N", OPT_COUNT, OPTION(store.depth), 0, \
		    "requests in flight, or records of a transaction; 0: automatic", 0, \
		    100000 \
	}
#define LMDB_OPTIONS \
	{ 0, "sync", "always|barrier|never", OPT_CHOICE, OPTION(store.sync), 0, \
		"when LMDB waits for the disk", 0, 0 }, \
	{ \
		0, "map-size", "SIZE", OPT_COUNT, OPTION(store.map_size), 0, \
		    "how large LMDB's file may grow", 1 << 20, 0 \
	}
#define WRITE_OPTIONS \
	DEPTH_OPTIONS, LMDB_OPTIONS, \
	{ \
		0, "on-failure", "wait|stop", OPT_CHOICE, OPTION(store.on_failure), 0, \
		    "what to do while Redis is away", 0, 0 \
	}
#define TTL_OPTIONS \
	{ \
		0, "ttl", "DUR", OPT_DURATION, OPTION(ttl), 0, \
		    "expire this long after the event; 0: never", 0, 0 \
	}
#define EVENT_TIME_OPTIONS \
	{ \
		0, "event-time-only", NULL, OPT_FLAG, OPTION(event_time_only), 0, \
		    "go by the highest event time though the clock has not reached it", 0, 0 \
	}
#define NO_OPTIONS \
	{ \
		0, NULL, NULL, 0, 0, 0, NULL, 0, 0 \
	}

/* Sets the defaults; call it before opt_parse. */
void options_begin(struct feat_options *);

/* Reads the options that are texts; exits with status 2 if one is wrong. */
void options_settle(struct feat_options *);

/*
 * Opens the store that the options describe; borrows the options.  On failure, exits with
 * status 2 if the options are wrong, 75 if a server is unreachable, otherwise 1.
 */
struct store *options_store(const struct feat_options *);

/* Returns --now, or the time of the clock; ns. */
int64_t options_now(const struct feat_options *);

/*
 * Finds the time that decides what has expired, for commands that read no records.  It is
 * --now if given; otherwise, if put used -t, the highest event time put, but (unless
 * event_time_only) not later than the clock; otherwise the clock.  Returns -1 with err.
 */
int options_store_now(const struct feat_options *, struct store *, int64_t *now, struct err *);

/* The commands: each parses its own arguments and returns the exit status. */
struct feat_command {
	struct cli cli;
	int (*run)(struct feat_options *);
};
extern const struct feat_command put_command, get_command, del_command, scan_command,
    dump_command, load_command, sweep_command, stat_command, check_command;

#endif
