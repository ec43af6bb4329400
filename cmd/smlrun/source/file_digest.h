#ifndef SML_FILE_DIGEST_H
#define SML_FILE_DIGEST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { FILE_DIGESTED = 4096 }; /* bytes hashed at each end */

/*
 * Hashes (XXH64) the first FILE_DIGESTED bytes of a file and the last FILE_DIGESTED bytes
 * before an offset, to recognise a file that is the same up to this offset.  Returns -1 with
 * errno.
 */
int file_digest(int fd, uint64_t offset, uint64_t *digest);

/*
 * As file_digest, for bytes in memory: n at each end, FILE_DIGESTED or, if that is less, the
 * offset.
 */
uint64_t file_digest_of(const char *first, const char *last, size_t n);

/* Reads n bytes, fewer only at the end of the file.  Returns how many, or -1 with errno. */
ssize_t file_read_at(int fd, char *, size_t n, uint64_t at);

#endif
