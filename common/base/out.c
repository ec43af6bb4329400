/* Buffered output that keeps its first error. */
#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/out.h"

int
out_open(struct out *o, int fd, size_t capacity)
{
	*o = (struct out){ .fd = fd, .cap = capacity };
	o->p = malloc(capacity);
	return o->p == NULL ? -1 : 0;
}

/* Asks the system to start putting bytes on disk.  out_sync reports errors of that. */
static void
begin_sync(struct out *o)
{
	if (o->begin_every == 0 || o->written - o->begun < o->begin_every)
		return;
	o->begun = o->written;
	(void)sync_file_range(o->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

/* Writes all n bytes, or notes the error. */
static void
drain(struct out *o, const char *p, size_t n)
{
	size_t most;
	ssize_t done;

	if (o->tap != NULL)
		o->tap(o->tapped, p, n);
	while (n > 0 && o->error == 0) {
		most = o->may_write == NULL ? n : o->may_write(o->fd, n);
		if (most == 0) {
			if (o->keep(o->kept, p, n) == -1)
				o->error = ENOMEM;
			return;
		}
		done = write(o->fd, p, most);
		if (done == -1) {
			if (errno == EAGAIN)
				(void)poll(&(struct pollfd){ o->fd, POLLOUT, 0 }, 1, -1);
			else if (errno != EINTR)
				o->error = errno;
			continue;
		}
		p += done;
		n -= (size_t)done;
		o->written += (uint64_t)done;
	}
	begin_sync(o);
}

void
out_write_more(struct out *o, const void *bytes, size_t n)
{
	out_flush(o);
	if (n >= o->cap)
		drain(o, bytes, n);
	else
		out_write(o, bytes, n);
}

char *
out_room(struct out *o, size_t n)
{
	assert(n <= o->cap);
	if (o->cap - o->len < n)
		out_flush(o);
	return o->p + o->len;
}

/*
 * O_NONBLOCK belongs to the open file, not to the descriptor.  So a pipe or a terminal is
 * opened again, for us alone.  If that fails, each write is only so long that poll(2) promises
 * it will not block.
 */
void
out_unblock(struct out *o)
{
	int fd, flags = fcntl(o->fd, F_GETFD);
	struct stat st;
	char path[32];

	if (flags == -1 || (fstat(o->fd, &st) == 0 && S_ISREG(st.st_mode)))
		return;
	o->step = PIPE_BUF;
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", o->fd);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return;
	if (dup3(fd, o->fd, (flags & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0) != -1)
		o->step = 0;
	(void)close(fd);
}

int
out_grow(struct out *o, size_t n)
{
	return grow(&o->p, &o->cap, o->len + n, 1);
}

int
out_try(struct out *o)
{
	struct pollfd fd = { o->fd, POLLOUT, 0 };
	size_t done = 0, n;
	ssize_t taken;

	while (done < o->len && o->error == 0) {
		n = o->len - done;
		if (o->step > 0) {
			if (poll(&fd, 1, 0) != 1)
				break;
			n = n < o->step ? n : o->step;
		}
		taken = write(o->fd, o->p + done, n);
		if (taken >= 0) {
			if (o->tap != NULL)
				o->tap(o->tapped, o->p + done, (size_t)taken);
			done += (size_t)taken;
		} else if (errno == EAGAIN) {
			break;
		} else if (errno != EINTR) {
			o->error = errno;
		}
	}
	o->written += done;
	o->len = o->error == 0 ? o->len - done : 0;
	memmove(o->p, o->p + done, o->len);
	errno = o->error;
	return o->error != 0 ? -1 : o->len == 0;
}

int
out_flush(struct out *o)
{
	drain(o, o->p, o->len);
	o->len = 0;
	errno = o->error;
	return o->error == 0 ? 0 : -1;
}

int
out_sync(struct out *o)
{
	if (out_flush(o) == -1)
		return -1;
	while (fsync(o->fd) == -1) {
		if (errno == EINVAL || errno == EROFS || errno == ENOTSUP)
			return 0;
		if (errno != EINTR) {
			o->error = errno;
			return -1;
		}
	}
	return 0;
}

int
out_close(struct out *o)
{
	out_flush(o);
	if (close(o->fd) == -1 && errno != EINTR && o->error == 0)
		o->error = errno;
	free(o->p);
	o->p = NULL;
	o->fd = -1;
	errno = o->error;
	return o->error == 0 ? 0 : -1;
}
