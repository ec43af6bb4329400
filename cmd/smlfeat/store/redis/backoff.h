#ifndef SML_BACKOFF_H
#define SML_BACKOFF_H

#include <stdint.h>

/*
 * Returns how long to wait before connecting again, ns: 0 after a good connection (tries is
 * 0), then 50 ms, doubling up to 2 s.  A random part, up to a half, is subtracted, so that
 * many clients do not come back in step.  tries: how many attempts have failed since.  seed:
 * the state of the random generator.
 */
int64_t backoff_pause(unsigned int tries, uint64_t *seed);

#endif
