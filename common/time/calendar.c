/* Days, seconds and instants. */
#include "time/calendar.h"
#include "time/instant.h"

/*
 * Counts days from 0000-03-01, so that a leap day is the last day of its year: the first m
 * months from March on have (153 m + 2) / 5 days (Richards, Mapping Time, 1998, chapter 25).
 */
#define DAYS_TO_1970 719468

int64_t
days_of(struct day d)
{
	int early = d.month <= 2;
	int64_t year = d.year - early, month = d.month - 3 + 12 * early;

	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
	    d.day - 1 - DAYS_TO_1970;
}

struct day
day_of(int64_t days)
{
	int64_t n = days + DAYS_TO_1970; /* never negative within an instant */
	int64_t century = (4 * n + 3) / 146097, of_century = n - 146097 * century / 4;
	int64_t year = (4 * of_century + 3) / 1461, of_year = of_century - 1461 * year / 4;
	int64_t month = (5 * of_year + 2) / 153;
	int early = month >= 10;

	return (struct day){
		.year = (int)(100 * century + year + early),
		.month = (int)(month + 3 - 12 * early),
		.day = (int)(of_year - (153 * month + 2) / 5 + 1),
	};
}

bool
day_exists(struct day d)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);

	return d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	    d.day <= days[d.month - 1] + (d.month == 2 && leap);
}

bool
second_after_leap(int64_t seconds)
{
	struct day day = day_of(seconds / S_PER_DAY);

	return seconds % S_PER_DAY == 0 && day.day == 1 && (day.month == 1 || day.month == 7);
}

int
instant_join(int64_t seconds, int64_t ns, int64_t *instant)
{
	int64_t sum;

	/* The lowest second begins before the range: start from the next one. */
	if (seconds < 0) {
		seconds++;
		ns -= NS_PER_S;
	}
	if (__builtin_mul_overflow(seconds, NS_PER_S, &sum) ||
	    __builtin_add_overflow(sum, ns, &sum) || sum == INSTANT_NONE)
		return -1;
	*instant = sum;
	return 0;
}
