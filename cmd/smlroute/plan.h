#ifndef SML_PLAN_H
#define SML_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arm.h"
#include "pins.h"
#include "rendezvous.h"
#include "split.h"

/* How ids are split between arms; the words of --method. */
enum method { METHOD_CLASSIC, METHOD_RENDEZVOUS };
#define PLAN_METHODS "classic|rendezvous"

/* A part of all ids, drawn by a hash of its own. */
struct share {
	bool set;
	uint32_t size; /* hundredths of a percent */
	struct salt salt;
};

/* Why an id has its arm. */
enum reason { REASON_SPLIT, REASON_PIN, REASON_HOLDOUT, REASON_GATE, REASON_OTHERWISE };
enum { REASONS = REASON_OTHERWISE + 1 };

/*
 * Who gets which arm.  Filled from options or a configuration, then settled by
 * plan_settle; read only from then on.
 */
struct plan {
	struct arms arms, shadows;
	uint32_t otherwise; /* the arm where nothing else says which */
	int64_t fallback;   /* the arm that answers for one that cannot; -1: none */
	enum method method;
	uint32_t buckets; /* SPLIT_COARSE or SPLIT_FINE */
	struct salt salt;
	struct share holdout, gate;
	struct share shadowed; /* whose requests shadows see */
	struct pins pins;
	uint32_t *arm_of; /* by bucket, PLAN_NO_ARM beyond the weights; classic */
	struct rendezvous nodes;
};

#define PLAN_NO_ARM UINT32_MAX

/* What was decided for one id. */
struct assignment {
	uint32_t arm;
	int32_t bucket; /* that decided: of the split, the holdout or the gate; -1: none */
	enum reason reason;
};

/*
 * Checks what can be wrong with the whole: no arm, weights beyond 100 percent,
 * or finer than the buckets; and makes ready what plan_assign needs.
 */
int plan_settle(struct plan *, struct err *);

/* The arm of the id of n bytes; never fails. */
void plan_assign(const struct plan *, const void *id, size_t n, struct assignment *);

/* The assignment of a record without an id. */
void plan_assign_none(const struct plan *, struct assignment *);

/* Whether shadows get the request of this id. */
bool plan_shadows(const struct plan *, const void *id, size_t n);

/* "split", "pin", "holdout", "gate", "otherwise". */
const char *reason_name(enum reason);

/* Takes one of all zeroes. */
void plan_free(struct plan *);

#endif
