/* Jump consistent hash. */
#include "split/jump.h"

/*
 * The key seeds a random generator, which determines to which bucket the key jumps next as
 * buckets are added.  The last jump to an existing bucket counts.
 */
int32_t
jump_bucket(uint64_t key, int32_t buckets)
{
	const double scale = (double)((int64_t)1 << 31);
	int64_t bucket = 0, next = 0;

	while (next < buckets) {
		bucket = next;
		key = key * 2862933555777941757 + 1;
		next = (int64_t)((double)(bucket + 1) * (scale / (double)((key >> 33) + 1)));
	}
	return (int32_t)bucket;
}
