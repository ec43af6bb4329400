#ifndef SML_CALENDAR_H
#define SML_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define NS_PER_S INT64_C(1000000000)
#define S_PER_DAY INT64_C(86400)

/* A day of the proleptic Gregorian calendar; months and days count from 1. */
struct day {
	int year, month, day;
};

/* Convert a day to the number of days since 1970-01-01, and back (from year 0 on). */
int64_t days_of(struct day);
struct day day_of(int64_t days);

/* Returns whether this day exists. */
bool day_exists(struct day);

/*
 * Returns whether a leap second may come just before this second (since 1970): UTC has had
 * leap seconds at the end of June and December.
 */
bool second_after_leap(int64_t seconds);

/*
 * Makes an instant from seconds since 1970 and ns (0 to 1000000000).  Returns -1 if it is
 * outside the range of instants (time/instant.h).
 */
int instant_join(int64_t seconds, int64_t ns, int64_t *instant);

#endif
