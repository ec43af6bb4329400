/* Finds the files of a rotated log, and their order. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/file_digest.h"
#include "source/older_files.h"
#include "source/rotation.h"

static bool
is_same(const char *path, const struct stat *st)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_ino == st->st_ino &&
	    other.st_dev == st->st_dev;
}

/* Opens a file if it has what was read before a place.  Returns -1 if not, or if it is gone. */
static int
open_match(const char *path, const struct source_place *place, bool by_inode)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t digest;
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size >= place->byte && (st.st_ino == place->inode) == by_inode &&
	    (by_inode || place->byte > 0) && file_digest(fd, place->byte, &digest) == 0 &&
	    (digest == place->digest || place->byte == 0))
		return fd;
	if (fd != -1)
		(void)close(fd);
	return -1;
}

/* Finds what matches among PATH and its rotated files.  Returns how many do; opens the first. */
static int
find(const char *path, const struct older_files *all, const struct source_place *place,
    bool by_inode, struct rotation_file *found)
{
	int matches = 0, fd;

	for (size_t i = 0; i <= all->count; i++) {
		if (i > 0 && all->file[i - 1].packed)
			continue;
		fd = open_match(i == 0 ? path : all->file[i - 1].path, place, by_inode);
		if (fd == -1)
			continue;
		if (matches++ > 0)
			(void)close(fd);
		else
			*found = (struct rotation_file){ .fd = fd, .is_path = i == 0 };
		if (by_inode)
			break;
	}
	return matches;
}

/* Returns when a file was created, in ns; -1 if its file system does not say. */
static int64_t
birth(int fd)
{
	struct statx x;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &x) == -1 ||
	    (x.stx_mask & STATX_BTIME) == 0)
		return -1;
	return x.stx_btime.tv_sec * 1000000000 + x.stx_btime.tv_nsec;
}

bool
rotation_has_all(int fd, int copy)
{
	uint64_t ours, theirs;
	struct stat st;

	return fstat(copy, &st) == 0 && file_digest(fd, (uint64_t)st.st_size, &ours) == 0 &&
	    file_digest(copy, (uint64_t)st.st_size, &theirs) == 0 && ours == theirs;
}

/*
 * PATH has what was read before a place, but may have been truncated since: then a copy of it
 * has that, too.  Checks that PATH has all bytes of each such copy, and so has not been
 * truncated.
 */
static int
check_copies(const char *path, const struct older_files *all, const struct source_place *place,
    int fd, struct err *err)
{
	int64_t born = birth(fd);
	int result = 0, copy;

	for (size_t i = 0; i < all->count && result == 0 && born != -1; i++) {
		copy = all->file[i].packed ? -1 : open_match(all->file[i].path, place, false);
		if (copy != -1 && birth(copy) > born && !rotation_has_all(fd, copy))
			result = err_set(err, NULL,
			    "cannot continue in %s: %s, which was copied from it, begins with "
			    "the same %ju bytes: which of the two was read is not known",
			    path, all->file[i].path, (uintmax_t)place->byte);
		if (copy != -1)
			(void)close(copy);
	}
	return result;
}

/*
 * Nothing of PATH was read yet; the place's digest is the time when PATH was opened.  If PATH
 * was truncated after that time, the oldest copy that was made after it has what PATH had
 * then.
 */
static int
take_first_copy(const char *path, const struct older_files *all,
    const struct source_place *place, struct rotation_file *found, struct err *err)
{
	int64_t born;
	int copy;

	for (size_t i = 0; i < all->count; i++) {
		copy = open(all->file[i].path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		born = copy == -1 ? -1 : birth(copy);
		if (born != -1 && (uint64_t)born >= place->digest) {
			if (all->file[i].packed) {
				(void)close(copy);
				return err_set(err, NULL,
				    "cannot continue in %s: uncompress %s first", path,
				    all->file[i].path);
			}
			(void)close(found->fd);
			*found = (struct rotation_file){ .fd = copy };
			return 0;
		}
		if (copy != -1)
			(void)close(copy);
	}
	return 0;
}

/* Says why no file was found. */
static int
fail_to_find(const char *path, const struct older_files *all, const struct source_place *place,
    int matches, struct err *err)
{
	struct stat st;

	if (matches > 1)
		return err_set(err, NULL,
		    "cannot continue in %s: %d files have the %ju bytes that were read of it, "
		    "and none is the one that was read",
		    path, matches, (uintmax_t)place->byte);
	if (stat(path, &st) == 0 && st.st_ino == place->inode)
		err_set(err, NULL,
		    "cannot continue in %s: it was truncated to %ju bytes or written again, "
		    "and no copy beside it (%s.1) has the %ju bytes that were read of it",
		    path, (uintmax_t)st.st_size, path, (uintmax_t)place->byte);
	else
		err_set(err, NULL,
		    "cannot continue in %s: neither that nor a rotated file of it (%s.1) has "
		    "the %ju bytes that were read",
		    path, path, (uintmax_t)place->byte);
	for (size_t i = all->count; i > 0; i--)
		if (all->file[i - 1].packed)
			return err_add(err, "; %s is compressed: uncompress it if it has them",
			    strrchr(all->file[i - 1].path, '/') + 1);
	return -1;
}

/* Finds the file in a list; if there are several, or none, err says so. */
static int
choose(const char *path, const struct older_files *all, const struct source_place *place,
    bool by_inode, struct rotation_file *found, struct err *err)
{
	int matches = find(path, all, place, by_inode, found);

	if (matches != 1)
		return fail_to_find(path, all, place, matches, err);
	if (!found->is_path)
		return 0;
	return place->byte == 0 ? take_first_copy(path, all, place, found, err) :
				  check_copies(path, all, place, found->fd, err);
}

int
rotation_find(const char *path, const struct source_place *place, struct rotation_file *found,
    struct err *err)
{
	struct older_files all;
	struct stat st;
	int result = -1;

	*found = (struct rotation_file){ .fd = -1 };
	/* Reading a folder may miss a file that is renamed meanwhile: look several times. */
	for (int look = 0; look < 3 && result == -1 && found->fd == -1; look++) {
		if (older_files_list(path, &all, err) == -1)
			return -1;
		result = choose(path, &all, place, look < 2, found, err);
		older_files_free(&all);
	}
	if (result == -1 && found->fd != -1)
		(void)close(found->fd);
	if (result == -1)
		return -1;
	found->is_copy = !found->is_path && stat(path, &st) == 0 && st.st_ino == place->inode;
	return 0;
}

/* Returns the path of the file after another, maybe PATH; NULL with err if it is missing. */
static const char *
name_next(const char *path, const struct older_files *all, size_t i, struct err *err)
{
	const struct older_file *this = &all->file[i], *next;

	do
		i++;
	while (i < all->count && older_files_compare(&all->file[i], this) == 0);
	next = i < all->count && all->file[i].kind == this->kind ? &all->file[i] : NULL;
	if (this->kind == AGE_NUMBER && this->number > 1 &&
	    (next == NULL || next->number != this->number - 1)) {
		err_set(err, NULL,
		    "cannot continue after %s: %s.%lu is missing, which came after it",
		    this->path, path, this->number - 1);
		return NULL;
	}
	if (next == NULL)
		return path;
	if (!next->packed)
		return next->path;
	err_set(err, NULL, "cannot continue after %s: uncompress %s first", this->path,
	    next->path);
	return NULL;
}

/* Finds an open file among the rotated files of PATH, and returns the path of the next one. */
static const char *
look_next(const char *path, const struct older_files *all, const struct stat *st,
    struct err *err)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_same(all->file[i].path, st))
			return name_next(path, all, i, err);
	err_set(err, NULL,
	    "cannot continue in %s: it is another file now, and the one that was read, inode "
	    "%ju, is not beside it as %s.1: what came between them is not known",
	    path, (uintmax_t)st->st_ino, path);
	return NULL;
}

/*
 * Returns whether the file that was opened is still the next one: a rotation may have moved
 * both.
 */
static bool
is_still_next(const char *path, const struct stat *st, int next, struct err *err)
{
	struct older_files all;
	struct stat opened;
	const char *name;
	bool result = false;

	if (fstat(next, &opened) == -1 || older_files_list(path, &all, err) == -1)
		return false;
	name = look_next(path, &all, st, err);
	result = name != NULL && is_same(name, &opened);
	older_files_free(&all);
	return result;
}

int
rotation_next(const char *path, int fd, int *next, struct err *err)
{
	struct older_files all;
	const char *name;
	struct stat st;
	int result = -1;

	if (fstat(fd, &st) == -1)
		return err_set(err, NULL, "%s: %s", path, strerror(errno));
	if (is_same(path, &st))
		return 0;
	if (older_files_list(path, &all, err) == -1)
		return -1;
	name = look_next(path, &all, &st, err);
	if (name != NULL) {
		*next = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		result = *next != -1;
		if (*next == -1 && errno != ENOENT)
			result = err_set(err, NULL, "%s: %s", name, strerror(errno));
	}
	if (result == 1 && !is_still_next(path, &st, *next, err)) {
		(void)close(*next);
		*next = -1;
		result = 0;
	}
	older_files_free(&all);
	return result;
}

int
rotation_unread(const char *path, const struct source_place *place, uint64_t *n,
    struct err *err)
{
	struct rotation_file file;
	int next = -1, more;
	struct stat st;

	if (rotation_find(path, place, &file, err) == -1)
		return -1;
	*n = -place->byte;
	do {
		if (fstat(file.fd, &st) == 0)
			*n += (uint64_t)st.st_size;
		more = rotation_next(path, file.fd, &next, err);
		(void)close(file.fd);
		file.fd = next;
	} while (more == 1);
	return more;
}
