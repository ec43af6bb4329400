/* Makes the id of an entity from the values of its key. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "entity/id.h"
#include "keyed/key.h"

enum { PLACES = 64 }; /* longer numbers get an exponent */

/* Returns whether a number is already spelt as we write integers. */
static bool
is_plain(struct value v)
{
	const char *p = v.p + (*v.p == '-');

	if (v.len > PLACES || (*p == '0' && v.len > 1))
		return false;
	for (; p < v.p + v.len; p++)
		if (*p < '0' || *p > '9')
			return false;
	return true;
}

/* Writes n digits from *p on, without the point among them. */
static int
put_digits(struct buf *buf, const char **p, uint64_t n)
{
	for (; n > 0; n--) {
		*p += **p == '.';
		if (buf_putc(buf, *(*p)++) == -1)
			return -1;
	}
	return 0;
}

static int
put_zeros(struct buf *buf, int64_t n)
{
	for (; n > 0; n--)
		if (buf_putc(buf, '0') == -1)
			return -1;
	return 0;
}

/* Writes 0.d1d2…dn × 10^exponent in full. */
static int
put_full(struct buf *buf, const struct decimal *d)
{
	uint64_t whole = d->exponent <= 0 ? 0 : (uint64_t)d->exponent;
	const char *p = d->p;

	if (whole >= d->n) {
		if (put_digits(buf, &p, d->n) == -1)
			return -1;
		return put_zeros(buf, (int64_t)(whole - d->n));
	}
	if (whole == 0 && buf_putc(buf, '0') == -1)
		return -1;
	if (put_digits(buf, &p, whole) == -1 || buf_putc(buf, '.') == -1 ||
	    put_zeros(buf, -d->exponent) == -1)
		return -1;
	return put_digits(buf, &p, d->n - whole);
}

/* Writes d1.d2…dn and the exponent. */
static int
put_scientific(struct buf *buf, const struct decimal *d)
{
	const char *p = d->p;
	char exponent[32];

	(void)snprintf(exponent, sizeof exponent, "e%+" PRId64, d->exponent - 1);
	if (put_digits(buf, &p, 1) == -1 || (d->n > 1 && buf_putc(buf, '.') == -1) ||
	    put_digits(buf, &p, d->n - 1) == -1)
		return -1;
	return buf_puts(buf, exponent);
}

static int
put_number(struct value v, struct buf *buf, struct err *err)
{
	struct decimal d;
	bool full;

	if (is_plain(v))
		return buf_put(buf, v.p, v.len) == -1 ? err_memory(err) : 0;
	decimal_read(v.p, v.len, &d);
	if (d.n == 0)
		return buf_putc(buf, '0') == -1 ? err_memory(err) : 0;
	if (d.exponent == DECIMAL_FAR || d.exponent == -DECIMAL_FAR)
		return err_set(err, v.p, "the exponent is too large for a key");
	full = d.exponent <= PLACES && d.exponent > -PLACES &&
	    d.n + (uint64_t)(d.exponent < 0 ? -d.exponent : 0) <= PLACES;
	if ((d.negative && buf_putc(buf, '-') == -1) ||
	    (full ? put_full(buf, &d) : put_scientific(buf, &d)) == -1)
		return err_memory(err);
	return 0;
}

/* Writes a string as JSON; a string without escapes is already as short as possible. */
static int
put_quoted(struct value v, struct buf *buf, struct err *err)
{
	struct buf text = { 0 };
	int result;

	if (memchr(v.p, '\\', v.len) == NULL)
		return buf_put(buf, v.p, v.len) == -1 ? err_memory(err) : 0;
	result = value_text(v, &text, err);
	if (result == 0 && buf_put_json(buf, text.p, text.len) == -1)
		result = err_memory(err);
	buf_free(&text);
	return result;
}

static int
put_value(struct value v, bool quoted, struct buf *buf, struct err *err)
{
	switch (v.kind) {
	case V_FALSE:
	case V_TRUE:
		return buf_put(buf, v.p, v.len) == -1 ? err_memory(err) : 0;
	case V_NUMBER:
		return put_number(v, buf, err);
	case V_STRING:
		if (v.len == 2)
			return err_set(err, v.p, "the key is empty");
		return quoted ? put_quoted(v, buf, err) : value_text(v, buf, err);
	default:
		return key_refuse(v, err);
	}
}

int
id_make(const struct value *values, int n, struct buf *buf, struct err *err)
{
	buf->len = 0;
	for (int i = 0; i < n; i++) {
		if (n > 1 && buf_putc(buf, i == 0 ? '[' : ',') == -1)
			return err_memory(err);
		if (put_value(values[i], n > 1, buf, err) == -1)
			return -1;
	}
	if (n > 1 && buf_putc(buf, ']') == -1)
		return err_memory(err);
	return key_check(buf, values[n - 1], err);
}
