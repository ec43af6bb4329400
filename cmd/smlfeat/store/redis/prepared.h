#ifndef SML_PREPARED_H
#define SML_PREPARED_H

#include "entity/entity.h"

/*
 * The lists of feature names that occur in a stream: mostly one or a few.  The first
 * PREPARED_MOST lists are counted; a list that has occurred PREPARED_AFTER times gets its own
 * script.
 */
enum { PREPARED_MOST = 8, PREPARED_AFTER = 64, PREPARED_NAMES = 64 };

struct prepared {
	struct buf names; /* each with its length before it */
	uint64_t seen;
	char sha1[41]; /* of the script; the caller fills it in */
};

/* All zeroes: there are no lists. */
struct prepared_list {
	struct prepared list[PREPARED_MOST];
	size_t count, last; /* last: the list that was found last */
};

/*
 * Finds the list with the names of n features and counts it.  Returns NULL if there are too
 * many names or lists, or memory is short.
 */
struct prepared *prepared_find(struct prepared_list *, const struct feature *, size_t n);
void prepared_free(struct prepared_list *);

#endif
