/*
 * multiset: a set of byte strings with the number of times that each is in it, for exact
 * distinct counts of a window. add and remove are O(1), amortised, with no allocation while
 * the window keeps its size.
 *
 * All is in one block of memory: the strings one after the other, each behind its count, and
 * a table of their places by hash. A string whose count falls to 0 stays where it is until
 * room is needed, and comes back to life if it is added before that. Up to eight strings
 * there is no table. Memory: 16 bytes when empty, then all in all 50 to 70 bytes a distinct
 * string of 12 bytes; remove and add take 70 ns together, 500 ns among 400,000 strings
 * (cache misses).
 *
 * A struct of zero bytes is an empty set with seed 0. The seed (XXH3's) keeps a hostile
 * stream from making all its strings collide; it shows in no result.
 */
#ifndef SML_MULTISET_H
#define SML_MULTISET_H

#include <stddef.h>
#include <stdint.h>

struct multiset_block;

struct multiset {
	struct multiset_block *block; /* NULL before the first add */
	uint64_t seed;		      /* set it before the first add */
};

struct multiset_entry {
	const unsigned char *bytes;
	size_t length;
	uint64_t times; /* at least 1 */
};

/*
 * Adds a string of any bytes, or one `times` times. Returns 0, or -1 with the set as it was
 * (ENOMEM; EOVERFLOW for a string beyond 4 GB, a set beyond 32 GB or 2^30 strings).
 */
int multiset_add(struct multiset *set, const void *bytes, size_t length);
int multiset_add_times(struct multiset *set, const void *bytes, size_t length, uint64_t times);

/*
 * Takes a string off once, or `times` times. Returns 0, or -1 with the set as it was where
 * it is not in the set that often.
 */
int multiset_remove(struct multiset *set, const void *bytes, size_t length);
int multiset_remove_times(struct multiset *set, const void *bytes, size_t length,
    uint64_t times);

/*
 * Adds another set to this one, every string as often as it is there, or takes it off; the
 * other stays as it is and must not be the same struct. Returns 0, or -1 with the set as it
 * was: multiset_merge as multiset_add, multiset_unmerge as multiset_remove.
 */
int multiset_merge(struct multiset *set, const struct multiset *other);
int multiset_unmerge(struct multiset *set, const struct multiset *other);

/*
 * Moves every string of another set into this one, the fewer to the more; the other is empty
 * then. Returns 0, or -1 as multiset_add.
 */
int multiset_absorb(struct multiset *set, struct multiset *other);

/*
 * Returns how many distinct strings are in the set.
 */
uint64_t multiset_size(const struct multiset *set);

/*
 * Lists the set, ordered by memcmp, a shorter string before a longer one that begins with
 * it: for saving. Returns an array of multiset_size(set) entries (at least one allocated), or
 * NULL (ENOMEM). The caller frees the array; the bytes are borrowed until the set is changed
 * or freed.
 */
struct multiset_entry *multiset_list(const struct multiset *set);

/*
 * Frees the strings; the set is empty, its seed stays.
 */
void multiset_free(struct multiset *set);

#endif
