#include "kinds/closing.h"

#include <stdlib.h>
#include <string.h>

#include "keyed/key.h"

uint64_t
closing_prefix(const struct job *job, const struct lane *lane)
{
	size_t i, n;
	const unsigned char *key = table_key(job->table, lane, &n);
	uint64_t prefix = 0;

	for (i = 0; i < sizeof prefix; i++)
		prefix = prefix << 8 | (i < n ? key[i] : 0);
	return prefix;
}

/* Makes room for n in all. */
static int
make_room(struct job *job, size_t n)
{
	size_t capacity = job->closing_capacity == 0 ? 64 : job->closing_capacity;
	struct closing *grown;

	if (n <= job->closing_capacity)
		return 0;
	while (capacity < n)
		capacity *= 2;
	if ((grown = realloc(job->closing, capacity * sizeof *grown)) == NULL)
		return -1;
	job->closing = grown;
	job->closing_capacity = capacity;
	return 0;
}

int
closing_add(struct job *job, struct closing closing)
{
	if (make_room(job, job->closings + 1) == -1)
		return -1;
	job->closing[job->closings++] = closing;
	return 0;
}

int
closing_compare_keys(const struct job *job, const struct lane *a, const struct lane *b)
{
	size_t n, m;
	const void *p = table_key(job->table, a, &n), *q = table_key(job->table, b, &m);
	int order = memcmp(p, q, n < m ? n : m);

	return order != 0 ? order : (n > m) - (n < m);
}

static inline bool
before(const struct job *job, const struct closing *a, const struct closing *b)
{
	if (a->end != b->end)
		return a->end < b->end;
	if (a->start != b->start)
		return a->start < b->start;
	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	return closing_compare_keys(job, a->lane, b->lane) < 0;
}

#define RUN 8 /* as short as this, insertion is faster */

static void
insertion_sort(const struct job *job, struct closing *at, size_t n)
{
	struct closing one;
	size_t i, to;

	for (i = 1; i < n; i++) {
		one = at[i];
		for (to = i; to > 0 && before(job, &one, &at[to - 1]); to--)
			at[to] = at[to - 1];
		at[to] = one;
	}
}

/* Merges from[0..left) and from[left..n), each in order. */
static void
merge(const struct job *job, const struct closing *from, size_t left, size_t n,
    struct closing *to)
{
	size_t a = 0, b = left, i;

	for (i = 0; i < n; i++)
		to[i] = b == n || (a < left && before(job, &from[a], &from[b])) ? from[a++] :
										  from[b++];
}

/* Merging, bottom up, between the array and its other half; qsort_r would call back. */
int
closing_sort(struct job *job)
{
	size_t n = job->closings, run, i, length;
	struct closing *from = job->closing, *to, *swap;

	for (i = 0; i < n; i += RUN)
		insertion_sort(job, from + i, n - i < RUN ? n - i : RUN);
	if (n <= RUN)
		return 0;
	if (make_room(job, 2 * n) == -1)
		return -1;
	from = job->closing;
	to = from + n;
	for (run = RUN; run < n; run *= 2) {
		for (i = 0; i < n; i += 2 * run) {
			length = n - i < 2 * run ? n - i : 2 * run;
			merge(job, from + i, length < run ? length : run, length, to + i);
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != job->closing)
		memcpy(job->closing, from, n * sizeof *from);
	return 0;
}

static void
put_key(struct job *job, const struct closing *closing)
{
	const uint64_t *word = &closing->frame->spelt;
	struct value spelt = { .kind = V_ARRAY }, name, item = { 0 };
	size_t size;
	int i = 0;

	if (*word == KEPT_NONE)
		word = &closing->lane->spelt;
	spelt.p = kept_bytes(word, &size);
	spelt.len = (uint32_t)size;
	if (job->keys.count == 1)
		edit_raw(job->edit, job->keys.at[0].member, spelt);
	else
		while (i < job->keys.count && value_next(spelt, &name, &item))
			edit_raw(job->edit, job->keys.at[i++].member, item);
}

int
closing_write(struct job *job, const struct closing *closing, bool partial, struct err *err)
{
	bool number = closing->frame->time_is_number;

	put_key(job, closing);
	if (job->time_slot != -1) {
		edit_time(job->edit, job->start_member, closing->start, number, job->unit);
		edit_time(job->edit, job->end_member, closing->end, number, job->unit);
	}
	job_features(job, &closing->frame->summary, NULL);
	if (partial)
		edit_bool(job->edit, job->partial_member, true);
	job->results++;
	if (edit_write(job->edit, NULL, stream_out(job->stream), err) == -1)
		return job_memory(job, err);
	return 0;
}
