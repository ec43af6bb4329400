#ifndef SML_CLOCK_H
#define SML_CLOCK_H

#include <stdint.h>

/*
 * Monotonic time, in ns: for waits, rates and how long things took.  No output
 * depends on it; the time of events comes from the records.
 */
int64_t clock_monotonic(void);

#endif
