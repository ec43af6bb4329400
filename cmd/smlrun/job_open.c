/* Opens what a run needs, and refuses a DIR that belongs to another run. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "cli/report/sig.h"
#include "commit/commit_file.h"
#include "folder.h"
#include "job_kafka.h"
#include "tasks.h"

enum { NUMBER = 21 /* bytes of a number as text */ };

/*
 * Locks DIR.  With --standby, waits until no other run has DIR.  In a group, waits a
 * minute at most, because members lock DIR only while they start.
 */
static int
lock_folder(struct job *j, const char *commit, struct err *err)
{
	enum { TRIES = 1200, WAIT = 50 /* ms */ };
	const struct run_options *o = j->options;

	for (int i = 0; sig_came() == 0; i++) {
		j->lock = lock_beside(commit, "the state", err);
		if (j->lock != -1)
			return 0;
		if (errno != EWOULDBLOCK || !(o->standby || (o->group != NULL && i < TRIES)))
			return -1;
		if (i == 0 && o->standby)
			diag_warn(o->common.diag, NULL, "%s: waiting (--standby)", err->text);
		(void)sig_wait(NULL, 0, WAIT);
	}
	return err_stopped(err);
}

/* Makes DIR and the folder of the stages' states, and locks DIR. */
static int
open_folder(struct job *j, struct err *err)
{
	char *real = NULL, *commit = NULL;
	int result = -1;

	if (folder_make(j->options->folder, err) == -1)
		goto out;
	real = realpath(j->options->folder, NULL);
	if (real == NULL || asprintf(&commit, "%s/commit", real) == -1 ||
	    asprintf(&j->states, "%s/state", real) == -1) {
		err_memory(err);
		goto out;
	}
	if (lock_folder(j, commit, err) == 0)
		result = folder_make(j->states, err);
out:
	free(real);
	free(commit);
	return result;
}

static bool
equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/*
 * Sets where each sink begins: if the run had it before a reset, where it began then; if not,
 * at its end.
 */
static int
begin_sinks(struct job *j, struct commit *c, struct err *err)
{
	const struct run_options *o = j->options;
	const struct sink_lengths then = c->begin.lengths;
	struct sink_lengths *now = &c->begin.lengths;
	struct sink_names names = { 0 };
	int result = c->sink == NULL ? 0 : commit_sinks(c, &names, err);

	sinks_lengths(&j->sinks, now);
	for (size_t i = 0; i < now->count; i++)
		for (size_t k = 0; k < names.count && k < then.count; k++)
			if (equal(names.to[k], o->sinks.to[i]))
				now->bytes[i] = then.bytes[k];
	sink_names_free(&names);
	c->sink = o->to;
	return result == -1 ? -1 : commit_set_to_by(c, o->to_by.text, o->to_by.count, err);
}

/*
 * Returns whether DIR/commit says where to begin in the topic, because an earlier run committed
 * nothing: the same -o may mean a later place now.  After a reset, it does not.
 */
static bool
keeps_place(const struct job *j)
{
	const struct run_options *o = j->options;
	const struct commit_point *last = &j->base.last;

	return o->from_topic != NULL && o->to_topic == NULL &&
	    o->position.kind != POSITION_BEGINNING && equal(last->file, o->from.text[0]) &&
	    last->place.kind == (o->merge ? SOURCE_MERGED : SOURCE_PARTITION);
}

/* Sets where the source begins. */
static int
begin_source(struct job *j, struct commit *c, struct err *err)
{
	const struct run_options *o = j->options;

	c->begin.file = o->from.text[0];
	c->begin.place =
	    (struct source_place){ .kind = o->merge ? SOURCE_DUMP : SOURCE_FILES };
	return j->kafka == NULL ? 0 : job_topics_begin(j, c, err);
}

/*
 * Writes the first DIR/commit, so that the sinks can be cut back from the first result on.  After
 * a reset, all results that the run has written are cut off.
 */
static int
begin(struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	struct commit *c = &j->base;

	if (begin_sinks(j, c, err) == -1)
		return -1;
	if (!equal(c->rejects, o->common.rejects))
		c->begin.rejected = side_file_length(&j->rejects);
	c->pipeline = o->pipeline;
	c->carry = run_options_carry(o);
	c->format = run_options_format(o);
	c->to_key = o->to_key;
	c->rejects = o->common.rejects;
	c->shards = o->shards;
	if (!keeps_place(j) && begin_source(j, c, err) == -1)
		return -1;
	c->snapshot = c->last = c->begin;
	if (sinks_sync(&j->sinks, err) == -1 || side_file_sync(&j->rejects, err) == -1)
		return -1;
	return commit_write(o->folder, c, err);
}

/*
 * Files that were read before the last snapshot may be left out of --from, so that old logs
 * can be removed.  If some are, lowers the numbers of the other files.
 */
static void
leave_out_read_files(struct job *j)
{
	const struct run_options *o = j->options;
	struct commit *c = &j->base;
	size_t number = c->snapshot.place.file, i = number;

	if (i >= o->from.count)
		i = o->from.count - 1;
	while (i > 0 && !equal(o->from.text[i], c->snapshot.file))
		i--;
	if (!equal(o->from.text[i], c->snapshot.file))
		return; /* check_same refuses the run */
	c->snapshot.place.file -= number - i;
	c->last.place.file -= number - i;
}

/* Returns where to begin to show two long texts, so that they are seen to differ. */
static size_t
differs_from(const char *a, const char *b)
{
	enum { BEFORE = 40 /* bytes that are the same */ };
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	n = n > BEFORE ? n - BEFORE : 0;
	while (n > 0 && ((unsigned char)a[n] & 0xC0U) == 0x80U)
		n--; /* to the start of a character */
	return n;
}

/* Checks an option that must be the same in every run of a DIR. */
static int
check_option(const struct job *j, const char *what, const char *now, const char *then,
    struct err *err)
{
	const struct commit *c = &j->base;
	size_t from;

	if (equal(now, then))
		return 0;
	then = then == NULL ? "none" : then;
	now = now == NULL ? "none" : now;
	from = differs_from(now, then);
	return err_set(err, NULL,
	    "%s belongs to another run: %s was %s%.80s, and is %s%.80s now; %s",
	    j->options->folder, what, from > 0 ? "..." : "", then + from,
	    from > 0 ? "..." : "", now + from,
	    c->group == NULL || commit_names_group(c) ?
		"smlrun reset --to BEGINNING starts it over" :
		"to start over, give another --state and -G");
}

static int
check_to_by(const struct job *j, struct err *err)
{
	const struct texts *to_by = &j->options->to_by;
	const char *then = NULL;
	size_t i = 0;

	do {
		then = commit_to_by(&j->base, i);
		if (check_option(j, "--to-by", i < to_by->count ? to_by->text[i] : NULL, then,
			err) == -1)
			return -1;
		i++;
	} while (then != NULL);
	return 0;
}

static int
check_number(const struct job *j, const char *what, uint64_t now, uint64_t then,
    struct err *err)
{
	char texts[2][NUMBER];

	(void)snprintf(texts[0], NUMBER, "%ju", (uintmax_t)now);
	(void)snprintf(texts[1], NUMBER, "%ju", (uintmax_t)then);
	return check_option(j, what, now == 0 ? NULL : texts[0], then == 0 ? NULL : texts[1],
	    err);
}

/*
 * Gives each partition a copy of the pipeline if the earlier run did, even if now there is
 * only one partition to read.
 */
static void
share_as_before(struct job *j)
{
	struct run_options *o = j->options;

	if (o->shards.count > 0 || o->merge)
		return;
	if (run_shards_by_partition(&j->base.shards))
		run_options_share_by_partition(o, (size_t)j->base.shards.count);
	else
		o->shards.block = 0;
}

/*
 * Checks the options of shards: with other values, records would go to other copies, or
 * results would come in another order.
 */
static int
check_shards(const struct job *j, struct err *err)
{
	const struct run_shards *now = &j->options->shards, *then = &j->base.shards;

	if (check_number(j, "--shards", now->count, then->count, err) == -1 ||
	    check_option(j, "-k", now->key, then->key, err) == -1)
		return -1;
	return check_number(j, "--block", now->block, then->block, err);
}

/* Refuses options with which the run cannot continue from what is committed. */
static int
check_same(const struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	const struct commit *c = &j->base;
	const char *file =
	    c->last.place.file < o->from.count ? o->from.text[c->last.place.file] : NULL;

	if (check_option(j, "--merge",
		o->merge && !run_shards_by_partition(&o->shards) ? "given" : NULL,
		source_is_merged(c->begin.place.kind) && !run_shards_by_partition(&c->shards) ?
		    "given" :
		    NULL,
		err) == -1 ||
	    check_option(j, "the pipeline", o->pipeline, c->pipeline, err) == -1 ||
	    check_option(j, "--from", file, c->last.file, err) == -1 ||
	    check_option(j, "--to", o->to, c->sink, err) == -1 || check_to_by(j, err) == -1 ||
	    check_option(j, "--carry", run_options_carry(o), c->carry, err) == -1 ||
	    check_option(j, "--format", run_options_format(o), c->format, err) == -1 ||
	    check_option(j, "--to-key", o->to_key, c->to_key, err) == -1 ||
	    check_shards(j, err) == -1)
		return -1;
	return check_option(j, "-G", o->group, commit_names_group(c) ? NULL : c->group, err);
}

/* If bad lines go to another file from now on, what that file held before is not cut off. */
static int
change_rejects(struct job *j, struct err *err)
{
	struct commit *c = &j->base;

	if (equal(c->rejects, j->options->common.rejects))
		return 0;
	c->rejects = j->options->common.rejects;
	c->begin.rejected = c->snapshot.rejected = c->last.rejected =
	    side_file_length(&j->rejects);
	if (side_file_sync(&j->rejects, err) == -1)
		return -1;
	return commit_write(j->options->folder, c, err);
}

/* Opens the sinks that are not topics, and --rejects. */
static int
open_files(struct job *j, struct err *err)
{
	const struct run_options *o = j->options;

	if (sinks_open(&j->sinks, &o->sinks, err) == -1 ||
	    sink_router_open(&j->router, &o->sinks, o->to_key, err) == -1)
		return -1;
	if (o->rejects_topic != NULL)
		return reject_lines_open(&j->kafka->rejects, err);
	if (o->common.rejects == NULL)
		return 0;
	return side_file_open(&j->rejects, o->common.rejects, SIDE_FILE_APPEND, err);
}

/* Reads DIR/commit, or writes the first one. */
static int
open_commit(struct job *j, struct err *err)
{
	int there = commit_read(j->options->folder, &j->base, err);

	if (there == -1)
		return -1;
	j->begun = there == 1 && (j->base.epoch > 0 || j->base.group != NULL);
	if (j->begun) {
		leave_out_read_files(j);
		share_as_before(j);
		if (check_same(j, err) == -1)
			return -1;
	}
	if (open_files(j, err) == -1 || (j->kafka != NULL && job_topics_open(j, err) == -1))
		return -1;
	if (j->begun && j->options->adopt) {
		sinks_lengths(&j->sinks, &j->base.last.lengths);
		j->base.last.rejected = side_file_length(&j->rejects);
	}
	return j->begun ? change_rejects(j, err) : begin(j, err);
}

static int
open_tasks(struct job *j, struct err *err)
{
	static const int32_t files = -1;
	const struct run_options *o = j->options;
	struct file_source *source;

	if (o->from_topic != NULL)
		return job_kafka_set_tasks(j, err);
	if (tasks_set(j, &files, 1, err) == -1)
		return -1;
	if (o->merge) {
		j->task[0]->source.kind = SOURCE_DUMP;
		return dump_source_open(&j->task[0]->source.dump, o->from.text[0],
		    (size_t)o->common.max_line, o->common.drain,
		    (enum message_format)o->format, err);
	}
	source = &j->task[0]->source.files;
	if (file_source_open(source, o->from.text, o->from.count, (size_t)o->common.max_line,
		o->follow, err) == -1)
		return -1;
	source->drain = o->common.drain;
	return 0;
}

int
job_open(struct job *j, struct run_options *options, struct err *err)
{
	*j = (struct job){ .options = options, .lock = -1 };
	if (options->from_topic != NULL || options->to_topic != NULL) {
		j->kafka = job_kafka_new(options);
		if (j->kafka == NULL)
			return err_memory(err);
	}
	if (open_folder(j, err) == -1)
		return -1;
	if (open_commit(j, err) == -1)
		return -1;
	if (options->group != NULL && !job_commits_beginnings(j))
		job_unlock(j);
	return open_tasks(j, err);
}
