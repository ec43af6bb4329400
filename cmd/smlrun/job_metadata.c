/* Reads and writes the commit in the metadata of an offset. */
#include "base/memory.h"
#include "job_kafka.h"
#include "source/source_place.h"

int64_t
job_metadata_offset(const struct source_place *place)
{
	return source_is_topic(place->kind) ? place->offset : (int64_t)place->records;
}

int
job_metadata_add(uint64_t run, rd_kafka_topic_partition_t *p, const struct commit *c,
    struct err *err)
{
	struct buf text = { 0 };

	if (commit_metadata(c, run, &text) == -1) {
		buf_free(&text);
		return err_memory(err);
	}
	p->offset = job_metadata_offset(&c->last.place);
	p->metadata = text.p; /* the list frees it */
	p->metadata_size = text.len;
	memory_lend(text.p);
	return 0;
}

/* Fills in the names of files, which the metadata lacks. */
static int
name_files(const struct job *j, struct commit *c, struct err *err)
{
	const struct texts *from = &j->options->from;

	if (c->snapshot.place.file >= from->count || c->last.place.file >= from->count)
		return err_set(err, NULL,
		    "file %zu of --from was read before, but only %zu are named now: name all "
		    "that were read",
		    c->last.place.file + 1, from->count);
	c->snapshot.file = from->text[c->snapshot.place.file];
	c->last.file = from->text[c->last.place.file];
	return 0;
}

int
job_metadata_read(const struct job *j, const rd_kafka_topic_partition_t *p, struct commit *c,
    struct err *err)
{
	int there;

	*c = j->base;
	there = commit_metadata_read(p->metadata_size == 0 ? "" : p->metadata,
	    p->metadata_size, j->kafka->run, c, err);
	/*
	 * If somebody else has set the offset, our old metadata may still be there, but does
	 * not count.
	 */
	if (there == 1 && p->offset != job_metadata_offset(&c->last.place))
		there = 0;
	if ((there == 0 && j->options->adopt) || (there == 1 && c->run == 0))
		return 0;
	if (there != 1) {
		const struct err why = *err;

		return err_set(err, NULL, "group %s, topic %s, partition %d: %s",
		    j->base.group, p->topic, (int)p->partition,
		    there == -1 ?
			why.text :
			"the offset was not committed by smlrun; --adopt begins there");
	}
	return name_files(j, c, err) == -1 ? -1 : 1;
}
