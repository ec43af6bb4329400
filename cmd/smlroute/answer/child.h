#ifndef SML_CHILD_H
#define SML_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * A shell command in its own process group, and the pipes to it and from it.  Our ends of
 * these never block, and are closed on exec.
 */
struct child {
	pid_t pid;   /* also the id of its group; CHILD_NONE: none */
	int in, out; /* to its input, from its output; -1: closed */
};

enum { CHILD_NONE = -1 };

/*
 * Returns the part of our environment that a child may see: PATH, HOME, LANG and similar ones,
 * and the variables of a list ("A,B"; NULL: none).  The rest may hold secrets.  It is one
 * block, which the caller frees; NULL if memory is short.
 */
char **child_environment(const char *list);

/*
 * Runs sh -c COMMAND in an environment.  On error returns -1 with errno, and pid is
 * CHILD_NONE.
 */
int child_start(struct child *, const char *command, char **environment);

/*
 * Waits up to ms milliseconds for the child to exit.  Returns whether it has exited; how says
 * in what way.  The child is not reaped yet, so that its pid cannot be used again.
 */
bool child_has_gone(const struct child *, int ms, siginfo_t *how);

/* Sends a signal to the child and its group. */
void child_signal(const struct child *, int signal);

/* Kills what is left of the group, reaps the child, and closes the pipes. */
void child_end(struct child *);

/* Closes the child's input. */
void child_close_in(struct child *);

#endif
