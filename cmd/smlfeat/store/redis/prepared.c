/* Counts lists of names, to prepare scripts for frequent ones. */
#include "store/redis/prepared.h"

#include <string.h>

static bool
is_list(const struct prepared *s, const struct feature *f, size_t n)
{
	const char *p = s->names.p, *end = p + s->names.len;

	for (size_t i = 0; i < n; i++) {
		uint32_t len = f[i].name_len;

		if ((size_t)(end - p) < sizeof(len) + len ||
		    memcmp(p, &len, sizeof(len)) != 0 ||
		    memcmp(p + sizeof(len), f[i].name, len) != 0)
			return false;
		p += sizeof(len) + len;
	}
	return p == end;
}

static int
add(struct prepared *s, const struct feature *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (buf_put(&s->names, &f[i].name_len, sizeof(f[i].name_len)) == -1 ||
		    buf_put(&s->names, f[i].name, f[i].name_len) == -1)
			return -1;
	return 0;
}

struct prepared *
prepared_find(struct prepared_list *prepared, const struct feature *f, size_t n)
{
	struct prepared *s;

	if (n == 0 || n > PREPARED_NAMES)
		return NULL;
	for (size_t i = 0; i < prepared->count; i++) {
		size_t at = (prepared->last + i) % prepared->count;

		if (is_list(&prepared->list[at], f, n)) {
			prepared->last = at;
			prepared->list[at].seen++;
			return &prepared->list[at];
		}
	}
	if (prepared->count == PREPARED_MOST)
		return NULL;
	s = &prepared->list[prepared->count];
	s->names.len = 0;
	if (add(s, f, n) == -1)
		return NULL;
	s->seen = 1;
	prepared->last = prepared->count++;
	return s;
}

void
prepared_free(struct prepared_list *prepared)
{
	for (size_t i = 0; i < PREPARED_MOST; i++)
		buf_free(&prepared->list[i].names);
}
