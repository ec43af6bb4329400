/* Numbers of a record that are written as they were spelt. */
#include "numbers/number.h"

#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/num.h"

#define TAG (UINT64_C(0xfffa) << 48)

/* A decimal of up to this many digits becomes a double that is written with these digits. */
#define PLAIN_DIGITS 15

struct spelling {
	double value;
	uint32_t users, size;
	char bytes[];
};

static struct spelling *
spelling_of(double number)
{
	return (struct spelling *)(uintptr_t)(number_bits(number) & ~TAG);
}

static bool
is_digits(const char *p, size_t n)
{
	size_t i = p[0] == '-';

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i == n;
}

/*
 * Returns whether a number has few digits, no exponent, no needless zeros and no minus before
 * zero.
 */
static bool
is_plain(const char *p, size_t n)
{
	size_t digits = 0, i;
	bool point = false, zero = true;

	for (i = 0; i < n; i++) {
		if (p[i] == '.')
			point = true;
		else if (p[i] >= '0' && p[i] <= '9')
			digits++;
		else if (p[i] != '-')
			return false;
		zero = zero && (p[i] < '1' || p[i] > '9');
		/* A double below 1e-6 is written with an exponent. */
		if (zero && digits > 6)
			return false;
	}
	return digits <= PLAIN_DIGITS && !(point && p[n - 1] == '0') && !(zero && n > 1);
}

static bool
is_written_so(double value, const char *p, size_t n)
{
	char written[NUM_MAX];

	return n < NUM_MAX && num_write_f64(written, value) == n && memcmp(written, p, n) == 0;
}

int
number_make_spelt(double *number, double value, const char *bytes, size_t n, bool picked)
{
	struct spelling *spelling;
	bool large = value >= NUMBER_WHOLE || value <= -NUMBER_WHOLE;

	if (!picked) {
		if (!large || !is_digits(bytes, n))
			return 0;
	} else if (is_plain(bytes, n) ||
	    (is_written_so(value, bytes, n) && !(large && is_digits(bytes, n)))) {
		return 0;
	}
	if ((spelling = malloc(sizeof *spelling + n)) == NULL)
		return -1;
	spelling->value = value;
	spelling->users = 1;
	spelling->size = (uint32_t)n;
	memcpy(spelling->bytes, bytes, n);
	*number = number_of_bits(TAG | (uintptr_t)spelling);
	/* cppcheck-suppress memleak; the number holds it */
	return 0;
}

void
number_share(double number)
{
	spelling_of(number)->users++;
}

void
number_release(double number)
{
	struct spelling *spelling = spelling_of(number);

	if (--spelling->users == 0)
		free(spelling);
}

double
number_value(double number)
{
	return number_is_spelt(number) ? spelling_of(number)->value : number;
}

const char *
number_spelling(double number, size_t *n)
{
	*n = spelling_of(number)->size;
	return spelling_of(number)->bytes;
}

const char *
number_digits(double number, size_t *n, bool *negative)
{
	const char *p;

	if (!number_is_spelt(number))
		return NULL;
	p = number_spelling(number, n);
	if (!is_digits(p, *n))
		return NULL;
	*negative = p[0] == '-';
	*n -= *negative;
	return p + *negative;
}

bool
number_is_large(double number)
{
	size_t n;
	bool negative;

	return number_digits(number, &n, &negative) == NULL &&
	    fabs(number_value(number)) >= NUMBER_WHOLE;
}

/* Compares the digits of two decimals with equal exponents; skips points. */
static int
compare_digits(const struct decimal *a, const struct decimal *b)
{
	const char *p = a->p, *q = b->p;
	uint64_t i, n = a->n < b->n ? a->n : b->n;

	for (i = 0; i < n; i++, p++, q++) {
		p += *p == '.';
		q += *q == '.';
		if (*p != *q)
			return *p < *q ? -1 : 1;
	}
	return (a->n > b->n) - (a->n < b->n);
}

static int
compare_decimals(const struct decimal *a, const struct decimal *b)
{
	int sign = a->negative ? -1 : 1;

	if (a->n == 0 || b->n == 0)
		return (a->n != 0) * sign - (b->n != 0) * (b->negative ? -1 : 1);
	if (a->negative != b->negative)
		return sign;
	if (a->exponent != b->exponent)
		return a->exponent < b->exponent ? -sign : sign;
	return compare_digits(a, b) * sign;
}

int
number_compare(double a, double b)
{
	double left = number_value(a), right = number_value(b);
	char written[2][NUM_MAX];
	const char *p = written[0], *q = written[1];
	struct decimal x, y;
	size_t n, m;
	int order;

	/* Rounding to doubles never reverses the order of two numbers. */
	if (left != right)
		return left < right ? -1 : 1;
	if (!number_is_spelt(a) && !number_is_spelt(b))
		return 0;
	if (number_is_spelt(a))
		p = number_spelling(a, &n);
	else
		n = num_write_f64(written[0], a);
	if (number_is_spelt(b))
		q = number_spelling(b, &m);
	else
		m = num_write_f64(written[1], b);
	decimal_read(p, n, &x);
	decimal_read(q, m, &y);
	if ((order = compare_decimals(&x, &y)) != 0)
		return order;
	return n != m ? (n < m ? -1 : 1) : memcmp(p, q, n);
}
