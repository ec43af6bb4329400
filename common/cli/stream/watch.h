#ifndef SML_WATCH_H
#define SML_WATCH_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/* What to wait for besides an input: descriptors, and a time.  All zeroes is nothing. */
enum { WATCH_MAX = 255 };
struct watch {
	struct pollfd *fds; /* borrowed */
	unsigned int count; /* at most WATCH_MAX */
	int64_t alarm;	    /* monotonic ns; 0: none */
};

/*
 * Sets what to wait for.  ms: until the alarm; 0: until there is nothing to read; -1: no
 * alarm.
 */
void watch_set(struct watch *, struct pollfd *, unsigned int n, int ms);

/*
 * Checks whether fd can be read and whether anything watched is ready.  Waits until one of
 * them is, or a signal comes, but at most ms milliseconds (-1: for ever).  Returns whether
 * something watched is ready, with its revents filled in, or the alarm has gone off, which is
 * returned once.
 */
bool watch_look(struct watch *, int fd, int ms, bool *readable);

#endif
