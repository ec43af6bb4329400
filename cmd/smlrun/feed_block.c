/* The blocks of records in which copies of a pipeline are fed. */
#include <stdlib.h>

#include "task.h"

enum { REJECTS_BUFFER = 64 * 1024 };

bool
feed_has_blocks(const struct feed *f)
{
	return f->task->job->options->shards.count > 0;
}

/* out.h's hooks: all that is written is kept. */
static size_t
write_none(int fd, size_t n)
{
	(void)fd;
	(void)n;
	return 0;
}

static int
keep(void *rejected, const char *p, size_t n)
{
	return buf_put(rejected, p, n);
}

int
feed_block_start(struct feed *f, struct err *err)
{
	struct feed_block *b = &f->block;

	if (!feed_has_blocks(f))
		return 0;
	b->place = f->task->committed.snapshot.place;
	if (out_open(&b->rejects.out, -1, REJECTS_BUFFER) == -1)
		return err_memory(err);
	b->rejects.path = f->task->job->rejects.path;
	b->rejects.out.may_write = write_none;
	b->rejects.out.keep = keep;
	b->rejects.out.kept = &b->rejected;
	return 0;
}

void
feed_block_free(struct feed *f)
{
	free(f->block.rejects.out.p);
	buf_free(&f->block.rejected);
	f->block.rejects = (struct side_file){ 0 };
}

uint64_t
feed_block_room(const struct feed *f)
{
	uint64_t size = f->task->job->options->shards.block;

	return size - task_source_place(&f->task->source)->records % size;
}

uint64_t
feed_block_rest(const struct feed *f)
{
	return task_source_place(&f->task->source)->records - f->block.place.records;
}

void
feed_block_read(struct feed *f)
{
	f->block.due = feed_has_blocks(f) && feed_block_rest(f) > 0 &&
	    feed_block_room(f) == f->task->job->options->shards.block;
}

/* Writes what the block has rejected to --rejects. */
static int
write_rejects(struct feed *f, struct err *err)
{
	struct feed_block *b = &f->block;
	struct side_file *rejects = &f->task->job->rejects;

	if (out_flush(&b->rejects.out) == -1)
		return err_memory(err);
	out_write(&rejects->out, b->rejected.p, b->rejected.len);
	rejects->records += b->rejects.records;
	f->rejected += b->rejects.records;
	b->rejects.records = b->rejected.len = 0;
	return 0;
}

int
feed_mark(struct feed *f, struct source_place *place, struct err *err)
{
	const struct commit *c = &f->task->committed;
	const struct source_place *const known[] = { &c->begin.place, &c->snapshot.place,
		&c->last.place, &f->next.snapshot.place, &f->next.last.place };

	task_source_forget(&f->task->source, known, sizeof known / sizeof known[0]);
	return task_source_mark(&f->task->source, place, err);
}

int
feed_block_end(struct feed *f, struct err *err)
{
	static const char line[] = "{\"$sml\":\"block\"}\n";
	struct feed_block *b = &f->block;
	uint64_t before = b->place.records;

	if (b->rejects.records > 0) {
		/* A commit has all of them or none. */
		if (f->under_way)
			return 0;
		if (write_rejects(f, err) == -1)
			return -1;
	}
	if (feed_mark(f, &b->place, err) == -1)
		return -1;
	f->since += f->repeating ? 0 : b->place.records - before;
	b->due = false;
	return buf_put(&f->control, line, sizeof line - 1) == -1 ? err_memory(err) : 1;
}
