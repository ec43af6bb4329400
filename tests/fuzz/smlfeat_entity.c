/*
 * The bytes of an entity, after a checksum that is made right.  What is read is written again
 * as the same bytes.  Merged into itself it changes nothing, and merged into an empty entity
 * it is the same.
 */
#include <endian.h>
#include <xxhash.h>

#include "entity/wanted.h"

#include "fuzz.h"

static void
encodes_to(const struct entity *e, const struct buf *bytes)
{
	struct buf again = { 0 };

	need(entity_encode(e, &again, NULL) == 0);
	need(again.len == bytes->len && memcmp(again.p, bytes->p, again.len) == 0);
	buf_free(&again);
}

/* Checks the merges: nothing in an entity is newer than itself. */
static void
merges(const struct entity *e, const struct buf *bytes)
{
	struct entity other = { 0 };
	struct merged merged = { 0 };
	size_t parts = e->count + (e->deleted != INSTANT_NONE);

	entity_clear(&other);
	need(entity_merge(&other, e, &merged, NULL) == 0);
	need(merged.written == parts && merged.older == 0);
	encodes_to(&other, bytes);
	need(entity_merge(&other, e, &merged, NULL) == 0);
	need(merged.written == 2 * parts && merged.older == 0);
	encodes_to(&other, bytes);
	entity_free(&other);
}

/* Checks that a get of some names finds what the whole entity has. */
static void
answers(const struct entity *e, const struct buf *bytes)
{
	struct feature_name name[3] = { { "b", 1 }, { "a", 1 }, { "", 0 } };
	const struct feature_names names = { name, 3 };
	struct wanted wanted;
	struct entity some = { 0 };

	if (e->count > 0)
		name[2] = (struct feature_name){ e->feature[e->count - 1].name,
			e->feature[e->count - 1].name_len };
	need(wanted_open(&wanted, &names, NULL) == 0);
	need(wanted_read(&wanted, bytes->p, bytes->len, &some, NULL) == 0 && some.count == 3);
	if (e->count > 0 && name[2].len > 1)
		need(some.feature[2].time == e->feature[e->count - 1].time);
	wanted_close(&wanted);
	entity_free(&some);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	uint32_t sum = htole32((uint32_t)XXH3_64bits(data, n));
	struct entity e = { 0 };
	struct buf bytes = { 0 };

	need(buf_put(&bytes, &sum, sizeof sum) == 0 && buf_put(&bytes, data, n) == 0);
	if (entity_decode(bytes.p, bytes.len, &e, NULL) == 0) {
		encodes_to(&e, &bytes);
		merges(&e, &bytes);
		answers(&e, &bytes);
		(void)entity_expires(&e);
		(void)entity_sweep(&e, 0);
	}
	entity_free(&e);
	buf_free(&bytes);
	return 0;
}
