#ifndef SML_PLACEMENT_H
#define SML_PLACEMENT_H

#include "base/err.h"
#include "cli/options/opt.h"
#include "keyed/rendezvous.h"

/*
 * Several stores, each with a name: `a=redis://one b=redis://two`.  Which of them has an
 * entity is a matter of the names and the entity's id alone (rendezvous.h, equal weights),
 * not of the stores' addresses or order: a store may move, and where one is added only its
 * share of the entities goes there.
 */
struct placement {
	struct placed_store {
		char *name;
		const char *url; /* borrowed */
	} * store;
	size_t count;
	struct rendezvous nodes;
};

/*
 * texts: NAME=URL each; names are of letters, digits, _ - and ., and must differ, and so must
 * the URLs.  -1 with err.  All zeroes may be closed.
 */
int placement_open(struct placement *, const struct texts *, struct err *);
void placement_close(struct placement *);

/* The store that has the entity of this id, by its place in texts. */
static inline size_t
placement_of(const struct placement *s, const char *id, size_t n)
{
	return rendezvous_pick(&s->nodes, id, n);
}

#endif
