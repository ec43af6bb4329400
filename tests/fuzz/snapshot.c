/*
 * Snapshots of any bytes.  An input is a file as it is, or behind a + lines
 * that get the right last line, so that what stands behind the hash is met too.
 * What can be got from a line must come out the same when it is put and got
 * again.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/buf.h"
#include "base/replace.h"
#include "state/snap.h"

/* A row of a table of members: of one value, and of an array with its count. */
#define ONE(n, kind) #n, kind, offsetof(struct noun, n), 0
#define MANY(n, kind) #n, kind, offsetof(struct noun, n), offsetof(struct noun, n##_count)
#define END NULL, M_BOOL, 0, 0

struct noun {
	bool yes;
	int64_t whole;
	uint64_t natural;
	double real;
	int64_t *wholes;
	double *reals;
	char *bytes, *json;
	uint64_t wholes_count, reals_count, bytes_count, json_count;
};

static const struct member members[] = {
	{ ONE(yes, M_BOOL) },
	{ ONE(whole, M_I64) },
	{ ONE(natural, M_U64) },
	{ ONE(real, M_F64) },
	{ MANY(wholes, M_I64S) },
	{ MANY(reals, M_F64S) },
	{ MANY(bytes, M_BYTES) },
	{ MANY(json, M_JSON) },
	{ END },
};

/* In memory, for a snapshot is synced to its disk. */
static char folder[] = "/dev/shm/snapshot.XXXXXX";

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct path {
	char name[48];
};

static struct path
path_of(const char *file)
{
	struct path path;

	snprintf(path.name, sizeof path.name, "%s/%s", folder, file);
	return path;
}

static void
leave(void)
{
	unlink(path_of("in").name);
	unlink(path_of("out").name);
	rmdir(folder);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return mkdtemp(folder) == NULL || atexit(leave) != 0 ? -1 : 0;
}

/* Writes the lines and, where it is wanted, the right last line. */
static void
write_file(const char *path, const void *lines, size_t n, bool seal)
{
	FILE *f = fopen(path, "w");
	const char *p = lines, *end = p + n;
	size_t count = 0;

	if (f == NULL || (n > 0 && fwrite(lines, 1, n, f) != n))
		abort();
	if (seal) {
		for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
			count++;
		fprintf(f, "{\"lines\":%zu,\"xxh64\":\"%016" PRIx64 "\"}\n", count,
		    (uint64_t)XXH64(lines, n, 0));
	}
	if (fclose(f) != 0)
		abort();
}

/* Writes a noun into a snapshot and gets it again. */
static void
pass_on(const struct noun *from, struct noun *to)
{
	struct path out = path_of("out");
	struct snap_reader *r;
	const char *section;
	struct value object;
	struct snap *s = snap_create(out.name, REPLACE_PRIVATE, NULL);

	if (s == NULL)
		abort();
	snap_open(s, "snapshot");
	snap_part(s, members, from);
	snap_shut(s);
	if (snap_commit(s, NULL) == -1)
		abort();
	r = snap_read(out.name, NULL);
	if (r == NULL || snap_next(r, &section, &object, NULL) != 1 ||
	    snap_get(object, members, to, NULL) == -1)
		abort();
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
	struct path in = path_of("in");
	struct snap_reader *r;
	const char *section;
	struct value object;
	struct err err;

	write_file(in.name, data + seal, size - seal, seal);
	r = snap_read(in.name, &err);
	if (r == NULL)
		return 0;
	while (snap_next(r, &section, &object, &err) == 1) {
		if (snap_get(object, members, &noun, &err) == -1)
			continue;
		pass_on(&noun, &again);
		if (!same_noun(&noun, &again))
			abort();
	}
	snap_read_close(r);
	noun_free(&noun);
	noun_free(&again);
	return 0;
}
