/* What one pipeline reads. */
#include <stdio.h>

#include "source/task_source.h"

void
task_source_close(struct task_source *s)
{
	if (s->is_partition)
		kafka_partition_close(&s->partition);
	else
		file_source_close(&s->files);
}

const struct source_place *
task_source_place(const struct task_source *s)
{
	return s->is_partition ? &s->partition.place : &s->files.place;
}

int
task_source_seek(struct task_source *s, const struct source_place *place, struct err *err)
{
	return s->is_partition ? kafka_partition_start(&s->partition, place, err) :
				 file_source_seek(&s->files, place, err);
}

enum source_event
task_source_next(struct task_source *s, uint64_t most, const char **p, size_t *n,
    struct err *err)
{
	return s->is_partition ? kafka_partition_next(&s->partition, most, p, n, err) :
				 file_source_next(&s->files, most, p, n, err);
}

/* A file's line goes to rejects as in every tool, a message as smlkafka consume does it. */
static void
reject(struct task_source *s, const char *p, size_t n, const struct err *err,
    struct side_file *rejects)
{
	struct place place;
	struct err failure;
	char text[300];

	if (s->is_partition) {
		kafka_partition_reject(&s->partition, &rejects->out);
		(void)side_file_line(rejects, &failure); /* side_file_sync says it again */
		return;
	}
	place = task_source_where(s, err->at == NULL ? 0 : (uint64_t)(err->at - p) + 1, text);
	side_file_write(rejects, err->text, &place, NULL, p, n);
}

void
task_source_skip(struct task_source *s, const char *p, size_t n, const struct err *err,
    struct side_file *rejects)
{
	if (rejects != NULL)
		reject(s, p, n, err, rejects);
	if (s->is_partition)
		kafka_partition_skip(&s->partition);
	else
		file_source_skip(&s->files, n);
}

void
task_source_mark(struct task_source *s, struct source_place *place)
{
	if (s->is_partition)
		kafka_partition_mark(&s->partition, place);
	else
		file_source_mark(&s->files, place);
}

bool
task_source_is_at(const struct task_source *s, const struct source_place *a,
    const struct source_place *b)
{
	return s->is_partition ?
	    a->records == b->records :
	    a->file == b->file && a->byte == b->byte && a->digest == b->digest;
}

const char *
task_source_name(const struct task_source *s, const struct source_place *place)
{
	return s->is_partition ? s->partition.reader->topic :
				 file_source_name(&s->files, place);
}

struct place
task_source_where(struct task_source *s, uint64_t byte, char text[300])
{
	const struct source_place *at = task_source_place(s);

	if (!s->is_partition)
		return (struct place){ .source = file_source_name(&s->files, at),
			.line = at->line,
			.byte = byte };
	kafka_partition_find_next(&s->partition);
	(void)snprintf(text, 300, "%s:%d:%lld", s->partition.reader->topic,
	    (int)s->partition.number, (long long)at->offset);
	return (struct place){ .source = text, .line = byte };
}
