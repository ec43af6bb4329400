/* A file replaced at once. */
#include <sys/file.h>
#include <sys/stat.h>

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

/* Says what could not be done to path, for the reason in errno, and keeps errno. */
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

/* Sets path to the file that name leads to, or to name where there is none yet. */
static int
follow(struct replace *r, const char *name, struct err *err)
{
	r->path = realpath(name, NULL);
	if (r->path == NULL && errno == ENOENT)
		r->path = strdup(name);
	if (r->path == NULL)
		return fail(err, name, "cannot be replaced");
	if (asprintf(&r->temporary, "%s.tmp", r->path) == -1) {
		r->temporary = NULL;
		errno = ENOMEM;
		return fail(err, name, "cannot be replaced");
	}
	return 0;
}

/*
 * The permissions that the new file is to have: the old one's, if there is
 * one.  Only a regular file is replaced: a rename over a device or a pipe
 * would take it away from everybody.
 */
static int
look(const char *path, mode_t *mode, bool *old, struct err *err)
{
	struct stat st;

	*mode = 0666;
	*old = stat(path, &st) == 0;
	if (!*old)
		return errno == ENOENT ? 0 : fail(err, path, "cannot be replaced");
	if (!S_ISREG(st.st_mode)) {
		err_set(err, NULL, "%s: cannot be replaced: it is no regular file", path);
		errno = EINVAL;
		return -1;
	}
	*mode = st.st_mode & 0777;
	return 0;
}

/*
 * Opens the temporary file and locks it.  Between the two another process may
 * have renamed the file, which is then live and not ours to write: the locked
 * file must still have the name.
 */
static int
open_locked(const char *name, mode_t mode)
{
	struct stat locked, named;
	int error, fd;

	for (;;) {
		fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == -1 || fstat(fd, &locked) == -1)
			break;
		if (stat(name, &named) == 0 && named.st_ino == locked.st_ino &&
		    named.st_dev == locked.st_dev)
			return fd;
		close(fd);
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
replace_begin(struct replace *r, const char *path, struct err *err)
{
	mode_t mode;
	bool old;
	int error, fd = -1;

	*r = (struct replace){ .durable = true };
	if (follow(r, path, err) == -1 || look(r->path, &mode, &old, err) == -1)
		goto out;
	fd = open_locked(r->temporary, mode);
	if (fd == -1 && errno == EWOULDBLOCK) {
		fail(err, path, "another process is writing it");
		goto out;
	}
	/* The mask of the process must not narrow what the old file allowed. */
	if (fd == -1 || ftruncate(fd, 0) == -1 || (old && fchmod(fd, mode) == -1) ||
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

/*
 * The lock goes with the descriptor, so that is closed last: nobody else may
 * take up the temporary file before it has its new name.
 */
int
replace_commit(struct replace *r, struct err *err)
{
	int status = -1;

	if ((r->durable ? out_sync(&r->out) : out_flush(&r->out)) == -1)
		fail(err, r->temporary, "cannot be written");
	else if (rename(r->temporary, r->path) == -1)
		fail(err, r->path, "cannot be replaced");
	else
		status = 0;
	if (status == -1) {
		replace_abandon(r);
		return -1;
	}
	/* A rename lasts once its folder is on disk. */
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
