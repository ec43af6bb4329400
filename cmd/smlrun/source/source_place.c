/* Keeps lists of places in several partitions. */
#include <stdlib.h>

#include "source/source_place.h"

struct partition_places *
partition_places_new(struct partition_places **list, size_t count)
{
	struct partition_places *p = calloc(1, sizeof *p + count * sizeof p->place[0]);

	if (p == NULL)
		return NULL;
	p->count = count;
	p->next = *list;
	*list = p;
	return p;
}

static bool
is_among(const struct partition_places *p, const struct partition_places *const *those,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (those[i] == p)
			return true;
	return false;
}

void
partition_places_free(struct partition_places **list,
    const struct partition_places *const *but, size_t n)
{
	while (*list != NULL) {
		struct partition_places *p = *list;

		if (is_among(p, but, n)) {
			list = &p->next;
			continue;
		}
		*list = p->next;
		free(p);
	}
}

const struct partition_place *
partition_places_find(const struct partition_places *p, int32_t number)
{
	for (size_t i = 0; p != NULL && i < p->count; i++)
		if (p->place[i].number == number)
			return &p->place[i];
	return NULL;
}

struct source_place
source_place_in(const struct source_place *place, int32_t number)
{
	const struct partition_place none = { number, -1, { .offset = -1 } },
				     *p = partition_places_find(place->each, number);

	if (p == NULL)
		p = &none;
	return (struct source_place){ .records = place->records,
		.kind = SOURCE_PARTITION,
		.offset = p->offset,
		.last = p->last };
}
