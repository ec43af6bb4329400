/*
 * A store, compared with a simple model in memory, under random puts, deletions, gets, sweeps
 * and scans.  SML_RANDOM_STORE: which store, which must be empty under the prefix "random:"
 * (an LMDB in a folder of its own); SML_RANDOM_STEPS: how many (20,000); SML_RANDOM_SEED.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/store.h"

enum { KEYS = 50, NAMES = 7, BATCH = 40, TIMES = 1000 };

struct cell {
	bool there, gone; /* has a value, or the mark of its deletion */
	int64_t time, expires;
	char value[24];
};

struct row {
	struct cell cell[NAMES];
	int64_t deleted, forgotten;
};

struct model {
	struct row row[KEYS];
	uint64_t seed;
	struct texts stores;
	struct store_options options;
	struct store *store;
	int64_t latest;
};

/* A put in flight, and the result that it must have. */
struct change {
	struct store_request request;
	char id[16], value[NAMES][24];
	uint64_t written, older;
};

static const char *const names[NAMES] = { "", "a", "a.b", "ab", "b", "long name of a feature",
	"\xc3\xa9" };

/* xorshift64* */
static uint64_t
draw(struct model *m, uint64_t below)
{
	m->seed ^= m->seed >> 12;
	m->seed ^= m->seed << 25;
	m->seed ^= m->seed >> 27;
	return (m->seed * 0x2545f4914f6cdd1d >> 20) % below;
}

static int64_t
draw_expiry(struct model *m, int64_t time)
{
	return draw(m, 3) == 0 ? ENTITY_NEVER : time + 1 + (int64_t)draw(m, TIMES / 2);
}

static void
reopen(struct model *m)
{
	struct err err = { 0 };

	if (m->store != NULL)
		assert_int_equal(store_sync(m->store, &err), 0);
	if (m->store != NULL)
		assert_int_equal(store_close(m->store, &err), 0);
	m->store = store_open(&m->stores, &m->options, &err);
	if (m->store == NULL)
		fail_msg("%s", err.text);
}

/* The model's own rule: what an event says of one feature. */
static bool
apply(struct row *row, int name, bool gone, int64_t time, int64_t expires, const char *value)
{
	struct cell *c = &row->cell[name];

	if (time < row->deleted || ((c->there || c->gone) && time < c->time))
		return false;
	*c = (struct cell){ !gone, gone, time, expires, "" };
	if (!gone)
		(void)snprintf(c->value, sizeof c->value, "%s", value);
	return true;
}

static bool
apply_deletion(struct row *row, int64_t time, int64_t expires)
{
	if (time < row->deleted)
		return false;
	row->deleted = time;
	row->forgotten = expires;
	for (int i = 0; i < NAMES; i++)
		if (row->cell[i].time <= time)
			row->cell[i] = (struct cell){ .time = INSTANT_NONE };
	return true;
}

static void
fill(struct model *m, struct change *c)
{
	struct entity *e = &c->request.entity;
	int key = (int)draw(m, KEYS);
	struct row *row = &m->row[key];
	int64_t time = (int64_t)draw(m, TIMES);
	struct err err;

	c->written = c->older = 0;
	c->request.verb = STORE_PUT;
	c->request.id = c->id;
	c->request.id_len = (size_t)snprintf(c->id, sizeof c->id, "key %d", key * key);
	entity_clear(e);
	if (draw(m, 12) == 0) {
		e->deleted = time;
		e->deleted_expires = draw_expiry(m, time);
		*(apply_deletion(row, time, e->deleted_expires) ? &c->written : &c->older) +=
		    1;
	}
	for (int i = NAMES - 1; i >= 0; i--) {
		struct feature f = { .name = names[i], .time = time };

		if (draw(m, 3) != 0)
			continue;
		f.name_len = (uint32_t)strlen(names[i]);
		f.expires = draw_expiry(m, time);
		(void)snprintf(c->value[i], sizeof c->value[i], "[%d]", (int)draw(m, 100000));
		if (draw(m, 5) != 0) {
			f.value = c->value[i];
			f.value_len = (uint32_t)strlen(c->value[i]);
		}
		assert_int_equal(entity_append(e, &f, &err), 0);
		*(apply(row, i, f.value == NULL, f.time, f.expires, c->value[i]) ?
			&c->written :
			&c->older) += 1;
	}
	assert_int_equal(entity_settle(e, &err), 0);
	if ((e->count > 0 || e->deleted != INSTANT_NONE) && time > m->latest)
		m->latest = time;
}

static void
put_batch(struct model *m)
{
	static struct change change[BATCH];
	size_t n = 1 + draw(m, BATCH);

	for (size_t i = 0; i < n; i++) {
		fill(m, &change[i]);
		store_submit(m->store, &change[i].request);
	}
	while (store_pending(m->store) > 0)
		store_wait(m->store);
	for (size_t i = 0; i < n; i++) {
		struct store_request *r = &change[i].request;

		if (r->state != STORE_DONE)
			fail_msg("put: %s", r->err.text);
		assert_int_equal(r->merged.written, change[i].written);
		assert_int_equal(r->merged.older, change[i].older);
		store_release(m->store, r);
		store_request_free(r);
		*r = (struct store_request){ 0 };
	}
}

static const struct feature *
find(const struct entity *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->feature[i].name_len == strlen(name) &&
		    memcmp(e->feature[i].name, name, strlen(name)) == 0)
			return &e->feature[i];
	return NULL;
}

/* Checks that the store agrees with the model about a row.  marks: also about deletions. */
static void
compare(const struct row *row, const struct entity *e, bool marks)
{
	size_t there = 0;

	for (int i = 0; i < NAMES; i++) {
		const struct cell *c = &row->cell[i];
		const struct feature *f = find(e, names[i]);

		if (!c->there && (!c->gone || !marks)) {
			assert_true(f == NULL || (c->gone && f->value == NULL));
			there += f != NULL;
			continue;
		}
		there++;
		assert_non_null(f);
		assert_true(f->time == c->time);
		assert_true(f->expires == c->expires);
		if (c->gone) {
			assert_null(f->value);
			continue;
		}
		assert_int_equal(f->value_len, strlen(c->value));
		assert_memory_equal(f->value, c->value, f->value_len);
	}
	assert_int_equal(there, e->count);
	if (marks) {
		assert_true(e->deleted == row->deleted);
		if (row->deleted != INSTANT_NONE)
			assert_true(e->deleted_expires == row->forgotten);
	}
}

static void
get(struct model *m)
{
	struct store_request r = { .verb = STORE_GET };
	int key = (int)draw(m, KEYS);
	char id[16];

	r.id = id;
	r.id_len = (size_t)snprintf(id, sizeof id, "key %d", key * key);
	store_submit(m->store, &r);
	while (r.state == STORE_PENDING)
		store_wait(m->store);
	if (r.state != STORE_DONE)
		fail_msg("get: %s", r.err.text);
	compare(&m->row[key], &r.entity, false);
	store_release(m->store, &r);
	store_request_free(&r);
}

static bool
is_empty(const struct row *row)
{
	bool empty = row->deleted == INSTANT_NONE;

	for (int i = 0; i < NAMES; i++)
		empty = empty && !row->cell[i].there && !row->cell[i].gone;
	return empty;
}

/* Returns the number of the entry's key. */
static int
key_of(const struct store_entry *entry)
{
	char id[16];

	for (int key = 0; key < KEYS; key++) {
		size_t n = (size_t)snprintf(id, sizeof id, "key %d", key * key);

		if (n == entry->id_len && memcmp(id, entry->id, n) == 0)
			return key;
	}
	fail_msg("a key that was never put: %.*s", (int)entry->id_len, entry->id);
	return 0;
}

static void
scan(struct model *m)
{
	struct store_entry entry = { 0 };
	bool seen[KEYS] = { false };
	int more, key;
	struct err err;

	assert_int_equal(store_scan(m->store, &err), 0);
	while ((more = store_next(m->store, &entry, &err)) == 1) {
		key = key_of(&entry);
		assert_false(seen[key]);
		seen[key] = true;
		compare(&m->row[key], &entry.entity, true);
	}
	assert_int_equal(more, 0);
	for (key = 0; key < KEYS; key++)
		assert_true(seen[key] == !is_empty(&m->row[key]));
	entity_free(&entry.entity);
}

static void
sweep(struct model *m)
{
	int64_t now = (int64_t)draw(m, TIMES + TIMES / 2);
	struct store_swept swept = { 0 };
	struct store_entry entry = { 0 };
	uint64_t entities = 0, features = 0;
	int more;
	struct err err;

	for (int key = 0; key < KEYS; key++) {
		struct row *row = &m->row[key];
		bool was = !is_empty(row);

		for (int i = 0; i < NAMES; i++) {
			struct cell *c = &row->cell[i];

			if ((!c->there && !c->gone) || c->expires > now)
				continue;
			*c = (struct cell){ .time = INSTANT_NONE };
			features++;
		}
		if (row->deleted != INSTANT_NONE && row->forgotten <= now) {
			row->deleted = INSTANT_NONE;
			features++;
		}
		entities += was && is_empty(row);
	}
	while ((more = store_sweep(m->store, now, &swept, &entry, &err)) == 1)
		;
	assert_int_equal(more, 0);
	assert_int_equal(swept.features, features);
	assert_int_equal(swept.entities, entities);
}

static void
step(struct model *m)
{
	int64_t latest;
	struct err err;

	switch (draw(m, 300)) {
	case 0:
		reopen(m);
		break;
	case 1:
	case 2:
		scan(m);
		break;
	case 3:
	case 4:
		sweep(m);
		break;
	case 5:
		assert_int_equal(store_sync(m->store, &err), 0);
		assert_int_equal(store_latest(m->store, &latest, &err), 0);
		assert_true(latest == m->latest);
		break;
	default:
		if (draw(m, 20) == 0)
			put_batch(m);
		else
			get(m);
	}
}

static void
does_what_the_model_does(void **state)
{
	const char *store = getenv("SML_RANDOM_STORE"), *steps = getenv("SML_RANDOM_STEPS");
	const char *seed = getenv("SML_RANDOM_SEED");
	long n = steps != NULL ? atol(steps) : 20000;
	char folder[] = "/tmp/smlfeat_random.XXXXXX", url[64], file[64];
	struct model m = { .seed = seed != NULL ? strtoull(seed, NULL, 10) : 1,
		.latest = INSTANT_NONE };

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(url, sizeof url, "lmdb:%s", folder);
	if (store == NULL)
		store = url;
	for (int key = 0; key < KEYS; key++) {
		m.row[key].deleted = INSTANT_NONE;
		for (int i = 0; i < NAMES; i++)
			m.row[key].cell[i].time = INSTANT_NONE;
	}
	m.stores = (struct texts){ &store, 1, 1 };
	m.options = (struct store_options){ .prefix = "random:",
		.sync = SYNC_NEVER,
		.map_size = 1 << 30,
		.timeout = 5000000000,
		.server_ttl = -1,
		.writes = true,
		.creates = true,
		.timed = true };
	reopen(&m);
	for (long i = 0; i < n; i++)
		step(&m);
	scan(&m);
	assert_int_equal(store_close(m.store, NULL), 0);
	(void)snprintf(file, sizeof file, "%s/data.mdb", folder);
	(void)unlink(file);
	(void)snprintf(file, sizeof file, "%s/lock.mdb", folder);
	(void)unlink(file);
	(void)rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(does_what_the_model_does) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
