/* Opens what a run needs, and keeps it in step with what is committed. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "job.h"
#include "pipeline/leftovers.h"

/* Makes a folder that is not there, and puts its name on disk. */
static int
make_folder(const char *path, struct err *err)
{
	size_t n = strlen(path);
	char *name;
	int result;

	if (mkdir(path, 0700) == -1)
		return errno == EEXIST ? 0 :
					 err_set(err, NULL, "%s: %s", path, strerror(errno));
	while (n > 1 && path[n - 1] == '/')
		n--;
	name = strndup(path, n);
	if (name == NULL)
		return err_memory(err);
	result = folder_sync_of(name);
	if (result == -1)
		err_set(err, NULL, "%s: %s", path, strerror(errno));
	free(name);
	return result;
}

/* Makes DIR and the folder of the stages' states, and locks DIR. */
static int
open_folder(struct job *j, struct err *err)
{
	char *real = NULL, *commit = NULL;
	int result = -1;

	if (make_folder(j->options->folder, err) == -1)
		goto out;
	real = realpath(j->options->folder, NULL);
	if (real == NULL || asprintf(&commit, "%s/commit", real) == -1 ||
	    asprintf(&j->states, "%s/state", real) == -1) {
		err_memory(err);
		goto out;
	}
	j->lock = lock_beside(commit, "the state", err);
	if (j->lock != -1)
		result = make_folder(j->states, err);
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
 * Begins DIR/commit, so that the sink can be cut back from the first result on.  After a
 * reset the results that were written since the beginning are cut off.
 */
static int
begin(struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	struct commit *c = &j->committed;

	if (!equal(c->sink, o->to))
		c->begin.written = sink_length(&j->sink);
	if (!equal(c->rejects, o->common.rejects))
		c->begin.rejected = side_file_length(&j->rejects);
	c->sink = o->to;
	c->pipeline = o->pipeline;
	c->rejects = o->common.rejects;
	c->begin.file = o->from.text[0];
	c->snapshot = c->last = c->begin;
	if (sink_sync(&j->sink, err) == -1 || side_file_sync(&j->rejects, err) == -1)
		return -1;
	return commit_write(o->folder, c, err);
}

/*
 * Files that are read and in the last snapshot may be left out of --from, so that old logs can
 * be removed: the numbers of those that were read on become smaller.
 */
static void
leave_out_read_files(struct job *j)
{
	const struct run_options *o = j->options;
	struct commit *c = &j->committed;
	size_t number = c->snapshot.place.file, i = number;

	if (i >= o->from.count)
		i = o->from.count - 1;
	while (i > 0 && !equal(o->from.text[i], c->snapshot.file))
		i--;
	if (!equal(o->from.text[i], c->snapshot.file))
		return; /* the run is refused: check_same */
	c->snapshot.place.file -= number - i;
	c->last.place.file -= number - i;
}

/* Refuses what would not go on with what is committed. */
static int
check_same(const struct job *j, struct err *err)
{
	const struct run_options *o = j->options;
	const struct commit *c = &j->committed;
	const char *file =
	    c->last.place.file < o->from.count ? o->from.text[c->last.place.file] : NULL;
	const struct {
		const char *what, *now, *then;
	} side[] = {
		{ "the pipeline", o->pipeline, c->pipeline },
		{ "--from", file, c->last.file },
		{ "--to", o->to, c->sink },
	};

	for (size_t i = 0; i < sizeof side / sizeof side[0]; i++)
		if (!equal(side[i].now, side[i].then))
			return err_set(err, NULL,
			    "%s belongs to another run: %s was %.80s, and is %.80s now; "
			    "smlrun reset begins it anew",
			    o->folder, side[i].what,
			    side[i].then == NULL ? "none" : side[i].then,
			    side[i].now == NULL ? "none" : side[i].now);
	return 0;
}

/* Bad lines may go elsewhere from now on: what went there before is not cut. */
static int
change_rejects(struct job *j, struct err *err)
{
	struct commit *c = &j->committed;

	if (equal(c->rejects, j->options->common.rejects))
		return 0;
	c->rejects = j->options->common.rejects;
	c->begin.rejected = c->snapshot.rejected = c->last.rejected =
	    side_file_length(&j->rejects);
	if (side_file_sync(&j->rejects, err) == -1)
		return -1;
	return commit_write(j->options->folder, c, err);
}

static int
open_ends(struct job *j, struct err *err)
{
	struct run_options *o = j->options;

	if (file_source_open(&j->source, o->from.text, o->from.count,
		(size_t)o->common.max_line, o->follow, err) == -1)
		return -1;
	j->source.drain = o->common.drain;
	if (sink_open(&j->sink, o->to, err) == -1)
		return -1;
	if (o->common.rejects == NULL)
		return 0;
	return side_file_open(&j->rejects, o->common.rejects, SIDE_FILE_APPEND, err);
}

int
job_open(struct job *j, struct run_options *options, struct err *err)
{
	*j = (struct job){ .options = options, .lock = -1, .until = UINT64_MAX };
	j->pipeline.in = j->pipeline.out = -1;
	if (open_folder(j, err) == -1)
		return -1;
	if (commit_read(options->folder, &j->committed, err) == -1)
		return -1;
	if (j->committed.epoch > 0)
		leave_out_read_files(j);
	if ((j->committed.epoch > 0 && check_same(j, err) == -1) || open_ends(j, err) == -1 ||
	    results_open(&j->results, err) == -1 || repeat_open(&j->repeat, err) == -1)
		return -1;
	return j->committed.epoch > 0 ? change_rejects(j, err) : begin(j, err);
}

int
job_cut(struct job *j, struct err *err)
{
	const struct commit_point *last = &j->committed.last;

	if (sink_cut(&j->sink, last->written, err) == -1)
		return -1;
	return j->rejects.open ? sink_cut_file(&j->rejects, last->rejected, err) : 0;
}

int
job_settle(struct job *j, struct err *err)
{
	return job_cut(j, err) == -1 ? -1 :
				       settle(&j->locks, j->states, &j->committed, true, err);
}

int
job_go_back(struct job *j, struct err *err)
{
	const struct commit *c = &j->committed;

	if (job_settle(j, err) == -1)
		return -1;
	results_restart(&j->results);
	repeat_begin(&j->repeat, j->sink.kind == SINK_FILE ? j->options->to : NULL,
	    c->snapshot.written, c->last.written - c->snapshot.written);
	/* The source must have all that was committed, and is read again from the snapshot. */
	if (file_source_seek(&j->source, &c->last.place, err) == -1)
		return -1;
	return file_source_seek(&j->source, &c->snapshot.place, err);
}

int
job_commit(struct job *j, const struct commit *next, struct err *err)
{
	bool first = strcmp(next->nonce, j->committed.nonce) != 0;

	if (first && settle_lock(&j->locks, j->states, next, err) == -1)
		return -1;
	if (sink_sync(&j->sink, err) == -1 || side_file_sync(&j->rejects, err) == -1 ||
	    side_file_check(&j->rejects, side_file_length(&j->rejects), err) == -1 ||
	    commit_write(j->options->folder, next, err) == -1)
		return -1;
	j->records += next->last.place.records - j->committed.last.place.records;
	j->committed = *next;
	j->epoch = (uint64_t)next->epoch;
	j->commits++;
	if (next->id == next->epoch && settle(&j->locks, j->states, next, false, err) == -1)
		return -1;
	if (first) {
		settle_remove_parts(j->states, next);
		leftovers_remove(j->states, next->nonce);
	}
	return 0;
}

int
job_close(struct job *j, struct err *err)
{
	int result;

	pipeline_end(&j->pipeline);
	file_source_close(&j->source);
	results_close(&j->results);
	repeat_close(&j->repeat);
	commit_free(&j->committed);
	side_locks_free(&j->locks);
	result = sink_close(&j->sink, err);
	if (side_file_close(&j->rejects, err) == -1)
		result = -1;
	if (j->lock != -1)
		(void)close(j->lock);
	free(j->states);
	return result;
}
