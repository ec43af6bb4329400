/* Opens the files of a source, and goes to a place in them. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "source/file_seek.h"

int
file_seek_fail(const char *path, struct err *err)
{
	if (errno == ENOMEM)
		return err_memory(err);
	return err_set(err, NULL, "cannot read %s: %s", path, strerror(errno));
}

static int
check_file(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1 || access(path, R_OK) == -1)
		return file_seek_fail(path, err);
	if (S_ISREG(st.st_mode))
		return 0;
	return err_set(err, NULL,
	    "%s is not a regular file: only those can be read again after a crash", path);
}

int
file_source_open(struct file_source *s, const char *const *paths, size_t count, size_t longest,
    bool follows, struct err *err)
{
	*s = (struct file_source){ .path = paths,
		.count = count,
		.longest = longest,
		.follows = follows,
		.log_first = -1,
		.place = { .line = 1 } };
	follow_open(&s->log, paths[count - 1]);
	if (file_bytes_open(&s->open) == -1)
		return err_memory(err);
	for (size_t i = 0; i < count; i++)
		if (check_file(paths[i], err) == -1 &&
		    (!follows || i + 1 < count || errno != ENOENT))
			return -1;
	/* The log begins with this file, even if it is rotated before its turn comes. */
	if (follows && count > 1)
		s->log_first = open(s->log.path, O_RDONLY | O_CLOEXEC);
	return 0;
}

void
file_seek_close(struct file_source *s)
{
	file_bytes_close(&s->open);
	s->from_before = 0;
	s->read_all = s->changed = false;
}

void
file_source_close(struct file_source *s)
{
	if (s->open.p == NULL)
		return; /* it was not opened */
	follow_close(&s->log);
	file_bytes_free(&s->open);
	if (s->log_first != -1)
		(void)close(s->log_first);
	s->log_first = -1;
}

bool
file_seek_in_log(const struct file_source *s)
{
	return s->follows && s->place.file + 1 == s->count;
}

int
file_seek_note_inode(struct file_source *s, int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return file_seek_fail(s->path[s->place.file], err);
	s->place.inode = st.st_ino;
	return 0;
}

enum source_event
file_seek_open_next(struct file_source *s, struct err *err)
{
	const char *path = s->path[s->place.file];
	struct timespec now;
	int fd;

	/* This is the clock from which files get their times. */
	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	s->opened = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (file_seek_in_log(s) && s->log_first != -1)
		fd = fcntl(s->log_first, F_DUPFD_CLOEXEC, 0);
	else
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && errno == ENOENT && file_seek_in_log(s))
		return SOURCE_LATER;
	if (fd == -1 || file_bytes_enter(&s->open, fd, 0) == -1) {
		(void)file_seek_fail(path, err);
		return SOURCE_FAILED;
	}
	return file_seek_note_inode(s, fd, err) == -1 ? SOURCE_FAILED : SOURCE_LINES;
}

/* Opens the file of a place, and checks that it has what was read before that. */
static int
open_same(struct file_source *s, const struct source_place *place, struct err *err)
{
	const char *path = s->path[place->file];
	struct rotation_file found = { .is_path = true };
	struct stat st;

	if (!file_seek_in_log(s))
		found.fd = open(path, O_RDONLY | O_CLOEXEC);
	else if (rotation_find(path, place, &found, err) == -1)
		return -1;
	s->log.is_copy = found.is_copy;
	s->open.fd = found.fd;
	if (found.fd == -1 || fstat(found.fd, &st) == -1)
		return file_seek_fail(path, err);
	if ((uint64_t)st.st_size < place->byte)
		return err_set(err, NULL,
		    "cannot continue in %s: it has shrunk to %ju bytes, below the %ju that "
		    "were "
		    "committed",
		    path, (uintmax_t)st.st_size, (uintmax_t)place->byte);
	if (!found.is_copy)
		s->place.inode = st.st_ino;
	if (file_bytes_enter(&s->open, found.fd, place->byte) == -1)
		return file_seek_fail(path, err);
	s->opened = place->byte == 0 ? place->digest : 0;
	if (place->byte == 0 ||
	    file_bytes_digest(&s->open, s->open.start, place->byte) == place->digest)
		return 0;
	return err_set(err, NULL,
	    "cannot continue in %s: it is another file than the one that was read before",
	    path);
}

/* As open_same, for a log that may be rotated meanwhile. */
static int
open_again(struct file_source *s, const struct source_place *place, struct err *err)
{
	int result = open_same(s, place, err);

	while (result == -1 && file_seek_in_log(s) && follow_waits(&s->log)) {
		file_seek_close(s);
		result = open_same(s, place, err);
	}
	s->log.failed = 0;
	return result;
}

int
file_source_seek(struct file_source *s, const struct source_place *place, struct err *err)
{
	file_seek_close(s);
	follow_close(&s->log);
	s->before = (struct source_place){ 0 };
	s->place = *place;
	if (s->place.line == 0)
		s->place.line = 1;
	if (place->records >= s->known.records)
		s->known = *place;
	if (place->file >= s->count)
		return err_set(err, NULL,
		    "the source has %zu files, but file %zu of it was read before", s->count,
		    place->file + 1);
	if (place->inode != 0)
		return open_again(s, place, err);
	if (s->follows && check_file(s->log.path, err) == -1)
		return -1;
	/*
	 * Opens the log's file now, so that the first commit names it: before the second
	 * commit, it may be rotated.
	 */
	return file_seek_in_log(s) && file_seek_open_next(s, err) == SOURCE_FAILED ? -1 : 0;
}
