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
extern const struct suite suite;
extern const struct face check_face;

/* Exits 2 where options do not go together. */
void options_check(const struct route_options *);

/*
 * The plan that the options describe, pins included; empty but settled where
 * they name no arm, which they need not where the stream is only sharded.  -1
 * with err where a file of theirs is broken; exits 2 where an option is.
 */
int options_plan(const struct route_options *, struct plan *, struct err *);

#endif
