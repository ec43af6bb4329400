/* The keys that have an open hopping window, in the order of their results. */
#include "kinds/open_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "run/closing.h"

static int
compare(const struct run *run, const struct open_key *a, const struct open_key *b)
{
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix ? -1 : 1;
	return a->key == NULL || b->key == NULL ? 0 :
						  closing_compare_keys(run, a->key, b->key);
}

static int
compare_items(const void *a, const void *b, void *run)
{
	return compare(run, a, b);
}

int
open_keys_add(struct run *run, struct open_keys *open, struct key_slot *key)
{
	if (grow(&open->fresh, &open->fresh_capacity, open->freshes + 1,
		sizeof *open->fresh) == -1)
		return -1;
	open->fresh[open->freshes++] =
	    (struct open_key){ .prefix = closing_prefix(run, key), .key = key };
	return 0;
}

/* A sorted key is only marked here; open_keys_sweep removes it. */
void
open_keys_drop(const struct run *run, struct open_keys *open, const struct key_slot *key)
{
	uint64_t prefix = closing_prefix(run, key);
	size_t low = 0, high = open->count, middle;

	for (middle = 0; middle < open->freshes; middle++)
		if (open->fresh[middle].key == key) {
			open->fresh[middle] = open->fresh[--open->freshes];
			return;
		}
	while (low < high) {
		middle = low + (high - low) / 2;
		if (open->at[middle].prefix < prefix)
			low = middle + 1;
		else
			high = middle;
	}
	while (low < open->count && open->at[low].key != key)
		low++;
	if (low < open->count)
		open->at[low].key = NULL;
}

/* Merge the new keys, which are sorted, from the end, where there is room. */
int
open_keys_settle(struct run *run, struct open_keys *open)
{
	size_t left = open->count, fresh = open->freshes, to = left + fresh;

	if (fresh == 0)
		return 0;
	if (grow(&open->at, &open->capacity, to, sizeof *open->at) == -1)
		return -1;
	qsort_r(open->fresh, fresh, sizeof *open->fresh, compare_items, run);
	open->count = to;
	while (fresh > 0)
		if (left > 0 && compare(run, &open->at[left - 1], &open->fresh[fresh - 1]) > 0)
			open->at[--to] = open->at[--left];
		else
			open->at[--to] = open->fresh[--fresh];
	open->freshes = 0;
	return 0;
}

void
open_keys_sweep(struct run *run, struct open_keys *open,
    bool (*keep)(struct run *, struct key_slot *))
{
	size_t i, left = 0;

	for (i = 0; i < open->count; i++)
		if (open->at[i].key != NULL && keep(run, open->at[i].key))
			open->at[left++] = open->at[i];
	open->count = left;
}

void
open_keys_free(struct open_keys *open)
{
	free(open->at);
	free(open->fresh);
	*open = (struct open_keys){ 0 };
}
