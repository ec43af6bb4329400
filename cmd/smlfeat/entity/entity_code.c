/*
 * Encodes and decodes an entity.  Integers are little-endian:
 *
 *	4	checksum: the low half of XXH3 (64 bits, seed 0) of what follows
 *	1	MARK if the whole entity was deleted; then
 *	8	when, and
 *	8	when that mark expires
 *	…	the features, sorted by name:
 *
 *	1	flags, ORed: SAME: time and expiry are those of the feature before; NEVER: it
 *		does not expire; GONE: it was deleted
 *	1-5	length of the name, seven bits a byte, the lowest first
 *	1-5	length of the value, unless GONE
 *	8	time, unless SAME
 *	8	expiry, unless SAME or NEVER
 *	…	name, value
 *
 * There is only one way to write an entity, and no other is read: SAME is set if it can be, and
 * then NEVER is not; lengths are as short as possible; no feature is older than the deletion of
 * the whole entity, and there are at most ENTITY_FEATURES.
 */
#include <endian.h>
#include <string.h>

#include <xxhash.h>

#include "entity/entity.h"

enum { MARK = 1 };
enum { SAME = 1, NEVER = 2, GONE = 4 };
enum { CHECKSUM = 4, LENGTH_MAX = 5, HEADER_MAX = 1 + 2 * LENGTH_MAX + 8 + 8 };

static char *
put_i64(char *out, int64_t x)
{
	uint64_t bytes = htole64((uint64_t)x);

	memcpy(out, &bytes, sizeof bytes);
	return out + sizeof bytes;
}

static char *
put_length(char *out, uint32_t n)
{
	for (; n >= 0x80; n >>= 7)
		*out++ = (char)(n | 0x80);
	*out++ = (char)n;
	return out;
}

static bool
same_times(const struct feature *f, const struct feature *before)
{
	return before != NULL && f->time == before->time && f->expires == before->expires;
}

static int
put_feature(const struct feature *f, const struct feature *before, struct buf *buf)
{
	bool same = same_times(f, before);
	char *out;
	int flags;

	if (buf_reserve(buf, HEADER_MAX + (size_t)f->name_len + f->value_len) == -1)
		return -1;
	out = buf->p + buf->len;
	flags = same ? SAME : f->expires == ENTITY_NEVER ? NEVER : 0;
	*out++ = (char)(flags | (f->value == NULL ? GONE : 0));
	out = put_length(out, f->name_len);
	if (f->value != NULL)
		out = put_length(out, f->value_len);
	if (!same)
		out = put_i64(out, f->time);
	if (!same && f->expires != ENTITY_NEVER)
		out = put_i64(out, f->expires);
	memcpy(out, f->name, f->name_len);
	out += f->name_len;
	if (f->value != NULL) {
		memcpy(out, f->value, f->value_len);
		out += f->value_len;
	}
	buf->len = (size_t)(out - buf->p);
	return 0;
}

static uint32_t
checksum(const char *p, size_t n)
{
	return htole32((uint32_t)XXH3_64bits(p, n));
}

int
entity_encode(const struct entity *e, struct buf *buf, struct err *err)
{
	size_t start = buf->len;
	uint32_t sum;
	char *out;

	if (buf_reserve(buf, CHECKSUM + 1 + 8 + 8) == -1)
		return err_memory(err);
	out = buf->p + start + CHECKSUM;
	*out++ = e->deleted != INSTANT_NONE ? MARK : 0;
	if (e->deleted != INSTANT_NONE)
		out = put_i64(put_i64(out, e->deleted), e->deleted_expires);
	buf->len = (size_t)(out - buf->p);
	for (size_t i = 0; i < e->count; i++) {
		if (put_feature(&e->feature[i], i > 0 ? &e->feature[i - 1] : NULL, buf) ==
		    -1) {
			buf->len = start;
			return err_memory(err);
		}
		if (buf->len - start > ENTITY_BYTES) {
			buf->len = start;
			return err_set(err, NULL, "the entity would take more than %d MiB",
			    (int)(ENTITY_BYTES >> 20));
		}
	}
	sum = checksum(buf->p + start + CHECKSUM, buf->len - start - CHECKSUM);
	memcpy(buf->p + start, &sum, sizeof sum);
	return 0;
}

static int
damaged(struct err *err)
{
	return err_set(err, NULL, "the entity's bytes are damaged");
}

/* These read at *at and move it on; they return false if end comes first. */
static bool
get_i64(const char **at, const char *end, int64_t *x)
{
	uint64_t bytes;

	if (end - *at < (ptrdiff_t)sizeof bytes)
		return false;
	memcpy(&bytes, *at, sizeof bytes);
	*x = (int64_t)le64toh(bytes);
	*at += sizeof bytes;
	return true;
}

static bool
get_length(const char **at, const char *end, uint32_t *n)
{
	unsigned char c;
	int shift = 0;

	*n = 0;
	do {
		if (*at == end || shift > 28)
			return false;
		c = (unsigned char)*(*at)++;
		if ((shift == 28 && c > 0xf) || (c == 0 && shift > 0))
			return false;
		*n |= (uint32_t)(c & 0x7f) << shift;
		shift += 7;
	} while (c >= 0x80);
	return true;
}

static bool
get_bytes(const char **at, const char *end, const char **bytes, uint32_t n)
{
	if ((uint64_t)(end - *at) < n)
		return false;
	*bytes = *at;
	*at += n;
	return true;
}

int
entity_read(struct entity_reader *r, const char *p, size_t n, struct entity *e,
    struct err *err)
{
	uint32_t sum;

	r->at = p;
	r->end = p + n;
	r->count = 0;
	e->deleted = INSTANT_NONE;
	e->deleted_expires = ENTITY_NEVER;
	if (n < CHECKSUM + 1)
		return damaged(err);
	memcpy(&sum, p, sizeof sum);
	r->at += CHECKSUM + 1;
	if (sum != checksum(p + CHECKSUM, n - CHECKSUM) || (unsigned char)p[CHECKSUM] > MARK)
		return damaged(err);
	if (p[CHECKSUM] == MARK &&
	    (!get_i64(&r->at, r->end, &e->deleted) ||
		!get_i64(&r->at, r->end, &e->deleted_expires) || e->deleted == INSTANT_NONE))
		return damaged(err);
	r->deleted = e->deleted;
	return 0;
}

/* Reads the times of a feature; before is NULL for the first. */
static bool
get_times(struct entity_reader *r, int flags, const struct feature *before, struct feature *f)
{
	if ((flags & SAME) != 0) {
		if (before == NULL || (flags & NEVER) != 0)
			return false;
		f->time = before->time;
		f->expires = before->expires;
		return true;
	}
	f->expires = ENTITY_NEVER;
	if (!get_i64(&r->at, r->end, &f->time) || f->time == INSTANT_NONE)
		return false;
	if ((flags & NEVER) == 0 &&
	    (!get_i64(&r->at, r->end, &f->expires) || f->expires == ENTITY_NEVER))
		return false;
	return !same_times(f, before);
}

int
entity_read_next(struct entity_reader *r, struct feature *f, struct err *err)
{
	const struct feature before = *f;
	int flags;

	if (r->at == r->end)
		return 0;
	flags = (unsigned char)*r->at++;
	f->value = NULL;
	f->value_len = 0;
	if (flags > (SAME | NEVER | GONE) || !get_length(&r->at, r->end, &f->name_len) ||
	    ((flags & GONE) == 0 && !get_length(&r->at, r->end, &f->value_len)) ||
	    !get_times(r, flags, r->count == 0 ? NULL : &before, f) ||
	    !get_bytes(&r->at, r->end, &f->name, f->name_len) ||
	    ((flags & GONE) == 0 && !get_bytes(&r->at, r->end, &f->value, f->value_len)) ||
	    (r->count > 0 && entity_compare_names(&before, f) >= 0) || f->time < r->deleted ||
	    ++r->count > ENTITY_FEATURES)
		return damaged(err);
	return 1;
}

int
entity_decode(const char *p, size_t n, struct entity *e, struct err *err)
{
	struct feature f = { 0 };
	struct entity_reader r = { 0 };
	int more;

	entity_clear(e);
	if (entity_read(&r, p, n, e, err) == -1)
		return -1;
	while ((more = entity_read_next(&r, &f, err)) == 1)
		if (entity_append(e, &f, err) == -1)
			return -1;
	return more;
}
