/*
 * kept: bytes that are kept for later in a word of 64 bits. Up to seven bytes stand in the
 * word itself, more of them in a block of a pool.
 */
#ifndef SML_KEPT_H
#define SML_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "numbers/pool.h"

#define KEPT_NONE UINT64_C(0)

/*
 * Keeps a copy of size bytes (1 to UINT32_MAX). Returns 0, or -1 (ENOMEM) with *word as it
 * was.
 */
int kept_make(uint64_t *word, const void *bytes, size_t size, struct pool *pool);

/*
 * Returns the bytes of a word, and their number in *size; NULL and 0 for KEPT_NONE. Borrowed
 * from *word itself where they are few: valid until the word is changed, moved or dropped.
 */
const char *kept_bytes(const uint64_t *word, size_t *size);

bool kept_is(const uint64_t *word, const void *bytes, size_t size);

/*
 * Gives the bytes up; the word is KEPT_NONE.
 */
void kept_drop(uint64_t *word, struct pool *pool);

#endif
