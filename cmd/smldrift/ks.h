#ifndef SML_KS_H
#define SML_KS_H

#include <stdbool.h>
#include <stdint.h>

#include "ecdf.h"
#include "state/member.h"

enum { KS_MOST = 100000000 }; /* values in the largest reference and window */

struct ks_known;

/*
 * The two-sample Kolmogorov-Smirnov test at every value of a stream: of a
 * reference against a window that slides over the last values.
 *
 * The reference is given (ks_refer, ks_complete) or made of the first values of
 * the stream; the window starts empty after it.  There is no test while the
 * reference is incomplete or the window holds fewer than min values.
 */
struct ks {
	/* Set before ks_open: 1 <= min <= window <= KS_MOST. */
	uint64_t window, min;
	double alpha;
	bool reset; /* after an alarm the window becomes the reference */

	/* The state. */
	double *reference;
	uint64_t references;	 /* how many values */
	double *current;	 /* a ring of window values */
	uint64_t currents, next; /* how many, and where the next one goes */
	bool complete;		 /* the reference is */
	bool episode;		 /* the last test said drift: the alarm has been given */

	/* What follows from it. */
	uint64_t room;	 /* in reference */
	uint32_t *place; /* of the values in the ring */
	struct ecdf ecdf;
	struct ks_known *known; /* p-values, so that none is computed twice in a row */
	int64_t gap_sound,
	    gap_drift; /* gaps are no drift up to the first, drift from the second on, */
	int64_t sized; /* for so many current values */
	double *work;
};

/* The scalars of the state but for the counts, for a snapshot. */
extern const struct member ks_members[];

struct ks_verdict {
	bool tested;
	bool drift;	     /* p < alpha at this value */
	bool alarm;	     /* and at the test before it was not */
	double statistic, p; /* NaN and 1 without a test */
};

/* -1 where memory is short.  A struct of zero bytes may be closed. */
int ks_open(struct ks *);
void ks_close(struct ks *);

/*
 * Adds a value to a reference that is not complete.  -1 with errno: ENOMEM, or
 * EOVERFLOW beyond KS_MOST.
 */
int ks_refer(struct ks *, double);

/*
 * The reference, of one value at least, is complete; where the stream itself
 * gives it ks_step says so.  -1 where memory is short.
 */
int ks_complete(struct ks *);

/*
 * Takes the next value of the stream and tests.  With numbers the verdict has
 * statistic and p at every test, without them only at an alarm, which spares
 * most p-values.  -1 where memory is short; the value was not taken then.
 */
int ks_step(struct ks *, double, bool numbers, struct ks_verdict *);

/*
 * Loading a state: ks_clear, ks_refer each value of the reference, ks_load each
 * of the ring from its start, set the scalars, ks_resume.  -1 with errno: ENOMEM,
 * or EINVAL where these do not fit each other or the window.
 */
void ks_clear(struct ks *);
int ks_load(struct ks *, double);
int ks_resume(struct ks *);

#endif
