/* Cuts bytes into lines, indexing a block at a time. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "json/reader.h"
#include "json/stage1.h"

enum {
	BLOCK = 256 * 1024, /* bytes of one read; fits into the L2 cache */
	SLACK = 64	    /* readable after the last byte */
};

/*
 * The buffer holds, in this order: lines handed out; the rest of the indexed block, [at,
 * block_end), which is whole lines; and the bytes up to filled, not indexed yet.
 */
struct reader {
	int fd;
	bool end;     /* read(2) said so */
	bool fresh;   /* a byte-order mark may come */
	bool unended; /* the last newline of the buffer was added here */
	size_t max_line;
	char *p;
	size_t cap, at, block, block_end, searched, filled;
	struct stage1 *stage1;
	const uint32_t *index; /* of the block; NULL if the block was refused */
	size_t count, cursor;
	uint64_t base;	       /* the offset in the input of p[0] */
	uint64_t line, offset; /* of the line handed out last */
};

/* Makes room for n more bytes after those read. */
static int
make_room(struct reader *r, size_t n)
{
	return grow(&r->p, &r->cap, r->filled + n + SLACK, 1);
}

struct reader *
reader_new(size_t max_line, struct err *err)
{
	struct reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		goto memory;
	r->max_line = max_line;
	r->stage1 = stage1_new();
	if (make_room(r, 2 * BLOCK) == -1 || r->stage1 == NULL)
		goto memory;
	return r;
memory:
	reader_free(r);
	err_memory(err);
	return NULL;
}

void
reader_free(struct reader *r)
{
	if (r == NULL)
		return;
	stage1_free(r->stage1);
	free(r->p);
	free(r);
}

void
reader_start(struct reader *r, int fd, uint64_t offset, uint64_t line)
{
	r->fd = fd;
	r->end = r->unended = false;
	r->fresh = offset == 0;
	r->at = r->block = r->block_end = r->searched = r->filled = 0;
	r->index = NULL;
	r->count = r->cursor = 0;
	r->base = r->offset = offset;
	r->line = line - 1;
}

ssize_t
reader_fill(struct reader *r)
{
	ssize_t n;

	/* Move the rest, less than a line, over the lines handed out. */
	if (r->at > 0) {
		memmove(r->p, r->p + r->at, r->filled - r->at);
		r->base += r->at;
		r->filled -= r->at;
		r->searched -= r->at;
		r->at = r->block = r->block_end = 0;
	}
	if (make_room(r, BLOCK) == -1)
		return -1;
	n = read(r->fd, r->p + r->filled, BLOCK);
	if (n > 0)
		r->filled += (size_t)n;
	/* record.c reads a few bytes beyond a line. */
	memset(r->p + r->filled, 0, SLACK);
	if (n == 0)
		r->end = true;
	return n;
}

/* Removes a byte-order mark. Returns false if more must be read to know if there is one. */
static bool
start_known(struct reader *r)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t n = r->filled < 3 ? r->filled : 3;

	if (memcmp(r->p, mark, n) != 0)
		n = 0;
	else if (n < 3 && !r->end)
		return false;
	if (n == 3)
		r->at = r->searched = 3;
	r->fresh = false;
	return true;
}

enum reader_event
reader_peek(struct reader *r, const char **first, size_t *n)
{
	const char *end;

	if (r->fresh && !start_known(r))
		return READER_MORE;
	*first = r->p + r->at;
	*n = r->filled - r->at;
	end = memchr(*first, '\n', *n);
	if (end != NULL)
		*n = (size_t)(end - *first);
	if (*n > r->max_line)
		return READER_LONG;
	return end != NULL || r->end ? READER_LINE : READER_MORE;
}

int
reader_prepend(struct reader *r, const char *bytes, size_t n, bool first, struct err *err)
{
	if (make_room(r, n) == -1)
		return err_memory(err);
	memmove(r->p + n, r->p, r->filled);
	memcpy(r->p, bytes, n);
	r->filled += n;
	r->base -= n;
	/* The bytes have moved: what reader_peek has searched must be searched again. */
	r->at = r->searched = 0;
	/* A mark has three bytes: if three were read, it was removed, or there was none. */
	r->fresh = first && n < 3;
	return 0;
}

/* Indexes all whole lines that were read. Returns false if there is none. */
static bool
block_next(struct reader *r)
{
	char *newline = memrchr(r->p + r->searched, '\n', r->filled - r->searched);

	r->searched = r->filled;
	if (newline == NULL) {
		if (!r->end || r->at == r->filled)
			return false;
		newline = r->p + r->filled++; /* SLACK holds it */
		*newline = '\n';
		r->unended = true;
		r->searched = r->filled;
	}
	r->block = r->at;
	r->block_end = (size_t)(newline + 1 - r->p);
	r->cursor = 0;
	if (stage1_index(r->stage1, r->p + r->block, r->block_end - r->block, &r->index,
		&r->count) == -1)
		r->index = NULL;
	return true;
}

static bool
blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
		p++;
	return p == end;
}

/* Cuts the next line off the block. Returns false for a blank one. */
static bool
line_next(struct reader *r, struct line *line)
{
	const char *start = r->p + r->at;
	const char *end = memchr(start, '\n', r->block_end - r->at);
	uint32_t from = (uint32_t)(r->at - r->block);

	r->line++;
	r->offset = r->base + r->at;
	r->at = (size_t)(end + 1 - r->p);
	if (end > start && end[-1] == '\r')
		end--;
	*line = (struct line){ .at = start,
		.size = (size_t)(end - start),
		.base = r->p + r->block };
	if (*start != '{' && line->size <= r->max_line && blank(start, end))
		return false;
	if (r->index != NULL) {
		while (r->cursor < r->count && r->index[r->cursor] < from)
			r->cursor++;
		line->index = r->index + r->cursor;
		line->count = r->count - r->cursor;
	}
	return true;
}

/* Returns whether the unfinished line at the end of the buffer is too long already. */
static bool
rest_too_long(const struct reader *r)
{
	size_t rest = r->filled - r->at;

	return rest > r->max_line + 1 ||
	    (rest == r->max_line + 1 && r->p[r->filled - 1] != '\r');
}

enum reader_event
reader_next(struct reader *r, struct line *line)
{
	r->cursor += line->used;
	line->used = 0;
	for (;;) {
		if (r->fresh && !start_known(r))
			return READER_MORE;
		if (r->at >= r->block_end && !block_next(r))
			break;
		if (!line_next(r, line))
			continue;
		if (line->size <= r->max_line)
			return READER_LINE;
		r->at = (size_t)(line->at - r->p);
		return READER_LONG;
	}
	if (r->at == r->filled && r->end)
		return READER_END;
	if (!rest_too_long(r))
		return READER_MORE;
	r->line++;
	r->offset = r->base + r->at;
	return READER_LONG;
}

enum reader_event
reader_piece(struct reader *r, const char **piece, size_t *n, bool *last)
{
	const char *start = r->p + r->at;
	const char *end = memchr(start, '\n', r->filled - r->at);
	const char *stop = end != NULL ? end : r->p + r->filled;

	*last = end != NULL || r->end;
	/* A carriage return may be part of the line's ending. */
	if (stop > start && stop[-1] == '\r')
		stop--;
	if (stop == start && !*last)
		return READER_MORE;
	*piece = start;
	*n = (size_t)(stop - start);
	if (end == NULL && *last) {
		end = r->p + r->filled++; /* as block_next does */
		r->p[r->filled - 1] = '\n';
		r->unended = true;
	}
	r->at = end != NULL ? (size_t)(end + 1 - r->p) : r->at + *n;
	if (r->at > r->searched)
		r->searched = r->at;
	return READER_LINE;
}

size_t
reader_rest(const struct reader *r, const char **rest)
{
	*rest = r->p + r->at;
	return r->filled - r->at;
}

uint64_t
reader_line(const struct reader *r)
{
	return r->line;
}

uint64_t
reader_offset(const struct reader *r)
{
	return r->offset;
}

bool
reader_unended(const struct reader *r)
{
	return r->unended && r->at == r->filled;
}

uint64_t
reader_reached(const struct reader *r)
{
	return r->base + r->at - (reader_unended(r) ? 1 : 0);
}
