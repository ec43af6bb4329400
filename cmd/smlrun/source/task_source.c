/* Reads the source of one pipeline. */
#include <stdio.h>

#include "source/task_source.h"

void
task_source_close(struct task_source *s)
{
	switch (s->kind) {
	case SOURCE_FILES:
		file_source_close(&s->files);
		break;
	case SOURCE_PARTITION:
		kafka_partition_close(&s->partition);
		break;
	case SOURCE_MERGED:
		kafka_merged_close(&s->merged);
		break;
	case SOURCE_DUMP:
		dump_source_close(&s->dump);
		break;
	}
}

const struct source_place *
task_source_place(const struct task_source *s)
{
	switch (s->kind) {
	case SOURCE_PARTITION:
		return &s->partition.place;
	case SOURCE_MERGED:
		return &s->merged.place;
	case SOURCE_DUMP:
		return &s->dump.place;
	default:
		return &s->files.place;
	}
}

int
task_source_seek(struct task_source *s, const struct source_place *place,
    const struct source_place *last, struct err *err)
{
	switch (s->kind) {
	case SOURCE_PARTITION:
		return kafka_partition_start(&s->partition, place, err);
	case SOURCE_MERGED:
		return kafka_merged_start(&s->merged, place, last, err);
	case SOURCE_DUMP:
		return dump_source_seek(&s->dump, place, last, err);
	default:
		return file_source_seek(&s->files, last, err) == -1 ?
		    -1 :
		    file_source_seek(&s->files, place, err);
	}
}

enum source_event
task_source_next(struct task_source *s, uint64_t most, const char **p, size_t *n,
    struct err *err)
{
	switch (s->kind) {
	case SOURCE_PARTITION:
		return kafka_partition_next(&s->partition, most, p, n, err);
	case SOURCE_MERGED:
		return kafka_merged_next(&s->merged, most, p, n, err);
	case SOURCE_DUMP:
		return dump_source_next(&s->dump, most, p, n, err);
	default:
		return file_source_next(&s->files, most, p, n, err);
	}
}

/*
 * Writes a bad line to rejects: a line of a file as all programs do, a message as smlkafka
 * consume does.
 */
static void
reject(struct task_source *s, const char *p, size_t n, const struct err *err,
    struct side_file *rejects)
{
	struct place place;
	struct err failure;
	char text[300];

	if (!source_is_topic(s->kind)) {
		place = task_source_where(s, err->at == NULL ? 0 : (uint64_t)(err->at - p) + 1,
		    text);
		side_file_write(rejects, err->text, &place, NULL, p, n);
		return;
	}
	if (s->kind == SOURCE_PARTITION)
		kafka_partition_reject(&s->partition, &rejects->out);
	else
		kafka_merged_reject(&s->merged, &rejects->out);
	(void)side_file_line(rejects, &failure); /* side_file_sync will report it */
}

void
task_source_skip(struct task_source *s, const char *p, size_t n, const struct err *err,
    struct side_file *rejects)
{
	if (rejects != NULL)
		reject(s, p, n, err, rejects);
	switch (s->kind) {
	case SOURCE_FILES:
		file_source_skip(&s->files, n);
		break;
	case SOURCE_PARTITION:
		kafka_partition_skip(&s->partition);
		break;
	case SOURCE_MERGED:
		kafka_merged_skip(&s->merged);
		break;
	case SOURCE_DUMP:
		dump_source_skip(&s->dump);
		break;
	}
}

int
task_source_mark(struct task_source *s, struct source_place *place, struct err *err)
{
	if (s->kind == SOURCE_MERGED)
		return kafka_merged_mark(&s->merged, place, err);
	if (s->kind == SOURCE_PARTITION)
		kafka_partition_mark(&s->partition, place);
	else if (s->kind == SOURCE_DUMP)
		dump_source_mark(&s->dump, place);
	else
		file_source_mark(&s->files, place);
	return 0;
}

void
task_source_forget(struct task_source *s, const struct source_place *const *but, size_t n)
{
	const struct partition_places *used[8];

	for (size_t i = 0; i < n; i++)
		used[i] = but[i]->each;
	if (s->kind == SOURCE_MERGED)
		partition_places_free(&s->merged.places, used, n);
}

bool
task_source_is_at(const struct task_source *s, const struct source_place *a,
    const struct source_place *b)
{
	switch (s->kind) {
	case SOURCE_PARTITION:
	case SOURCE_DUMP:
		return a->records == b->records;
	case SOURCE_MERGED:
		return kafka_merged_is_at(a, b);
	default:
		return a->file == b->file && a->byte == b->byte && a->digest == b->digest;
	}
}

/* Returns one of the partitions that are read; NULL after the last. */
static struct kafka_partition *
partition_at(struct task_source *s, size_t i)
{
	if (s->kind == SOURCE_MERGED)
		return i < s->merged.count ? &s->merged.part[i].partition : NULL;
	return s->kind == SOURCE_PARTITION && i == 0 ? &s->partition : NULL;
}

void
task_source_limit(struct task_source *s, bool with_bad)
{
	struct kafka_partition *p;

	for (size_t i = 0; (p = partition_at(s, i)) != NULL; i++)
		kafka_partition_limit(p, with_bad);
}

void
task_source_unlimit(struct task_source *s)
{
	struct kafka_partition *p;

	for (size_t i = 0; (p = partition_at(s, i)) != NULL; i++)
		p->limit = INT64_MAX;
}

void
task_source_use(struct task_source *s, struct kafka_reader *reader)
{
	struct kafka_partition *p;

	for (size_t i = 0; (p = partition_at(s, i)) != NULL; i++) {
		kafka_partition_stop(p);
		if (reader != NULL)
			p->reader = reader;
	}
}

const char *
task_source_name(const struct task_source *s, const struct source_place *place)
{
	switch (s->kind) {
	case SOURCE_PARTITION:
		return s->partition.reader->topic;
	case SOURCE_MERGED:
		return s->merged.reader->topic;
	case SOURCE_DUMP:
		return s->dump.path;
	default:
		return file_source_name(&s->files, place);
	}
}

struct place
task_source_where(struct task_source *s, uint64_t byte, char text[300])
{
	const struct source_place *at = task_source_place(s);
	const struct kafka_partition *p = &s->partition;

	if (s->kind == SOURCE_FILES)
		return (struct place){ .source = file_source_name(&s->files, at),
			.line = at->line,
			.byte = byte };
	if (s->kind == SOURCE_DUMP)
		return (struct place){ .source = s->dump.path,
			.line = dump_source_line(&s->dump),
			.byte = byte };
	if (s->kind == SOURCE_MERGED)
		p = kafka_merged_find_next(&s->merged);
	else
		kafka_partition_find_next(&s->partition);
	if (p == NULL)
		return (struct place){ .source = s->merged.reader->topic };
	(void)snprintf(text, 300, "%s:%d:%lld", p->reader->topic, (int)p->number,
	    (long long)p->place.offset);
	return (struct place){ .source = text, .line = byte };
}
