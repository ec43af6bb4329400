/*
 * save_value: saves and loads words (word.h) and numbers (number.h), as they are spelt.
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

/* A word as a member of a line: JSON; for WORD_NONE, size is 0. */
struct saved_word {
	char *json;
	uint64_t size;
};

/*
 * save_word returns a word in the form in which it is written; json is borrowed as from
 * word_bytes.  Conversely, load_word makes a word from a saved_word that was read, whose json
 * the caller frees.  It returns 0, or -1 (ENOMEM).
 */
struct saved_word save_word(const uint64_t *word);
int load_word(struct run *run, const struct saved_word *saved, uint64_t *word);

/*
 * These write an array of numbers into a buf, which must be empty at first: save_number
 * appends a number, or null for number_none(), and save_array ends the array.  They return 0,
 * or -1 (ENOMEM).
 */
int save_number(struct buf *array, double number);
int save_array(struct buf *array);

/* Reads a number of a column.  The caller holds it (number.h).  Returns 0, or -1 with err. */
int load_number(struct value value, const struct column *column, double *number,
    struct err *err);

#endif
