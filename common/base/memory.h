#ifndef SML_MEMORY_H
#define SML_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Counts the bytes of memory that a program has allocated, for --max-memory.  Every malloc,
 * realloc and free of our own code is counted: the linker redirects them to memory.c (--wrap,
 * in the Makefile).  What libraries allocate for themselves is not counted.  Before a caller
 * stores more, it asks memory_is_short; if that is true, it refuses or drops something.
 */
struct memory_account {
	int64_t used, most;
	int64_t ceiling; /* 3/2 of most: an allocation that exceeds it fails with ENOMEM */
	bool refused;	 /* an allocation was refused */
};

extern struct memory_account memory_account;

/* Sets the limit; until then there is none. */
void memory_limit(uint64_t bytes);

/* Returns whether more than the limit is in use. */
static inline bool
memory_is_short(void)
{
	return memory_account.used > memory_account.most;
}

/*
 * For callers that divide an allocated block into pieces.  memory_lend stops counting the
 * block; only its pieces in use count then: call memory_add when a piece is taken, and
 * memory_subtract when it is given back.  Call memory_take_back before the block is freed.
 */
void memory_lend(void *block);
void memory_take_back(void *block);

static inline void
memory_add(size_t bytes)
{
	memory_account.used += (int64_t)bytes;
}

static inline void
memory_subtract(size_t bytes)
{
	memory_account.used -= (int64_t)bytes;
}

#endif
