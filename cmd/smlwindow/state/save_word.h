/*
 * save_word: a word, written to a snapshot and read from it.
 */
#ifndef SML_SAVE_WORD_H
#define SML_SAVE_WORD_H

#include <stdint.h>

#include "run/run.h"

/* The end of a table of members. */
#define MEMBERS_END \
	{ \
		NULL, M_BOOL, 0, 0 \
	}

/* A word as a member: JSON, of size 0 for WORD_NONE. */
struct saved_word {
	char *json;
	uint64_t size;
};

/*
 * save_word returns a word to be written, borrowed as from word_bytes. load_word makes a word
 * of one that was read (the caller frees its json); returns 0, or -1 (ENOMEM).
 */
struct saved_word save_word(const uint64_t *word);
int load_word(struct run *run, const struct saved_word *saved, uint64_t *word);

#endif
