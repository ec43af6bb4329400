#ifndef SML_TEXT_H
#define SML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/out.h"

/*
 * Returns how many of the n bytes at p are UTF-8 (RFC 3629: no surrogates, no overlong forms,
 * at most U+10FFFF): n, or the offset of the first bad character.
 */
size_t text_utf8_length(const char *p, size_t n);

static inline bool
text_is_utf8(const char *p, size_t n)
{
	return text_utf8_length(p, n) == n;
}

/*
 * These escape JSON strings.  text_plain returns how many bytes from p on need no escape;
 * text_escape writes the shortest escape of a byte that needs one (\n, \u001f) and returns its
 * length.  Only quotes, backslashes and control characters are escaped.
 */
size_t text_plain(const char *p, size_t n);
size_t text_escape(char out[6], char c);

/*
 * Writes UTF-8 text as a JSON string with its quotes at `to`, where there must be room for
 * TEXT_JSON(n) bytes.  Returns the end of what it wrote.
 */
#define TEXT_JSON(n) (6 * (n) + 2)
char *text_put_json(char *to, const char *text, size_t n);

/*
 * Writes a message or a file's name as a JSON string: at most 1024 bytes of it, with U+FFFD
 * for each byte that is not part of UTF-8 text.
 */
void text_write_repaired(struct out *, const char *text);

/* Writes UTF-8 text as a JSON string with its quotes (buf_put_json for out). */
void text_write_json(struct out *, const char *text, size_t n);

#endif
