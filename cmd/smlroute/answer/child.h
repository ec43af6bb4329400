#ifndef SML_CHILD_H
#define SML_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A command of the shell, in a process group of its own, and the pipes to it.
 * Our ends never block, and are closed on exec.
 */
struct child {
	pid_t pid;   /* and the number of its group; CHILD_NONE */
	int in, out; /* what it reads, and what it writes; -1: closed */
};

enum { CHILD_NONE = -1 };

/* Runs sh -c COMMAND.  -1 with errno, and CHILD_NONE. */
int child_start(struct child *, const char *command);

/*
 * Whether it has gone, and how, within so many milliseconds.  It is not reaped
 * yet, so that its number cannot be used again.
 */
bool child_has_gone(const struct child *, int ms, siginfo_t *how);

/* Sends a signal to it and its group. */
void child_signal(const struct child *, int signal);

/* Kills what is left of the group, reaps it, and closes the pipes. */
void child_end(struct child *);

void child_close_in(struct child *);

#endif
