#ifndef SML_PLAN_H
#define SML_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keyed/rendezvous.h"
#include "split/arm.h"
#include "split/pins.h"
#include "split/md5_bucket.h"

/* How ids are split between arms; the words of --method, and those of --buckets. */
enum method { METHOD_CLASSIC, METHOD_RENDEZVOUS };
#define PLAN_METHODS "classic|rendezvous"
#define PLAN_BUCKETS "100|10000"
#define PLAN_WEIGHTS "percent|relative"

/* A part of all ids, chosen by a hash of its own. */
struct share {
	bool set;
	uint32_t size; /* hundredths of a percent */
	char *salt;    /* as given, owned; NULL: the default of plan_settle */
	struct salt begun;
};

/* Why an id has its arm. */
enum reason { REASON_SPLIT, REASON_PIN, REASON_HOLDOUT, REASON_GATE, REASON_OTHERWISE };
enum { REASONS = REASON_OTHERWISE + 1 };

/*
 * Which id gets which arm.  It is filled from options or a configuration, settled by
 * plan_settle, and only read from then on.  All zeroes is an empty plan.
 */
struct plan {
	struct arms arms, shadows;
	char *otherwise_name, *fallback_name; /* as given; owned; may be NULL */
	char *salt;			      /* owned, or NULL */
	int method;			      /* enum method */
	bool fine;			      /* 10,000 buckets instead of 100 */
	bool relative;			      /* weights are parts of their sum, not percent */
	struct share holdout, gate;
	struct share shadow; /* the ids that shadows see; not set: all */
	struct pins pins;    /* by numbers of arms: add them after all arms */

	/* Set by plan_settle. */
	uint32_t otherwise; /* the arm if no rule gives another */
	uint32_t left;	    /* hundredths of a percent that the weights leave to otherwise */
	int64_t fallback;   /* the arm that answers if another cannot; -1: none */
	uint32_t *arm_of;   /* classic: of each bucket; PLAN_NO_ARM beyond the weights */
	struct salt begun;
	/* one for each arm, and one for the ids that the weights leave */
	struct rendezvous nodes;
};

#define PLAN_NO_ARM UINT32_MAX

/* The decision for one id. */
struct assignment {
	uint32_t arm;
	int32_t bucket; /* the bucket that decided, of the split, holdout or gate; -1: none */
	enum reason reason;
};

/* Reads "SHARE" or "SHARE:SALT", as --holdout and --gate take it. */
int plan_share(struct share *, const char *text, struct err *);

/*
 * Prepares a plan for plan_assign.  Returns -1 with err if there is no arm; if the weights add
 * up to more than 100 percent, are finer than the buckets, or look like fractions; or if a
 * given name is not the name of an arm.
 */
int plan_settle(struct plan *, struct err *);

/*
 * Assigns an arm to the id of n bytes.  The first of these that applies decides: pin,
 * holdout, gate, split, otherwise.
 */
void plan_assign(const struct plan *, const void *id, size_t n, struct assignment *);

/* Makes the assignment of a record without an id: the arm is otherwise. */
void plan_assign_none(const struct plan *, struct assignment *);

/* Returns whether shadows get the requests of this id. */
bool plan_shadowed(const struct plan *, const void *id, size_t n);

/* Returns "split", "pin", "holdout", "gate" or "otherwise". */
const char *reason_name(enum reason);

void plan_free(struct plan *);

#endif
