#ifndef SML_PLACEMENT_H
#define SML_PLACEMENT_H

#include "base/err.h"
#include "cli/options/opt.h"
#include "keyed/rendezvous.h"

/*
 * Several stores, each with a name: `a=redis://one b=redis://two`.  The names and the id alone
 * decide which store has an entity (rendezvous.h, equal weights); addresses and order do not
 * matter.  So a store may move, and a new store takes only its share of the entities.
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
 * Reads texts, each NAME=URL.  Names consist of letters, digits, _ - and .; names and URLs
 * must differ.  Returns -1 with err.  placement_close does nothing if all is zero.
 */
int placement_open(struct placement *, const struct texts *, struct err *);
void placement_close(struct placement *);

/* Returns the store of the entity with this id, by its index in texts. */
static inline size_t
placement_of(const struct placement *s, const char *id, size_t n)
{
	return rendezvous_pick(&s->nodes, id, n);
}

#endif
