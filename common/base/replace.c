/* Replaces a file atomically. */
#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/replace.h"

enum { CAPACITY = 256 * 1024 };

#define MARK ".sml-"
#define SUFFIX ".tmp"

/* Fills err with what could not be done to path, and errno's reason; keeps errno. */
static int
fail(struct err *err, const char *path, const char *what)
{
	int error = errno;

	if (error == ENOMEM)
		err_memory(err);
	else
		err_set(err, NULL, "%s: %s: %s", path, what, strerror(error));
	errno = error;
	return -1;
}

static void
release(struct replace *r)
{
	int error = errno;

	free(r->path);
	free(r->temporary);
	*r = (struct replace){ 0 };
	errno = error;
}

/*
 * Sets path to the file that name leads to, or to name if that file does not exist yet; names
 * the temporary file as no other program does.
 */
static int
follow(struct replace *r, const char *name, struct err *err)
{
	char *temporary;

	r->path = realpath(name, NULL);
	if (r->path == NULL && errno == ENOENT)
		r->path = strdup(name);
	if (r->path == NULL)
		return fail(err, name, "cannot be replaced");
	if (asprintf(&temporary, "%s" MARK "XXXXXX" SUFFIX, r->path) == -1) {
		errno = ENOMEM;
		return fail(err, name, "cannot be replaced");
	}
	r->temporary = temporary;
	return 0;
}

/*
 * Refuses to replace anything but a regular file: a rename over a device or a pipe would
 * remove it for everybody.  Sets mode to the permissions of the old file.
 */
static int
look(const char *path, mode_t *mode, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return errno == ENOENT ? 0 : fail(err, path, "cannot be replaced");
	if (!S_ISREG(st.st_mode)) {
		err_set(err, NULL, "%s: cannot be replaced: it is not a regular file", path);
		errno = EINVAL;
		return -1;
	}
	if ((*mode & REPLACE_EXACT) == 0)
		*mode = st.st_mode & 0777;
	return 0;
}

/* Returns whether the open file still has this name. */
static bool
has_name(int fd, const char *name)
{
	struct stat open_one, named;

	return fstat(fd, &open_one) == 0 && lstat(name, &named) == 0 &&
	    named.st_ino == open_one.st_ino && named.st_dev == open_one.st_dev;
}

/*
 * Removes a temporary file of this user, unless a run that is still writing it has locked it.
 */
static void
remove_leftover(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)unlinkat(folder, name, 0);
	close(fd);
}

/* Removes temporary files of path that killed runs have left. */
static void
remove_leftovers(const struct replace *r)
{
	const char *slash = strrchr(r->temporary, '/');
	const char *name = slash != NULL ? slash + 1 : r->temporary;
	size_t n = strlen(name), fixed = n - strlen("XXXXXX" SUFFIX);
	char *folder = slash == NULL ?
	    strdup(".") :
	    strndup(r->temporary, (size_t)(slash - r->temporary) + 1);
	DIR *dir = folder == NULL ? NULL : opendir(folder);
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strlen(entry->d_name) == n && memcmp(entry->d_name, name, fixed) == 0 &&
		    strcmp(entry->d_name + n - strlen(SUFFIX), SUFFIX) == 0)
			remove_leftover(dirfd(dir), entry->d_name);
	if (dir != NULL)
		closedir(dir);
	free(folder);
}

/*
 * Makes the temporary file, which must be new, and locks it.  Before it is locked, another run
 * may remove it as a leftover; then this makes another one.
 */
static int
open_temporary(struct replace *r)
{
	char *random = r->temporary + strlen(r->temporary) - strlen("XXXXXX" SUFFIX);
	int fd;

	for (;;) {
		memcpy(random, "XXXXXX", 6);
		fd = mkostemps(r->temporary, (int)strlen(SUFFIX), O_CLOEXEC);
		if (fd == -1 ||
		    (flock(fd, LOCK_EX | LOCK_NB) == 0 && has_name(fd, r->temporary)))
			return fd;
		close(fd);
	}
}

/* Returns what the umask leaves of 0666. */
static mode_t
shared_mode(void)
{
	mode_t mask = umask(0);

	(void)umask(mask);
	return 0666 & ~mask;
}

int
replace_begin(struct replace *r, const char *path, mode_t mode, struct err *err)
{
	int error, fd = -1;

	*r = (struct replace){ .durable = true };
	mode = mode == REPLACE_SHARED ? shared_mode() : mode;
	if (follow(r, path, err) == -1 || look(r->path, &mode, err) == -1)
		goto out;
	remove_leftovers(r);
	fd = open_temporary(r);
	if (fd == -1 || fchmod(fd, mode & 0777) == -1 ||
	    out_open(&r->out, fd, CAPACITY) == -1) {
		fail(err, r->temporary, "cannot be written");
		goto out;
	}
	return 0;
out:
	error = errno;
	if (fd != -1) {
		unlink(r->temporary);
		close(fd);
	}
	errno = error;
	release(r);
	return -1;
}

int
replace_check(const char *path, struct err *err)
{
	struct replace trial;

	if (replace_begin(&trial, path, REPLACE_PRIVATE, err) == -1)
		return -1;
	replace_abandon(&trial);
	return 0;
}

int
replace_sync(struct replace *r, struct err *err)
{
	if (r->synced)
		return 0;
	if ((r->durable ? out_sync(&r->out) : out_flush(&r->out)) == -1) {
		fail(err, r->temporary, "cannot be written");
		replace_abandon(r);
		return -1;
	}
	r->synced = true;
	return 0;
}

/*
 * The lock ends with the descriptor, so close that last: nobody may take the temporary file
 * for a leftover before it has its new name.
 */
int
replace_commit(struct replace *r, struct err *err)
{
	int status = 0;

	if (replace_sync(r, err) == -1)
		return -1;
	if (rename(r->temporary, r->path) == -1) {
		fail(err, r->path, "cannot be replaced");
		replace_abandon(r);
		return -1;
	}
	/* A rename is durable once its folder is on disk. */
	if (r->durable && folder_sync_of(r->path) == -1)
		status = fail(err, r->path, "the folder of the new file cannot be synced");
	if (out_close(&r->out) == -1 && status == 0)
		status = fail(err, r->path, "cannot be closed");
	release(r);
	return status;
}

void
replace_abandon(struct replace *r)
{
	int error = errno;

	if (r->path == NULL)
		return;
	unlink(r->temporary);
	r->out.len = 0;
	out_close(&r->out);
	errno = error;
	release(r);
}
