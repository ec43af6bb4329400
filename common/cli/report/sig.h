#ifndef SML_SIG_H
#define SML_SIG_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Catches SIGTERM and SIGINT: the first signal is noted, and the second ends the process
 * immediately.  After sig_keep_second the second is noted too, and the third ends the
 * process.  Signals less than 100 ms apart count as one.  Ignores SIGPIPE: a write fails with
 * EPIPE instead.  After a noted signal, stream.c stops reading and saves, and output_close
 * decides the exit status.
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
 * of n bytes to write to fd now.  After a signal it waits until fd can be written, and returns
 * 0 if a second signal comes meanwhile.
 */
size_t sig_may_write(int fd, size_t n);

/*
 * sig_open_hangup catches SIGHUP too, even if the parent ignored it; a SIGHUP then does not
 * end the process.  sig_hangup returns whether a SIGHUP has come since the last call.
 */
void sig_open_hangup(void);
bool sig_hangup(void);

/*
 * Waits until a descriptor is ready, ms milliseconds have passed (-1: for ever), or there is a
 * signal that sig_came has not returned yet; no signal is missed.  Returns what poll(2) does,
 * and -1 with EINTR for a signal.  A SIGHUP ends one wait, whether or not sig_hangup is
 * called.
 */
int sig_wait(struct pollfd *, unsigned int n, int ms);

/*
 * Stops ignoring SIGCHLD, if our parent left it ignored: otherwise the system would reap our
 * children, their statuses would be lost, and their pids could soon be used again.
 */
int sig_keep_children(void);

/* Ends the process by the signal, as if it had never been caught. */
_Noreturn void sig_die(int signal);

#endif
