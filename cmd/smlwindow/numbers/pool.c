/* A pool of blocks of memory, with a list of free blocks for each size. */
#include "numbers/pool.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"

#define SLAB_FIRST ((size_t)16 << 10)
#define SLAB_MOST ((size_t)1 << 20)

struct pool_block {
	struct pool_block *next;
};

/* The blocks of a slab follow this struct in memory. */
struct pool_slab {
	struct pool_slab *next;
	size_t size;
};

static size_t
rounded(size_t size)
{
	return (size + POOL_GRAIN - 1) / POOL_GRAIN * POOL_GRAIN;
}

static size_t
class_of(size_t size)
{
	return (size - 1) / POOL_GRAIN;
}

static void
give_back(struct pool *pool, void *block, size_t size)
{
	struct pool_block *back = block;

	back->next = pool->returned[class_of(size)];
	pool->returned[class_of(size)] = back;
}

/* Adds a slab.  The unused rest of the previous slab becomes a free block. */
static int
add_slab(struct pool *pool)
{
	struct pool_slab *slab;
	size_t size;

	size = pool->slabs == NULL ? SLAB_FIRST : pool->slabs->size * 2;
	if (size > SLAB_MOST)
		size = SLAB_MOST;
	if ((slab = malloc(rounded(sizeof *slab) + size)) == NULL)
		return -1;
	memory_lend(slab);
	if (pool->left > 0)
		give_back(pool, pool->fresh, pool->left);
	slab->next = pool->slabs;
	slab->size = size;
	pool->slabs = slab;
	pool->fresh = (char *)slab + rounded(sizeof *slab);
	pool->left = size;
	return 0;
}

void *
pool_get(struct pool *pool, size_t size)
{
	struct pool_block *block;
	char *fresh;

	if (size > POOL_LARGEST)
		return malloc(size);
	block = pool->returned[class_of(size)];
	if (block != NULL) {
		pool->returned[class_of(size)] = block->next;
		memory_add(rounded(size));
		return block;
	}
	size = rounded(size);
	if (pool->left < size && add_slab(pool) == -1)
		return NULL;
	memory_add(size);
	fresh = pool->fresh;
	pool->fresh += size;
	pool->left -= size;
	return fresh;
}

void
pool_put(struct pool *pool, void *block, size_t size)
{
	if (block == NULL)
		return;
	if (size > POOL_LARGEST) {
		free(block);
		return;
	}
	memory_subtract(rounded(size));
	give_back(pool, block, size);
}

void
pool_free(struct pool *pool)
{
	struct pool_slab *slab, *next;

	for (slab = pool->slabs; slab != NULL; slab = next) {
		next = slab->next;
		memory_take_back(slab);
		free(slab);
	}
	*pool = (struct pool){ 0 };
}
