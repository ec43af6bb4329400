/* Recognises a file by a digest of its bytes. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "source/file_digest.h"

ssize_t
file_read_at(int fd, char *p, size_t n, uint64_t at)
{
	size_t done = 0;
	ssize_t got;

	while (done < n) {
		got = pread(fd, p + done, n - done, (off_t)(at + done));
		if (got == -1 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == -1 ? -1 : (ssize_t)done;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

uint64_t
file_digest_of(const char *first, const char *last, size_t n)
{
	char bytes[2 * FILE_DIGESTED];

	(void)memcpy(bytes, first, n);
	(void)memcpy(bytes + n, last, n);
	return XXH64(bytes, 2 * n, 0);
}

int
file_digest(int fd, uint64_t offset, uint64_t *digest)
{
	size_t n = offset < FILE_DIGESTED ? (size_t)offset : FILE_DIGESTED;
	char bytes[2 * FILE_DIGESTED];
	ssize_t first = file_read_at(fd, bytes, n, 0), last;

	if (first == -1)
		return -1;
	last = file_read_at(fd, bytes + first, n, offset - n);
	if (last == -1)
		return -1;
	*digest = XXH64(bytes, (size_t)(first + last), 0);
	return 0;
}
