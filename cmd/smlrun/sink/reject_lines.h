#ifndef SML_REJECT_LINES_H
#define SML_REJECT_LINES_H

#include "base/buf.h"
#include "cli/stream/side_file.h"

/* Lines for --rejects, in memory: for a topic, or until a block is whole. */
struct reject_lines {
	struct side_file side; /* write the lines to this */
	struct buf text;
};

/* Returns -1 with err.  Call reject_lines_close in any case. */
int reject_lines_open(struct reject_lines *, struct err *);
void reject_lines_close(struct reject_lines *);

/*
 * Hands out what was written to side, and empties it; *p is valid until more is written.
 * Returns -1 with err if memory was short.
 */
int reject_lines_take(struct reject_lines *, const char **p, size_t *n, struct err *);

#endif
