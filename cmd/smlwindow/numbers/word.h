/*
 * word: a string of bytes in 64 bits.  Up to seven bytes are in the word itself; a longer
 * string is in a block of a pool.
 */
#ifndef SML_WORD_H
#define SML_WORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbers/pool.h"

#define WORD_NONE UINT64_C(0)

/*
 * Makes a word with a copy of these bytes; size is 1 to UINT32_MAX.  Returns 0; or -1
 * (ENOMEM), and *word is unchanged.
 */
int word_make(uint64_t *word, const void *bytes, size_t size, struct pool *pool);

/*
 * Returns the bytes of a word, and sets *size to their number.  For WORD_NONE these are NULL
 * and 0.  A short string is borrowed from *word itself, until that is changed, moved or
 * dropped.
 */
const char *word_bytes(const uint64_t *word, size_t *size);

/*
 * Returns whether the word has these bytes.
 */
bool word_is(const uint64_t *word, const void *bytes, size_t size);

/*
 * Frees the bytes and sets the word to WORD_NONE.
 */
void word_drop(uint64_t *word, struct pool *pool);

#endif
