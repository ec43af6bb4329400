#ifndef SML_SIG_H
#define SML_SIG_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Catches SIGTERM and SIGINT: the first is noted, and a second one ends the process
 * immediately.  After sig_keep_second the second is noted too, and a third one ends the
 * process.  Signals less than 100 ms apart are one.  Ignores SIGPIPE: a write fails with EPIPE instead.  After a noted signal stream.c
 * ends the reading and saves, and output_close decides the exit status.
 */
int sig_open(void);
void sig_keep_second(void);

/* Ignores the first SIGTERM or SIGINT; the second one then counts as the first. */
void sig_ignore_first(void);

/* Returns the first signal that came: SIGTERM, SIGINT, or 0. */
int sig_came(void);

/* Returns whether a second signal came, after sig_keep_second. */
bool sig_insisted(void);

/*
 * The may_write of out.h, so that a stalled reader does not hide a signal.  Returns how many
 * of n bytes to write to fd now.  After a signal it waits until fd can be written, and
 * returns 0 if a second signal comes.
 */
size_t sig_may_write(int fd, size_t n);

/*
 * sig_open_hangup catches SIGHUP too, even if the parent ignored it; a SIGHUP then does not
 * end the process.  sig_hangup returns whether one came since it was last called.
 */
void sig_open_hangup(void);
bool sig_hangup(void);

/*
 * Waits until a descriptor is ready, ms milliseconds have passed (-1: for ever), or
 * there is a signal that sig_came has not returned yet; none is missed.  Returns what
 * poll(2) does, -1 with EINTR for a signal.  A SIGHUP ends one wait, whether or not
 * sig_hangup is called.
 */
int sig_wait(struct pollfd *, unsigned int n, int ms);

/*
 * Undoes the ignoring of SIGCHLD that a parent may have left us: the system would reap our
 * children, their statuses would be lost, and their pids could soon be used again.
 */
int sig_keep_children(void);

/* Dies of the signal, as if it had never been caught. */
_Noreturn void sig_die(int signal);

#endif
