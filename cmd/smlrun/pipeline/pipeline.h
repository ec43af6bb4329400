#ifndef SML_PIPELINE_H
#define SML_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* A nonce as text: 64 random bits as 16 hex digits. */
enum { NONCE = 17 };

/*
 * A pipeline: a command in a session of its own, and the pipes to its ends, which never
 * block.  Each start is an attempt and has a nonce.
 */
struct pipeline {
	pid_t pid;   /* of the shell; 0: not running */
	int in, out; /* what it reads, and what it writes; -1: closed */
	char nonce[NONCE];
	pid_t group;   /* of the shell and its children; 0: none was started */
	pid_t *others; /* children that are none of its stages; malloc'ed */
	size_t others_count;
	int quiet; /* how often no stage was found in succession */
};

/*
 * Runs a program, sh -c COMMAND for example, with SML_CONTROL (the nonce) and SML_STATE (a
 * folder) in its environment.  This process becomes the parent of stages whose shell dies
 * (PR_SET_CHILD_SUBREAPER).  Returns -1 with err.
 */
int pipeline_start(struct pipeline *, const char *path, const char *const *argv,
    const char *folder, struct err *);

/*
 * Does it as a part of the attempt in whose environment, session and group this process is.
 * pipeline_end only closes the pipes of that.
 */
int pipeline_start_part(struct pipeline *, const char *path, const char *const *argv,
    const char *folder, struct err *);

/* Closes its input: the stages end. */
void pipeline_close_in(struct pipeline *);

/*
 * Waits at most ms milliseconds for the shell to end, after its output has.  Returns its
 * exit status (128 and the signal if one killed it), or -1 if it goes on.
 */
int pipeline_wait(struct pipeline *, int ms);

/*
 * Kills the stages, and all other children that came since this one was started, and waits for
 * them.
 */
void pipeline_kill(struct pipeline *);

/*
 * Kills every stage, waits for all of them, and closes the pipes.  Children that were there
 * before the start are left alone.
 */
void pipeline_end(struct pipeline *);

#endif
