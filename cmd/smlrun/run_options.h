#ifndef SML_RUN_OPTIONS_H
#define SML_RUN_OPTIONS_H

#include "cli/options/opt.h"

/* The options of smlrun without a command, and what they mean. */
struct run_options {
	struct common common; /* what all tools share comes first */
	const char *folder;   /* --state */
	const char *to, *every;
	struct texts from;
	bool follow;		 /* the last of them may grow */
	int64_t barrier_timeout; /* ns; 0: none */
	uint64_t retries, snapshot_every;

	const char *pipeline;	/* the command */
	int64_t every_ns;	/* a barrier is due after so long; 0: never */
	uint64_t every_records; /* and after so many records; 0: never */
};

/* Reads the options; exits 2 if one is wrong. */
void run_options_read(struct run_options *, int argc, char **argv);
void run_options_free(struct run_options *);

#endif
