#ifndef SML_RUN_ATTEMPT_H
#define SML_RUN_ATTEMPT_H

#include "job.h"

enum attempt_end {
	ATTEMPT_DONE,	/* everything is committed */
	ATTEMPT_FAILED, /* nothing after the last commit counts: another attempt may go well */
	ATTEMPT_FATAL	/* another attempt would end the same way */
};

/*
 * Starts the pipeline and runs it from what is committed on, to the end of the source or a
 * signal.  Whatever happened, no stage runs any more when it returns; err says why it did
 * not go well.
 */
enum attempt_end run_attempt(struct job *, struct err *);

#endif
