/*
 * What all kinds of windows need from the run: slots for keys, room for entries (--max-keys,
 * --max-events, --max-memory, --evict), and the members of results.
 */
#include "run/run.h"

#include <errno.h>
#include <inttypes.h>

#include "base/memory.h"
#include "run/key_slot.h"
#include "numbers/moments.h"
#include "numbers/number.h"

int
run_memory(struct run *run, struct err *err)
{
	run->short_of_memory = true;
	return err_memory(err);
}

/* Returns how many bytes of a key a message shows. */
static int
shown(const struct event *event)
{
	return (int)(event->spelt.len < 60 ? event->spelt.len : 60);
}

/* Reports that a record would exceed a limit.  Returns -1. */
static int
full(const struct run *run, const struct event *event, const char *option, uint64_t limit,
    struct err *err)
{
	if (run->keys.count == 0)
		return err_set(err, NULL,
		    "the windows would hold more than %s %" PRIu64 ": raise it", option,
		    limit);
	return err_set(err, event->spelt.p,
	    "at the key %.*s the windows would hold more than %s %" PRIu64
	    ": raise it, or let --evict drop the key that is idle longest",
	    shown(event), event->spelt.p, option, limit);
}

/* Drops the key that is idle longest, if --evict is given.  Never drops the current key. */
static bool
evict(struct run *run, void *slot, void (*drop)(struct run *, void *slot))
{
	void *idle;

	if (!run->options->common.evict || run_cut(run))
		return false;
	if (slot != NULL)
		table_touch(run->table, slot);
	idle = table_next(run->table, NULL);
	if (idle == NULL || idle == slot)
		return false;
	drop(run, idle);
	run->evicted++;
	return true;
}

void *
run_slot(struct run *run, const struct event *event, bool *fresh,
    void (*drop)(struct run *, void *slot), struct err *err)
{
	void *slot;

	while ((slot = table_put(run->table, event->key.p, event->key.len, fresh)) == NULL) {
		if (errno != ENOSPC) {
			run_memory(run, err);
			return NULL;
		}
		if (evict(run, NULL, drop))
			continue;
		if (memory_is_short())
			full(run, event, "--max-memory", run->options->common.max_memory, err);
		else
			err_set(err, event->spelt.p,
			    "the key %.*s is one more than --max-keys %" PRIu64
			    " takes: raise it, or let --evict drop the one that is idle "
			    "longest",
			    shown(event), event->spelt.p, run->options->common.max_keys);
		return NULL;
	}
	return slot;
}

int
run_room(struct run *run, const struct event *event, uint64_t n, void *slot,
    void (*drop)(struct run *, void *slot), struct err *err)
{
	while (run->entries + n > run->options->max_events || memory_is_short()) {
		if (evict(run, slot, drop))
			continue;
		if (memory_is_short())
			return full(run, event, "--max-memory",
			    run->options->common.max_memory, err);
		return full(run, event, "--max-events", run->options->max_events, err);
	}
	return 0;
}

int
run_slot_begin(struct run *run, struct key_slot *key, const struct event *event)
{
	key->spelt = WORD_NONE;
	if (event->spelt.kind == V_MISSING)
		return 0;
	return word_make(&key->spelt, event->spelt.p, event->spelt.len, &run->pool);
}

void *
run_slot_put(struct run *run, const struct event *event,
    void (*drop)(struct run *, void *slot), struct err *err)
{
	bool fresh;
	void *key;

	if ((key = run_slot(run, event, &fresh, drop, err)) != NULL && fresh &&
	    run_slot_begin(run, key, event) == -1) {
		run_memory(run, err);
		return NULL;
	}
	return key;
}

void *
run_slot_ready(struct run *run, const struct event *event, void *key, uint64_t growth,
    void (*drop)(struct run *, void *slot), struct err *err)
{
	if (run_room(run, event, growth, key, drop, err) == -1)
		return NULL;
	if (key == NULL)
		return run_slot_put(run, event, drop, err);
	table_touch(run->table, key);
	return key;
}

/* Sets a result to an integer that is too large for a double. */
static __attribute__((noinline)) void
put_integer(struct run *run, int member, const struct exact *sum)
{
	char digits[EXACT_DIGITS];
	size_t size = exact_digits(sum, digits);

	edit_raw(run->edit, member, (struct value){ digits, (uint32_t)size, V_NUMBER });
}

static void
put_result(struct run *run, int member, const struct result *result)
{
	const char *bytes;
	size_t size;

	switch (result->kind) {
	case RESULT_NULL:
		edit_null(run->edit, member);
		break;
	case RESULT_COUNT:
		edit_i64(run->edit, member, (int64_t)result->count);
		break;
	case RESULT_NUMBER:
		if (!number_is_spelt(result->number)) {
			edit_f64(run->edit, member, result->number);
			break;
		}
		bytes = number_spelling(result->number, &size);
		edit_raw(run->edit, member, (struct value){ bytes, (uint32_t)size, V_NUMBER });
		break;
	case RESULT_INTEGER:
		put_integer(run, member, result->sum);
		break;
	case RESULT_VALUE:
		bytes = word_bytes(&result->value, &size);
		edit_raw(run->edit, member, (struct value){ bytes, (uint32_t)size, V_STRING });
		break;
	}
}

void
run_features(struct run *run, const struct summary *summary, const struct result *lags)
{
	const struct function *f;
	struct result result;
	size_t i;

	for (i = 0; i < run->functions.count; i++) {
		f = &run->functions.at[i];
		result = f->kind == FUNCTION_LAG ? lags[i] :
						   summary_result(&run->columns, summary, f);
		put_result(run, run->members[i], &result);
	}
}
