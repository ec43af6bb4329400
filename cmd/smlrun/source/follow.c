/* Follows a log through rotations, so that nothing is lost or read twice. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/follow.h"

/*
 * A look fails if a rotation is just under way; this many failures in succession have another
 * reason.
 */
enum { LOOKS = 10 };
static const int64_t second = 1000000000;

static enum follow_look
fail(const char *path, struct err *err)
{
	err_set(err, NULL, "cannot read %s: %s", path, strerror(errno));
	return FOLLOW_FAILED;
}

static void
close_one(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

void
follow_open(struct follow *f, const char *path)
{
	*f = (struct follow){ .path = path,
		.patience = 2 * second,
		.next = -1,
		.past = -1,
		.past_copy = -1 };
}

void
follow_close(struct follow *f)
{
	close_one(&f->next);
	close_one(&f->past);
	close_one(&f->past_copy);
	f->is_copy = false;
	f->silent = 0;
	f->failed = 0;
}

/*
 * To be called when no file to continue with was found.  Returns FOLLOW_LATER, or
 * FOLLOW_FAILED if this has lasted too long.
 */
static enum follow_look
fail_at_last(struct follow *f)
{
	if (f->failed++ == 0)
		f->failing = clock_monotonic();
	return f->failed < LOOKS || clock_monotonic() - f->failing < f->patience ?
	    FOLLOW_LATER :
	    FOLLOW_FAILED;
}

bool
follow_waits(struct follow *f)
{
	static const struct timespec moment = { .tv_nsec = 20000000 };

	if (fail_at_last(f) == FOLLOW_FAILED)
		return false;
	(void)nanosleep(&moment, NULL);
	return true;
}

/* The open file no longer has what was read: continues in the copy that was made before. */
static enum follow_look
find_copy(struct follow *f, struct file_bytes *b, const struct source_place *place,
    struct err *err)
{
	struct source_place end = *place;
	struct rotation_file found;

	end.byte = b->offset;
	end.digest = file_bytes_digest(b, b->end, b->offset);
	if (rotation_find(f->path, &end, &found, err) == -1)
		return fail_at_last(f);
	close_one(&b->fd);
	close_one(&f->next);
	close_one(&f->past_copy);
	b->fd = found.fd;
	f->is_copy = found.is_copy;
	f->failed = 0;
	return FOLLOW_MORE;
}

/* Checks whether somebody has written to the previous file after this run moved on from it. */
static enum follow_look
check_past(struct follow *f, struct err *err)
{
	struct stat st;

	if (f->past == -1)
		return FOLLOW_NEXT;
	if (fstat(f->past, &st) == -1)
		return fail(f->path, err);
	if ((uint64_t)st.st_size <= f->past_end) {
		/* A removed file must not take up disk space. */
		if (st.st_nlink == 0)
			close_one(&f->past);
		return FOLLOW_NEXT;
	}
	err_set(err, NULL,
	    "%s: %ju bytes were written to the file that it was before the rotation, inode "
	    "%ju, after this run had moved to the new one: they are not read",
	    f->path, (uintmax_t)st.st_size - (uintmax_t)f->past_end, (uintmax_t)st.st_ino);
	return FOLLOW_FAILED;
}

/* Finds the file after the open one. */
static enum follow_look
find_next(struct follow *f, const struct file_bytes *b, struct err *err)
{
	if (f->next == -1)
		switch (rotation_next(f->path, b->fd, &f->next, err)) {
		case -1:
			return fail_at_last(f);
		case 0:
			return FOLLOW_LATER;
		}
	f->failed = 0;
	return FOLLOW_NEXT;
}

/* Returns whether a second has passed since the first call. */
static bool
is_over(struct follow *f)
{
	if (f->silent == 0)
		f->silent = clock_monotonic();
	return clock_monotonic() - f->silent >= second;
}

static bool
are_one(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

void
follow_note_next(struct follow *f, const struct file_bytes *b)
{
	struct err err;

	if (f->next == -1)
		(void)rotation_next(f->path, b->fd, &f->next, &err);
}

enum follow_look
follow_look(struct follow *f, struct file_bytes *b, bool changed,
    const struct source_place *place, struct err *err)
{
	struct stat open, path, next;
	enum follow_look look;
	bool next_is_last, uncut;

	if (fstat(b->fd, &open) == -1)
		return fail(f->path, err);
	if (changed || (uint64_t)open.st_size < b->offset)
		return find_copy(f, b, place, err);
	look = check_past(f, err);
	if (look != FOLLOW_NEXT)
		return look;
	if (stat(f->path, &path) == -1)
		return errno == ENOENT ? FOLLOW_LATER : fail(f->path, err);
	if (are_one(&path, &open))
		return FOLLOW_LATER;
	look = find_next(f, b, err);
	if (look != FOLLOW_NEXT)
		return look;
	/* While the next file is the last one and empty, it can wait. */
	if (fstat(f->next, &next) == -1)
		return fail(f->path, err);
	next_is_last = are_one(&next, &path);
	if (next.st_size == 0 && next_is_last) {
		/*
		 * But a truncated log may be truncated again: then another copy is the next
		 * file.
		 */
		if (f->is_copy && is_over(f)) {
			close_one(&f->next);
			f->silent = 0;
		}
		return FOLLOW_LATER;
	}
	/* A log that is being copied has the same bytes as its copy, until it is truncated. */
	uncut = f->is_copy && next_is_last && rotation_has_all(f->next, b->fd);
	/* Only now is the end of the open file final. */
	if (fstat(b->fd, &open) == -1)
		return fail(f->path, err);
	if ((uint64_t)open.st_size > b->offset) {
		f->silent = 0;
		return FOLLOW_MORE;
	}
	if (uncut && (open.st_size > 0 || !is_over(f)))
		return FOLLOW_LATER;
	/*
	 * The writers of the open file may move to the next file at different times; but if
	 * the next file is no longer the last, all writers have moved.
	 */
	return f->is_copy || !next_is_last || is_over(f) ? FOLLOW_NEXT : FOLLOW_LATER;
}

/* Opens the next file in place of the open one. */
static int
enter_next(struct follow *f, struct file_bytes *b, struct err *err)
{
	struct stat st, path;

	if (fstat(f->next, &st) == -1)
		return err_set(err, NULL, "cannot read %s: %s", f->path, strerror(errno));
	b->fd = f->next;
	b->offset = 0;
	f->next = -1;
	f->silent = 0;
	f->is_copy = f->is_copy && stat(f->path, &path) == 0 && !are_one(&path, &st);
	return 0;
}

int
follow_go_on(struct follow *f, struct file_bytes *b, struct err *err)
{
	close_one(&f->past);
	close_one(&f->past_copy);
	if (f->is_copy)
		f->past_copy = b->fd;
	else
		f->past = b->fd;
	f->past_end = b->offset;
	return enter_next(f, b, err);
}

enum follow_look
follow_check_first(struct follow *f, struct file_bytes *b, const struct source_place *place,
    struct err *err)
{
	struct rotation_file found;

	if (rotation_find(f->path, place, &found, err) == -1)
		return fail_at_last(f);
	f->failed = 0;
	if (!found.is_copy) {
		close_one(&found.fd);
		return FOLLOW_MORE;
	}
	close_one(&b->fd);
	close_one(&f->next);
	b->fd = found.fd;
	f->is_copy = true;
	return FOLLOW_NEXT;
}

enum follow_look
follow_check_start(struct follow *f, struct file_bytes *b, uint64_t at, struct err *err)
{
	struct stat open, next, past;
	int fd = -1, result;

	if (at >= FILE_DIGESTED)
		close_one(&f->past_copy);
	if (f->past_copy == -1 ||
	    (at > 0 && fstat(f->past_copy, &past) == 0 && past.st_nlink == 0))
		return FOLLOW_MORE;
	result = rotation_next(f->path, f->past_copy, &fd, err);
	if (result != 1)
		return result == 0 ? FOLLOW_LATER : fail_at_last(f);
	if (fstat(b->fd, &open) == 0 && fstat(fd, &next) == 0 && are_one(&open, &next)) {
		(void)close(fd);
		f->failed = 0;
		return FOLLOW_MORE;
	}
	if (at > 0) {
		(void)close(fd);
		return FOLLOW_CUT;
	}
	/* The file to read first is a copy now. */
	close_one(&b->fd);
	close_one(&f->next);
	f->next = fd;
	f->is_copy = true;
	f->failed = 0;
	return enter_next(f, b, err) == -1 ? FOLLOW_FAILED : FOLLOW_NEXT;
}
