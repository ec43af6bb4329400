#ifndef SML_RENDEZVOUS_H
#define SML_RENDEZVOUS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Weighted rendezvous hashing decides which of several named nodes a key belongs to.  Every
 * node draws a number u between 0 and 1 from a hash of its name and the key, and the node with
 * the highest score
 *
 *	-weight / ln(u)
 *
 * gets the key (Schindelhauer and Schomaker, Weighted distributed hash tables, SPAA 2005;
 * Thaler and Ravishankar 1998 for equal weights).  A node's share of the keys is its share of
 * the weights.  If a weight grows, keys move only to that node; if a node is removed, only its
 * keys move.  Neither the order of the nodes nor a common factor of the weights matters.
 *
 * The draw is the XXH64 of the key, with the XXH64 of the name (seed 0) as its seed; h, the
 * upper 52 of its 64 bits, makes u = (h + 0.5) / 2^52.  The logarithm is our own, and uses
 * only additions, multiplications and divisions, in a fixed order: so IEEE 754 gives the same
 * bits on every machine, which a libm does not promise.
 */
struct rendezvous_node {
	uint64_t seed; /* the hash of the name */
	double weight;
};

/* All zeroes: no nodes yet. */
struct rendezvous {
	struct rendezvous_node *node;
	uint32_t count;
	size_t cap;
	double even; /* the weight of all nodes whose weight is not 0; -1: they differ */
};

#define RENDEZVOUS_NONE UINT32_MAX

/*
 * Adds a node of a finite weight >= 0; names must differ.  Nodes are numbered
 * from 0 in the order they were added.  Returns -1 with errno ENOMEM.
 */
int rendezvous_add(struct rendezvous *, const void *name, size_t n, double weight);

/*
 * Returns the number of the node that gets a key of n bytes, or RENDEZVOUS_NONE if no node has
 * a weight above 0.
 */
uint32_t rendezvous_pick(const struct rendezvous *, const void *key, size_t n);

/* Returns ln(u) for 0 < u < 1, within two units of the last place; for tests. */
double rendezvous_log(double u);

void rendezvous_free(struct rendezvous *);

#endif
