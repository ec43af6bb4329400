#ifndef SML_SHAPE_H
#define SML_SHAPE_H

#include "entity/entity.h"

/*
 * Which lists of names the records of a stream have: most streams have one or a few.  The
 * first few that are met are counted; one that has come SHAPE_SETTLED times is worth a
 * script of its own, and no stream makes more than SHAPES of them.
 */
enum { SHAPES = 8, SHAPE_SETTLED = 64, SHAPE_NAMES = 64 };

struct shape {
	struct buf names; /* each with its length before it */
	uint64_t seen;
	char sha1[41]; /* of the script, the user's to fill */
};

/* All zeroes is none. */
struct shapes {
	struct shape shape[SHAPES];
	size_t count, last; /* last: the one that was found */
};

/*
 * The shape of n features, seen once more; NULL where there are too many of either, or memory
 * is short.
 */
struct shape *shape_find(struct shapes *, const struct feature *, size_t n);
void shape_free(struct shapes *);

#endif
