#ifndef SML_MEMORY_H
#define SML_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The account of the memory that a program has allocated, in bytes: --max-memory.  Every
 * malloc, realloc and free of our own code is counted: the linker sends them through memory.c
 * (--wrap, in the Makefile).  What libraries allocate for themselves is not counted.  A
 * caller that adds to what it keeps asks memory_is_short first, and then refuses or drops
 * something.
 */
struct memory_account {
	int64_t used, most;
	int64_t ceiling; /* 3/2 of most: an allocation beyond fails with ENOMEM */
	bool refused;	 /* an allocation was refused */
};

extern struct memory_account memory_account;

/* Sets the limit; there is none before. */
void memory_limit(uint64_t bytes);

/* Returns whether more than the limit is in use. */
static inline bool
memory_is_short(void)
{
	return memory_account.used > memory_account.most;
}

/*
 * For callers that cut an allocated block into pieces.  memory_lend takes a block out of the
 * account.  Then only its pieces in use count: call memory_add when one is taken, and
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
