#ifndef SML_STAGE1_H
#define SML_STAGE1_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * simdjson's first stage: finds where the tokens of a text start, and checks that it is UTF-8
 * and that strings have no control characters.  record.c checks the grammar.
 */
struct stage1;

/* Makes a parser, or returns NULL if memory is short.  stage1_free accepts NULL. */
struct stage1 *stage1_new(void);
void stage1_free(struct stage1 *);

/*
 * Indexes n bytes (under 4 GiB).  index[0..count-1] are the ascending offsets of all brackets,
 * commas, colons and opening quotes, and of the first bytes of all other scalars; index[count]
 * is n.  The index is borrowed until the next call.  Returns -1 if the text is refused (bad
 * UTF-8, a control character in a string, a string without end, or no token at all) or, with
 * errno ENOMEM, if memory is short.
 */
int stage1_index(struct stage1 *, const char *text, size_t n, const uint32_t **index,
    size_t *count);

#ifdef __cplusplus
}
#endif

#endif
