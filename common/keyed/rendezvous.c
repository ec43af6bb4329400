/* Weighted rendezvous hashing. */
#include "base/grow.h"
#include "keyed/rendezvous.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

int
rendezvous_add(struct rendezvous *r, const void *name, size_t n, double weight)
{
	if (grow(&r->node, &r->cap, (size_t)r->count + 1, sizeof *r->node) == -1)
		return -1;
	r->node[r->count++] = (struct rendezvous_node){ XXH64(name, n, 0), weight };
	if (weight > 0)
		r->even =
		    r->even == 0 || !(r->even < weight || r->even > weight) ? weight : -1;
	return 0;
}

/*
 * u is m · 2^e with m from √½ to √2, and ln m is 2 artanh(s) with s = (m - 1) / (m + 1), |s|
 * <= 0.172: the error after eleven terms of its series is below 1e-18.
 */
double
rendezvous_log(double u)
{
	static const double ln2 = 0.6931471805599453, root2 = 1.4142135623730951;
	const uint64_t one = (uint64_t)1023 << 52, fraction = ((uint64_t)1 << 52) - 1;
	double m, s, z, sum = 0;
	uint64_t bits;
	int e;

	memcpy(&bits, &u, sizeof bits);
	e = (int)(bits >> 52) - 1023;
	bits = (bits & fraction) | one;
	memcpy(&m, &bits, sizeof m);
	if (m > root2) {
		m /= 2;
		e++;
	}
	s = (m - 1) / (m + 1);
	z = s * s;
	for (int k = 21; k > 0; k -= 2)
		sum = sum * z + 1.0 / k;
	return e * ln2 + 2 * s * sum;
}

/*
 * Draws the number of a node for a key.  Keys are short: hashing the key again for each node
 * costs less than mixing two hashes.
 */
static uint64_t
draw(const struct rendezvous_node *node, const void *key, size_t n)
{
	return XXH64(key, n, node->seed) >> 12;
}

/* Scores a node.  With equal weights the highest draw has the highest score: no logarithm. */
static double
score(const struct rendezvous *r, const struct rendezvous_node *node, uint64_t drawn)
{
	double u = ((double)drawn + 0.5) / (double)((uint64_t)1 << 52);

	return r->even > 0 ? u : -node->weight / rendezvous_log(u);
}

uint32_t
rendezvous_pick(const struct rendezvous *r, const void *key, size_t n)
{
	uint32_t best = RENDEZVOUS_NONE;
	double high = 0, now;

	for (uint32_t i = 0; i < r->count; i++) {
		const struct rendezvous_node *node = &r->node[i];

		if (!(node->weight > 0))
			continue;
		now = score(r, node, draw(node, key, n));
		/*
		 * If scores are equal, about one draw in 2^52, the seed decides, so that the
		 * order of the nodes does not matter.
		 */
		if (best == RENDEZVOUS_NONE || now > high ||
		    (!(now < high) && node->seed < r->node[best].seed)) {
			best = i;
			high = now;
		}
	}
	return best;
}

void
rendezvous_free(struct rendezvous *r)
{
	free(r->node);
	*r = (struct rendezvous){ 0 };
}
