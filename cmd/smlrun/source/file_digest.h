#ifndef SML_FILE_DIGEST_H
#define SML_FILE_DIGEST_H

#include <stdint.h>

/*
 * Hashes (XXH64) the first 4096 bytes of a file and the last 4096 before an offset, which
 * tells whether a file is the same one up to there.  Returns -1 with errno.
 */
int file_digest(int fd, uint64_t offset, uint64_t *digest);

#endif
