/* Sorts windows that close together, and writes them as records. */
#include "run/closing.h"

#include <string.h>

#include "base/grow.h"
#include "keyed/key.h"

uint64_t
closing_prefix(const struct run *run, const struct key_slot *key)
{
	size_t i, n;
	const unsigned char *bytes = table_key(run->table, key, &n);
	uint64_t prefix = 0;

	for (i = 0; i < sizeof prefix; i++)
		prefix = prefix << 8 | (i < n ? bytes[i] : 0);
	return prefix;
}

int
closing_add(struct run *run, struct closing closing, struct err *err)
{
	if (run_cut(run))
		return -1;
	if (grow(&run->closing, &run->closing_capacity, run->closings + 1,
		sizeof *run->closing) == -1)
		return run_memory(run, err);
	run->closing[run->closings++] = closing;
	return 0;
}

int
closing_compare_keys(const struct run *run, const struct key_slot *a, const struct key_slot *b)
{
	size_t n, m;
	const void *p = table_key(run->table, a, &n), *q = table_key(run->table, b, &m);
	int order = memcmp(p, q, n < m ? n : m);

	return order != 0 ? order : (n > m) - (n < m);
}

static inline bool
before(const struct run *run, const struct closing *a, const struct closing *b)
{
	if (a->end != b->end)
		return a->end < b->end;
	if (a->start != b->start)
		return a->start < b->start;
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	return closing_compare_keys(run, a->key, b->key) < 0;
}

#define SHORT 8 /* up to this length, insertion sort is faster */

static void
insertion_sort(const struct run *run, struct closing *at, size_t n)
{
	struct closing one;
	size_t i, to;

	for (i = 1; i < n; i++) {
		one = at[i];
		for (to = i; to > 0 && before(run, &one, &at[to - 1]); to--)
			at[to] = at[to - 1];
		at[to] = one;
	}
}

/* Merges from[0..left) and from[left..n), which are both sorted, into `to`. */
static void
merge(const struct run *run, const struct closing *from, size_t left, size_t n,
    struct closing *to)
{
	size_t a = 0, b = left, i;

	for (i = 0; i < n; i++)
		to[i] = b == n || (a < left && before(run, &from[a], &from[b])) ? from[a++] :
										  from[b++];
}

/* A bottom-up merge sort to the array's second half and back; qsort_r would use callbacks. */
int
closing_sort(struct run *run)
{
	size_t n = run->closings, sorted, i, length;
	struct closing *from = run->closing, *to, *swap;

	for (i = 0; i < n; i += SHORT)
		insertion_sort(run, from + i, n - i < SHORT ? n - i : SHORT);
	if (n <= SHORT)
		return 0;
	if (grow(&run->closing, &run->closing_capacity, 2 * n, sizeof *run->closing) == -1)
		return -1;
	from = run->closing;
	to = from + n;
	for (sorted = SHORT; sorted < n; sorted *= 2) {
		for (i = 0; i < n; i += 2 * sorted) {
			length = n - i < 2 * sorted ? n - i : 2 * sorted;
			merge(run, from + i, length < sorted ? length : sorted, length,
			    to + i);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != run->closing)
		memcpy(run->closing, from, n * sizeof *from);
	return 0;
}

static void
put_key(struct run *run, const struct closing *closing)
{
	const uint64_t *word = &closing->window->spelt;
	struct value spelt = { .kind = V_ARRAY }, name, item = { 0 };
	size_t size;
	int i = 0;

	if (*word == WORD_NONE)
		word = &closing->key->spelt;
	spelt.p = word_bytes(word, &size);
	spelt.len = (uint32_t)size;
	if (run->keys.count == 1)
		edit_raw(run->edit, run->keys.at[0].member, spelt);
	else
		while (i < run->keys.count && value_next(spelt, &name, &item))
			edit_raw(run->edit, run->keys.at[i++].member, item);
}

int
closing_write(struct run *run, const struct closing *closing, bool partial, struct err *err)
{
	bool number = closing->window->time_is_number;

	if (stream_cut(run->stream))
		return -1;
	put_key(run, closing);
	if (run->time_slot != -1) {
		edit_time(run->edit, run->start_member, closing->start, number,
		    run->times->unit);
		edit_time(run->edit, run->end_member, closing->end, number, run->times->unit);
	}
	run_features(run, &closing->window->summary, NULL);
	if (partial)
		edit_bool(run->edit, run->partial_member, true);
	run->results++;
	if (edit_write(run->edit, NULL, stream_out(run->stream), err) == -1)
		return run_memory(run, err);
	return 0;
}
