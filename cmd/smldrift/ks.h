#ifndef SML_KS_H
#define SML_KS_H

#include <stdbool.h>
#include <stdint.h>

#include "ecdf.h"
#include "state/member.h"

enum { KS_MOST = 100000000 }; /* values in the largest reference and window */

struct ks_known;

/*
 * The two-sample Kolmogorov-Smirnov test at every value of a stream, of a
 * reference against a window that slides over the last values.
 *
 * The reference is given (ks_add_reference, ks_complete) or consists of the first
 * `window` values of the stream; the window starts empty after it.  There is no
 * test while the reference is incomplete or the window holds fewer than min values.
 */
struct ks {
	/* Set before ks_open: 1 <= min <= window <= KS_MOST. */
	uint64_t window, min;
	double alpha;
	bool reset; /* after an alarm the window becomes the reference */

	/* The state. */
	struct drift_value *reference;
	uint64_t references;	     /* how many values */
	struct drift_value *current; /* a ring of window values */
	uint64_t currents, next;     /* how many, and where the next one goes */
	bool complete;		     /* the reference is complete */
	bool in_alarm;		     /* the last test said drift: the alarm has been given */

	/* Derived from the state. */
	size_t room;	 /* capacity of reference */
	uint32_t *place; /* ecdf places of the values in the ring */
	struct ecdf ecdf;
	struct ks_known *known; /* a cache of p-values */
	int64_t gap_sound;	/* gaps up to here are no drift, */
	int64_t gap_drift;	/* gaps from here on are, */
	int64_t sized;		/* with this many current values */
	double *work;
};

/* The scalars of the state, without the counts, for a snapshot. */
extern const struct member ks_members[];

struct ks_verdict {
	bool tested;
	bool drift;	     /* p < alpha at this value */
	bool alarm;	     /* drift, and none at the test before */
	double statistic, p; /* NaN and 1 without a test */
};

/* Allocates all that ks needs.  Returns -1 if memory is short.  A zeroed struct may be closed. */
int ks_open(struct ks *);
void ks_close(struct ks *);

/*
 * Adds a value to a reference that is not complete.  Returns -1 with errno ENOMEM, or
 * EOVERFLOW beyond KS_MOST.
 */
int ks_add_reference(struct ks *, struct drift_value);

/*
 * Ends the reference, which has at least one value.  (ks_step does it for a reference
 * made of the stream.)  Returns -1 if memory is short.
 */
int ks_complete(struct ks *);

/*
 * Takes the next value of the stream and tests.  numbers: fill in statistic and p at every
 * test; without it only an alarm has them, which saves most p-values.  Returns -1, the value
 * not taken, if memory is short.
 */
int ks_step(struct ks *, struct drift_value, bool numbers, struct ks_verdict *);

/*
 * Load a state in this order: ks_clear; ks_add_reference for each value of the reference;
 * ks_load for each value of the ring, from its start; then set the scalars; ks_resume.
 * Return -1 with errno ENOMEM, or EINVAL if these do not fit each other or the window.
 */
void ks_clear(struct ks *);
int ks_load(struct ks *, struct drift_value);
int ks_resume(struct ks *);

#endif
