#ifndef SML_FUZZ_SEAL_H
#define SML_FUZZ_SEAL_H

#include <dirent.h>
#include <inttypes.h>
#include <unistd.h>

#include <xxhash.h>

#include "fuzz.h"

/* In memory, because snapshots are synced, which is slow on a disk. */
static char scratch_folder[] = "/dev/shm/fuzz.XXXXXX";

static void
scratch_leave(void)
{
	DIR *folder = opendir(scratch_folder);
	struct dirent *entry;

	need(folder != NULL);
	while ((entry = readdir(folder)) != NULL)
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	rmdir(scratch_folder);
}

/* Sets path to a file in a folder that is removed when the target ends. */
static inline char *
scratch(char path[64], const char *file)
{
	static bool made;

	if (!made)
		need(mkdtemp(scratch_folder) != NULL && atexit(scratch_leave) == 0);
	made = true;
	snprintf(path, 64, "%s/%s", scratch_folder, file);
	return path;
}

/* Returns where the last line of n bytes begins if it is the one that seals a snapshot; else n. */
static inline size_t
unsealed(const char *bytes, size_t n)
{
	static const char seal[] = "{\"lines\":";
	const char *end = n < 2 ? NULL : memrchr(bytes, '\n', n - 1);
	size_t at = end == NULL ? 0 : (size_t)(end + 1 - bytes);

	return n - at >= sizeof seal && memcmp(bytes + at, seal, sizeof seal - 1) == 0 ? at :
											 n;
}

/* Writes n bytes as a file; sealed: with the last line that makes them a snapshot. */
static inline void
write_snapshot(const char *path, const void *bytes, size_t n, bool sealed)
{
	const char *p = bytes;
	size_t lines = 0;
	FILE *f = fopen(path, "w");

	if (sealed)
		n = unsealed(p, n);
	need(f != NULL && (n == 0 || fwrite(p, 1, n, f) == n));
	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	if (sealed)
		fprintf(f, "{\"lines\":%zu,\"xxh64\":\"%016" PRIx64 "\"}\n", lines,
		    (uint64_t)XXH64(p, n, 0));
	need(fclose(f) == 0);
}

#endif
