/*
 * pace: when records of known times are to go out, on a clock that the caller reads.
 *
 * With a speed, a record goes out as long after the first one as its time says, divided by
 * the speed: times between records are kept.  A record that is earlier than one already
 * written goes immediately.  So does everything that is overdue, to catch up after a slow
 * reader.  With a rate, records go out 1/rate apart.  After a delay, no more than a tenth of
 * a second is caught up with, so that the rate holds.  With both, both hold.
 *
 * A struct of zero bytes holds nothing back; set speed and rate before the first pace_due.
 */
#ifndef SML_PACE_H
#define SML_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	double speed; /* times as fast as the records' times; 0: any */
	double rate;  /* records a second; 0: any number */
	bool begun;
	int64_t first_time, first_due; /* of the first record, ns */
	double next;		       /* ns after first_due: not before this by the rate */
};

/*
 * Returns when the next record, of this time (ns, any epoch), is due on the caller's clock
 * (ns); INT64_MAX if that is beyond the clock.  now may be a reading of the clock for an
 * earlier record, if the caller has not waited since.
 */
int64_t pace_due(struct pace *, int64_t time, int64_t now);

#endif
