/* Removes what dead attempts have left. */
#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "cli/options/opt.h"
#include "pipeline/leftovers.h"

/* Returns the nonce in a file's name, or NULL. */
static const char *
nonce_in(const char *name)
{
	static const char lock[] = ".lock";
	size_t n = strlen(name), end = sizeof lock - 1;

	if (n > end && strcmp(name + n - end, lock) == 0)
		n -= end;
	if (n < NONCE_SIZE + 2 || name[n - NONCE_SIZE - 1] != '.' ||
	    !opt_is_nonce(name + n - NONCE_SIZE, NONCE_SIZE))
		return NULL;
	return name + n - NONCE_SIZE;
}

/* Is it NAME.NONCE, or is no name asked for? */
static bool
is_of(const char *entry, const char *nonce, const char *name)
{
	size_t n = name == NULL ? 0 : strlen(name);

	return name == NULL ||
	    ((size_t)(nonce - entry) == n + 1 && memcmp(entry, name, n) == 0 &&
		nonce[NONCE_SIZE] == '\0');
}

void
leftovers_remove(const char *folder, const char *name, const char *nonce)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	const char *other;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		other = nonce_in(entry->d_name);
		if (other != NULL && is_of(entry->d_name, other, name) &&
		    memcmp(other, nonce, NONCE_SIZE) != 0)
			(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	(void)closedir(dir);
}
