#ifndef SML_RUN_ATTEMPT_H
#define SML_RUN_ATTEMPT_H

#include "job.h"

/*
 * Starts the pipelines and runs them from what is committed on, to the end of the source or a
 * signal.  Whatever happened, no stage runs any more when it returns; err says why it did
 * not go well.  failed: whose fault that was; NULL: no pipeline's.
 */
enum attempt_end run_attempt(struct job *, struct task **failed, struct err *);

#endif
