#ifndef SML_CLOCK_H
#define SML_CLOCK_H

#include <stdint.h>

/*
 * Returns monotonic time, in ns: for waits, rates and durations.  No output
 * depends on it; the time of events comes from the records.
 */
int64_t clock_monotonic(void);

#endif
