/*
 * Snapshots of any bytes.  An input is a file as it is.  After a + it is lines, to which the
 * right last line is added, so that the code after the check of the hash is tested too.  What
 * can be read from a line must be the same when it is written and read again.
 */
#include "base/buf.h"
#include "base/replace.h"
#include "state/snap.h"

#include "../unit/noun.h"
#include "seal.h"

/* Writes a noun into a snapshot and reads it again. */
static void
pass_on(const struct noun *from, struct noun *to)
{
	char out[64];
	struct snap_reader *r;
	const char *section;
	struct value object;
	struct snap *s = snap_create(scratch(out, "out"), REPLACE_PRIVATE, NULL);

	need(s != NULL);
	snap_open(s, "snapshot");
	snap_part(s, all_members, from);
	snap_shut(s);
	need(snap_commit(s, NULL) == 0);
	r = snap_read(out, NULL);
	need(r != NULL && snap_next(r, &section, &object, NULL) == 1 &&
	    snap_get(object, all_members, to, NULL) == 0);
	snap_read_close(r);
}

static bool
same(const void *p, uint64_t p_count, const void *q, uint64_t q_count, size_t size)
{
	return p_count == q_count && (p_count == 0 || memcmp(p, q, p_count * size) == 0);
}

static bool
same_noun(const struct noun *p, const struct noun *q)
{
	return p->yes == q->yes && p->whole == q->whole && p->natural == q->natural &&
	    memcmp(&p->real, &q->real, sizeof p->real) == 0 &&
	    same(p->wholes, p->wholes_count, q->wholes, q->wholes_count, sizeof *p->wholes) &&
	    same(p->reals, p->reals_count, q->reals, q->reals_count, sizeof *p->reals) &&
	    same(p->bytes, p->bytes_count, q->bytes, q->bytes_count, 1) &&
	    same(p->json, p->json_count, q->json, q->json_count, 1);
}

static void
noun_free(struct noun *n)
{
	free(n->wholes);
	free(n->reals);
	free(n->bytes);
	free(n->json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool seal = size > 0 && data[0] == '+';
	struct noun noun = { 0 }, again = { 0 };
	struct snap_reader *r;
	const char *section;
	struct value object;
	struct err err;
	char in[64];

	write_snapshot(scratch(in, "in"), data + seal, size - seal, seal);
	r = snap_read(in, &err);
	if (r == NULL)
		return 0;
	while (snap_next(r, &section, &object, &err) == 1) {
		if (snap_get(object, all_members, &noun, &err) == -1)
			continue;
		pass_on(&noun, &again);
		need(same_noun(&noun, &again));
	}
	snap_read_close(r);
	noun_free(&noun);
	noun_free(&again);
	return 0;
}
