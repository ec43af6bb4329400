/* Reads the features asked for from an entity's bytes. */
#include <stdlib.h>

#include "entity/wanted.h"

static int
compare_wanted(const void *a, const void *b)
{
	const struct wanted_name *x = a, *y = b;

	return entity_compare_names(&x->name, &y->name);
}

int
wanted_open(struct wanted *p, const struct feature_names *names, struct err *err)
{
	*p = (struct wanted){ .count = names->count };
	if (p->count == 0)
		return 0;
	p->wanted = calloc(p->count, sizeof *p->wanted);
	if (p->wanted == NULL)
		return err_memory(err);
	for (size_t i = 0; i < p->count; i++) {
		p->wanted[i].name.name = names->name[i].name;
		p->wanted[i].name.name_len = names->name[i].len;
		p->wanted[i].place = i;
	}
	qsort(p->wanted, p->count, sizeof *p->wanted, compare_wanted);
	return 0;
}

void
wanted_close(struct wanted *p)
{
	free(p->wanted);
	*p = (struct wanted){ 0 };
}

int
wanted_nothing(const struct wanted *p, struct entity *e, struct err *err)
{
	return entity_reset(e, p->count, err);
}

int
wanted_read(const struct wanted *p, const char *bytes, size_t n, struct entity *e,
    struct err *err)
{
	struct feature f = { 0 };
	struct entity_reader r;
	size_t i = 0;
	int more, order;

	if (p->count == 0)
		return entity_decode(bytes, n, e, err);
	if (wanted_nothing(p, e, err) == -1 || entity_read(&r, bytes, n, e, err) == -1)
		return -1;
	while (i < p->count && (more = entity_read_next(&r, &f, err)) != 0) {
		if (more == -1)
			return -1;
		do
			order = entity_compare_names(&p->wanted[i].name, &f);
		while (order < 0 && ++i < p->count);
		if (order == 0)
			e->feature[p->wanted[i++].place] = f;
	}
	return 0;
}
