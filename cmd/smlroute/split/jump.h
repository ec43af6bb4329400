#ifndef SML_JUMP_H
#define SML_JUMP_H

#include <stdint.h>

/*
 * Returns the bucket of a key, from 0 to buckets - 1 (buckets: at least 1), by jump consistent
 * hash (Lamping and Veach, A fast, minimal memory, consistent hash algorithm, 2014).  Every
 * bucket has the same share of the keys.  If the number of buckets changes from n to n + 1,
 * one in n + 1 keys moves, always to the new bucket.
 */
int32_t jump_bucket(uint64_t key, int32_t buckets);

#endif
