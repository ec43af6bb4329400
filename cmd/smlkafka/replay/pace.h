/*
 * Decides when records with times are due to be written, on a clock that the caller reads.
 *
 * With a speed, the time between a record and the first record is the difference of their
 * times, divided by the speed.  A record that is earlier than one already written is due
 * immediately.  So is everything that is overdue, to catch up after a slow reader.  With a
 * rate, records are due 1/rate seconds apart.  After a delay, at most the records of a tenth
 * of a second are caught up, so that the rate holds.  With both, a record is due when both say
 * so.
 *
 * If the struct is all zeroes, every record is due immediately.  Set speed and rate before the
 * first pace_due.
 */
#ifndef SML_PACE_H
#define SML_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	double speed; /* how many times as fast as the records' times; 0: no limit */
	double rate;  /* records a second; 0: no limit */
	bool begun;
	int64_t first_time, first_due; /* of the first record, ns */
	double next; /* ns after first_due at which the rate allows the next record */
};

/*
 * Returns when the next record, of this time (ns, any epoch), is due on the caller's clock
 * (ns); INT64_MAX if that is beyond the clock.  now may be an earlier reading of the clock if
 * the caller has not waited since.
 */
int64_t pace_due(struct pace *, int64_t time, int64_t now);

#endif
