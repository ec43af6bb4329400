/* Computes how long to wait before connecting again. */
#include "store/redis/backoff.h"

#define PAUSE_FIRST INT64_C(50000000)
#define PAUSE_LONGEST INT64_C(2000000000)

/* Returns the next number of splitmix64 (Steele, Lea and Flood 2014), from 0 to 1. */
static double
draw(uint64_t *seed)
{
	uint64_t x = *seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return (double)((x ^ x >> 31) >> 11) * 0x1p-53;
}

int64_t
backoff_pause(unsigned int tries, uint64_t *seed)
{
	int64_t pause = PAUSE_LONGEST;

	if (tries == 0)
		return 0;
	if (tries < 6)
		pause = PAUSE_FIRST << (tries - 1);
	return pause - (int64_t)((double)pause / 2 * draw(seed));
}
