#ifndef SML_CLOCK_H
#define SML_CLOCK_H

#include <stdint.h>

/*
 * Returns the monotonic time in ns, for waits, rates and durations.  Results never depend on
 * it: the times of events come from the records.
 */
int64_t clock_monotonic(void);

#endif
