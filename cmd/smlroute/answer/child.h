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

/*
 * Returns the part of our environment that a child may see, because the rest may hold
 * secrets: PATH, HOME, LANG and their like, and the variables of a list ("A,B"; NULL:
 * none).  It is one block that the caller frees; NULL if memory is short.
 */
char **child_environment(const char *list);

/* Runs sh -c COMMAND in an environment.  Returns -1 with errno, pid being CHILD_NONE. */
int child_start(struct child *, const char *command, char **environment);

/*
 * Waits up to ms milliseconds for the child to exit; returns whether it has, and how.  It is
 * not reaped yet, so that its pid cannot be used again.
 */
bool child_has_gone(const struct child *, int ms, siginfo_t *how);

/* Sends a signal to the child and its group. */
void child_signal(const struct child *, int signal);

/* Kills what is left of the group, reaps it, and closes the pipes. */
void child_end(struct child *);

/* Closes the child's input. */
void child_close_in(struct child *);

#endif
