/* Removes what dead attempts have left. */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options/opt.h"
#include "base/num.h"
#include "pipeline/leftovers.h"

/*
 * Returns the length of a name without .sml-XXXXXX.tmp, which ends the names of temporary
 * files (base/replace.h).
 */
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

/* A walk over the folder of the states, and the folders of copies or partitions in it. */
struct leftovers_walk {
	void (*each)(struct leftovers_walk *, int folder, const char *name);
	const char *nonce; /* files with another nonce are leftovers */
	const char *path;  /* the path of a side file */
	int64_t last;	   /* the greatest id, or the id that all must have */
	char *missing;	   /* a missing snapshot */
};

/* The folders of copies and partitions have numbers as names. */
static bool
is_number(const char *name)
{
	return name[strspn(name, "0123456789")] == '\0';
}

/*
 * Calls each for the files in an open folder, and closes the folder.  folder: -1: could not be
 * opened.
 */
static void
walk_in(struct leftovers_walk *w, int folder)
{
	DIR *dir = folder == -1 ? NULL : fdopendir(folder);
	struct dirent *entry;

	if (dir == NULL && folder != -1)
		(void)close(folder);
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		if (is_number(entry->d_name))
			/* NOLINTNEXTLINE(misc-no-recursion): as deep as folders are */
			walk_in(w,
			    openat(folder, entry->d_name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
		else
			w->each(w, folder, entry->d_name);
	}
	(void)closedir(dir);
}

static void
walk(struct leftovers_walk *w, const char *states)
{
	walk_in(w, open(states, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

/* Returns the nonce in a file's name if it belongs to another attempt, or NULL. */
static const char *
other_nonce(const struct leftovers_walk *w, const char *name)
{
	const char *other = nonce_in(name);

	return other != NULL && memcmp(other, w->nonce, NONCE_SIZE) != 0 ? other : NULL;
}

static void
remove_state(struct leftovers_walk *w, int folder, const char *name)
{
	if (other_nonce(w, name) != NULL)
		(void)unlinkat(folder, name, 0);
}

void
leftovers_remove(const char *states, const char *nonce)
{
	struct leftovers_walk w = { .each = remove_state, .nonce = nonce };

	walk(&w, states);
}

static void
remove_part(struct leftovers_walk *w, int folder, const char *name)
{
	const char *other = other_nonce(w, name);
	char *part;

	(void)folder;
	if (other == NULL || asprintf(&part, "%s.%.*s", w->path, NONCE_SIZE, other) == -1)
		return;
	(void)unlink(part);
	free(part);
}

void
leftovers_remove_parts(const char *states, const char *path, const char *nonce)
{
	struct leftovers_walk w = { .each = remove_part, .nonce = nonce, .path = path };

	walk(&w, states);
}

void
leftovers_remove_all(const char *states)
{
	leftovers_remove(states, "----------------");
}

/* Returns the ID in the name of a snapshot; 0: this is not the name of a snapshot. */
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

static void
look_at_id(struct leftovers_walk *w, int folder, const char *name)
{
	int64_t id = id_in(name);

	(void)folder;
	w->last = id > w->last ? id : w->last;
}

int64_t
leftovers_last(const char *states)
{
	struct leftovers_walk w = { .each = look_at_id };

	walk(&w, states);
	return w.last;
}

/*
 * Notes if the stage that wrote this snapshot lacks one with the id and nonce that all must
 * have.
 */
static void
look_for_id(struct leftovers_walk *w, int folder, const char *name)
{
	char wanted[256], id[24];
	int stage;

	if (id_in(name) == 0)
		return;
	(void)snprintf(id, sizeof id, "%jd", (intmax_t)id_in(name));
	stage = (int)(strlen(name) - NONCE_SIZE - strlen(id) - 2);
	(void)snprintf(wanted, sizeof wanted, "%.*s.%jd.%s", stage, name, (intmax_t)w->last,
	    w->nonce);
	if (faccessat(folder, wanted, F_OK, 0) == -1)
		(void)memcpy(w->missing, wanted, sizeof wanted);
}

bool
leftovers_complete(const char *folder, int64_t id, const char *nonce, char missing[256])
{
	struct leftovers_walk w = { .each = look_for_id,
		.nonce = nonce,
		.last = id,
		.missing = missing };

	missing[0] = '\0';
	walk(&w, folder);
	return missing[0] == '\0';
}
