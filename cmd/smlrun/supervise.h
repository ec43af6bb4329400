#ifndef SML_SUPERVISE_H
#define SML_SUPERVISE_H

#include <stdint.h>

#include "run_options.h"

/* Runs the pipeline, in as many attempts as needed.  Returns the exit status. */
int supervise(struct run_options *);

/*
 * Returns the wait before a retry (the first is 1), in ns: it doubles up to a limit, less a
 * random part of up to a half.
 */
int64_t supervise_delay(uint64_t retry, unsigned int random);

#endif
