#ifndef SML_PREPARED_H
#define SML_PREPARED_H

#include "entity/entity.h"

/*
 * Which lists of names the records of a stream have: most streams have one or a few.  The
 * first few that are met are counted; one that has come PREPARED_AFTER times is worth a
 * script of its own, and no stream makes more than PREPARED_MOST of them.
 */
enum { PREPARED_MOST = 8, PREPARED_AFTER = 64, PREPARED_NAMES = 64 };

struct prepared {
	struct buf names; /* each with its length before it */
	uint64_t seen;
	char sha1[41]; /* of the script, the user's to fill */
};

/* All zeroes is none. */
struct prepared_list {
	struct prepared list[PREPARED_MOST];
	size_t count, last; /* last: the one that was found */
};

/*
 * The list of the names of n features, seen once more; NULL where there are too many of either, or memory
 * is short.
 */
struct prepared *prepared_find(struct prepared_list *, const struct feature *, size_t n);
void prepared_free(struct prepared_list *);

#endif
