/* Keys and open windows, written to a snapshot and read from it. */
#include "state/save.h"

#include <errno.h>
#include <stdlib.h>

#include "keyed/key.h"

static const struct member key_members[] = { { "key", M_JSON,
						 offsetof(struct saved_word, json),
						 offsetof(struct saved_word, size) },
	MEMBERS_END };

void
save_key(struct snap *snap, const struct key_slot *key)
{
	const struct saved_word saved = save_word(&key->spelt);

	snap_part(snap, key_members, &saved);
}

void *
load_key(struct run *run, struct value object, struct err *err)
{
	struct event *event = &run->event;
	struct value spelt = value_member(object, "key");
	bool fresh;
	void *slot;
	int n;

	if (spelt.kind == V_NULL)
		spelt.kind = V_MISSING;
	n = run->keys.count > 1 ? key_values(spelt, event->key_values, run->keys.count) :
				  spelt.kind != V_MISSING;
	if (run->keys.count == 1)
		event->key_values[0] = spelt;
	if (n != run->keys.count) {
		err_set(err, object.p, "a key of another number of fields");
		return NULL;
	}
	if (key_make(event->key_values, n, &event->key, err) == -1)
		return NULL;
	event->spelt = spelt;
	if ((slot = table_put(run->table, event->key.p, event->key.len, &fresh)) == NULL) {
		if (errno == ENOSPC)
			err_set(err, object.p,
			    "the state has more keys than --max-keys takes: "
			    "raise it");
		else
			run_memory(run, err);
		return NULL;
	}
	if (!fresh) {
		err_set(err, object.p, "a key stands there twice");
		return NULL;
	}
	if (run_slot_begin(run, slot, event) == -1) {
		run_memory(run, err);
		return NULL;
	}
	return slot;
}

struct saved_window {
	uint64_t records;
	int64_t first, last;
	struct saved_word spelt;
	bool time_is_number;
};

static const struct member window_members[] = {
	{ "records", M_U64, offsetof(struct saved_window, records), 0 },
	{ "first", M_I64, offsetof(struct saved_window, first), 0 },
	{ "last", M_I64, offsetof(struct saved_window, last), 0 },
	{ "spelt", M_JSON, offsetof(struct saved_window, spelt.json),
	    offsetof(struct saved_window, spelt.size) },
	{ "time_is_number", M_BOOL, offsetof(struct saved_window, time_is_number), 0 },
	MEMBERS_END
};

int
save_window(struct run *run, struct snap *snap, const struct open_window *window,
    struct err *err)
{
	const struct saved_window saved = {
		.records = window->summary.records,
		.first = window->first,
		.last = window->last,
		.spelt = save_word(&window->spelt),
		.time_is_number = window->time_is_number,
	};

	snap_part(snap, window_members, &saved);
	snap_shut(snap);
	return save_summary(run, snap, &window->summary) == -1 ? run_memory(run, err) : 0;
}

int
load_window(struct run *run, struct summary_loading *loading, struct open_window *window,
    struct value object, struct err *err)
{
	struct saved_window saved = { 0 };
	int status = snap_get(object, window_members, &saved, err);

	if (status == 0 && load_word(run, &saved.spelt, &window->spelt) == -1)
		status = run_memory(run, err);
	window->summary.records = saved.records;
	window->first = saved.first;
	window->last = saved.last;
	window->time_is_number = saved.time_is_number;
	*loading = (struct summary_loading){ .summary = &window->summary };
	free(saved.spelt.json);
	return status;
}
