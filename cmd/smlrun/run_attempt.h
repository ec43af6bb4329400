#ifndef SML_RUN_ATTEMPT_H
#define SML_RUN_ATTEMPT_H

#include "job.h"

/*
 * Starts the pipelines and runs them from the last commit to the end of the source or a signal.
 * When it returns, no stage is running, whatever happened; err says why it failed.  failed: the
 * pipeline at fault; NULL: none.
 */
enum attempt_end run_attempt(struct job *, struct task **failed, struct err *);

#endif
