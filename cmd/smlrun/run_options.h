#ifndef SML_RUN_OPTIONS_H
#define SML_RUN_OPTIONS_H

#include "cli/kafka/brokers.h"
#include "cli/options/opt.h"
#include "commit/commit.h"
#include "kafka/position.h"
#include "sink/sink_names.h"

/* The options of smlrun without a command, converted to values. */
struct run_options {
	struct common common; /* the options that all programs share must come first */
	const char *folder;   /* --state */
	const char *to, *every;
	struct texts from, to_by;
	bool follow;		 /* the last file may grow */
	int64_t barrier_timeout; /* ns; 0: none */
	uint64_t retries, snapshot_every;
	struct run_shards shards; /* --shards, -k, --block */
	struct broker_options brokers;
	const char *group, *instance, *to_key, *offset; /* -G, --instance, --to-key, -o */
	int format;					/* of MESSAGE_FORMATS */
	bool ends, adopt, standby;			/* -e, --adopt, --standby */
	bool merge;	    /* one pipeline reads all partitions, in the order of time */
	int64_t merge_wait; /* ns: how long to wait for a partition without messages */

	const char *pipeline;	 /* the command */
	int64_t every_ns;	 /* a barrier is due after this time; 0: never */
	uint64_t every_records;	 /* a barrier is due after this many records; 0: never */
	const char *from_topic;	 /* TOPIC[:P,...]; NULL: files are read */
	struct sink_names sinks; /* the sinks that --to and --to-by name */
	const char *to_topic;	 /* the first sink that is a topic; NULL: none */
	/* TOPIC of --rejects kafka:TOPIC; NULL: a file, or not given */
	const char *rejects_topic;
	struct position position; /* of -o */
	int64_t transaction_ns;	  /* how long a transaction may be open */
};

/* Returns the value of --carry, or NULL. */
static inline const char *
run_options_carry(const struct run_options *o)
{
	return o->common.carry == 0 ? "model" : NULL;
}

/* Returns the value of --format, or NULL if lines of files are read as they are. */
const char *run_options_format(const struct run_options *);

/*
 * These read the values of --from, and of --to, --to-by and --rejects.  Both exit with status 2
 * if an option is wrong.
 */
void run_options_read_source(struct run_options *);
void run_options_read_sinks(struct run_options *);

/*
 * Returns whether some sink is not a topic: there, results of several partitions need an
 * order.
 */
bool run_options_order(const struct run_options *);

/*
 * Gives each partition a copy of the pipeline: sets the options as --merge and --shards would.
 */
void run_options_share_by_partition(struct run_options *, size_t partitions);

/* Reads the options; exits 2 if one is wrong. */
void run_options_read(struct run_options *, int argc, char **argv);
void run_options_free(struct run_options *);

#endif
