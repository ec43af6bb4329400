#ifndef SML_PIPELINE_H
#define SML_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* A nonce as text: 64 random bits as 16 hex digits. */
enum { NONCE = 17 };

/*
 * A pipeline: a command in its own session, with non-blocking pipes to its input and from its
 * output.  Each start is an attempt and has a nonce.
 */
struct pipeline {
	pid_t pid;   /* of the shell; 0: not running */
	int in, out; /* to its input, from its output; -1: closed */
	char nonce[NONCE];
	pid_t group;   /* of the shell and its children; 0: none was started */
	pid_t *others; /* children that existed before the start; malloc'ed */
	size_t others_count;
	int quiet; /* how often in succession no stage was found */
};

/*
 * Runs a program, for example sh -c COMMAND, with SML_CONTROL (the nonce) and SML_STATE (a
 * folder) in its environment.  This process becomes the parent of stages whose shell has died
 * (PR_SET_CHILD_SUBREAPER).  Returns -1 with err.
 */
int pipeline_start(struct pipeline *, const char *path, const char *const *argv,
    const char *folder, struct err *);

/*
 * As pipeline_start, but as a part of the attempt that this process belongs to: in the same
 * session and process group, with the same nonce.  pipeline_end then only closes the pipes.
 */
int pipeline_start_part(struct pipeline *, const char *path, const char *const *argv,
    const char *folder, struct err *);

/* Closes the input of the pipeline, so that the stages end. */
void pipeline_close_in(struct pipeline *);

/*
 * Waits at most ms milliseconds for the shell to exit, after the end of its output.  Returns
 * the shell's exit status (128 plus the signal that killed it), or -1 if it still runs.
 */
int pipeline_wait(struct pipeline *, int ms);

/*
 * Kills the stages and all other children that this process has got since the start; waits for
 * them.
 */
void pipeline_kill(struct pipeline *);

/*
 * Kills every stage, waits for all of them, and closes the pipes.  Children that existed before
 * the start are left alone.
 */
void pipeline_end(struct pipeline *);

#endif
