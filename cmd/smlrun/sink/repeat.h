#ifndef SML_REPEAT_H
#define SML_REPEAT_H

#include <stddef.h>
#include <stdint.h>

#include <xxhash.h>

#include "base/err.h"

/*
 * What was written after a snapshot, by its digest; and, in a new attempt, what comes out
 * again and is in the sink already.  It must be the same bytes.
 */
struct repeat {
	XXH64_state_t *digest;
	uint64_t left;	  /* bytes that come again */
	int fd;		  /* the sink's file, to compare with; -1: none */
	uint64_t at;	  /* where it has them */
	uint64_t differs; /* where the first byte differs, from 1; 0: nowhere */
	int again;	  /* a file without a name, with what came again; -1: none */
};

int repeat_open(struct repeat *, struct err *);
void repeat_close(struct repeat *);

/*
 * Begins after a snapshot: so many bytes come again, and path (NULL: no file) has them from
 * at on.
 */
void repeat_begin(struct repeat *, const char *path, uint64_t at, uint64_t bytes);

/* Keeps what comes again, in a file in folder, if anything does and there is room; no longer. */
void repeat_keep(struct repeat *, const char *folder);
void repeat_forget(struct repeat *);

/* Takes n bytes that came out.  Returns how many of them, from the first on, come again. */
size_t repeat_take(struct repeat *, const char *p, size_t n);

static inline uint64_t
repeat_digest(const struct repeat *r)
{
	return XXH64_digest(r->digest);
}

#endif
