/* A word (bytes kept in 64 bits) as a member of a snapshot. */
#include "state/save_word.h"

struct saved_word
save_word(const uint64_t *word)
{
	struct saved_word saved = { 0 };
	size_t size;

	/* Not written to: the pointer is not const because reading allocates it. */
	saved.json = (char *)(uintptr_t)word_bytes(word, &size);
	saved.size = size;
	return saved;
}

int
load_word(struct run *run, const struct saved_word *saved, uint64_t *word)
{
	*word = WORD_NONE;
	return saved->size == 0 ? 0 : word_make(word, saved->json, saved->size, &run->pool);
}
