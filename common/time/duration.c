#include "time/instant.h"

#include <stdbool.h>
#include <string.h>

#include "base/num.h"

#define MINUTE (60 * (int64_t)UNIT_S)

/* The parts of a duration, the longest first. */
static const struct {
	char name[3];
	int64_t ns;
} parts[] = { { "d", 24 * 60 * MINUTE }, { "h", 60 * MINUTE }, { "m", MINUTE },
	{ "s", UNIT_S }, { "ms", UNIT_MS }, { "us", UNIT_US }, { "ns", UNIT_NS } };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of the part named at *p, which is moved behind it, or 0. */
static int64_t
part_length(const char **p)
{
	size_t n = 0, i;

	while ((*p)[n] >= 'a' && (*p)[n] <= 'z')
		n++;
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (strlen(parts[i].name) == n && memcmp(*p, parts[i].name, n) == 0) {
			*p += n;
			return parts[i].ns;
		}
	}
	return 0;
}

/* Reads "1.5h" at *p, adds it to *ns, and moves *p behind it. */
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
		    "a duration is numbers with ns, us, ms, s, m, h or d, "
		    "as 10m");
	/* From the last digit on: where a step leaves a rest, so does the whole. */
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
		return err_set(err, p, "more text behind the duration");
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
	size_t i = 0, n, length;

	while (ns % parts[i].ns != 0)
		i++;
	n = num_i64(out, ns / parts[i].ns);
	length = strlen(parts[i].name);
	memcpy(out + n, parts[i].name, length);
	return n + length;
}
