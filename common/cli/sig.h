#ifndef SML_SIG_H
#define SML_SIG_H

#include <poll.h>

/*
 * Signals.  SIGTERM and SIGINT are noted; a second one ends the process at
 * once.  SIGPIPE is ignored: a write says EPIPE.
 */
int	sig_open(void);

/* The first signal that came: SIGTERM, SIGINT, or 0. */
int	sig_came(void);

/*
 * Waits until a descriptor is ready, ms milliseconds have passed (-1: for
 * ever), or there is a signal that sig_came has not told of, without a gap in
 * which one could be missed.  Returns what poll(2) does; -1 with EINTR for a
 * signal.
 */
int	sig_wait(struct pollfd *, unsigned int n, int ms);

/* Dies of the signal, as if it had never been caught. */
_Noreturn void sig_die(int signal);

#endif
