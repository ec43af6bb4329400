/* Reads the times of a field. */
#include <string.h>

#include "base/decimal.h"
#include "base/num.h"
#include "time/calendar.h"
#include "time/time_field.h"

#define FIRST (7305 * S_PER_DAY * NS_PER_S) /* 1990-01-01 */
#define LAST (47482 * S_PER_DAY * NS_PER_S) /* 2100-01-01 */

/* Returns the unit that a number looks like, if any; read: whether it could be read, as ns. */
static enum unit
looks_like(const struct time_field *f, const char *p, size_t n, bool read, int64_t ns)
{
	struct decimal decimal;
	int64_t whole;

	if (read)
		return unit_likely(ns / (int64_t)f->unit);
	decimal_read(p, n, &decimal);
	return decimal_nearest_i64(&decimal, 0, &whole) == -1 ? 0 : unit_likely(whole);
}

static int
refuse(const struct time_field *f, enum unit likely, const char *p, struct err *err)
{
	return err_set(err, p,
	    "the time looks as if it counted %s, but the first one counted %s: give "
	    "--time-unit",
	    unit_name(likely), unit_name(f->unit));
}

/*
 * Decides on the unit, or compares a number with the unit decided on.  result: what the
 * function that read the number returned.
 */
static int
judge(struct time_field *f, const char *p, size_t n, int result, int64_t *ns, struct err *err)
{
	enum unit likely = looks_like(f, p, n, result != -1, *ns);

	switch (f->known) {
	case TIME_UNIT_OPEN:
		if (likely != 0) {
			f->known = TIME_UNIT_DECIDED;
			f->unit = likely;
			return instant_read_number(p, n, likely, ns, err);
		}
		if (result != -1 && *ns != 0)
			f->known = TIME_UNIT_ASSUMED;
		break;
	case TIME_UNIT_DECIDED:
		if (likely != 0 && likely != f->unit)
			return refuse(f, likely, p, err);
		break;
	case TIME_UNIT_ASSUMED:
		if (likely != 0 && likely != f->unit && f->doubt == 0)
			f->doubt = likely;
		break;
	case TIME_UNIT_STATED:
		break;
	}
	return result;
}

int
time_field_number(struct time_field *f, const char *p, size_t n, int64_t *ns, struct err *err)
{
	int64_t read = 0;
	int result;

	/* The usual case: a whole number, a time of today in the known unit. */
	if (f->known == TIME_UNIT_DECIDED && num_read_i64(p, n, &read) == 0 &&
	    !__builtin_mul_overflow(read, (int64_t)f->unit, &read) && read >= FIRST &&
	    read < LAST) {
		*ns = read;
		return 0;
	}
	result = instant_read_number(p, n, f->unit, &read, err);
	if (f->known != TIME_UNIT_STATED)
		result = judge(f, p, n, result, &read, err);
	if (result == -1)
		return -1;
	f->rounded |= result == 1;
	*ns = read;
	return 0;
}

const char *
time_field_unit(const struct time_field *f)
{
	return f->known == TIME_UNIT_OPEN ? NULL : unit_name(f->unit);
}

void
time_field_resume(struct time_field *f, const char *unit, bool decided)
{
	int64_t ns = unit_length(unit, strlen(unit));

	if (f->known != TIME_UNIT_OPEN || ns == 0 || ns > UNIT_S)
		return;
	f->unit = (enum unit)ns;
	f->known = decided ? TIME_UNIT_DECIDED : TIME_UNIT_ASSUMED;
}

int
time_field_text(struct time_field *f, const char *p, size_t n, int64_t *ns, struct err *err)
{
	int result;

	if (f->format != NULL)
		result = time_format_read(f->format, p, n, ns, err);
	else if (decimal_is(p, n))
		return time_field_number(f, p, n, ns, err);
	else
		result = instant_read(p, n, ns, err);
	f->rounded |= result == 1;
	return result == -1 ? -1 : 0;
}
