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

/* smlroute itself, and smlroute check. */
extern const struct program program;
extern const struct cli check_cli;

/* Exits 2 if options do not go together. */
void options_check(const struct route_options *);

/*
 * Makes the plan that the options describe, pins included.  If the stream is only
 * sharded they may name no arm; the plan is then empty but settled.  Returns -1 with
 * err if one of their files is bad; exits 2 if an option is.
 */
int options_plan(const struct route_options *, struct plan *, struct err *);

#endif
