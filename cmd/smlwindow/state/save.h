/*
 * save: what the states of all kinds of windows have in common, put into a snapshot and read
 * back: keys, summaries and frames.
 */
#ifndef SML_SAVE_H
#define SML_SAVE_H

#include <stdint.h>

#include "kinds/frame.h"
#include "state/snap.h"

/* What the lines of a snapshot that come next belong to. */
struct loading {
	struct summary *summary;
	size_t column; /* the next one of it */
};

/* The end of a table of members. */
#define MEMBERS_END \
	{ \
		NULL, M_BOOL, 0, 0 \
	}

/* A kept word as a member: JSON, of size 0 for KEPT_NONE. */
struct saved_word {
	char *json;
	uint64_t size;
};

/*
 * A kept word to be written: borrowed as kept_bytes has it. And one that was read, whose json
 * stays the caller's to free; 0, or -1 (ENOMEM).
 */
struct saved_word save_word(const uint64_t *word);
int load_word(struct job *job, const struct saved_word *saved, uint64_t *word);

/*
 * Adds the key's members to the line that is open.
 */
void save_key(struct snap *snap, const struct lane *lane);

/*
 * The key of a line: makes its slot, which must be new, and begins its lane; the rest of the
 * slot is zeroes. NULL with err.
 */
void *load_key(struct job *job, struct value object, struct err *err);

/*
 * Writes a frame: its members in the line that is open, which this ends, then lines for its
 * columns. Returns 0, or -1 with err (memory).
 */
int save_frame(struct job *job, struct snap *snap, const struct frame *frame, struct err *err);

/*
 * The members of such a line, into a frame that was begun; load_part takes the lines behind.
 */
int load_frame(struct job *job, struct loading *loading, struct frame *frame,
    struct value object, struct err *err);

/*
 * Writes the columns of a summary, each in lines of its own. Returns 0, or -1 (ENOMEM).
 */
int save_summary(const struct job *job, struct snap *snap, const struct summary *s);

/*
 * Takes a line of a summary. Returns 1 where it was one, 0 where it is another line, or -1
 * with err.
 */
int load_part(struct job *job, struct loading *loading, const char *section,
    struct value object, struct err *err);

#endif
