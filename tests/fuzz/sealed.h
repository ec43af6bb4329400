#ifndef SML_FUZZ_SEALED_H
#define SML_FUZZ_SEALED_H

/*
 * Snapshots of any bytes for fuzz targets: the input gets the right last line, so that what is
 * behind the hash is met.  A seed is a state as it was saved.  A target of a tool's loader:
 *
 *	static int load(void *tool, const char *section, struct value object, struct err *err);
 *
 *	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
 *	{
 *		...
 *		sealed_load(data, size, load, tool);	then free the tool
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "state/snap.h"

/* In memory, for files are synced to their disk. */
static char sealed_folder[] = "/dev/shm/sealed.XXXXXX";

static void
sealed_leave(void)
{
	char path[64];

	snprintf(path, sizeof path, "%s/in", sealed_folder);
	unlink(path);
	rmdir(sealed_folder);
}

/* Where the last line of n bytes begins, if it is the hash of the others; else n. */
static size_t
sealed_body(const char *bytes, size_t n)
{
	static const char seal[] = "{\"lines\":";
	const char *end = n < 2 ? NULL : memrchr(bytes, '\n', n - 1);
	size_t at = end == NULL ? 0 : (size_t)(end + 1 - bytes);

	return n - at >= sizeof seal && memcmp(bytes + at, seal, sizeof seal - 1) == 0 ? at :
											 n;
}

/* The file that holds these lines and the right last one; the same at each call. */
static const char *
sealed_file(const void *data, size_t size)
{
	static char path[64];
	size_t n = sealed_body(data, size), count = 0;
	const char *bytes = data, *end = bytes + n;
	FILE *f;

	if (path[0] == '\0') {
		if (mkdtemp(sealed_folder) == NULL || atexit(sealed_leave) != 0)
			abort();
		snprintf(path, sizeof path, "%s/in", sealed_folder);
	}
	f = fopen(path, "w");
	if (f == NULL || (n > 0 && fwrite(bytes, 1, n, f) != n))
		abort();
	for (const char *p = bytes; n > 0 && (p = memchr(p, '\n', (size_t)(end - p))) != NULL;
	     p++)
		count++;
	fprintf(f, "{\"lines\":%zu,\"xxh64\":\"%016" PRIx64 "\"}\n", count,
	    (uint64_t)XXH64(bytes, n, 0));
	if (fclose(f) != 0)
		abort();
	return path;
}

/* Hands each line to the loader, until one is refused. */
static inline void
sealed_load(const void *data, size_t size,
    int (*load)(void *tool, const char *section, struct value object, struct err *err),
    void *tool)
{
	struct err err;
	struct snap_reader *r = snap_read(sealed_file(data, size), &err);
	const char *section;
	struct value object;

	if (r == NULL)
		return;
	while (snap_next(r, &section, &object, &err) == 1 &&
	    load(tool, section, object, &err) == 0)
		;
	snap_read_close(r);
}

#endif
