/* Reads an open file from start to end, and notices when it is truncated meanwhile. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/file_bytes.h"

enum { CAPACITY = 256 * 1024 }; /* bytes; grows for longer lines */

static size_t
smaller(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

int
file_bytes_open(struct file_bytes *b)
{
	b->fd = -1;
	b->p = malloc(CAPACITY);
	b->capacity = CAPACITY;
	b->start = b->end = 0;
	return b->p == NULL ? -1 : 0;
}

void
file_bytes_free(struct file_bytes *b)
{
	file_bytes_close(b);
	free(b->p);
	b->p = NULL;
}

void
file_bytes_close(struct file_bytes *b)
{
	if (b->fd != -1)
		(void)close(b->fd);
	b->fd = -1;
	b->start = b->end = 0;
	b->offset = 0;
	b->lent = false;
}

int
file_bytes_enter(struct file_bytes *b, int fd, uint64_t byte)
{
	size_t n = smaller(byte, FILE_DIGESTED);

	b->fd = fd;
	b->offset = byte;
	b->start = b->end = n;
	b->lent = false;
	if (file_read_at(fd, b->first, n, 0) == -1 ||
	    file_read_at(fd, b->p, n, byte - n) == -1)
		return -1;
	return 0;
}

/* Makes room to read more, but keeps the bytes by which the file is recognised. */
static int
make_room(struct file_bytes *b)
{
	size_t keep = smaller(b->start, FILE_DIGESTED);
	char *more;

	if (b->start > keep) {
		memmove(b->p, b->p + b->start - keep, keep + b->end - b->start);
		b->end -= b->start - keep;
		b->start = keep;
	}
	if (b->end < b->capacity - 1 - FILE_DIGESTED)
		return 0;
	more = realloc(b->p, 2 * b->capacity);
	if (more == NULL)
		return -1;
	b->p = more;
	b->capacity *= 2;
	return 0;
}

/* Checks that the file still has the first and last bytes that were read. */
static int
check_same(const struct file_bytes *b)
{
	size_t n = smaller(b->offset, FILE_DIGESTED);
	char bytes[FILE_DIGESTED];
	ssize_t got = file_read_at(b->fd, bytes, n, b->offset - n);

	if (got == (ssize_t)n && memcmp(bytes, b->p + b->end - n, n) == 0)
		got = file_read_at(b->fd, bytes, n, 0);
	else if (got != -1)
		return FILE_CHANGED;
	if (got == -1)
		return -1;
	return got == (ssize_t)n && memcmp(bytes, b->first, n) == 0 ? 0 : FILE_CHANGED;
}

ssize_t
file_bytes_read(struct file_bytes *b, bool same)
{
	size_t first;
	ssize_t n;
	int result;

	if (make_room(b) == -1)
		return -1;
	do
		n = pread(b->fd, b->p + b->end, b->capacity - 1 - b->end, (off_t)b->offset);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return n;
	/* Check this only after reading: bytes that were truncated do not come back. */
	result = same ? check_same(b) : 0;
	if (result != 0 || n == 0)
		return result;
	if (b->offset < FILE_DIGESTED) {
		first = smaller(FILE_DIGESTED - b->offset, (size_t)n);
		(void)memcpy(b->first + b->offset, b->p + b->end, first);
	}
	b->end += (size_t)n;
	b->offset += (uint64_t)n;
	return n;
}

void
file_bytes_lend_newline(struct file_bytes *b)
{
	b->p[b->end++] = '\n';
	b->lent = true;
}

size_t
file_bytes_take(struct file_bytes *b, size_t n)
{
	b->start += n;
	if (!b->lent || b->start < b->end)
		return n;
	b->lent = false;
	b->start--;
	b->end--;
	return n - 1;
}

uint64_t
file_bytes_digest(const struct file_bytes *b, size_t at, uint64_t byte)
{
	size_t n = smaller(byte, FILE_DIGESTED);

	return file_digest_of(b->first, b->p + at - n, n);
}
