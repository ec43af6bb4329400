/* Saves and loads keys and open windows. */
#include "state/save.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
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

/* Sets the key of run->event from the key's spelling. */
static int
make_key(struct run *run, struct value spelt, struct err *err)
{
	struct event *event = &run->event;
	int n;

	if (spelt.kind == V_NULL)
		spelt.kind = V_MISSING;
	n = run->keys.count > 1 ? key_values(spelt, event->key_values, run->keys.count) :
				  spelt.kind != V_MISSING;
	if (run->keys.count == 1)
		event->key_values[0] = spelt;
	if (n != run->keys.count || (n > 1 && spelt.kind != V_ARRAY))
		return err_set(err, spelt.p, "a key of another number of fields");
	event->spelt = spelt;
	return key_make(event->key_values, n, &event->key, err);
}

void *
load_key(struct run *run, struct value object, struct err *err)
{
	struct event *event = &run->event;
	bool fresh;
	void *slot;

	if (make_key(run, value_member(object, "key"), err) == -1)
		return NULL;
	if ((slot = table_put(run->table, event->key.p, event->key.len, &fresh)) == NULL) {
		if (errno == ENOSPC)
			err_set(err, object.p,
			    "the state has more keys than %s takes: raise it",
			    memory_is_short() ? "--max-memory" : "--max-keys");
		else
			run_memory(run, err);
		return NULL;
	}
	if (!fresh) {
		err_set(err, object.p, "a key occurs twice");
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

/* Reads how a window spells its key, which must be the key of the slot. */
static int
load_spelt(struct run *run, const struct key_slot *key, const struct saved_word *saved,
    uint64_t *word, struct value object, struct err *err)
{
	struct event *event = &run->event;
	struct value spelt = value_member(object, "spelt");
	const void *bytes;
	size_t n;

	if (saved->size == 0)
		return 0;
	bytes = table_key(run->table, key, &n);
	if (make_key(run, spelt, err) == -1)
		return -1;
	if (event->key.len != n || memcmp(event->key.p, bytes, n) != 0)
		return err_set(err, spelt.p, "the spelling of another key");
	return load_word(run, saved, word) == -1 ? run_memory(run, err) : 0;
}

int
load_window(struct run *run, struct summary_loading *loading, const struct key_slot *key,
    struct open_window *window, struct value object, struct err *err)
{
	struct saved_window saved = { 0 };
	int status = load_complete(run, loading, object, err);

	*loading = (struct summary_loading){ 0 };
	if (status == 0)
		status = snap_get(object, window_members, &saved, err);
	if (status == 0 &&
	    (saved.records == 0 || saved.records > INT64_MAX || saved.first > saved.last ||
		saved.first == INSTANT_NONE))
		status = err_set(err, object.p, "no window has such records");
	if (status == 0)
		status = load_spelt(run, key, &saved.spelt, &window->spelt, object, err);
	window->summary.records = saved.records;
	window->first = saved.first;
	window->last = saved.last;
	window->time_is_number = saved.time_is_number;
	loading->summary = &window->summary;
	free(saved.spelt.json);
	return status;
}
