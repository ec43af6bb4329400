/*
 * pool: blocks of memory for data that comes and goes with the records.  Blocks of up to
 * POOL_LARGEST bytes are cut from slabs.  A block that is put back goes to a list of blocks of
 * its size, so that a run in its steady state allocates nothing.  Larger blocks come from
 * malloc.
 *
 * A struct of zero bytes is an empty pool.
 */
#ifndef SML_POOL_H
#define SML_POOL_H

#include <stddef.h>

#define POOL_GRAIN 16

/*
 * AddressSanitizer checks only blocks from malloc.  With it, only the smallest blocks come
 * from slabs.
 */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1 /* gcc defines this itself */
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define POOL_LARGEST POOL_GRAIN
#else
#define POOL_LARGEST 4096
#endif

struct pool_block;
struct pool_slab;

struct pool {
	struct pool_block *returned[POOL_LARGEST / POOL_GRAIN];
	struct pool_slab *slabs;
	char *fresh; /* the unused rest of the newest slab */
	size_t left;
};

/*
 * Returns a block of size bytes (at least 1) with undefined content, aligned to 16 bytes; or
 * NULL (ENOMEM).
 */
void *pool_get(struct pool *pool, size_t size);

/*
 * Takes back a block that pool_get returned for this size, or NULL.
 */
void pool_put(struct pool *pool, void *block, size_t size);

/*
 * Frees all blocks of up to POOL_LARGEST bytes together.  Put back larger blocks first.
 */
void pool_free(struct pool *pool);

#endif
