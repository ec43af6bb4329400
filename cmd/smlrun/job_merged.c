/* Finds where to continue in partitions that one pipeline reads merged. */
#include <string.h>

#include "job_kafka.h"
#include "task.h"

/* Fills in where to begin in a partition from which nothing was read. */
static int
begin_one(const struct job *j, struct client *reader, int32_t number,
    const struct position *from, struct partition_place *place, struct err *err)
{
	int64_t offset = 0;
	int result = from != NULL ? job_beginning_of(j, reader, number, from, &offset, err) :
				    job_beginning_now(j, reader, number, &offset, err);
	struct source_place at = job_beginning_at(offset);

	*place = (struct partition_place){ number, at.offset, at.last };
	return result;
}

const struct partition_places *
job_merged_begin(const struct job *j, struct client *reader, struct partition_places **list,
    struct err *err)
{
	const struct job_kafka *k = j->kafka;
	struct partition_places *each = partition_places_new(list, k->partitions);

	if (each == NULL) {
		(void)err_memory(err);
		return NULL;
	}
	for (size_t i = 0; i < k->partitions; i++)
		if (begin_one(j, reader, k->partition[i], NULL, &each->place[i], err) == -1)
			return NULL;
	return each;
}

static int
refuse_unlike(const struct job *j, const struct commit *a, const struct commit *b,
    int32_t partition, struct err *err)
{
	return err_set(err, NULL,
	    "group %s: the offset of partition %d belongs to epoch %lld, another one to epoch "
	    "%lld: somebody has set one; smlrun reset --to BEGINNING starts over",
	    j->base.group, (int)partition, (long long)b->epoch, (long long)a->epoch);
}

/*
 * Reads the metadata of each committed offset.  Returns how many offsets have metadata of
 * smlrun; 0 if there are no offsets, or if they are to be adopted; or -1 with err.
 */
static int
read_all(const struct job *j, const rd_kafka_topic_partition_list_t *list, struct commit *c,
    struct partition_places *snapshot, struct partition_places *last, struct err *err)
{
	bool adopted = false;
	struct commit one;
	size_t n = 0;
	int there;

	for (int i = 0; i < list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &list->elems[i];

		if (p->offset < 0)
			continue;
		if ((there = job_metadata_read(j, p, &one, err)) == -1)
			return -1;
		adopted |= there == 0;
		if (n == 0)
			*c = one;
		if (!adopted && (one.epoch != c->epoch || strcmp(one.nonce, c->nonce) != 0))
			return refuse_unlike(j, c, &one, p->partition, err);
		snapshot->place[n] = (struct partition_place){ p->partition,
			one.snapshot.place.offset, one.snapshot.place.last };
		last->place[n++] =
		    (struct partition_place){ p->partition, p->offset, one.last.place.last };
	}
	snapshot->count = last->count = n;
	if (!adopted && n > 0 && n != c->merged)
		return err_set(err, NULL,
		    "group %s has offsets of %zu partitions, but %u were merged: some have "
		    "expired, or the topic was recreated; smlrun reset --to BEGINNING starts "
		    "over",
		    j->base.group, n, (unsigned int)c->merged);
	return adopted ? 0 : (int)n;
}

static void
put_place(struct commit_point *point, const struct partition_places *each)
{
	point->place.kind = SOURCE_MERGED;
	point->place.each = each;
}

/* Begins at offsets that another program has committed, with empty states. */
static void
adopt(struct task *t, struct partition_places *last)
{
	struct commit *c = &t->committed;

	for (size_t i = 0; i < last->count; i++)
		last->place[i].last = job_beginning_at(0).last;
	*c = t->job->base;
	c->begin.file = t->job->options->from.text[0];
	put_place(&c->begin, last);
	c->snapshot = c->last = c->begin;
	/* Sinks and --rejects that are files keep what they hold. */
	c->snapshot.rejected = c->last.rejected = t->job->base.last.rejected;
	c->snapshot.lengths = c->last.lengths = t->job->base.last.lengths;
}

int
job_merged_take(struct task *t, const rd_kafka_topic_partition_list_t *list, struct err *err)
{
	struct partition_places **places = &t->source.merged.places;
	struct partition_places *snapshot = partition_places_new(places, (size_t)list->cnt),
				*last = partition_places_new(places, (size_t)list->cnt);
	struct commit *c = &t->committed;
	int count;

	if (snapshot == NULL || last == NULL)
		return err_memory(err);
	count = read_all(t->job, list, c, snapshot, last, err);
	if (count == -1 || last->count == 0)
		return count;
	if (count == 0) {
		adopt(t, last);
		return 1;
	}
	put_place(&c->snapshot, snapshot);
	put_place(&c->last, last);
	return 1;
}

/* Adds the partitions from which nothing was read: all their messages came later. */
static int
add_later(struct task *t, struct client *reader, struct err *err)
{
	static const struct position beginning = { .kind = POSITION_BEGINNING };
	const struct job_kafka *k = t->job->kafka;
	struct commit *c = &t->committed;
	struct partition_places *each[2];
	struct source_place *of[] = { &c->snapshot.place, &c->last.place };

	for (int n = 0; n < 2; n++) {
		each[n] = partition_places_new(&t->source.merged.places, k->partitions);
		if (each[n] == NULL)
			return err_memory(err);
	}
	for (size_t i = 0; i < k->partitions; i++) {
		for (int n = 0; n < 2; n++) {
			const struct partition_place *p =
			    partition_places_find(of[n]->each, k->partition[i]);

			if (p != NULL)
				each[n]->place[i] = *p;
			else if (n == 1)
				each[1]->place[i] = each[0]->place[i];
			else if (begin_one(t->job, reader, k->partition[i], &beginning,
				     &each[0]->place[i], err) == -1)
				return -1;
		}
	}
	for (int n = 0; n < 2; n++)
		of[n]->each = each[n];
	return 0;
}

int
job_merged_check(struct task *t, struct client *reader, struct err *err)
{
	const struct commit *c = &t->committed;
	const struct job_kafka *k = t->job->kafka;
	const struct partition_places *each = c->last.place.each;

	for (size_t i = 0; i < each->count; i++)
		if (!job_kafka_reads(t->job, each->place[i].number))
			return err_set(err, NULL,
			    "topic %s no longer has partition %d, which was read before: it "
			    "was recreated",
			    k->topic, (int)each->place[i].number);
	for (size_t i = 0; i < each->count; i++) {
		int32_t number = each->place[i].number;
		struct source_place snapshot = source_place_in(&c->snapshot.place, number),
				    last = source_place_in(&c->last.place, number);

		if (kafka_partition_check(reader, k->topic, number, &snapshot, &last, err) ==
		    -1)
			return -1;
	}
	return each->count < k->partitions ? add_later(t, reader, err) : 0;
}
