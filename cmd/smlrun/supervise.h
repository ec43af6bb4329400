#ifndef SML_SUPERVISE_H
#define SML_SUPERVISE_H

#include <stdint.h>

#include "run_options.h"

/* Runs the pipeline, in as many attempts as needed.  Returns the exit status. */
int supervise(struct run_options *);

/*
 * Returns how long to wait before a retry, in ns.  retry: its number, from 1.  The wait
 * doubles with each retry, up to a limit; from this a random part is subtracted, at most half
 * of it.
 */
int64_t supervise_delay(uint64_t retry, unsigned int random);

#endif
