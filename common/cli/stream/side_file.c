/* Files besides the main output. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/file.h"
#include "base/lock.h"
#include "cli/stream/side_file.h"

enum { CAPACITY = 64 * 1024 };

static int
fail(struct side_file *side, struct err *err)
{
	side->told = true;
	return err_set(err, NULL, "%s: %s", side->path, strerror(errno));
}

/* Opens the file; if there is none, creates it and sets side->fresh. */
static int
open_file(struct side_file *side)
{
	enum { FLAGS = O_WRONLY | O_APPEND | O_CLOEXEC };
	int fd = open(side->path, FLAGS | O_CREAT | O_EXCL, 0666);

	side->fresh = fd != -1;
	return fd != -1 || errno != EEXIST ? fd : open(side->path, FLAGS | O_CREAT, 0666);
}

/* Returns whether the file ends within a line; false if we may not read it. */
static bool
is_torn(const struct side_file *side)
{
	int fd = open(side->path, O_RDONLY | O_CLOEXEC);
	char last;
	bool torn;

	if (fd == -1)
		return false;
	torn = pread(fd, &last, 1, (off_t)side->before - 1) == 1 && last != '\n';
	(void)close(fd);
	return torn;
}

/* Locks a regular file for this process, and finds its end. */
static int
take_file(struct side_file *side, int fd, enum side_file_start start, struct err *err)
{
	struct stat st;

	if (lock_open_file(fd, side->path, err) == -1)
		return -1;
	if (start == SIDE_FILE_ANEW && ftruncate(fd, 0) == -1)
		return fail(side, err);
	if (fstat(fd, &st) == -1)
		return fail(side, err);
	side->before = (uint64_t)st.st_size;
	return 0;
}

int
side_file_open(struct side_file *side, const char *path, enum side_file_start start,
    struct err *err)
{
	struct stat st;
	int fd;

	*side = (struct side_file){ .path = path };
	if (strcmp(path, "-") == 0)
		return err_set(err, NULL,
		    "-: standard output is for the records alone; name a file, or "
		    "/dev/stderr");
	fd = open_file(side);
	if (fd == -1)
		return fail(side, err);
	if (fstat(fd, &st) == -1)
		goto fail;
	side->regular = S_ISREG(st.st_mode);
	if (side->regular && take_file(side, fd, start, err) == -1) {
		(void)close(fd);
		return -1;
	}
	if (out_open(&side->out, fd, CAPACITY) == -1)
		goto fail;
	if (side->before > 0 && is_torn(side))
		out_puts(&side->out, "\n");
	side->open = true;
	return 0;
fail:
	(void)fail(side, err);
	(void)close(fd);
	return -1;
}

static void
free_names(struct side_file *side)
{
	free(side->part);
	free(side->full);
	side->part = side->full = NULL;
}

/* Makes the part of a regular file that this attempt adds. */
static int
make_part(struct side_file *side, struct err *err)
{
	int fd = open(side->part, O_WRONLY | O_APPEND | O_CLOEXEC | O_CREAT | O_EXCL, 0666);

	if (fd == -1 && errno == EEXIST)
		return err_set(err, NULL,
		    "%s exists: each stage needs a file of its own, and each attempt a nonce",
		    side->part);
	if (fd == -1 || out_open(&side->out, fd, CAPACITY) == -1) {
		(void)fail(side, err);
		if (fd != -1)
			(void)close(fd);
		return -1;
	}
	side->open = side->regular = side->fresh = true;
	if (side->before > 0 && is_torn(side))
		out_puts(&side->out, "\n");
	return 0;
}

int
side_file_open_part(struct side_file *side, const char *path, const char *attempt,
    enum side_file_start start, struct err *err)
{
	struct stat st = { 0 };
	int known = stat(path, &st);

	if (attempt == NULL || strcmp(path, "-") == 0 || (known == 0 && !S_ISREG(st.st_mode)))
		return side_file_open(side, path, start, err);
	*side = (struct side_file){ .path = path };
	side->before = side->base = (uint64_t)st.st_size;
	if (known == -1 && errno != ENOENT)
		return fail(side, err);
	side->full = file_absolute(path);
	if (side->full == NULL)
		return fail(side, err);
	if (asprintf(&side->part, "%s.%s", path, attempt) == -1) {
		side->part = NULL;
		err_memory(err);
	} else if (make_part(side, err) == 0)
		return 0;
	free_names(side);
	return -1;
}

const char *
side_file_path(const struct side_file *side)
{
	return side->full != NULL ? side->full : side->path;
}

int
side_file_cut(struct side_file *side, uint64_t length, struct err *err)
{
	if (!side->regular)
		return 0;
	side->out.len = 0; /* the end of a torn line: cut off, or the file is left alone */
	if (side->before < length)
		return err_set(err, NULL,
		    "%s: has %ju bytes, but %ju when the state was saved; is it another file?",
		    side->path, (uintmax_t)side->before, (uintmax_t)length);
	if (side->part != NULL)
		side->base = length;
	if (ftruncate(side->out.fd, (off_t)(length - side->base)) == -1)
		return fail(side, err);
	side->before = length - side->out.written;
	return 0;
}

int
side_file_check(struct side_file *side, uint64_t length, struct err *err)
{
	struct stat st;

	if (!side->open || !side->regular)
		return 0;
	if (fstat(side->out.fd, &st) == -1)
		return fail(side, err);
	if (side->base + (uint64_t)st.st_size >= length)
		return 0;
	return err_set(err, NULL,
	    "%s: has %ju bytes, but %ju were written: somebody has cut it meanwhile",
	    side->path, (uintmax_t)(side->base + (uint64_t)st.st_size), (uintmax_t)length);
}

int
side_file_take_back(struct side_file *side, uint64_t length, struct err *err)
{
	if (!side->regular)
		return 0;
	if (out_flush(&side->out) == -1)
		return fail(side, err);
	if (side_file_check(side, length, err) == -1)
		return -1;
	if (ftruncate(side->out.fd, (off_t)(length - side->base)) == -1)
		return fail(side, err);
	side->before = length - side->out.written;
	return 0;
}

uint64_t
side_file_part(const struct side_file *side)
{
	return side->part == NULL ? 0 : side_file_length(side) - side->base;
}

uint64_t
side_file_length(const struct side_file *side)
{
	if (!side->regular)
		return 0;
	return side->before + side->out.written + side->out.len +
	    (side->also == NULL ? 0 : side->also->written + side->also->len);
}

static void
put(struct side_file *side, const char *text)
{
	out_puts(&side->out, text);
}

static void
put_number(struct side_file *side, const char *name, uint64_t n)
{
	char text[64];

	(void)snprintf(text, sizeof(text), ",\"%s\":%ju", name, (uintmax_t)n);
	put(side, text);
}

/* Writes everything up to the raw record. */
static void
put_head(struct side_file *side, const char *error, const struct place *place)
{
	put(side, "{\"error\":");
	text_write_repaired(&side->out, error);
	if (place->source != NULL) {
		put(side, ",\"source\":");
		text_write_repaired(&side->out, place->source);
	}
	if (place->line > 0)
		put_number(side, "line", place->line);
	if (place->byte > 0)
		put_number(side, "byte", place->byte);
}

/*
 * Flushes at the end of a line, so that someone who reads the growing file sees whole lines.
 */
static void
end_line(struct side_file *side)
{
	side->records++;
	if (side->out.len > side->out.cap / 2)
		(void)out_flush(&side->out);
}

static void
put_tail(struct side_file *side, const char *tail)
{
	put(side, tail);
	end_line(side);
}

void
side_file_write(struct side_file *side, const char *error, const struct place *place,
    const char *extra, const char *raw, size_t n)
{
	put_head(side, error, place);
	if (extra != NULL)
		put(side, extra);
	put(side, ",\"raw\":");
	text_write_bytes(&side->out, raw, n);
	put_tail(side, "}\n");
}

void
side_file_begin(struct side_file *side, const char *error, const struct place *place)
{
	put_head(side, error, place);
	put(side, ",\"raw\":{\"base64\":\"");
	side->base64 = (struct base64){ 0 };
}

void
side_file_piece(struct side_file *side, const char *raw, size_t n)
{
	base64_write(&side->base64, &side->out, raw, n);
}

void
side_file_end(struct side_file *side)
{
	base64_end(&side->base64, &side->out);
	put_tail(side, "\"}}\n");
}

int
side_file_line(struct side_file *side, struct err *err)
{
	end_line(side);
	if (side->out.error == 0)
		return 0;
	errno = side->out.error;
	return fail(side, err);
}

int
side_file_flush(struct side_file *side, struct err *err)
{
	if (side->open && out_flush(&side->out) == -1)
		return fail(side, err);
	return 0;
}

int
side_file_sync(struct side_file *side, struct err *err)
{
	if (!side->open)
		return 0;
	if (out_sync(&side->out) == -1 || (side->fresh && folder_sync_of(side->path) == -1))
		return fail(side, err);
	side->fresh = false;
	return 0;
}

int
side_file_close(struct side_file *side, struct err *err)
{
	if (!side->open)
		return 0;
	side->open = false;
	free_names(side);
	if (out_close(&side->out) == -1 && !side->told)
		return fail(side, err);
	return 0;
}
