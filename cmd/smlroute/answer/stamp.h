#ifndef SML_STAMP_H
#define SML_STAMP_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

/* What tells one state of a file from another; all zeroes: it is not there. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

/* Looks at a file now. */
void stamp_take(struct stamp *, const char *path);

bool stamp_same(const struct stamp *, const struct stamp *);

#endif
