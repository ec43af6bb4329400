/* Reads files in order, as whole lines. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/file_digest.h"
#include "source/file_source.h"
#include "source/source_line.h"

enum { CAPACITY = 256 * 1024 }; /* read at once; it grows for longer lines */

static int
fail(const char *path, struct err *err)
{
	return err_set(err, NULL, "cannot read %s: %s", path, strerror(errno));
}

static int
check_file(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) == -1 || access(path, R_OK) == -1)
		return fail(path, err);
	if (S_ISREG(st.st_mode))
		return 0;
	return err_set(err, NULL,
	    "%s is not a regular file: only those can be read again after a crash", path);
}

int
file_source_open(struct file_source *s, const char *const *paths, size_t count, size_t longest,
    struct err *err)
{
	*s = (struct file_source){ .path = paths,
		.count = count,
		.longest = longest,
		.fd = -1,
		.capacity = CAPACITY,
		.place = { .line = 1 } };
	s->bytes = malloc(s->capacity);
	if (s->bytes == NULL)
		return err_memory(err);
	for (size_t i = 0; i < count; i++)
		if (check_file(paths[i], err) == -1)
			return -1;
	return 0;
}

static void
close_file(struct file_source *s)
{
	if (s->fd != -1)
		(void)close(s->fd);
	s->fd = -1;
	s->start = s->end = 0;
	s->read_all = false;
}

void
file_source_close(struct file_source *s)
{
	close_file(s);
	free(s->bytes);
	s->bytes = NULL;
}

const char *
file_source_name(const struct file_source *s, const struct file_place *place)
{
	return s->path[place->file];
}

/* Opens the file of the place, at its byte. */
static int
open_file(struct file_source *s, struct err *err)
{
	const char *path = file_source_name(s, &s->place);
	struct stat st;

	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s->fd == -1 || fstat(s->fd, &st) == -1 ||
	    lseek(s->fd, (off_t)s->place.byte, SEEK_SET) == -1)
		return fail(path, err);
	s->place.inode = st.st_ino;
	return 0;
}

/* Checks that the open file still has what was read of it. */
static int
check_same(const struct file_source *s, const struct file_place *place, struct err *err)
{
	const char *path = file_source_name(s, place);
	uint64_t digest = 0;
	struct stat st;

	if (fstat(s->fd, &st) == -1)
		return fail(path, err);
	if ((uint64_t)st.st_size < place->byte)
		return err_set(err, NULL,
		    "cannot go on in %s: it has shrunk to %ju bytes, below the %ju that were "
		    "committed",
		    path, (uintmax_t)st.st_size, (uintmax_t)place->byte);
	if (file_digest(s->fd, place->byte, &digest) == -1)
		return fail(path, err);
	if (digest == place->digest)
		return 0;
	return err_set(err, NULL,
	    "cannot go on in %s: it is another file than the one that was read before", path);
}

int
file_source_seek(struct file_source *s, const struct file_place *place, struct err *err)
{
	close_file(s);
	s->place = *place;
	if (s->place.line == 0)
		s->place.line = 1;
	if (place->inode == 0)
		return 0;
	if (place->file >= s->count)
		return err_set(err, NULL,
		    "the source has %zu files, but file %zu of it was read before", s->count,
		    place->file + 1);
	if (open_file(s, err) == -1)
		return -1;
	return check_same(s, place, err);
}

/* Makes room to read more, in front of which stands what is not handed out yet. */
static int
make_room(struct file_source *s, struct err *err)
{
	size_t rest = s->end - s->start;
	char *more;

	if (s->start > 0) {
		memmove(s->bytes, s->bytes + s->start, rest);
		s->start = 0;
		s->end = rest;
	}
	if (rest < s->capacity - 1)
		return 0;
	more = realloc(s->bytes, 2 * s->capacity);
	if (more == NULL)
		return err_memory(err);
	s->bytes = more;
	s->capacity *= 2;
	return 0;
}

/* Reads more of the open file, leaving room for an end of the last line. */
static int
read_more(struct file_source *s, struct err *err)
{
	ssize_t n;

	if (make_room(s, err) == -1)
		return -1;
	do
		n = read(s->fd, s->bytes + s->end, s->capacity - 1 - s->end);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return fail(file_source_name(s, &s->place), err);
	s->end += (size_t)n;
	s->read_all = n == 0;
	return 0;
}

/* Drops a byte-order mark at the start of a file.  Returns whether there was one. */
static bool
drop_mark(struct file_source *s)
{
	if (s->place.byte > 0 || s->end - s->start < 3 ||
	    memcmp(s->bytes + s->start, "\xef\xbb\xbf", 3) != 0)
		return false;
	s->start += 3;
	s->place.byte = 3;
	return true;
}

/* Is a line of n bytes too long?  A carriage return at its end does not count. */
static bool
too_long(const struct file_source *s, const char *p, size_t n)
{
	return n > s->longest && (n > s->longest + 1 || p[n - 1] != '\r');
}

static int
refuse_long(const struct file_source *s, struct err *err)
{
	return err_set(err, NULL, "%s:%ju: the line is longer than --max-line %zu",
	    file_source_name(s, &s->place), (uintmax_t)s->place.line, s->longest);
}

/* Has the open file as much as a line?  Ends a last one that is to be taken as it is. */
static bool
end_last_line(struct file_source *s)
{
	bool last_file = s->place.file + 1 == s->count;

	if (!s->read_all || s->start == s->end || (last_file && !s->drain))
		return false;
	s->bytes[s->end++] = '\n';
	return true;
}

/* Goes on with the next file.  Returns false if there is none. */
static bool
next_file(struct file_source *s)
{
	if (s->place.file + 1 >= s->count)
		return false;
	close_file(s);
	s->place = (struct file_place){ .file = s->place.file + 1,
		.line = 1,
		.records = s->place.records };
	return true;
}

/* At the end of the last file: is that the end of the source? */
static enum source_event
end_or_later(struct file_source *s)
{
	if (!s->follow)
		return SOURCE_END;
	s->read_all = false;
	return SOURCE_LATER;
}

/* Reads until a whole line is there. */
static enum source_event
fill(struct file_source *s, struct err *err)
{
	size_t looked = 0; /* of the bytes that are there */

	for (;;) {
		if (s->fd == -1 && open_file(s, err) == -1)
			return SOURCE_FAILED;
		if (memchr(s->bytes + s->start + looked, '\n', s->end - s->start - looked) !=
		    NULL)
			return SOURCE_LINES;
		looked = s->end - s->start;
		if (too_long(s, s->bytes + s->start, looked)) {
			(void)refuse_long(s, err);
			return SOURCE_FAILED;
		}
		if (end_last_line(s))
			return SOURCE_LINES;
		if (s->read_all && !next_file(s))
			return end_or_later(s);
		if (s->fd == -1)
			looked = 0;
		else if (read_more(s, err) == -1)
			return SOURCE_FAILED;
		if (drop_mark(s))
			looked = 0;
	}
}

/*
 * Counts lines up to the first one that is bad or too long, at most this many.  Returns where
 * they end; stopped: SOURCE_LINES, SOURCE_BAD or SOURCE_FAILED.
 */
static const char *
good_lines(struct file_source *s, uint64_t most, const char *p, const char *limit,
    struct err *err, enum source_event *stopped)
{
	const char *line_end;
	uint64_t n = 0;

	*stopped = SOURCE_LINES;
	for (; n < most && (line_end = memchr(p, '\n', (size_t)(limit - p))) != NULL; n++) {
		if (too_long(s, p, (size_t)(line_end - p)))
			*stopped = SOURCE_FAILED;
		else if (source_line_check(p, line_end, err) == -1)
			*stopped = SOURCE_BAD;
		if (*stopped != SOURCE_LINES)
			break;
		p = line_end + 1;
	}
	s->place.line += n;
	s->place.records += n;
	return p;
}

enum source_event
file_source_next(struct file_source *s, uint64_t most, const char **p, size_t *n,
    struct err *err)
{
	enum source_event stopped = fill(s, err);
	const char *limit, *end;

	if (stopped != SOURCE_LINES)
		return stopped;
	*p = s->bytes + s->start;
	limit = s->bytes + s->end;
	end = good_lines(s, most, *p, limit, err, &stopped);
	if (stopped == SOURCE_FAILED && end == *p) {
		(void)refuse_long(s, err);
		return SOURCE_FAILED;
	}
	if (stopped == SOURCE_BAD && end == *p) {
		*n = (size_t)((const char *)memchr(*p, '\n', (size_t)(limit - *p)) - *p);
		return SOURCE_BAD;
	}
	*n = (size_t)(end - *p);
	s->start += *n;
	s->place.byte += *n;
	return SOURCE_LINES;
}

void
file_source_skip(struct file_source *s, size_t n)
{
	s->start += n + 1;
	s->place.byte += n + 1;
	s->place.line++;
	s->place.records++;
}

int
file_source_mark(struct file_source *s, struct file_place *place, struct err *err)
{
	struct stat st;

	*place = s->place;
	if (s->fd == -1)
		return 0;
	if (fstat(s->fd, &st) == -1)
		return fail(file_source_name(s, place), err);
	/* A last line whose end was ours ends after the file does. */
	if (place->byte > (uint64_t)st.st_size)
		place->byte = (uint64_t)st.st_size;
	return file_digest(s->fd, place->byte, &place->digest) == -1 ?
	    fail(file_source_name(s, place), err) :
	    0;
}
