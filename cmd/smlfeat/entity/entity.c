/* Entities: features by name, and the rule by which events change them. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "entity/entity.h"

void
entity_clear(struct entity *e)
{
	e->deleted = INSTANT_NONE;
	e->deleted_expires = ENTITY_NEVER;
	e->count = 0;
}

void
entity_free(struct entity *e)
{
	free(e->feature);
	*e = (struct entity){ 0 };
}

int
entity_compare_names(const struct feature *a, const struct feature *b)
{
	uint32_t shorter = a->name_len < b->name_len ? a->name_len : b->name_len;
	int order = memcmp(a->name, b->name, shorter);

	return order != 0 ? order : (a->name_len > b->name_len) - (a->name_len < b->name_len);
}

/* Makes room for count features in all. */
static int
reserve(struct entity *e, size_t count, struct err *err)
{
	if (count <= e->cap || grow(&e->feature, &e->cap, count, sizeof *e->feature) == 0)
		return 0;
	return err_memory(err);
}

static int
refuse_many(struct err *err)
{
	return err_set(err, NULL, "the entity would have more than %d features",
	    ENTITY_FEATURES);
}

int
entity_reset(struct entity *e, size_t count, struct err *err)
{
	entity_clear(e);
	if (reserve(e, count, err) == -1)
		return -1;
	if (count > 0)
		memset(e->feature, 0, count * sizeof *e->feature);
	e->count = count;
	return 0;
}

int
entity_append(struct entity *e, const struct feature *f, struct err *err)
{
	if (e->count == e->cap && reserve(e, e->count + 1, err) == -1)
		return -1;
	e->feature[e->count++] = *f;
	return 0;
}

/*
 * Sorts n features by name; features with equal names keep their order.  spare has room for
 * half of them.
 */
static void
sort(struct feature *f, size_t n, struct feature *spare)
{
	size_t half = n / 2, i = 0, j = half, to = 0;

	if (n < 2)
		return;
	sort(f, half, spare);
	sort(f + half, n - half, spare);
	if (entity_compare_names(&f[half - 1], &f[half]) <= 0)
		return;
	memcpy(spare, f, half * sizeof *f);
	while (i < half) {
		if (j < n && entity_compare_names(&f[j], &spare[i]) < 0)
			f[to++] = f[j++];
		else
			f[to++] = spare[i++];
	}
}

int
entity_settle(struct entity *e, struct err *err)
{
	struct feature *f, *last;
	size_t kept = 0;

	if (reserve(e, e->count + e->count / 2, err) == -1)
		return -1;
	f = e->feature;
	if (e->count > 1)
		sort(f, e->count, f + e->count);
	for (size_t i = 0; i < e->count; i++) {
		last = kept > 0 ? &f[kept - 1] : NULL;
		if (last == NULL || entity_compare_names(last, &f[i]) != 0)
			f[kept++] = f[i];
		else if (f[i].time >= last->time)
			*last = f[i];
	}
	e->count = kept;
	return kept > ENTITY_FEATURES ? refuse_many(err) : 0;
}

/* Removes the features for which keep returns false, in place. */
static size_t
filter(struct entity *e, bool (*keep)(const struct feature *, int64_t), int64_t time)
{
	size_t kept = 0, before = e->count;

	for (size_t i = 0; i < before; i++) {
		if (!keep(&e->feature[i], time))
			continue;
		if (kept != i)
			e->feature[kept] = e->feature[i];
		kept++;
	}
	e->count = kept;
	return before - kept;
}

static bool
is_newer(const struct feature *f, int64_t time)
{
	return f->time > time;
}

static bool
is_fresh(const struct feature *f, int64_t now)
{
	return !feature_expired(f, now);
}

/* Merges a deletion of everything up to a time. */
static void
merge_deletion(struct entity *e, const struct entity *change, struct merged *merged)
{
	if (change->deleted < e->deleted) {
		merged->older++;
		return;
	}
	e->deleted = change->deleted;
	e->deleted_expires = change->deleted_expires;
	filter(e, is_newer, e->deleted);
	merged->written++;
}

/* Returns how many names of change the entity lacks. */
static size_t
count_new(const struct entity *e, const struct entity *change)
{
	size_t i = 0, fresh = 0;
	int order = 1;

	for (size_t j = 0; j < change->count; j++) {
		for (; i < e->count; i++) {
			order = entity_compare_names(&e->feature[i], &change->feature[j]);
			if (order >= 0)
				break;
		}
		fresh += i == e->count || order != 0;
	}
	return fresh;
}

/*
 * Merges from the end, in place: the entity's features move up and make room for the new ones.
 * There is room for all new features, even those that are skipped because they are older than
 * the whole deletion.
 */
static void
merge_features(struct entity *e, const struct entity *change, size_t room,
    struct merged *merged)
{
	size_t i = e->count, j = change->count, to = e->count + room, end = to;
	struct feature *f = e->feature;
	const struct feature *c;
	int order;

	while (j > 0) {
		c = &change->feature[j - 1];
		order = i > 0 ? entity_compare_names(&f[i - 1], c) : -1;
		if (order > 0) {
			f[--to] = f[--i];
			continue;
		}
		j--;
		if (c->time < e->deleted || (order == 0 && c->time < f[i - 1].time)) {
			merged->older++;
			continue;
		}
		merged->written++;
		f[--to] = *c;
		i -= order == 0;
	}
	if (to > i) /* to - i features were skipped */
		memmove(&f[i], &f[to], (end - to) * sizeof *f);
	e->count = end - (to - i);
}

int
entity_merge(struct entity *e, const struct entity *change, struct merged *merged,
    struct err *err)
{
	size_t room;

	if (change->deleted != INSTANT_NONE)
		merge_deletion(e, change, merged);
	room = count_new(e, change);
	if (reserve(e, e->count + room, err) == -1)
		return -1;
	merge_features(e, change, room, merged);
	return e->count > ENTITY_FEATURES ? refuse_many(err) : 0;
}

size_t
entity_sweep(struct entity *e, int64_t now)
{
	size_t gone = filter(e, is_fresh, now);

	if (e->deleted != INSTANT_NONE && e->deleted_expires <= now) {
		e->deleted = INSTANT_NONE;
		e->deleted_expires = ENTITY_NEVER;
		gone++;
	}
	return gone;
}

int64_t
entity_expires(const struct entity *e)
{
	int64_t first = e->deleted != INSTANT_NONE ? e->deleted_expires : ENTITY_NEVER;

	for (size_t i = 0; i < e->count; i++)
		if (e->feature[i].expires < first)
			first = e->feature[i].expires;
	return first;
}

int64_t
entity_until(int64_t time, int64_t ttl)
{
	int64_t until;

	if (ttl == 0 || __builtin_add_overflow(time, ttl, &until))
		return ENTITY_NEVER;
	return until;
}
