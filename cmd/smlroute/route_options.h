#ifndef SML_ROUTE_OPTIONS_H
#define SML_ROUTE_OPTIONS_H

#include "cli/options/opt.h"
#include "split/plan.h"

/* What a record without an id gets; the words of --on-missing. */
enum on_missing { MISSING_REJECT, MISSING_OTHERWISE };

struct route_options {
	struct common common;
	const char *key, *config, *pin;
	struct texts arms, shadows, outs;
	const char *otherwise, *fallback, *salt, *holdout, *gate, *shadow_share;
	const char *exec_env, *exposure, *shadow_out, *nodes, *out_shard;
	uint64_t shards;
	int method, buckets, weights, on_missing;
	bool reload, from_stream;
};

/* The command lines of smlroute itself, and of smlroute check. */
extern const struct program program;
extern const struct cli check_cli;

/* Exits with status 2 if options cannot be combined. */
void options_check(const struct route_options *);

/*
 * Makes the plan that the options describe, with its pins.  If the stream is only sharded, no
 * arm may be given; the plan is then empty but settled.  Returns -1 with err if a file that
 * the options name is bad; exits with status 2 if an option is bad.
 */
int options_plan(const struct route_options *, struct plan *, struct err *);

#endif
