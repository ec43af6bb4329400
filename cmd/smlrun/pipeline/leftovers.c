/* Removes what dead attempts have left. */
#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options/opt.h"
#include "base/num.h"
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

void
leftovers_remove_all(const char *states)
{
	static const char no_nonce[] = "----------------";
	DIR *dir = opendir(states);
	struct dirent *entry;
	char *path;

	if (dir == NULL)
		return;
	leftovers_remove(states, no_nonce);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.' ||
		    asprintf(&path, "%s/%s", states, entry->d_name) == -1)
			continue;
		leftovers_remove(path, no_nonce); /* what is no folder has nothing in it */
		free(path);
	}
	(void)closedir(dir);
}

/* Returns the ID in the name of a snapshot; 0: it is none. */
static int64_t
id_in(const char *name)
{
	const char *nonce = nonce_in(name), *id;
	int64_t n = 0;

	if (nonce == NULL || nonce[NONCE_SIZE] != '\0')
		return 0;
	for (id = nonce - 1; id > name && id[-1] != '.';)
		id--;
	return num_read_i64(id, (size_t)(nonce - 1 - id), &n) == 0 ? n : 0;
}

int64_t
leftovers_last(const char *states)
{
	DIR *dir = opendir(states);
	struct dirent *entry;
	int64_t last = 0, id;

	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		id = id_in(entry->d_name);
		last = id > last ? id : last;
	}
	(void)closedir(dir);
	return last;
}
