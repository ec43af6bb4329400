#ifndef SML_BACKOFF_H
#define SML_BACKOFF_H

#include <stdint.h>

/*
 * Returns how long to wait before connecting again, ns: 0 after a good connection (tries 0),
 * then 50 ms, doubling up to 2 s, less a random part of up to a half, so that many clients do
 * not come back in step.  tries: how many have failed since.  seed: the state of the random
 * part.
 */
int64_t backoff_pause(unsigned int tries, uint64_t *seed);

#endif
