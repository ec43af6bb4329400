#ifndef SML_BACKOFF_H
#define SML_BACKOFF_H

#include <stdint.h>

/*
 * How long a client waits before it connects again: not at all after a connection that was good,
 * then 50 ms to 2 s, doubling, less a random part of up to a half, so that many clients do not
 * come back in step.  tries: that failed since.  seed: the state of the random part.  In ns.
 */
int64_t backoff_pause(unsigned int tries, uint64_t *seed);

#endif
