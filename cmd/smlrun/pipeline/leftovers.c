/* Removes what dead attempts have left. */
#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options/opt.h"
#include "pipeline/leftovers.h"

/* Where the end of a temporary file's name begins, .sml-XXXXXX.tmp (base/replace.h), or n. */
static size_t
without_temporary(const char *name, size_t n)
{
	static const char begin[] = ".sml-", end[] = "XXXXXX.tmp";
	size_t all = sizeof begin + sizeof end - 2;

	return n > all && memcmp(name + n - all, begin, sizeof begin - 1) == 0 &&
		strcmp(name + n - 4, end + 6) == 0 ?
	    n - all :
	    n;
}

/* Returns the nonce in a file's name, or NULL. */
static const char *
nonce_in(const char *name)
{
	static const char lock[] = ".lock";
	size_t n = without_temporary(name, strlen(name)), end = sizeof lock - 1;

	if (n > end && memcmp(name + n - end, lock, end) == 0)
		n -= end;
	if (n < NONCE_SIZE + 2 || name[n - NONCE_SIZE - 1] != '.' ||
	    !opt_is_nonce(name + n - NONCE_SIZE, NONCE_SIZE))
		return NULL;
	return name + n - NONCE_SIZE;
}

/* Calls remove for each file of another attempt than this one. */
static void
walk(const char *states, const char *nonce,
    void (*remove)(int folder, const char *name, const char *other, const char *path),
    const char *path)
{
	DIR *dir = opendir(states);
	struct dirent *entry;
	const char *other;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		other = nonce_in(entry->d_name);
		if (other != NULL && memcmp(other, nonce, NONCE_SIZE) != 0)
			remove(dirfd(dir), entry->d_name, other, path);
	}
	(void)closedir(dir);
}

static void
remove_state(int folder, const char *name, const char *other, const char *path)
{
	(void)other;
	(void)path;
	(void)unlinkat(folder, name, 0);
}

void
leftovers_remove(const char *states, const char *nonce)
{
	walk(states, nonce, remove_state, NULL);
}

static void
remove_part(int folder, const char *name, const char *other, const char *path)
{
	char *part;

	(void)folder;
	(void)name;
	if (asprintf(&part, "%s.%.*s", path, NONCE_SIZE, other) == -1)
		return;
	(void)unlink(part);
	free(part);
}

void
leftovers_remove_parts(const char *states, const char *path, const char *nonce)
{
	walk(states, nonce, remove_part, path);
}
