#ifndef SML_EXPOSURE_H
#define SML_EXPOSURE_H

#include "cli/stream/side.h"
#include "json/edit.h"
#include "split/plan.h"

/*
 * Who was given what, and why: a record an assignment,
 *
 *	{"id":…,"arm":"…","bucket":…,"reason":"…"}
 *
 * the id as its record spells it, null where there is none; the bucket null
 * where none decided.
 */
struct exposure {
	struct side side;
	struct edit *edit;
	int id, arm, bucket, reason; /* members */
};

/* Creates path, which is borrowed. */
int exposure_open(struct exposure *, const char *path, struct err *);

/* Errors of the file stick until the next flush. */
int exposure_write(struct exposure *, struct value id, const struct arm *,
    const struct assignment *, struct err *);

/* Takes one that was never opened. */
int exposure_close(struct exposure *, struct err *);

#endif
