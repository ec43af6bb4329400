/* Writes and reads a feature in a Redis hash. */
#include "store/redis/stamp.h"

#include <string.h>

#include "base/num.h"

/* The deepest nesting that --max-depth allows, and one level for the stamp. */
enum { MAX_DEPTH = 10001 };

int
stamp_write(struct buf *b, const struct feature *f)
{
	const char *value = f->value != NULL ? f->value : "null";
	size_t value_len = f->value != NULL ? f->value_len : 4;
	char *p;

	if (buf_reserve(b, 2 * NUM_MAX + 16 + value_len) == -1)
		return -1;
	p = b->p + b->len;
	p = mempcpy(p, "{\"t\":", 5);
	p += num_write_i64(p, f->time);
	if (f->expires != ENTITY_NEVER) {
		p = mempcpy(p, ",\"x\":", 5);
		p += num_write_i64(p, f->expires);
	}
	p = mempcpy(p, ",\"v\":", 5);
	p = mempcpy(p, value, value_len);
	*p++ = '}';
	b->len = (size_t)(p - b->p);
	return 0;
}

int
stamp_open(struct stamp_reader *r, struct err *err)
{
	r->fields = fields_new();
	if (r->fields == NULL)
		return err_memory(err);
	return record_open(&r->record, r->fields, MAX_DEPTH, err);
}

void
stamp_close(struct stamp_reader *r)
{
	if (r->fields != NULL)
		record_close(&r->record);
	fields_free(r->fields);
}

/*
 * Returns whether the value is a number, true, false, null, or a string of plain ASCII.  Most
 * values are, and this costs less than parsing.
 */
static bool
is_plain(const char *p, size_t n)
{
	size_t i = 0, from;

	if (*p == '"') {
		for (i = 1;
		     i < n && p[i] >= ' ' && p[i] < 0x7f && p[i] != '"' && p[i] != '\\';)
			i++;
		return i == n - 1 && i > 0 && p[i] == '"';
	}
	if (*p == 't' || *p == 'n')
		return n == 4 && memcmp(p, *p == 't' ? "true" : "null", 4) == 0;
	if (*p == 'f')
		return n == 5 && memcmp(p, "false", 5) == 0;
	i += *p == '-';
	for (from = i; i < n && p[i] >= '0' && p[i] <= '9';)
		i++;
	if (i == from || (p[from] == '0' && i > from + 1))
		return false;
	if (i < n && p[i] == '.') {
		for (from = ++i; i < n && p[i] >= '0' && p[i] <= '9';)
			i++;
		if (i == from)
			return false;
	}
	return i == n;
}

int
stamp_read_ns(const char **at, const char *end, int64_t *ns)
{
	bool minus = *at < end && **at == '-';
	const char *from = *at + minus, *p = from;
	uint64_t x = 0, most = (uint64_t)INT64_MAX + minus;

	/* 19 digits, the most there can be, fit into 64 bits. */
	while (p < end && p - from < 19 && *p >= '0' && *p <= '9')
		x = 10 * x + (uint64_t)(*p++ - '0');
	if (p == from || x > most || (*from == '0' && (minus || p - from > 1)) ||
	    (p < end && *p >= '0' && *p <= '9'))
		return -1;
	*ns = minus ? (int64_t)(0 - x) : (int64_t)x;
	*at = p;
	return 0;
}

static bool
skip(const char **at, const char *end, const char *text, size_t n)
{
	if ((size_t)(end - *at) < n || memcmp(*at, text, n) != 0)
		return false;
	*at += n;
	return true;
}

int
stamp_read(struct stamp_reader *r, const char *p, size_t n, struct feature *f, struct err *err)
{
	const char *at = p, *end = p + n;

	f->expires = ENTITY_NEVER;
	if (!skip(&at, end, "{\"t\":", 5) || stamp_read_ns(&at, end, &f->time) == -1 ||
	    f->time == INSTANT_NONE)
		goto foreign;
	if (skip(&at, end, ",\"x\":", 5) &&
	    (stamp_read_ns(&at, end, &f->expires) == -1 || f->expires == ENTITY_NEVER))
		goto foreign;
	if (!skip(&at, end, ",\"v\":", 5) || end - at < 2 || end[-1] != '}' ||
	    end - at - 1 > UINT32_MAX)
		goto foreign;
	f->value = at;
	f->value_len = (uint32_t)(end - at - 1);
	if (!is_plain(at, f->value_len)) {
		/*
		 * The text becomes part of a line, where a comma in it could begin another
		 * member.
		 */
		struct value name, item = { 0 };
		int members = 0;

		if (memchr(p, '\n', n) != NULL || memchr(p, '\r', n) != NULL ||
		    record_parse_text(&r->record, r->fields, p, n, err) == -1)
			goto foreign;
		while (value_next(r->record.object, &name, &item))
			members++;
		if (members != 2 + (f->expires != ENTITY_NEVER))
			goto foreign;
	}
	if (f->value_len == 4 && memcmp(f->value, "null", 4) == 0) {
		f->value = NULL;
		f->value_len = 0;
	}
	return 0;
foreign:
	return err_set(err, NULL, "\"%.*s%s\" is no feature that smlfeat wrote",
	    n > 60 ? 60 : (int)n, p, n > 60 ? "..." : "");
}
