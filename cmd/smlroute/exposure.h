#ifndef SML_EXPOSURE_H
#define SML_EXPOSURE_H

#include "cli/stream/side_file.h"
#include "json/edit.h"
#include "split/plan.h"

/*
 * The log of assignments (--exposure), a record for each:
 *
 *	{"id":…,"arm":"…","bucket":…,"reason":"…"}
 *
 * id is spelt as in its record, or null if there is none; bucket is null if no bucket
 * decided.
 */
struct exposure {
	struct side_file side;
	struct edit *edit;
	int id, arm, bucket, reason; /* members */
};

/* Creates the file named path, which is borrowed.  attempt: as in side_file_open_part. */
int exposure_open(struct exposure *, const char *path, const char *attempt, struct err *);

/* Writes an assignment.  The next flush reports errors of the file. */
int exposure_write(struct exposure *, struct value id, const struct arm *,
    const struct assignment *, struct err *);

/* Closes the file; does nothing if it was never opened. */
int exposure_close(struct exposure *, struct err *);

#endif
