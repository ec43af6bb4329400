#ifndef SML_SUPERVISE_H
#define SML_SUPERVISE_H

#include "run_options.h"

/* Runs the pipeline, in as many attempts as it takes.  Returns the exit status. */
int supervise(struct run_options *);

#endif
