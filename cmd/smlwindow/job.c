#include "job.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>

int
job_memory(struct job *job, struct err *err)
{
	job->short_of_memory = true;
	return err_memory(err);
}

/* Under --evict the key that is idle longest goes; the one in hand is not idle any more. */
static bool
evict(struct job *job, void *slot, void (*drop)(struct job *, void *slot))
{
	void *idle;

	if (!job->options->common.evict)
		return false;
	if (slot != NULL)
		table_touch(job->table, slot);
	idle = table_next(job->table, NULL);
	if (idle == NULL || idle == slot)
		return false;
	drop(job, idle);
	job->evicted++;
	return true;
}

void *
job_slot(struct job *job, const struct reading *reading, bool *fresh,
    void (*drop)(struct job *, void *slot), struct err *err)
{
	void *slot;

	while (
	    (slot = table_put(job->table, reading->key.p, reading->key.len, fresh)) == NULL) {
		if (errno != ENOSPC) {
			job_memory(job, err);
			return NULL;
		}
		if (!evict(job, NULL, drop)) {
			err_set(err, reading->spelt.p,
			    "the key %.*s is one more than --max-keys %" PRIu64
			    " takes: raise it, or let --evict drop the one that is idle "
			    "longest",
			    (int)(reading->spelt.len < 60 ? reading->spelt.len : 60),
			    reading->spelt.p, job->options->common.max_keys);
			return NULL;
		}
	}
	return slot;
}

int
job_room(struct job *job, const struct reading *reading, uint64_t n, void *slot,
    void (*drop)(struct job *, void *slot), struct err *err)
{
	while (job->entries + n > job->options->max_events) {
		if (evict(job, slot, drop))
			continue;
		if (job->keys.count == 0)
			return err_set(err, NULL,
			    "the windows would hold more than --max-events %" PRIu64
			    ": raise it",
			    job->options->max_events);
		return err_set(err, reading->spelt.p,
		    "at the key %.*s the windows would hold more than --max-events %" PRIu64
		    ": raise it, or let --evict drop the key that is idle longest",
		    (int)(reading->spelt.len < 60 ? reading->spelt.len : 60), reading->spelt.p,
		    job->options->max_events);
	}
	return 0;
}

static void
put_result(struct job *job, int member, const struct result *result)
{
	size_t size;
	const char *bytes;

	switch (result->kind) {
	case RESULT_NULL:
		edit_null(job->edit, member);
		break;
	case RESULT_COUNT:
		edit_i64(job->edit, member, (int64_t)result->count);
		break;
	case RESULT_NUMBER:
		edit_f64(job->edit, member, result->number);
		break;
	case RESULT_VALUE:
		bytes = kept_bytes(&result->value, &size);
		edit_raw(job->edit, member, (struct value){ bytes, (uint32_t)size, V_STRING });
		break;
	}
}

void
job_features(struct job *job, const struct summary *summary, const struct result *lags)
{
	const struct function *f;
	struct result result;
	size_t i;

	for (i = 0; i < job->functions.count; i++) {
		f = &job->functions.at[i];
		result = f->kind == FUNCTION_LAG ? lags[i] :
						   summary_result(&job->columns, summary, f);
		put_result(job, job->members[i], &result);
	}
}
