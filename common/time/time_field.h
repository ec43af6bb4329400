#ifndef SML_TIME_FIELD_H
#define SML_TIME_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "time/instant.h"

/*
 * How the times of one field are read: what --time-unit and --time-format say,
 * and what the times themselves have shown.  All zeroes but the unit: numbers
 * in that unit, texts as instant_read reads them.
 *
 * Under --time-unit auto the first number that is not 0 decides.  Where it is a
 * time from 1990 to 2100 in one unit, that is the unit, and a later number that
 * would be one in another unit is refused.  Otherwise ms is assumed, as Kafka's
 * are, and a number that looks like another unit is only noted in doubt.
 */
struct time_field {
	enum unit unit;
	enum { TIME_UNIT_STATED, TIME_UNIT_OPEN, TIME_UNIT_DECIDED, TIME_UNIT_ASSUMED } known;
	const char *format;	       /* of texts, by strptime(3) and %f; NULL: none */
	enum unit doubt;	       /* the unit that a number looks like; 0: none does */
	bool rounded;		       /* a time was finer than a nanosecond */
	bool doubt_told, rounded_told; /* the caller's: whether it has said so */
};

/*
 * Reads a time of n bytes: a number by the grammar of RFC 8259, or a text.  A
 * text that is a number is one, but for a format.  Returns 0, or -1 with err.
 */
int time_field_number(struct time_field *, const char *p, size_t n, int64_t *ns, struct err *);
int time_field_text(struct time_field *, const char *p, size_t n, int64_t *ns, struct err *);

/* Is there something to say that was not said yet? */
static inline bool
time_field_news(const struct time_field *f)
{
	return (f->doubt != 0 && !f->doubt_told) || (f->rounded && !f->rounded_told);
}

/*
 * The unit that is known by now, stated or found out, and how it is set again
 * in another run: its name; NULL where no number has come.
 */
const char *time_field_unit(const struct time_field *);
void time_field_resume(struct time_field *, const char *unit, bool decided);

/*
 * Reads a text by a format of strptime(3), in the C locale; %f is a fraction of
 * a second, any number of digits.  What the format does not say is 1970-01-01
 * 00:00:00 UTC.  Returns as instant_read.
 */
int time_format_read(const char *format, const char *p, size_t n, int64_t *ns, struct err *);

#endif
