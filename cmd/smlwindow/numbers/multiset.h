/*
 * multiset: byte strings with the number of times that each was added, for exact distinct
 * counts of a window.  add and remove are O(1), amortised, with no allocation while the window
 * keeps its size.
 *
 * Everything is in one block of memory: the strings one after the other, each after its count,
 * and a table of their places by hash.  A string whose count falls to 0 stays in its place
 * until room is needed, and is used again if it is added before that.  With up to eight
 * strings there is no table.  Memory: 16 bytes when empty, then 50 to 70 bytes in all for each
 * distinct string of 12 bytes.  A remove and an add together take 70 ns, 500 ns among 400,000
 * strings (cache misses).
 *
 * A struct of zero bytes is an empty set with seed 0.  The seed (XXH3's) keeps a hostile
 * stream from making all its strings collide; no result depends on it.
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
 * These add a string of any bytes, once or `times` times.  They return 0; or -1, and the set
 * is unchanged (ENOMEM; EOVERFLOW for a string beyond 4 GB, or a set beyond 32 GB or 2^30
 * strings).
 */
int multiset_add(struct multiset *set, const void *bytes, size_t length);
int multiset_add_times(struct multiset *set, const void *bytes, size_t length, uint64_t times);

/*
 * These remove a string, once or `times` times.  They return 0; or -1, and the set is
 * unchanged, if the set does not have the string that often.
 */
int multiset_remove(struct multiset *set, const void *bytes, size_t length);
int multiset_remove_times(struct multiset *set, const void *bytes, size_t length,
    uint64_t times);

/*
 * These add or remove all strings of another set, each as often as it is there.  The other set
 * does not change and must not be the same struct.  They return 0; or -1, and the set is
 * unchanged, for the reasons of multiset_add and multiset_remove.
 */
int multiset_merge(struct multiset *set, const struct multiset *other);
int multiset_unmerge(struct multiset *set, const struct multiset *other);

/*
 * Moves every string of another set into this one (the smaller set is moved), and leaves the
 * other empty.  Returns 0, or -1 as multiset_add does.
 */
int multiset_absorb(struct multiset *set, struct multiset *other);

/*
 * Returns how many distinct strings are in the set.
 */
uint64_t multiset_size(const struct multiset *set);

/*
 * Lists the set for saving, ordered by memcmp; a shorter string comes before a longer string
 * that begins with it.  Returns an array of multiset_size(set) entries (at least one
 * allocated), or NULL (ENOMEM).  The caller frees the array; the bytes are borrowed until the
 * set is changed or freed.
 */
struct multiset_entry *multiset_list(const struct multiset *set);

/* Frees the strings and leaves the set empty; its seed does not change. */
void multiset_free(struct multiset *set);

#endif
