/* Durations: 250ms, 1h30m. */
#include <stdbool.h>
#include <string.h>

#include "base/digit.h"
#include "base/num.h"
#include "time/instant.h"

/* Returns the length of the unit named at *p, and moves *p past it; or 0. */
static int64_t
part_length(const char **p)
{
	const char *name = *p;

	while (**p >= 'a' && **p <= 'z')
		++*p;
	return unit_length(name, (size_t)(*p - name));
}

/* Reads "1.5h" at *p, adds it to *ns, and moves *p past it. */
static int
read_part(const char **p, int64_t *ns, struct err *err)
{
	const char *first = *p, *q = first, *point, *i;
	int64_t length, whole = 0, fraction = 0;
	bool over = false;

	for (; is_digit(*q); q++)
		over |= __builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *q - '0', &whole);
	point = q;
	if (q > first && *q == '.' && is_digit(q[1]))
		for (q++; is_digit(*q); q++)
			;
	*p = q;
	length = q == first ? 0 : part_length(p);
	if (length == 0)
		return err_set(err, q,
		    "a duration is numbers with ns, us, ms, s, m, h or d, as 10m");
	/* From the last digit to the first: any remainder is a part of a nanosecond. */
	for (i = q - 1; i > point; i--) {
		fraction += length * (*i - '0');
		if (fraction % 10 != 0)
			return err_set(err, first, "a duration has no parts of a nanosecond");
		fraction /= 10;
	}
	over |= __builtin_mul_overflow(whole, length, &whole) ||
	    __builtin_add_overflow(whole, fraction, &whole) ||
	    __builtin_add_overflow(*ns, whole, ns);
	if (over)
		return err_set(err, first, "a duration is at most 106751 days (292 years)");
	return 0;
}

int
duration_read(const char *text, const char **end, int64_t *ns, struct err *err)
{
	const char *p = text;
	int64_t sum = 0;

	do {
		if (read_part(&p, &sum, err) == -1)
			return -1;
	} while (is_digit(*p));
	if (end == NULL && *p != '\0')
		return err_set(err, p, "more text after the duration");
	if (sum == 0)
		return err_set(err, text, "a duration is at least 1ns");
	*ns = sum;
	if (end != NULL)
		*end = p;
	return 0;
}

size_t
duration_write(char out[INSTANT_MAX], int64_t ns)
{
	const char *name;
	size_t n = num_write_i64(out, ns / unit_whole(ns, &name)), length = strlen(name);

	memcpy(out + n, name, length);
	return n + length;
}
