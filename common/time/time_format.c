/* Reads times by a format of strptime(3). */
#include <limits.h>
#include <string.h>
#include <time.h>

#include "base/digit.h"
#include "time/calendar.h"
#include "time/time_field.h"

enum { LONGEST = 256 }; /* bytes of a text or a format */

/* Returns where %f begins in a format, or the format's end. */
static const char *
find_fraction(const char *format)
{
	for (; *format != '\0'; format++) {
		if (format[0] == '%' && format[1] == 'f')
			break;
		if (format[0] == '%' && format[1] != '\0')
			format++;
	}
	return format;
}

/*
 * Reads digits at *p as the fraction of a second. Returns 1 if it was rounded, -1 if there are
 * none.
 */
static int
read_fraction(const char **p, int64_t *ns)
{
	int64_t unit = NS_PER_S;
	int finer = 0;

	if (!is_digit(**p))
		return -1;
	for (; is_digit(**p); ++*p) {
		if (unit == 1)
			*ns += **p >= '5';
		unit /= 10;
		*ns += unit * (**p - '0');
		finer |= unit == 0 && **p != '0';
	}
	return finer;
}

/* Reads all of a text by a format. Returns 1 if it was rounded, -1 if it does not match. */
static int
scan(const char *format, const char *text, struct tm *tm, int64_t *ns)
{
	const char *fraction = find_fraction(format);
	char before[LONGEST];
	int finer = 0;

	if ((size_t)(fraction - format) >= sizeof before)
		return -1;
	memcpy(before, format, (size_t)(fraction - format));
	before[fraction - format] = '\0';
	text = strptime(text, before, tm);
	if (text != NULL && *fraction != '\0') {
		finer = read_fraction(&text, ns);
		text = finer == -1 ? NULL : strptime(text, fraction + 2, tm);
	}
	return text == NULL || *text != '\0' ? -1 : finer;
}

int
time_format_read(const char *format, const char *p, size_t n, int64_t *ns, struct err *err)
{
	struct tm tm = { .tm_year = 70, .tm_mday = 1 };
	char text[LONGEST];
	struct day day;
	int64_t seconds, fraction = 0;
	int finer = -1;

	if (n < sizeof text && memchr(p, '\0', n) == NULL) {
		memcpy(text, p, n);
		text[n] = '\0';
		finer = scan(format, text, &tm, &fraction);
	}
	if (finer == -1)
		return err_set(err, p, "not a time as --time-format \"%s\" has it", format);
	day = (struct day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday };
	if (day.year < 1600 || day.year > 2300)
		return err_set(err, p, "the time is outside 1677-09-21 to 2262-04-11");
	if (!day_exists(day))
		return err_set(err, p, "there is no day %04d-%02d-%02d", day.year, day.month,
		    day.day);
	seconds = S_PER_DAY * days_of(day) + 3600 * tm.tm_hour + 60 * tm.tm_min + tm.tm_sec -
	    tm.tm_gmtoff;
	if (tm.tm_sec > 60 || (tm.tm_sec == 60 && !second_after_leap(seconds)))
		return err_set(err, p,
		    "second 60 is only before midnight UTC at the end of June or December");
	if (instant_join(seconds, fraction, ns) == -1)
		return err_set(err, p, "the time is outside 1677-09-21 to 2262-04-11");
	return finer;
}
