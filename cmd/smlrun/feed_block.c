/* With --shards, feeds copies of a pipeline in blocks of records. */
#include "job_kafka.h"
#include "task.h"

bool
feed_has_blocks(const struct feed *f)
{
	return f->task->job->options->shards.count > 0;
}

int
feed_block_start(struct feed *f, struct err *err)
{
	struct feed_block *b = &f->block;

	if (!feed_has_blocks(f))
		return 0;
	b->place = f->task->committed.snapshot.place;
	return reject_lines_open(&b->rejects, err);
}

void
feed_block_free(struct feed *f)
{
	reject_lines_close(&f->block.rejects);
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

/* Writes the bad lines of the block to --rejects.  Returns -1 with err, or if the attempt ends. */
static int
write_rejects(struct feed *f, struct err *err)
{
	struct reject_lines *held = &f->block.rejects;
	struct job *j = f->task->job;
	const char *p;
	size_t n;

	f->rejected += held->side.records;
	j->rejects.records += held->side.records;
	held->side.records = 0;
	if (j->options->rejects_topic != NULL)
		return job_transactions_reject(f->task, held);
	if (reject_lines_take(held, &p, &n, err) == -1)
		return -1;
	out_write(&j->rejects.out, p, n);
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

	if (b->rejects.side.records > 0) {
		/* A commit covers all bad lines of a block or none. */
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
