/* Writes snapshots: a state as NDJSON. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/num.h"
#include "base/replace.h"
#include "base/base64.h"
#include "state/snap.h"

enum { BEGIN_EVERY = 128 * 1024 /* bytes */ };

struct snap {
	struct replace replace;
	XXH64_state_t hash;    /* of all bytes written so far */
	uint64_t lines, start; /* where the line began */
	bool empty;	       /* the line has no member yet */
};

static void
hash_bytes(void *hash, const char *p, size_t n)
{
	XXH64_update(hash, p, n);
}

struct snap *
snap_create(const char *path, mode_t mode, struct err *err)
{
	struct snap *s = calloc(1, sizeof *s);

	if (s == NULL) {
		err_memory(err);
		return NULL;
	}
	if (replace_begin(&s->replace, path, mode, err) == -1) {
		free(s);
		return NULL;
	}
	XXH64_reset(&s->hash, 0);
	s->replace.out.begin_every = BEGIN_EVERY;
	s->replace.out.tap = hash_bytes;
	s->replace.out.tapped = &s->hash;
	return s;
}

static void
write_i64(struct out *o, int64_t x)
{
	out_advance(o, num_write_i64(out_room(o, NUM_MAX), x));
}

static void
write_u64(struct out *o, uint64_t x)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + x % 10);
		x /= 10;
	} while (x > 0);
	out_write(o, digits + at, sizeof digits - at);
}

/* JSON cannot spell NaN and the infinities, and num_write_f64 writes -0 as 0. */
static void
write_f64(struct out *o, double x)
{
	if (isnan(x))
		out_puts(o, "null");
	else if (isinf(x))
		out_puts(o, x > 0 ? "\"inf\"" : "\"-inf\"");
	else if (x == 0 && signbit(x))
		out_puts(o, "-0.0");
	else
		out_advance(o, num_write_f64(out_room(o, NUM_MAX), x));
}

/* Writes an array of M_I64S or M_F64S. */
static void
write_numbers(struct out *o, enum member_kind kind, const void *array, uint64_t count)
{
	out_puts(o, "[");
	for (uint64_t i = 0; i < count; i++) {
		if (i > 0)
			out_puts(o, ",");
		if (kind == M_I64S)
			write_i64(o, ((const int64_t *)array)[i]);
		else
			write_f64(o, ((const double *)array)[i]);
	}
	out_puts(o, "]");
}

static void
write_json(struct out *o, const char *json, uint64_t n)
{
	if (n == 0)
		out_puts(o, "null");
	else
		out_write(o, json, n);
}

static void
write_member(struct out *o, const struct member *m, const void *noun)
{
	const void *at = (const char *)noun + m->at;
	const uint64_t *count = (const void *)((const char *)noun + m->count_at);

	switch (m->kind) {
	case M_BOOL:
		out_puts(o, *(const bool *)at ? "true" : "false");
		break;
	case M_I64:
		write_i64(o, *(const int64_t *)at);
		break;
	case M_U64:
		write_u64(o, *(const uint64_t *)at);
		break;
	case M_F64:
		write_f64(o, *(const double *)at);
		break;
	case M_I64S:
	case M_F64S:
		write_numbers(o, m->kind, *(void *const *)at, *count);
		break;
	case M_BYTES:
		text_write_bytes(o, *(char *const *)at, *count);
		break;
	case M_JSON:
		write_json(o, *(char *const *)at, *count);
		break;
	}
}

void
snap_open(struct snap *s, const char *section)
{
	struct out *o = &s->replace.out;

	s->start = o->written + o->len;
	s->empty = true;
	out_puts(o, "{\"");
	out_puts(o, section);
	out_puts(o, "\":{");
}

void
snap_part(struct snap *s, const struct member *m, const void *noun)
{
	struct out *o = &s->replace.out;

	for (; m->name != NULL; m++) {
		if (!s->empty)
			out_puts(o, ",");
		out_puts(o, "\"");
		out_puts(o, m->name);
		out_puts(o, "\":");
		write_member(o, m, noun);
		s->empty = false;
	}
}

void
snap_shut(struct snap *s)
{
	struct out *o = &s->replace.out;

	out_puts(o, "}}\n");
	s->lines++;
	/* Fail now, because such a snapshot could not be read. */
	if (o->error == 0 && o->written + o->len - s->start > SNAP_LINE)
		o->error = EFBIG;
}

void
snap_put(struct snap *s, const char *section, const struct member *m, const void *noun)
{
	snap_open(s, section);
	snap_part(s, m, noun);
	snap_shut(s);
}

bool
snap_failed(const struct snap *s)
{
	return s->replace.out.error != 0;
}

int
snap_sync(struct snap *s, struct err *err)
{
	struct out *o = &s->replace.out;
	char last[80];
	int n;

	if (s->replace.synced)
		return 0;

	out_flush(o); /* so that all bytes are hashed; a failure stays in o->error */
	n = snprintf(last, sizeof last,
	    "{\"lines\":%" PRIu64 ",\"xxh64\":\"%016" PRIx64 "\"}\n", s->lines,
	    XXH64_digest(&s->hash));
	out_write(o, last, (size_t)n);
	return replace_sync(&s->replace, err);
}

int
snap_commit(struct snap *s, struct err *err)
{
	int status = snap_sync(s, err);

	if (status == 0)
		status = replace_commit(&s->replace, err);
	free(s);
	return status;
}

void
snap_abandon(struct snap *s)
{
	if (s == NULL)
		return;
	replace_abandon(&s->replace);
	free(s);
}
