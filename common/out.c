/* Buffered output whose first error sticks. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

int
out_open(struct out *o, int fd, size_t capacity)
{
	*o = (struct out){ .fd = fd, .cap = capacity };
	o->p = malloc(capacity);
	return o->p == NULL ? -1 : 0;
}

/* Writes it all, or notes the error. */
static void
drain(struct out *o, const char *p, size_t n)
{
	ssize_t done;

	if (o->tap != NULL)
		o->tap(o->tapped, p, n);
	while (n > 0 && o->error == 0) {
		done = write(o->fd, p, n);
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
}

void
out_write(struct out *o, const void *bytes, size_t n)
{
	if (n == 0)
		return; /* memcpy wants no NULL, not even for nothing */
	if (o->cap - o->len < n) {
		out_flush(o);
		if (n >= o->cap) {
			drain(o, bytes, n);
			return;
		}
	}
	memcpy(o->p + o->len, bytes, n);
	o->len += n;
}

char *
out_room(struct out *o, size_t n)
{
	if (o->cap - o->len < n)
		out_flush(o);
	return o->p + o->len;
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
