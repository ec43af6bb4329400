/* smlfeat scan, dump and stat: walks through all of a store. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "line.h"
#include "feat_options.h"

static const struct opt scan_options[] = { STORE_OPTIONS, EVENT_TIME_OPTIONS, NO_OPTIONS };
static const struct opt dump_options[] = { STORE_OPTIONS, NO_OPTIONS };

/* What a walk does with each entity, and its counts. */
struct scan {
	struct feat_options *options;
	struct store *store;
	struct output output;
	int64_t now; /* decides which features have expired */
	uint64_t entities, features, deletions, expired, value_bytes;
	int64_t oldest, newest; /* event times of the features found */
};

/* Removes from an entity the marks of deletions and the features that have expired. */
static bool
visible(struct scan *s, struct entity *e)
{
	size_t kept = 0;

	e->deleted = INSTANT_NONE;
	for (size_t i = 0; i < e->count; i++)
		if (e->feature[i].value != NULL && !feature_expired(&e->feature[i], s->now))
			e->feature[kept++] = e->feature[i];
	e->count = kept;
	return kept > 0;
}

static void
write_visible(struct scan *s, struct store_entry *entry)
{
	if (!visible(s, &entry->entity))
		return;
	s->entities++;
	s->features += entry->entity.count;
	line_write(&s->output.out, entry);
}

static void
write_all(struct scan *s, struct store_entry *entry)
{
	s->entities++;
	s->features += entry->entity.count;
	line_write(&s->output.out, entry);
}

static void
count_all(struct scan *s, struct store_entry *entry)
{
	const struct entity *e = &entry->entity;

	s->entities++;
	s->deletions += e->deleted != INSTANT_NONE;
	for (size_t i = 0; i < e->count; i++) {
		const struct feature *f = &e->feature[i];

		s->expired += feature_expired(f, s->now);
		if (f->value == NULL) {
			s->deletions++;
			continue;
		}
		s->features++;
		if (s->oldest == INSTANT_NONE || f->time < s->oldest)
			s->oldest = f->time;
		if (f->time > s->newest)
			s->newest = f->time;
	}
}

/*
 * Walks through the store, unless a signal comes or nobody reads any more.  Returns -1 if it
 * failed.
 */
static int
walk(struct scan *s, void (*each)(struct scan *, struct store_entry *), struct err *err)
{
	struct store_entry entry = { 0 };
	unsigned int seen = 0;
	int more;

	more = store_scan(s->store, err) == -1 ? -1 : 1;
	while (more > 0 && sig_came() == 0 && s->output.out.error == 0) {
		more = store_next(s->store, &entry, err);
		if (more == 1)
			each(s, &entry);
		if (more == STORE_FOREIGN && line_reject(&s->output, &entry, err) == -1)
			more = -1;
		/*
		 * Much may be read without anything being written: check if the reader of our
		 * output has gone.
		 */
		seen += more == STORE_AGAIN ? 64 : 1;
		if (seen < 1024)
			continue;
		seen = 0;
		output_tick(&s->output);
		if (output_flush(&s->output) == -1 || output_gone(&s->output))
			break;
	}
	s->output.signal = sig_came();
	entity_free(&entry.entity);
	return more == -1 ? -1 : 0;
}

/* Runs a walk.  Finds the time first, so that an error in finding it is reported early. */
static int
run(struct feat_options *o, bool marked, void (*each)(struct scan *, struct store_entry *),
    int (*end)(struct scan *, struct err *))
{
	struct scan s = { .options = o, .oldest = INSTANT_NONE, .newest = INSTANT_NONE };
	const struct stat_row rows[] = {
		{ "entities", STAT_COUNT, &s.entities, "Entities read.", NULL },
		{ "features", STAT_COUNT, &s.features, "Features read.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	int64_t latest = INSTANT_NONE;
	struct err err;
	int status;

	output_hold();
	o->store.on_failure = FAILURE_STOP;
	s.store = options_store(o);
	if (output_open(&s.output, &o->common, rows, &err) == -1)
		diag_die(o->common.diag, EXIT_FAILED, "%s", err.text);
	if (options_store_now(o, s.store, &s.now, &err) == -1 ||
	    (marked && store_latest(s.store, &latest, &err) == -1))
		goto fail;
	if (latest != INSTANT_NONE)
		line_write_latest(&s.output.out, latest);
	if (walk(&s, each, &err) == 0 &&
	    (end == NULL || s.output.signal != 0 || output_failed(&s.output) ||
		end(&s, &err) == 0))
		goto out;
fail:
	output_fail(&s.output, &err);
out:
	status = output_close(&s.output);
	(void)store_close(s.store, NULL);
	return status;
}

static int
scan_run(struct feat_options *o)
{
	return run(o, false, write_visible, NULL);
}

static int
dump_run(struct feat_options *o)
{
	return run(o, true, write_all, NULL);
}

/* Writes the time of an event as a member, or null. */
static void
put_time(struct out *out, const char *name, int64_t time)
{
	char text[INSTANT_MAX];

	out_puts(out, name);
	if (time == INSTANT_NONE) {
		out_puts(out, "null");
		return;
	}
	out_puts(out, "\"");
	out_write(out, text, instant_write(text, time));
	out_puts(out, "\"");
}

static int
write_counts(struct scan *s, struct err *err)
{
	struct out *out = &s->output.out;
	char text[200];
	uint64_t bytes;

	if (store_bytes(s->store, &bytes, err) == -1)
		return -1;
	(void)snprintf(text, sizeof text,
	    "{\"entities\":%" PRIu64 ",\"features\":%" PRIu64 ",\"deletions\":%" PRIu64
	    ",\"expired\":%" PRIu64 ",\"bytes\":",
	    s->entities, s->features, s->deletions, s->expired);
	out_puts(out, text);
	(void)snprintf(text, sizeof text, "%" PRIu64, bytes);
	out_puts(out, bytes == 0 ? "null" : text);
	put_time(out, ",\"oldest\":", s->oldest);
	put_time(out, ",\"newest\":", s->newest);
	out_puts(out, "}\n");
	return 0;
}

static int
stat_run(struct feat_options *o)
{
	return run(o, false, count_all, write_counts);
}

const struct feat_command scan_command = {
	.cli = { .tool = "smlfeat",
	    .command = "scan",
	    .what = "write the entities that are there",
	    .operands = "",
	    .options = scan_options,
	    .common = COMMON_NOW | COMMON_TIMEOUT | COMMON_REJECTS },
	.run = scan_run,
};

const struct feat_command dump_command = {
	.cli = { .tool = "smlfeat",
	    .command = "dump",
	    .what = "write all that a store holds, for load",
	    .operands = "",
	    .options = dump_options,
	    .common = COMMON_TIMEOUT | COMMON_REJECTS },
	.run = dump_run,
};

const struct feat_command stat_command = {
	.cli = { .tool = "smlfeat",
	    .command = "stat",
	    .what = "count what a store holds",
	    .operands = "",
	    .options = scan_options,
	    .common = COMMON_NOW | COMMON_TIMEOUT | COMMON_REJECTS },
	.run = stat_run,
};
