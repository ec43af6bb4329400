#ifndef SML_INSTANT_H
#define SML_INSTANT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "time/unit.h"

/*
 * Instants are int64 nanoseconds since 1970-01-01T00:00:00Z: from
 * 1677-09-21T00:12:43.145224193Z (INT64_MIN itself is INSTANT_NONE) to
 * 2262-04-11T23:47:16.854775807Z.
 */
#define INSTANT_NONE INT64_MIN

/* How an error of instant_read ends if the text is not a time. */
#define INSTANT_OTHER_TEXTS "; --time-format reads other texts"

/* The longest text that the writers below make. */
#define INSTANT_MAX 40

/*
 * Reads a date and time of n bytes as RFC 3339 and ISO 8601 write them: 2026-01-31T23:59:59Z.
 * The T may be a space or a t.  Seconds may be left out, and so may the separators
 * (20260131T235959).  A point or a comma begins a fraction.  An offset is +01:30, +0130 or
 * +01, at most 23:59; without one the time is UTC.  A date alone means its midnight.  Suffixes
 * by RFC 9557 may follow; if one is a zone, [Europe/Paris], the offset must be that zone's.
 *
 * Second 60 is accepted before midnight UTC at the end of June or December of any year, and
 * read as the second after it: 23:59:60.5 is 00:00:00.5.
 *
 * Returns 0; 1 if a finer fraction was rounded to the nearest nanosecond; -1 with err if the
 * text is not a time, the day does not exist, or the instant is outside the range above.
 */
int instant_read(const char *p, size_t n, int64_t *ns, struct err *);

/*
 * Reads a number by the grammar of RFC 8259 in the given unit, exactly, down
 * to a nanosecond (1700000000.5 in UNIT_S).  Returns what instant_read does.
 */
int instant_read_number(const char *p, size_t n, enum unit, int64_t *ns, struct err *);

/*
 * Writes ns as RFC 3339 in UTC with 0, 3, 6 or 9 decimals, as few as it needs.  Returns the
 * length; the text is not terminated.
 */
size_t instant_write(char out[INSTANT_MAX], int64_t ns);

/* Writes ns as a decimal number in the unit, exactly, without an exponent. */
size_t instant_write_number(char out[INSTANT_MAX], int64_t ns, enum unit);

/*
 * Reads a duration: a decimal number and a unit (250ms, 1.5h), or several of these (1h30m);
 * from 1 ns to INT64_MAX.  The units are ns, us, ms, s, m, h and d.  *end is set to its end;
 * if end is NULL the whole text must be the duration.
 */
int duration_read(const char *text, const char **end, int64_t *ns, struct err *);

/* Writes a duration as duration_read reads it: an integer and the largest unit possible. */
size_t duration_write(char out[INSTANT_MAX], int64_t ns);

#endif
