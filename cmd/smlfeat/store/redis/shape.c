#include "store/redis/shape.h"

#include <string.h>

static bool
is_shape(const struct shape *s, const struct feature *f, size_t n)
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
add(struct shape *s, const struct feature *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (buf_put(&s->names, &f[i].name_len, sizeof(f[i].name_len)) == -1 ||
		    buf_put(&s->names, f[i].name, f[i].name_len) == -1)
			return -1;
	return 0;
}

struct shape *
shape_find(struct shapes *shapes, const struct feature *f, size_t n)
{
	struct shape *s;

	if (n == 0 || n > SHAPE_NAMES)
		return NULL;
	for (size_t i = 0; i < shapes->count; i++) {
		size_t at = (shapes->last + i) % shapes->count;

		if (is_shape(&shapes->shape[at], f, n)) {
			shapes->last = at;
			shapes->shape[at].seen++;
			return &shapes->shape[at];
		}
	}
	if (shapes->count == SHAPES)
		return NULL;
	s = &shapes->shape[shapes->count];
	s->names.len = 0;
	if (add(s, f, n) == -1)
		return NULL;
	s->seen = 1;
	shapes->last = shapes->count++;
	return s;
}

void
shape_free(struct shapes *shapes)
{
	for (size_t i = 0; i < SHAPES; i++)
		buf_free(&shapes->shape[i].names);
}
