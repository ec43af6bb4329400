#ifndef SML_TEXT_H
#define SML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/out.h"

/*
 * How many bytes from p on, at most n, are UTF-8 (RFC 3629: no surrogates, no
 * overlong forms, at most U+10FFFF): n, or where the first bad character is.
 */
size_t text_utf8_length(const char *p, size_t n);

static inline bool
text_is_utf8(const char *p, size_t n)
{
	return text_utf8_length(p, n) == n;
}

/*
 * What a JSON string is written with: text_plain says how many bytes from p on
 * stand for themselves, text_escape writes a byte that does not in its
 * shortest form (\n, \u001f) and returns the length.  Only quote, backslash
 * and control characters are escaped.
 */
size_t text_plain(const char *p, size_t n);
size_t text_escape(char out[6], char c);

/*
 * Writes UTF-8 text as a JSON string with its quotes to a place that has room
 * for TEXT_JSON(n) bytes; returns where it ends.
 */
#define TEXT_JSON(n) (6 * (n) + 2)
char *text_put_json(char *to, const char *text, size_t n);

/* Writes UTF-8 text as a JSON string with its quotes (buf_put_json for out). */
void text_write_json(struct out *, const char *text, size_t n);

#endif
