#include "closing.h"

#include <stdlib.h>
#include <string.h>

#include "key.h"

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

int
closing_add(struct job *job, struct closing closing)
{
	struct closing *grown;
	size_t capacity;

	if (job->closings == job->closing_capacity) {
		capacity = job->closing_capacity == 0 ? 64 : job->closing_capacity * 2;
		if ((grown = realloc(job->closing, capacity * sizeof *grown)) == NULL)
			return -1;
		job->closing = grown;
		job->closing_capacity = capacity;
	}
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

static int
compare(const void *a, const void *b, void *job)
{
	const struct closing *x = a, *y = b;

	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return closing_compare_keys(job, x->lane, y->lane);
}

void
closing_sort(struct job *job)
{
	if (job->closings > 1)
		qsort_r(job->closing, job->closings, sizeof *job->closing, compare, job);
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
