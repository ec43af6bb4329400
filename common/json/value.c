/* Reads the meaning of JSON values; record.c has checked their grammar. */
#include <endian.h>
#include <string.h>

#include "base/decimal.h"
#include "base/digit.h"
#include "base/num.h"
#include "json/value.h"

const char *
kind_name(enum kind kind)
{
	static const char *const name[] = { "nothing", "null", "false", "true", "a number",
		"a string", "an array", "an object" };

	return name[kind];
}

int
value_i64(struct value v, int64_t *x, struct err *err)
{
	if (v.kind != V_NUMBER)
		return err_set(err, v.p, "an integer is needed, not %s", kind_name(v.kind));
	if (num_read_i64(v.p, v.len, x) == -1)
		return err_set(err, v.p, "an integer of 64 bits is needed");
	return 0;
}

/*
 * Fills err with what is there instead of a number; if it is a number in quotes, also with how
 * to remove the quotes.
 */
static int
no_number(struct value v, struct err *err)
{
	bool quoted = v.kind == V_STRING && decimal_is(v.p + 1, v.len - 2);

	return err_set(err, v.p, "a number is needed, not %s%s", kind_name(v.kind),
	    quoted ? "; its quotes are taken off by jq -c '.FIELD |= tonumber'" : "");
}

int
value_f64(struct value v, double *x, struct err *err)
{
	if (v.kind != V_NUMBER)
		return no_number(v, err);
	if (num_read_f64(v.p, v.len, x) == -1)
		return err_set(err, v.p, "the number is too large for a double");
	return 0;
}

int
value_time(struct value v, struct time_field *field, int64_t *ns, struct err *err)
{
	struct buf text = { 0 };
	int result;

	if (v.kind == V_NUMBER)
		return time_field_number(field, v.p, v.len, ns, err);
	if (v.kind != V_STRING)
		return err_set(err, v.p, "a time is needed, not %s", kind_name(v.kind));
	if (memchr(v.p, '\\', v.len) == NULL)
		return time_field_text(field, v.p + 1, v.len - 2, ns, err);
	result = value_text(v, &text, err);
	if (result == 0 &&
	    (result = time_field_text(field, text.p, text.len, ns, err)) == -1 && err != NULL)
		err->at = v.p; /* because the text is freed */
	buf_free(&text);
	return result;
}

static unsigned int
hex4(const char *p)
{
	unsigned int code = 0;

	for (int i = 0; i < 4; i++) {
		unsigned int c = (unsigned char)p[i];

		code = code << 4 | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return code;
}

static size_t
utf8_encode(char out[4], unsigned int code)
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(lead[n] | code);
	return n;
}

/*
 * Resolves the escape at p, a backslash.  Returns where it ends, or NULL for a lone
 * surrogate.
 */
static const char *
unescape(const char *p, const char *end, char out[4], size_t *n)
{
	static const char plain[256] = { ['"'] = '"',
		['\\'] = '\\',
		['/'] = '/',
		['b'] = '\b',
		['f'] = '\f',
		['n'] = '\n',
		['r'] = '\r',
		['t'] = '\t' };
	unsigned int high, low;

	*n = 1;
	if (p[1] != 'u') {
		out[0] = plain[(unsigned char)p[1]];
		return p + 2;
	}
	high = hex4(p + 2);
	p += 6;
	if (high >= 0xd800 && high <= 0xdfff) {
		if (high > 0xdbff || end - p < 6 || p[0] != '\\' || p[1] != 'u')
			return NULL;
		low = hex4(p + 2);
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		p += 6;
		high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	}
	*n = utf8_encode(out, high);
	return p;
}

/*
 * Copies the text before the next backslash or the end, moves *out, and returns where it
 * stopped.  It copies eight bytes at a time, because text with many escapes has only short
 * pieces between them.
 */
static const char *
copy_plain(const char *p, const char *end, char **out)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t bytes, others;
	size_t n;

	while (end - p >= (long)sizeof bytes) {
		memcpy(&bytes, p, sizeof bytes);
		memcpy(*out, &bytes, sizeof bytes);
		others = le64toh(bytes) ^ ones * '\\';
		others = (others - ones) & ~others & ones * 0x80;
		n = others == 0 ? sizeof bytes : (size_t)__builtin_ctzll(others) / 8;
		*out += n;
		p += n;
		if (others != 0)
			return p;
	}
	while (p < end && *p != '\\')
		*(*out)++ = *p++;
	return p;
}

int
value_text(struct value v, struct buf *buf, struct err *err)
{
	const char *p = v.p + 1, *end, *next;
	char *out;
	size_t n;

	if (v.kind != V_STRING)
		return err_set(err, v.p, "a string is needed, not %s", kind_name(v.kind));
	/* No escape is shorter than the character that it means. */
	if (buf_reserve(buf, v.len) == -1)
		return err_memory(err);
	out = buf->p + buf->len;
	end = v.p + v.len - 1;
	while ((p = copy_plain(p, end, &out)) < end) {
		next = unescape(p, end, out, &n);
		if (next == NULL)
			return err_set(err, p, "a lone surrogate escape is no character");
		out += n;
		p = next;
	}
	buf->len = (size_t)(out - buf->p);
	return 0;
}

static const char *
skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		p++;
	return p;
}

static const char *
skip_string(const char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p == '\\')
			p++;
	}
	return p + 1;
}

/* Bytes at which a walk over parsed text stops. */
enum { STOP_NOT, STOP_STRING, STOP_OPEN, STOP_CLOSE };
static const unsigned char stops[256] = { ['"'] = STOP_STRING,
	['['] = STOP_OPEN,
	['{'] = STOP_OPEN,
	[']'] = STOP_CLOSE,
	['}'] = STOP_CLOSE };

static const char *
skip_container(const char *p)
{
	int depth = 0;

	for (;;) {
		while (stops[(unsigned char)*p] == STOP_NOT)
			p++;
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		depth += stops[(unsigned char)*p] == STOP_OPEN ? 1 : -1;
		p++;
		if (depth == 0)
			return p;
	}
}

static const char *
skip_number(const char *p)
{
	while (is_digit(*p) || *p == '.' || *p == '-' || *p == '+' || (*p | 32) == 'e')
		p++;
	return p;
}

struct value
value_at(const char *p)
{
	struct value v = { .p = p };
	const char *end = p;

	switch (*p) {
	case '"':
		v.kind = V_STRING;
		end = skip_string(p);
		break;
	case '{':
	case '[':
		v.kind = *p == '{' ? V_OBJECT : V_ARRAY;
		end = skip_container(p);
		break;
	case 't':
	case 'n':
		v.kind = *p == 't' ? V_TRUE : V_NULL;
		end = p + 4;
		break;
	case 'f':
		v.kind = V_FALSE;
		end = p + 5;
		break;
	default:
		v.kind = V_NUMBER;
		end = skip_number(p);
		break;
	}
	v.len = (uint32_t)(end - p);
	return v;
}

int
value_compact(struct value v, struct buf *buf)
{
	const char *p = v.p, *end = p + v.len, *next;

	if (buf_reserve(buf, v.len) == -1)
		return -1;
	for (; p < end; p = next) {
		next = *p == '"' ? skip_string(p) : p + 1;
		if (skip_space(p) == p)
			buf_keep(buf, p, (size_t)(next - p));
	}
	return 0;
}

bool
value_next(struct value outer, struct value *name, struct value *item)
{
	const char *p;

	if (outer.kind != V_ARRAY && outer.kind != V_OBJECT)
		return false;
	p = skip_space(item->kind == V_MISSING ? outer.p + 1 : item->p + item->len);
	if (*p == ',')
		p = skip_space(p + 1);
	if (*p == ']' || *p == '}')
		return false;
	if (outer.kind == V_OBJECT) {
		*name = value_at(p);
		p = skip_space(name->p + name->len);
		p = skip_space(p + 1);
	}
	*item = value_at(p);
	return true;
}

bool
value_is(struct value string, const char *text, size_t n)
{
	struct buf buf = { 0 };
	bool same;

	if (string.kind != V_STRING)
		return false;
	if (memchr(string.p, '\\', string.len) == NULL)
		return string.len == n + 2 && memcmp(string.p + 1, text, n) == 0;
	same = value_text(string, &buf, NULL) == 0 && buf.len == n &&
	    (n == 0 || memcmp(buf.p, text, n) == 0);
	buf_free(&buf);
	return same;
}

struct value
value_member(struct value object, const char *name)
{
	struct value key, item = { 0 }, found = { 0 };
	size_t n = strlen(name);

	if (object.kind != V_OBJECT)
		return found;
	while (value_next(object, &key, &item)) {
		if (value_is(key, name, n))
			found = item;
	}
	return found;
}

bool
value_is_control(struct value record)
{
	struct value name, item = { 0 };
	const char *p = record.p + 1;

	/* The value of a message is not a line, and may have line breaks. */
	while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		p++;
	/* For most records one look at the first name is enough. */
	if (p[0] != '"' || (p[1] != '$' && p[1] != '\\'))
		return false;
	return value_next(record, &name, &item) && value_is(name, "$sml", 4);
}
