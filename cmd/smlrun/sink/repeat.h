#ifndef SML_REPEAT_H
#define SML_REPEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xxhash.h>

#include "base/err.h"

/*
 * The digest of the results after a snapshot.  A new attempt repeats the results that the sink
 * already has: they must be the same bytes.
 */
struct repeat {
	XXH64_state_t *digest;
	bool marks;	  /* there are commits between snapshots, which need the digest */
	uint64_t left;	  /* bytes still to be repeated */
	int fd;		  /* the sink's file, to compare with; -1: none */
	uint64_t at;	  /* where the next byte is in that file */
	uint64_t differs; /* the first byte that differs, from 1; 0: none */
	int again;	  /* a file without a name, with the repeated results; -1: none */
};

int repeat_open(struct repeat *, bool marks, struct err *);
void repeat_close(struct repeat *);

/*
 * Starts after a snapshot.  This many bytes will be repeated; the file path has them from the
 * offset at on (NULL: no file has them).
 */
void repeat_begin(struct repeat *, const char *path, uint64_t at, uint64_t bytes);

/*
 * The first has repeated results stored in a file in folder, if there are any and the disk has
 * room; the second ends this.
 */
void repeat_keep(struct repeat *, const char *folder);
void repeat_forget(struct repeat *);

/*
 * Takes n bytes of results.  Returns how many of them, counted from the first, are repeated
 * ones.
 */
size_t repeat_take(struct repeat *, const char *p, size_t n);

static inline uint64_t
repeat_digest(const struct repeat *r)
{
	return XXH64_digest(r->digest);
}

#endif
