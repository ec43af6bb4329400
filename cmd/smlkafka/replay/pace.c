/* Decides when the next record of a replay is due. */
#include "replay/pace.h"

static const double second = 1e9, caught_up = 1e8; /* ns */

/* Converts a double to an instant of the clock; INT64_MAX if it is beyond. */
static int64_t
later(int64_t from, double ns)
{
	int64_t due;

	/* The largest double below 2^63 is 1024 less. */
	if (ns >= 0x1p63 || __builtin_add_overflow(from, (int64_t)ns, &due))
		return INT64_MAX;
	return due;
}

/* Computes when a record is due by the records' times. */
static int64_t
due_by_time(const struct pace *pace, int64_t time)
{
	int64_t since;

	if (time <= pace->first_time)
		return pace->first_due;
	/* The difference between very early and very late times does not fit. */
	if (__builtin_sub_overflow(time, pace->first_time, &since))
		since = INT64_MAX;
	return later(pace->first_due, (double)since / pace->speed);
}

/*
 * Computes when a record is due by the rate, and counts the record.  due: when it is due by
 * its time.
 */
static int64_t
due_by_rate(struct pace *pace, int64_t due, int64_t now)
{
	double ready = (double)((due > now ? due : now) - pace->first_due);
	double next = pace->next;

	if (next < ready - caught_up)
		next = ready - caught_up;
	pace->next = next + second / pace->rate;
	return later(pace->first_due, next);
}

int64_t
pace_due(struct pace *pace, int64_t time, int64_t now)
{
	int64_t due = now, by_rate;

	if (!pace->begun) {
		pace->begun = true;
		pace->first_time = time;
		pace->first_due = now;
	}
	if (pace->speed > 0)
		due = due_by_time(pace, time);
	if (pace->rate > 0) {
		by_rate = due_by_rate(pace, due, now);
		if (by_rate > due)
			due = by_rate;
	}
	return due;
}
