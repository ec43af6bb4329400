#ifndef SML_SIG_H
#define SML_SIG_H

#include <poll.h>
#include <stdbool.h>

/*
 * Signals.  SIGTERM and SIGINT are noted; a second one ends the process at
 * once.  SIGPIPE is ignored: a write says EPIPE.
 */
int sig_open(void);

/* The first signal that came: SIGTERM, SIGINT, or 0. */
int sig_came(void);

/*
 * From now on SIGHUP is noted, too, and ends nothing; also where the parent
 * ignored it.  sig_hangup says whether one came since it was last asked.
 */
void sig_open_hangup(void);
bool sig_hangup(void);

/*
 * Waits until a descriptor is ready, ms milliseconds have passed (-1: for
 * ever), or there is a signal that sig_came has not told of, without a gap in
 * which one could be missed.  Returns what poll(2) does; -1 with EINTR for a
 * signal.  A SIGHUP ends one wait, whether or not sig_hangup is asked then.
 */
int sig_wait(struct pollfd *, unsigned int n, int ms);

/* Dies of the signal, as if it had never been caught. */
_Noreturn void sig_die(int signal);

#endif
