/*
 * A clock that moves only when a program waits: a library for LD_PRELOAD.  With it a test
 * knows to the millisecond when a tool writes, however busy the machine is.
 *
 * The monotonic clock begins at 0.  ppoll with a time-out answers immediately that nothing
 * came, and moves the clock by the time-out.  Each line that the tool writes to standard
 * output is replaced by its time, in whole ms of that clock.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct timespec now;

int
clock_gettime(clockid_t clock, struct timespec *time)
{
	if (clock == CLOCK_MONOTONIC)
		*time = now;
	else
		*time = (struct timespec){ .tv_sec = 1700000000 };
	return 0;
}

int
ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	(void)mask;
	if (timeout == NULL)
		return poll(fds, n, -1);
	now.tv_sec += timeout->tv_sec;
	now.tv_nsec += timeout->tv_nsec;
	if (now.tv_nsec >= 1000000000) {
		now.tv_sec++;
		now.tv_nsec -= 1000000000;
	}
	return 0;
}

/* The function that _FORTIFY_SOURCE calls instead of ppoll. */
int __ppoll_chk(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *, size_t);

int
__ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
    size_t room)
{
	if (n * sizeof *fds > room)
		abort();
	return ppoll(fds, n, timeout, mask);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	const char *text = p, *end = text + n;

	if (fd != STDOUT_FILENO)
		return (ssize_t)fwrite(p, 1, n, stderr);
	while ((text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
		if (dprintf(fd, "%lld\n",
			(long long)now.tv_sec * 1000 + now.tv_nsec / 1000000) < 0)
			return -1;
		text++;
	}
	return (ssize_t)n;
}
