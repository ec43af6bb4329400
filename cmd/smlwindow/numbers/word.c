/* Strings of bytes in 64 bits: short ones in the word itself, long ones in a block. */
#include "numbers/word.h"

#include <string.h>

/*
 * The first byte of the word in memory is odd if the string is in the word itself; the bits
 * above the lowest are then its length.  If the word points to a block, this byte is even in
 * either byte order, because blocks are aligned to 16 bytes and no address uses all 64 bits.
 */
struct word_block {
	uint32_t size;
	char bytes[];
};

#define INSIDE (sizeof(uint64_t) - 1)

static struct word_block *
block_of(uint64_t word)
{
	return (struct word_block *)(uintptr_t)word;
}

static bool
is_inside(const uint64_t *word)
{
	return *(const unsigned char *)word & 1;
}

int
word_make(uint64_t *word, const void *bytes, size_t size, struct pool *pool)
{
	struct word_block *block;
	unsigned char inside[sizeof *word] = { 0 };

	if (size <= INSIDE) {
		inside[0] = (unsigned char)(size << 1 | 1);
		memcpy(inside + 1, bytes, size);
		memcpy(word, inside, sizeof inside);
		return 0;
	}
	if ((block = pool_get(pool, sizeof *block + size)) == NULL)
		return -1;
	block->size = (uint32_t)size;
	memcpy(block->bytes, bytes, size);
	*word = (uintptr_t)block;
	return 0;
}

const char *
word_bytes(const uint64_t *word, size_t *size)
{
	*size = 0;
	if (*word == WORD_NONE)
		return NULL;
	if (is_inside(word)) {
		*size = *(const unsigned char *)word >> 1;
		return (const char *)word + 1;
	}
	*size = block_of(*word)->size;
	return block_of(*word)->bytes;
}

bool
word_is(const uint64_t *word, const void *bytes, size_t size)
{
	size_t there;
	const char *held = word_bytes(word, &there);

	return held != NULL && there == size && memcmp(held, bytes, size) == 0;
}

void
word_drop(uint64_t *word, struct pool *pool)
{
	if (*word != WORD_NONE && !is_inside(word))
		pool_put(pool, block_of(*word),
		    sizeof(struct word_block) + block_of(*word)->size);
	*word = WORD_NONE;
}
