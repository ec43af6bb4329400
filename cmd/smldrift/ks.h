#ifndef SML_KS_H
#define SML_KS_H

#include <stdbool.h>
#include <stdint.h>

#include "ecdf.h"
#include "state/member.h"

enum { KS_MOST = 100000000 }; /* values in the largest reference and window */

struct ks_known;

/*
 * The two-sample Kolmogorov-Smirnov test, made at every value of a stream: it compares a
 * reference with a window that slides over the last values.
 *
 * The reference is given (ks_add_reference, ks_complete) or consists of the first `window`
 * values of the stream; the window starts empty after it.  There is no test while the
 * reference is incomplete or the window holds fewer than min values.
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
	uint64_t currents, next;     /* how many; where the next value goes */
	bool complete;		     /* the reference is complete */
	bool in_alarm;		     /* the last test said drift: the alarm has been given */

	/* The members below are derived from the state. */
	size_t room;	 /* capacity of reference */
	uint32_t *place; /* ecdf places of the values in the ring */
	struct ecdf ecdf;
	struct ks_known *known; /* a cache of p-values */
	int64_t gap_sound;	/* gaps up to this are not drift */
	int64_t gap_drift;	/* gaps from this on are drift */
	int64_t sized;		/* the number of current values for which the two are valid */
	double *work;
};

/* The scalars of the state that a snapshot has; not the counts. */
extern const struct member ks_members[];

struct ks_verdict {
	bool tested;
	bool drift;	     /* p < alpha at this value */
	bool alarm;	     /* there is drift, but there was none at the test before */
	double statistic, p; /* NaN and 1 without a test */
};

/*
 * Allocates all that ks needs.  Returns -1 if memory is short.  ks_close does nothing if all
 * is zero.
 */
int ks_open(struct ks *);
void ks_close(struct ks *);

/*
 * Adds a value to a reference that is not complete.  Returns -1 with errno ENOMEM, or
 * EOVERFLOW beyond KS_MOST.
 */
int ks_add_reference(struct ks *, struct drift_value);

/*
 * Ends the reference, which must have at least one value.  (If the reference is made of the
 * stream, ks_step does this.) Returns -1 if memory is short.
 */
int ks_complete(struct ks *);

/*
 * Takes the next value of the stream and tests.  numbers: fill in statistic and p at every
 * test, not only at an alarm; if false, most p-values need not be computed.  Returns -1 if
 * memory is short; the value is then not taken.
 */
int ks_step(struct ks *, struct drift_value, bool numbers, struct ks_verdict *);

/*
 * These load a state, in this order: call ks_clear; ks_add_reference for each value of the
 * reference; ks_load for each value of the ring, from its start; then set the scalars; call
 * ks_resume.  They return -1 with errno ENOMEM, or EINVAL if the parts of the state do not fit
 * each other or the window.
 */
void ks_clear(struct ks *);
int ks_load(struct ks *, struct drift_value);
int ks_resume(struct ks *);

#endif
