/* Instants: RFC 3339 and numbers, read and written. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/decimal.h"
#include "base/digit.h"
#include "base/num.h"
#include "time/instant.h"

#define NS_PER_S INT64_C(1000000000)
#define S_PER_DAY INT64_C(86400)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const enum unit units[] = { UNIT_S, UNIT_MS, UNIT_US, UNIT_NS };

/* A day of the proleptic Gregorian calendar. */
struct day {
	int year, month, day;
};

/*
 * Days are counted from 0000-03-01, so that a leap day is the last of its
 * year: the months before month m, from March, have (153 m + 2) / 5 days
 * (Richards, Mapping Time, 1998, chapter 25).
 */
#define DAYS_TO_1970 719468

static int64_t
days_of(struct day d)
{
	int early = d.month <= 2;
	int64_t year = d.year - early, month = d.month - 3 + 12 * early;

	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
	    d.day - 1 - DAYS_TO_1970;
}

static struct day
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

static int
days_in_month(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static int
two_digits(const char *p)
{
	return 10 * (p[0] - '0') + (p[1] - '0');
}

/*
 * How many bytes of p fit.  Each may be as far above low[i] as the digit most[i]
 * says: 9 above a '0', 0 above a separator.
 */
static size_t
fit(const char *p, size_t n, const char *low, const char *most)
{
	size_t i = 0;

	while (i < n && low[i] != '\0' &&
	    (unsigned char)(p[i] - low[i]) <= (unsigned char)(most[i] - '0'))
		i++;
	return i;
}

/* Reads ".ddd…" at *p up to ns and moves *p behind it. */
static int
read_fraction(const char **p, const char *end, int64_t *ns, struct err *err)
{
	const char *q = *p + 1;
	int64_t unit = NS_PER_S;

	if (q == end || !is_digit(*q))
		return err_set(err, q, "digits are missing behind the point of the seconds");
	for (; q < end && is_digit(*q); q++) {
		unit /= 10;
		if (unit == 0 && *q != '0')
			return err_set(err, q, "a time cannot be finer than a nanosecond");
		*ns += unit * (*q - '0');
	}
	*p = q;
	return 0;
}

/* Reads Z, ±hh:mm or nothing, which leaves *seconds alone; the text must end there. */
static int
read_offset(const char *p, const char *end, int64_t *seconds, struct err *err)
{
	size_t n;
	int hours, minutes;

	if (p == end)
		return 0;
	if (*p == 'Z' || *p == 'z') {
		p++;
	} else if (*p == '+' || *p == '-') {
		n = fit(p + 1, (size_t)(end - p - 1), "00:00", "99099");
		if (n < 5)
			return err_set(err, p + 1 + n, "an offset is Z, or as +01:30");
		hours = two_digits(p + 1);
		minutes = two_digits(p + 4);
		if (hours > 23 || minutes > 59)
			return err_set(err, p, "an offset is at most 23:59");
		*seconds = (*p == '-' ? -60 : 60) * (60 * hours + minutes);
		p += 6;
	}
	if (p != end)
		return err_set(err, p, "more text behind the time");
	return 0;
}

/* May a leap second end at this second?  UTC has had them after June and December. */
static bool
is_after_leap(int64_t seconds)
{
	struct day day = day_of(seconds / S_PER_DAY);

	return seconds % S_PER_DAY == 0 && day.day == 1 && (day.month == 1 || day.month == 7);
}

/* Seconds and 0 to 999999999 ns as one; -1 outside the range. */
static int
join(int64_t seconds, int64_t ns, int64_t *out)
{
	int64_t sum;

	/* The lowest second begins outside the range. */
	if (seconds < 0) {
		seconds++;
		ns -= NS_PER_S;
	}
	if (__builtin_mul_overflow(seconds, NS_PER_S, &sum) ||
	    __builtin_add_overflow(sum, ns, &sum) || sum == INSTANT_NONE)
		return -1;
	*out = sum;
	return 0;
}

/* Reads "yyyy-mm-ddThh:mm:ss" as seconds, second 60 included. */
static int
read_seconds(const char *p, int64_t *seconds, struct err *err)
{
	struct day day = {
		.year = 100 * two_digits(p) + two_digits(p + 2),
		.month = two_digits(p + 5),
		.day = two_digits(p + 8),
	};
	int hour = two_digits(p + 11), minute = two_digits(p + 14);
	int second = two_digits(p + 17);

	if (day.month < 1 || day.month > 12)
		return err_set(err, p + 5, "there is no month %.2s", p + 5);
	if (day.day < 1 || day.day > days_in_month(day.year, day.month))
		return err_set(err, p + 8, "there is no day %.10s", p);
	if (hour > 23 || minute > 59 || second > 60)
		return err_set(err, p + 11, "there is no time %.8s", p + 11);
	*seconds = S_PER_DAY * days_of(day) + 3600 * hour + 60 * minute + second;
	return 0;
}

/* How many bytes of p fit into "yyyy-mm-ddThh:mm:ss". */
static size_t
fit_seconds(const char *p, size_t n)
{
	size_t date = fit(p, n, "0000-00-00", "9999099099");

	if (date < 10 || n == 10 || (p[10] != 'T' && p[10] != 't' && p[10] != ' '))
		return date;
	return 11 + fit(p + 11, n - 11, "00:00:00", "99099099");
}

int
instant_read(const char *p, size_t n, int64_t *ns, struct err *err)
{
	size_t fitting = fit_seconds(p, n);
	const char *q = p + fitting;
	int64_t seconds = 0, offset = 0, fraction = 0;

	if (fitting < 19)
		return err_set(err, q, "no time by RFC 3339, as 2026-01-31T23:59:59Z");
	if (read_seconds(p, &seconds, err) == -1)
		return -1;
	if (q < p + n && *q == '.' && read_fraction(&q, p + n, &fraction, err) == -1)
		return -1;
	if (read_offset(q, p + n, &offset, err) == -1)
		return -1;
	seconds -= offset;
	if (p[17] == '6' && !is_after_leap(seconds))
		return err_set(err, p + 17,
		    "second 60 is only before midnight UTC at the end of June or December");
	if (join(seconds, fraction, ns) == -1)
		return err_set(err, p, "the time is outside 1677-09-21 to 2262-04-11");
	return 0;
}

/* The unit in which a number lies between 1980 and 2100, or 0. */
static enum unit
likely_unit(int64_t number)
{
	const int64_t first = 3652 * S_PER_DAY, last = 47482 * S_PER_DAY;
	int64_t ns;
	size_t i;

	for (i = 0; i < COUNT(units); i++) {
		if (!__builtin_mul_overflow(number, (int64_t)units[i], &ns) &&
		    ns >= first * NS_PER_S && ns < last * NS_PER_S)
			return units[i];
	}
	return 0;
}

enum unit
instant_guess(int64_t ns, enum unit unit)
{
	enum unit likely = likely_unit(ns / (int64_t)unit);

	return likely == unit ? 0 : likely;
}

/* Says why a number is no instant. */
static int
number_error(const char *p, const struct decimal *decimal, enum unit unit, struct err *err)
{
	int64_t number;
	enum unit likely = 0;

	if (errno == EDOM)
		return err_set(err, p, "a time cannot be finer than a nanosecond");
	if (decimal_i64(decimal, 0, &number) == 0)
		likely = likely_unit(number);
	if (likely == 0)
		return err_set(err, p, "in %s the time is outside 1677-09-21 to 2262-04-11",
		    unit_name(unit));
	return err_set(err, p,
	    "in %s the time is outside 1677-09-21 to 2262-04-11; "
	    "it looks like --time-unit %s",
	    unit_name(unit), unit_name(likely));
}

int
instant_read_number(const char *p, size_t n, enum unit unit, int64_t *ns, struct err *err)
{
	struct decimal decimal;
	int64_t value;

	/* Almost always a whole number of the unit. */
	if (num_read_i64(p, n, &value) == 0 &&
	    !__builtin_mul_overflow(value, (int64_t)unit, &value) && value != INSTANT_NONE) {
		*ns = value;
		return 0;
	}
	decimal_read(p, n, &decimal);
	if (decimal_i64(&decimal, 9 - unit_digits(unit), &value) == -1)
		return number_error(p, &decimal, unit, err);
	if (value == INSTANT_NONE) {
		errno = ERANGE;
		return number_error(p, &decimal, unit, err);
	}
	*ns = value;
	return 0;
}

/* Writes value in so many digits, zeroes before it. */
static char *
put_digits(char *out, unsigned int value, int width)
{
	int i;

	for (i = width; i-- > 0; value /= 10)
		out[i] = (char)('0' + value % 10);
	return out + width;
}

/* Writes two digits and what stands behind them. */
static char *
put_two(char *out, int value, char behind)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
	out[2] = behind;
	return out + 3;
}

size_t
instant_write(char out[INSTANT_MAX], int64_t ns)
{
	int64_t fraction = ns % NS_PER_S, seconds = ns / NS_PER_S, days;
	struct day day;
	char *p = out;
	int of_day;

	if (fraction < 0) {
		fraction += NS_PER_S;
		seconds--;
	}
	days = (seconds - (seconds < 0 ? S_PER_DAY - 1 : 0)) / S_PER_DAY;
	of_day = (int)(seconds - days * S_PER_DAY);
	day = day_of(days);
	p = put_digits(p, (unsigned int)day.year, 4);
	*p++ = '-';
	p = put_two(p, day.month, '-');
	p = put_two(p, day.day, 'T');
	p = put_two(p, of_day / 3600, ':');
	p = put_two(p, of_day / 60 % 60, ':');
	p = put_two(p, of_day % 60, fraction == 0 ? 'Z' : '.');
	if (fraction == 0)
		return (size_t)(p - out);
	if (fraction % UNIT_MS == 0)
		p = put_digits(p, (unsigned int)(fraction / UNIT_MS), 3);
	else if (fraction % UNIT_US == 0)
		p = put_digits(p, (unsigned int)(fraction / UNIT_US), 6);
	else
		p = put_digits(p, (unsigned int)fraction, 9);
	*p++ = 'Z';
	return (size_t)(p - out);
}

size_t
instant_write_number(char out[INSTANT_MAX], int64_t ns, enum unit unit)
{
	uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
	uint64_t fraction = size % (uint64_t)unit;
	char *p = out;

	if (ns < 0)
		*p++ = '-';
	p += num_i64(p, (int64_t)(size / (uint64_t)unit));
	if (fraction != 0) {
		*p++ = '.';
		p = put_digits(p, (unsigned int)fraction, 9 - unit_digits(unit));
		while (p[-1] == '0')
			p--;
	}
	return (size_t)(p - out);
}
