#ifndef SML_REPEAT_H
#define SML_REPEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xxhash.h>

#include "base/err.h"

/*
 * The digest of the results after a snapshot.  A new attempt repeats those that the sink already
 * has: they must be the same bytes.
 */
struct repeat {
	XXH64_state_t *digest;
	bool marks;	  /* there are commits between snapshots, which need the digest */
	uint64_t left;	  /* bytes still to be repeated */
	int fd;		  /* the sink's file, to compare with; -1: none */
	uint64_t at;	  /* where the next byte is in that file */
	uint64_t differs; /* the first byte that differs, from 1; 0: none */
	int again;	  /* a file without a name, with what came again; -1: none */
};

int repeat_open(struct repeat *, bool marks, struct err *);
void repeat_close(struct repeat *);

/*
 * Begins after a snapshot: this many bytes will be repeated, and path (NULL: no file) has them
 * from at on.
 */
void repeat_begin(struct repeat *, const char *path, uint64_t at, uint64_t bytes);

/* Keeps what comes again, in a file in folder, if anything does and there is room; no longer. */
void repeat_keep(struct repeat *, const char *folder);
void repeat_forget(struct repeat *);

/* Takes n bytes of results.  Returns how many of them, from the first on, are repeated. */
size_t repeat_take(struct repeat *, const char *p, size_t n);

static inline uint64_t
repeat_digest(const struct repeat *r)
{
	return XXH64_digest(r->digest);
}

#endif
