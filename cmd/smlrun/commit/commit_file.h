#ifndef SML_COMMIT_FILE_H
#define SML_COMMIT_FILE_H

#include "commit/commit.h"

/* Reads and replaces DIR/commit. */

/* Returns 1; 0 if there is no DIR/commit yet; or -1 with err. */
int commit_read(const char *folder, struct commit *, struct err *);

/*
 * Replaces DIR/commit atomically, and returns when that is on disk.  Returns -1 with err if it
 * failed and the old one stays.
 */
int commit_write(const char *folder, const struct commit *, struct err *);

void commit_free(struct commit *);

#endif
