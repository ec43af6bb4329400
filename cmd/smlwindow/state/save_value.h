/*
 * save_value: words (word.h) and numbers (number.h) in a snapshot, as they are spelt.
 */
#ifndef SML_SAVE_VALUE_H
#define SML_SAVE_VALUE_H

#include <stdint.h>

#include "base/buf.h"
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
 * save_word returns a word for writing, borrowed as from word_bytes.  load_word makes a word
 * of a saved_word that was read (the caller frees its json); it returns 0, or -1 (ENOMEM).
 */
struct saved_word save_word(const uint64_t *word);
int load_word(struct run *run, const struct saved_word *saved, uint64_t *word);

/*
 * These write an array of numbers into a buf that is empty at first: save_number appends a
 * number (none: null), save_array ends the array.  They return 0, or -1 (ENOMEM).
 */
int save_number(struct buf *array, double number);
int save_array(struct buf *array);

/* Reads a number of a column; it is held (number.h).  Returns 0, or -1 with err. */
int load_number(struct value value, const struct column *column, double *number,
    struct err *err);

#endif
