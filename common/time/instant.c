/* Reads and writes instants: RFC 3339 and numbers. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/decimal.h"
#include "base/digit.h"
#include "base/num.h"
#include "time/calendar.h"
#include "time/instant.h"
#include "time/zone.h"

/* A text that is being read; p is the next byte. */
struct timestamp {
	const char *p, *end;
	struct err *err;
};

static int
no_time(struct timestamp *s)
{
	return err_set(s->err, s->p,
	    "not a time like 2026-01-31T23:59:59Z (RFC 3339)" INSTANT_OTHER_TEXTS);
}

static bool
next_is(const struct timestamp *s, char c)
{
	return s->p < s->end && *s->p == c;
}

static bool
next_is_digit(const struct timestamp *s)
{
	return s->p < s->end && is_digit(*s->p);
}

/* Reads exactly n digits. */
static int
read_digits(struct timestamp *s, int count, int *value)
{
	*value = 0;
	for (; count > 0; count--) {
		if (!next_is_digit(s))
			return no_time(s);
		*value = 10 * *value + (*s->p++ - '0');
	}
	return 0;
}

/* Reads "2026-01-31", or "20260131", which without a time after it is a number. */
static int
read_day(struct timestamp *s, struct day *day)
{
	const char *start = s->p;
	bool extended;

	if (read_digits(s, 4, &day->year) == -1)
		return -1;
	extended = next_is(s, '-');
	s->p += extended;
	if (read_digits(s, 2, &day->month) == -1)
		return -1;
	if (extended && !next_is(s, '-'))
		return no_time(s);
	s->p += extended;
	if (read_digits(s, 2, &day->day) == -1 || (!extended && s->p == s->end))
		return no_time(s);
	if (day->month < 1 || day->month > 12)
		return err_set(s->err, start + 4 + extended, "there is no month %02d",
		    day->month);
	if (!day_exists(*day))
		return err_set(s->err, s->p - 2, "there is no day %04d-%02d-%02d", day->year,
		    day->month, day->day);
	return 0;
}

/*
 * Reads the fraction of a second after a point or a comma, if there is one, to the nearest
 * nanosecond.  Returns 1 if it was rounded.
 */
static int
read_fraction(struct timestamp *s, int64_t *ns)
{
	int64_t unit = NS_PER_S;
	int finer = 0;

	if (!next_is(s, '.') && !next_is(s, ','))
		return 0;
	s->p++;
	if (!next_is_digit(s))
		return err_set(s->err, s->p,
		    "digits are missing after the point of the seconds");
	for (; next_is_digit(s); s->p++) {
		if (unit == 1)
			*ns += *s->p >= '5';
		unit /= 10;
		*ns += unit * (*s->p - '0');
		finer |= unit == 0 && *s->p != '0';
	}
	return finer;
}

/* A time of day. */
struct clock {
	int seconds;
	bool leap; /* second 60 */
	int64_t fraction;
};

/* Reads "23:59", "23:59:59.5", "2359" or "235959.5". Returns 1 if it was rounded. */
static int
read_clock(struct timestamp *s, struct clock *clock)
{
	const char *start = s->p;
	int hour, minute, second = 0, finer = 0;
	bool extended;

	if (read_digits(s, 2, &hour) == -1)
		return -1;
	extended = next_is(s, ':');
	s->p += extended;
	if (read_digits(s, 2, &minute) == -1)
		return -1;
	if (extended ? next_is(s, ':') : next_is_digit(s)) {
		s->p += extended;
		if (read_digits(s, 2, &second) == -1 ||
		    (finer = read_fraction(s, &clock->fraction)) == -1)
			return -1;
	}
	if (hour > 23 || minute > 59 || second > 60)
		return err_set(s->err, start, "there is no time %02d:%02d:%02d", hour, minute,
		    second);
	clock->seconds = 3600 * hour + 60 * minute + second;
	clock->leap = second == 60;
	return finer;
}

/* Reads "+01:30", "+0130" or "+01". */
static int
read_shift(struct timestamp *s, int64_t *seconds)
{
	const char *sign = s->p++;
	int hours, minutes = 0;

	if (read_digits(s, 2, &hours) == -1)
		return err_set(s->err, s->p, "an offset is Z, or as +01:30");
	if (next_is(s, ':') || next_is_digit(s)) {
		s->p += next_is(s, ':');
		if (read_digits(s, 2, &minutes) == -1)
			return err_set(s->err, s->p, "an offset is Z, or as +01:30");
	}
	if (hours > 23 || minutes > 59)
		return err_set(s->err, sign, "an offset is at most 23:59");
	*seconds = (*sign == '-' ? -60 : 60) * (60 * hours + minutes);
	return 0;
}

/* The offset after the seconds. */
struct offset {
	enum { OFFSET_NONE, OFFSET_UTC, OFFSET_GIVEN } kind;
	int64_t seconds;
};

static int
read_offset(struct timestamp *s, struct offset *offset)
{
	if (next_is(s, 'Z') || next_is(s, 'z')) {
		s->p++;
		offset->kind = OFFSET_UTC;
	} else if (next_is(s, '+') || next_is(s, '-')) {
		offset->kind = OFFSET_GIVEN;
		return read_shift(s, &offset->seconds);
	}
	return 0;
}

/* Returns whether the zone had the given offset at that second since 1970. */
static int
check_zone(struct timestamp *s, const char *name, size_t n, const struct offset *offset,
    int64_t second)
{
	struct timestamp inner = { name, name + n, s->err };
	int64_t seconds = 0;

	if (offset->kind == OFFSET_NONE)
		return err_set(s->err, name - 1, "a time with a zone needs its offset too");
	if (n > 0 && (*name == '+' || *name == '-')) {
		if (read_shift(&inner, &seconds) == -1 || inner.p != inner.end)
			return err_set(s->err, name, "an offset is as +01:30");
	} else if (zone_offset(name, n, second, &seconds) == -1) {
		return err_set(s->err, name,
		    "the zone %.*s is not known here (tzdata has zones)", n < 64 ? (int)n : 64,
		    name);
	}
	/* RFC 9557: Z says that the local offset is not known. */
	if (offset->kind == OFFSET_GIVEN && seconds != offset->seconds)
		return err_set(s->err, name, "the offset is not that of %.*s at this time",
		    n < 64 ? (int)n : 64, name);
	return 0;
}

/* Reads suffixes by RFC 9557: [Europe/Paris], [u-ca=gregory]; ! makes one binding. */
static int
read_suffixes(struct timestamp *s, const struct offset *offset, int64_t second)
{
	const char *name, *close;
	bool binding;

	while (next_is(s, '[')) {
		name = s->p + 1;
		close = memchr(name, ']', (size_t)(s->end - name));
		if (close == NULL)
			return err_set(s->err, s->p, "a ] is missing after the time");
		binding = *name == '!';
		name += binding;
		if (memchr(name, '=', (size_t)(close - name)) != NULL) {
			if (binding)
				return err_set(s->err, name, "this suffix is not known");
		} else if (check_zone(s, name, (size_t)(close - name), offset, second) == -1) {
			return -1;
		}
		s->p = close + 1;
	}
	return s->p == s->end ? 0 : err_set(s->err, s->p, "more text after the time");
}

int
instant_read(const char *p, size_t n, int64_t *ns, struct err *err)
{
	struct timestamp s = { p, p + n, err };
	struct offset offset = { OFFSET_NONE, 0 };
	struct clock clock = { 0 };
	int64_t seconds;
	int finer = 0;
	struct day day = { 0 };

	if (read_day(&s, &day) == -1)
		return -1;
	if (s.p < s.end) {
		if (*s.p != 'T' && *s.p != 't' && *s.p != ' ')
			return no_time(&s);
		s.p++;
		finer = read_clock(&s, &clock);
		if (finer == -1 || read_offset(&s, &offset) == -1)
			return -1;
	}
	seconds = S_PER_DAY * days_of(day) + clock.seconds - offset.seconds;
	if (clock.leap && !second_after_leap(seconds))
		return err_set(err, p + (p[4] == '-' ? 17 : 13),
		    "second 60 is only before midnight UTC at the end of June or December");
	if (read_suffixes(&s, &offset, seconds) == -1)
		return -1;
	if (instant_join(seconds, clock.fraction, ns) == -1)
		return err_set(err, p, "the time is outside 1677-09-21 to 2262-04-11");
	return finer;
}

int
instant_read_number(const char *p, size_t n, enum unit unit, int64_t *ns, struct err *err)
{
	struct decimal decimal;
	int64_t value;
	int finer;

	/* The usual case: a whole number in the unit. */
	if (num_read_i64(p, n, &value) == 0 &&
	    !__builtin_mul_overflow(value, (int64_t)unit, &value) && value != INSTANT_NONE) {
		*ns = value;
		return 0;
	}
	decimal_read(p, n, &decimal);
	finer = decimal_nearest_i64(&decimal, 9 - unit_digits(unit), &value);
	if (finer != -1 && value != INSTANT_NONE) {
		*ns = value;
		return finer;
	}
	if (decimal_nearest_i64(&decimal, 0, &value) == -1 || unit_likely(value) == 0)
		return err_set(err, p, "in %s the time is outside 1677-09-21 to 2262-04-11",
		    unit_name(unit));
	return err_set(err, p,
	    "in %s the time is outside 1677-09-21 to 2262-04-11; it looks like --time-unit %s",
	    unit_name(unit), unit_name(unit_likely(value)));
}

/* Writes value in width digits, with leading zeroes. */
static char *
put_digits(char *out, unsigned int value, int width)
{
	int i;

	for (i = width; i-- > 0; value /= 10)
		out[i] = (char)('0' + value % 10);
	return out + width;
}

/* Writes two digits and the character after them. */
static char *
put_two(char *out, int value, char after)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
	out[2] = after;
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
	p += num_write_i64(p, (int64_t)(size / (uint64_t)unit));
	if (fraction != 0) {
		*p++ = '.';
		p = put_digits(p, (unsigned int)fraction, 9 - unit_digits(unit));
		while (p[-1] == '0')
			p--;
	}
	return (size_t)(p - out);
}
