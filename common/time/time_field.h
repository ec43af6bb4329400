#ifndef SML_TIME_FIELD_H
#define SML_TIME_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "time/instant.h"

/*
 * How to read the times of one field: what --time-unit and --time-format say, and what the
 * times themselves have shown.  If only the unit is set and the rest is zero, numbers are in
 * that unit, and instant_read reads texts.
 *
 * Under --time-unit auto the first number other than 0 decides.  If it is a time from 1990 to
 * 2100 in some unit, that is the unit, and a later number that would be such a time in another
 * unit is refused.  Otherwise ms is assumed, as in Kafka; then a number that looks like
 * another unit is accepted, and that unit is noted in doubt.
 */
struct time_field {
	enum unit unit;
	enum { TIME_UNIT_STATED, TIME_UNIT_OPEN, TIME_UNIT_DECIDED, TIME_UNIT_ASSUMED } known;
	const char *format;	       /* of texts, for strptime(3), with %f; or NULL */
	enum unit doubt;	       /* another unit that a number looks like, or 0 */
	bool rounded;		       /* a time was finer than a nanosecond */
	bool doubt_told, rounded_told; /* set by the caller once it has warned */
};

/*
 * Read a time of n bytes: a number by the grammar of RFC 8259, or a text.  Without a format, a
 * text that spells a number is read as that number.  Return 0, or -1 with err.
 */
int time_field_number(struct time_field *, const char *p, size_t n, int64_t *ns, struct err *);
int time_field_text(struct time_field *, const char *p, size_t n, int64_t *ns, struct err *);

/* Returns whether there is something to warn of that the caller has not warned of yet. */
static inline bool
time_field_news(const struct time_field *f)
{
	return (f->doubt != 0 && !f->doubt_told) || (f->rounded && !f->rounded_told);
}

/*
 * Save and restore the unit.  time_field_unit returns its name, whether stated or found out,
 * or NULL if no number has come; time_field_resume sets it in another run.
 */
const char *time_field_unit(const struct time_field *);
void time_field_resume(struct time_field *, const char *unit, bool decided);

/*
 * Reads a text by a format of strptime(3), in the C locale; %f is a fraction of a second, with
 * any number of digits.  What the format leaves out is taken from 1970-01-01 00:00:00 UTC.
 * Returns what instant_read does.
 */
int time_format_read(const char *format, const char *p, size_t n, int64_t *ns, struct err *);

#endif
