#ifndef SML_BASE64_H
#define SML_BASE64_H

#include <stddef.h>

#include "base/buf.h"
#include "base/out.h"

/*
 * Writes bytes that come in pieces as base64: begin with all zeroes, call
 * base64_write any number of times, then base64_end, which pads.
 */
struct base64 {
	char held[3];
	unsigned int count;
};
void base64_write(struct base64 *, struct out *, const char *, size_t n);
void base64_end(struct base64 *, struct out *);

/*
 * Decodes n characters of padded base64 and appends the bytes.  Returns -1 with
 * errno EINVAL if they are not what base64_write writes, or ENOMEM.
 */
int base64_read(struct buf *, const char *text, size_t n);

/*
 * Writes bytes as a JSON string if they are UTF-8, else as {"base64":"…"}
 * (RFC 4648, section 4, padded).
 */
void text_write_bytes(struct out *, const char *, size_t n);

#endif
