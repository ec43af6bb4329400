/* Reads snapshots: checks all of one, then hands it out line by line. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/buf.h"
#include "base/text.h"
#include "json/reader.h"
#include "state/snap.h"

enum {
	BLOCK = 64 * 1024,
	LAST = 80,	  /* the last line is shorter */
	DEPTH = 10000 + 8 /* a value as deep as --max-depth allows, and the levels around it */
};

struct snap_reader {
	char *path;
	int fd;
	uint64_t size, lines, given; /* lines: before the last one */
	struct reader *reader;
	struct line line;
	struct fields *fields; /* empty: the object of a line is walked */
	struct record record;
	struct buf section;
};

static const char advice[] = "put a copy in its place, or remove it to begin anew";

/* Fails with an errno that is not ENOENT, because that means a missing file. */
static int
refuse(const struct snap_reader *r, struct err *err, const char *why)
{
	err_set(err, NULL, "%s: %s; %s", r->path, why, advice);
	errno = EINVAL;
	return -1;
}

static int
fail(const struct snap_reader *r, struct err *err)
{
	int error = errno;

	err_set(err, NULL, "%s: %s", r->path, strerror(error));
	errno = error;
	return -1;
}

/* Reads exactly n bytes from an offset. */
static int
read_at(const struct snap_reader *r, char *p, size_t n, uint64_t offset, struct err *err)
{
	ssize_t done;

	while (n > 0) {
		done = pread(r->fd, p, n, (off_t)offset);
		if (done == 0)
			return refuse(r, err, "it became shorter while it was read");
		if (done == -1) {
			if (errno != EINTR)
				return fail(r, err);
			continue;
		}
		p += done;
		n -= (size_t)done;
		offset += (uint64_t)done;
	}
	return 0;
}

/* Counts and hashes the first n bytes. */
static int
hash_lines(const struct snap_reader *r, uint64_t n, uint64_t *lines, uint64_t *hash,
    struct err *err)
{
	char block[BLOCK], *p;
	XXH64_state_t state;
	size_t part;

	XXH64_reset(&state, 0);
	*lines = 0;
	for (uint64_t at = 0; at < n; at += part) {
		part = n - at < BLOCK ? (size_t)(n - at) : BLOCK;
		if (read_at(r, block, part, at, err) == -1)
			return -1;
		XXH64_update(&state, block, part);
		for (p = block; (p = memchr(p, '\n', part - (size_t)(p - block))) != NULL; p++)
			++*lines;
	}
	*hash = XXH64_digest(&state);
	return 0;
}

/* Returns the last line's start in a tail of n bytes, or NULL if it is cut. */
static const char *
last_line(const char *tail, size_t n)
{
	const char *before;

	if (n < 2 || tail[n - 1] != '\n')
		return NULL;
	before = memrchr(tail, '\n', n - 1);
	return before == NULL ? NULL : before + 1;
}

/* Reads the last line, at the end of a terminated tail. */
static int
read_seal(const char *last, uint64_t *lines, uint64_t *hash)
{
	static const char before[] = "{\"lines\":", between[] = ",\"xxh64\":\"";
	char *end;

	if (strncmp(last, before, sizeof before - 1) != 0)
		return -1;
	*lines = strtoull(last + sizeof before - 1, &end, 10);
	if (strncmp(end, between, sizeof between - 1) != 0)
		return -1;
	*hash = strtoull(end + sizeof between - 1, &end, 16);
	return strcmp(end, "\"}\n") == 0 ? 0 : -1;
}

/* Checks that the snapshot is complete and unchanged. */
static int
check(struct snap_reader *r, struct err *err)
{
	static const char first[] = "{\"snapshot\":{";
	size_t n = r->size < LAST ? (size_t)r->size : LAST;
	char head[LAST], tail[LAST + 1], why[160];
	uint64_t lines, hash, sealed_lines, sealed_hash;
	const char *last;

	if (n == 0)
		return refuse(r, err, "an empty file is no snapshot");
	if (read_at(r, head, n, 0, err) == -1 || read_at(r, tail, n, r->size - n, err) == -1)
		return -1;
	if (n < sizeof first || memcmp(head, first, sizeof first - 1) != 0)
		return refuse(r, err, "no snapshot of sml");
	tail[n] = '\0';
	last = last_line(tail, n);
	if (last == NULL || read_seal(last, &sealed_lines, &sealed_hash) == -1)
		return refuse(r, err, "cut short or added to: its last line is no hash");
	if (hash_lines(r, r->size - (uint64_t)(tail + n - last), &lines, &hash, err) == -1)
		return -1;
	snprintf(why, sizeof why,
	    "damaged: %" PRIu64 " lines of hash %016" PRIx64
	    ", where its last line says %" PRIu64 " and %016" PRIx64,
	    lines, hash, sealed_lines, sealed_hash);
	if (lines != sealed_lines || hash != sealed_hash)
		return refuse(r, err, why);
	r->lines = lines;
	return 0;
}

/* Opens path, which must be a file: a pipe cannot be read twice. */
static int
open_file(struct snap_reader *r, const char *path, struct err *err)
{
	struct stat st;

	r->path = strdup(path);
	if (r->path == NULL)
		return err_memory(err);
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (r->fd == -1 || fstat(r->fd, &st) == -1)
		return fail(r, err);
	if (!S_ISREG(st.st_mode))
		return refuse(r, err, "no regular file, and so no snapshot");
	r->size = (uint64_t)st.st_size;
	return 0;
}

struct snap_reader *
snap_read(const char *path, struct err *err)
{
	struct snap_reader *r = calloc(1, sizeof *r);
	int error;

	if (r == NULL) {
		err_memory(err);
		return NULL;
	}
	r->fd = -1;
	if (open_file(r, path, err) == -1 || check(r, err) == -1)
		goto fail;
	r->reader = reader_new(SNAP_LINE, err);
	if (r->reader == NULL)
		goto fail;
	r->fields = fields_new();
	if (r->fields == NULL) {
		err_memory(err);
		goto fail;
	}
	if (record_open(&r->record, r->fields, DEPTH, err) == -1)
		goto fail;
	reader_start(r->reader, r->fd, 0, 1);
	return r;
fail:
	error = errno;
	snap_read_close(r);
	errno = error;
	return NULL;
}

/* Fills err with what is wrong with the current line. */
static int
bad_line(const struct snap_reader *r, const char *why, struct err *err)
{
	err_set(err, NULL, "%s:%" PRIu64 ": %s", r->path, reader_line(r->reader), why);
	return -1;
}

/* Reads the single member of a line's object. */
static int
open_section(struct snap_reader *r, const char **section, struct value *object,
    struct err *err)
{
	struct value name, item = { 0 }, extra;
	struct err why;

	if (record_parse(&r->record, r->fields, &r->line, &why) == -1)
		return bad_line(r, why.text, err);
	if (!value_next(r->record.object, &name, &item) || item.kind != V_OBJECT)
		return bad_line(r, "an object with a section is needed", err);
	*object = item;
	if (value_next(r->record.object, &extra, &item))
		return bad_line(r, "the line has a second section", err);
	r->section.len = 0;
	if (value_text(name, &r->section, &why) == -1)
		return bad_line(r, why.text, err);
	if (buf_putc(&r->section, '\0') == -1)
		return err_memory(err);
	*section = r->section.p;
	return 1;
}

int
snap_next(struct snap_reader *r, const char **section, struct value *object, struct err *err)
{
	if (r->given == r->lines)
		return 0;
	for (;;) {
		switch (reader_next(r->reader, &r->line)) {
		case READER_LINE:
			r->given++;
			return open_section(r, section, object, err);
		case READER_MORE:
			if (reader_fill(r->reader) == -1 && errno != EINTR)
				return fail(r, err);
			break;
		case READER_LONG:
			return bad_line(r, "longer than 1 GiB", err);
		case READER_END:
			return refuse(r, err, "it became shorter while it was read");
		}
	}
}

void
snap_read_close(struct snap_reader *r)
{
	if (r == NULL)
		return;
	record_close(&r->record);
	fields_free(r->fields);
	reader_free(r->reader);
	buf_free(&r->section);
	if (r->fd != -1)
		close(r->fd);
	free(r->path);
	free(r);
}
