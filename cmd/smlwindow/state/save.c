#include "state/save.h"

#include <errno.h>
#include <stdlib.h>

#include "keyed/key.h"

struct saved_word
save_word(const uint64_t *word)
{
	struct saved_word saved = { 0 };
	size_t size;

	/* Only read: a table of members has pointers that reading allocates. */
	saved.json = (char *)(uintptr_t)kept_bytes(word, &size);
	saved.size = size;
	return saved;
}

int
load_word(struct job *job, const struct saved_word *saved, uint64_t *word)
{
	*word = KEPT_NONE;
	return saved->size == 0 ? 0 : kept_make(word, saved->json, saved->size, &job->pool);
}

static const struct member key_members[] = { { "key", M_JSON,
						 offsetof(struct saved_word, json),
						 offsetof(struct saved_word, size) },
	MEMBERS_END };

void
save_key(struct snap *snap, const struct lane *lane)
{
	const struct saved_word saved = save_word(&lane->spelt);

	snap_part(snap, key_members, &saved);
}

void *
load_key(struct job *job, struct value object, struct err *err)
{
	struct reading *reading = &job->reading;
	struct value spelt = value_member(object, "key");
	bool fresh;
	void *slot;
	int n;

	if (spelt.kind == V_NULL)
		spelt.kind = V_MISSING;
	n = job->keys.count > 1 ? key_values(spelt, reading->key_values, job->keys.count) :
				  spelt.kind != V_MISSING;
	if (job->keys.count == 1)
		reading->key_values[0] = spelt;
	if (n != job->keys.count) {
		err_set(err, object.p, "a key of another number of fields");
		return NULL;
	}
	if (key_make(reading->key_values, n, &reading->key, err) == -1)
		return NULL;
	reading->spelt = spelt;
	if ((slot = table_put(job->table, reading->key.p, reading->key.len, &fresh)) == NULL) {
		if (errno == ENOSPC)
			err_set(err, object.p,
			    "the state has more keys than --max-keys takes: "
			    "raise it");
		else
			job_memory(job, err);
		return NULL;
	}
	if (!fresh) {
		err_set(err, object.p, "a key stands there twice");
		return NULL;
	}
	if (lane_begin(job, slot, reading) == -1) {
		job_memory(job, err);
		return NULL;
	}
	return slot;
}

struct saved_frame {
	uint64_t records;
	int64_t first, last;
	struct saved_word spelt;
	bool time_is_number;
};

static const struct member frame_members[] = { { "records", M_U64,
						   offsetof(struct saved_frame, records), 0 },
	{ "first", M_I64, offsetof(struct saved_frame, first), 0 },
	{ "last", M_I64, offsetof(struct saved_frame, last), 0 },
	{ "spelt", M_JSON, offsetof(struct saved_frame, spelt.json),
	    offsetof(struct saved_frame, spelt.size) },
	{ "time_is_number", M_BOOL, offsetof(struct saved_frame, time_is_number), 0 },
	MEMBERS_END };

int
save_frame(struct job *job, struct snap *snap, const struct frame *frame, struct err *err)
{
	const struct saved_frame saved = {
		.records = frame->summary.records,
		.first = frame->first,
		.last = frame->last,
		.spelt = save_word(&frame->spelt),
		.time_is_number = frame->time_is_number,
	};

	snap_part(snap, frame_members, &saved);
	snap_shut(snap);
	return save_summary(job, snap, &frame->summary) == -1 ? job_memory(job, err) : 0;
}

int
load_frame(struct job *job, struct loading *loading, struct frame *frame, struct value object,
    struct err *err)
{
	struct saved_frame saved = { 0 };
	int status = snap_get(object, frame_members, &saved, err);

	if (status == 0 && load_word(job, &saved.spelt, &frame->spelt) == -1)
		status = job_memory(job, err);
	frame->summary.records = saved.records;
	frame->first = saved.first;
	frame->last = saved.last;
	frame->time_is_number = saved.time_is_number;
	*loading = (struct loading){ .summary = &frame->summary };
	free(saved.spelt.json);
	return status;
}
