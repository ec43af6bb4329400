#ifndef SML_BASE64_H
#define SML_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/out.h"

/*
 * Writes bytes as base64, piece by piece: start with all zeroes, call base64_write for each
 * piece, then base64_end, which adds the padding.
 */
struct base64 {
	char held[3];
	unsigned int count;
};
void base64_write(struct base64 *, struct out *, const char *, size_t n);
void base64_end(struct base64 *, struct out *);

/*
 * Decodes n characters of padded base64 and appends the bytes.  Returns -1 with errno EINVAL
 * if base64_write cannot have written the characters, or ENOMEM.
 */
int base64_read(struct buf *, const char *text, size_t n);

/*
 * Writes bytes as a JSON string if they are UTF-8, else as {"base64":"…"}
 * (RFC 4648, section 4, padded).
 */
void text_write_bytes(struct out *, const char *, size_t n);

#endif
