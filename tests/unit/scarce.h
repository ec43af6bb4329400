#ifndef SML_SCARCE_H
#define SML_SCARCE_H

/*
 * An allocator that fails at a chosen call, for the sources that are included after this.  A
 * TEST starts with plenty of memory, and fails if not all of it was freed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PLENTY = 1000000 };

static struct {
	long allowed; /* allocations that still succeed */
	long made;    /* allocations since the last reset */
	long held;    /* blocks that nobody has freed */
} memory;

static inline bool
refused(void)
{
	memory.made++;
	if (memory.allowed-- > 0)
		return false;
	errno = ENOMEM;
	return true;
}

static inline void *
scarce_realloc(void *old, size_t size)
{
	if (refused())
		return NULL;
	memory.held += old == NULL;
	return realloc(old, size);
}

static inline void *
scarce_aligned_alloc(size_t alignment, size_t size)
{
	if (refused())
		return NULL;
	memory.held++;
	return aligned_alloc(alignment, size);
}

static inline void *
scarce_malloc(size_t size)
{
	return scarce_realloc(NULL, size);
}

static inline void *
scarce_calloc(size_t n, size_t size)
{
	void *block = scarce_realloc(NULL, n * size);

	return block == NULL ? NULL : memset(block, 0, n * size);
}

static inline void
counting_free(void *block)
{
	memory.held -= block != NULL;
	free(block);
}

static inline int
allow(void **state)
{
	(void)state;
	memory.allowed = PLENTY;
	memory.made = 0;
	return 0;
}

static inline int
assert_all_freed(void **state)
{
	(void)state;
	return memory.held == 0 ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, allow, assert_all_freed)

#define realloc scarce_realloc
#define aligned_alloc scarce_aligned_alloc
#define malloc scarce_malloc
#define calloc scarce_calloc
#define free counting_free

#endif
