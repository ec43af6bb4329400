/* Compares repeated results with those that are committed. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink/repeat.h"

int
repeat_open(struct repeat *r, bool marks, struct err *err)
{
	*r = (struct repeat){ .digest = XXH64_createState(),
		.marks = marks,
		.fd = -1,
		.again = -1 };
	return r->digest == NULL ? err_memory(err) : 0;
}

void
repeat_forget(struct repeat *r)
{
	if (r->again > 0)
		(void)close(r->again);
	r->again = -1;
}

void
repeat_close(struct repeat *r)
{
	if (r->digest != NULL)
		XXH64_freeState(r->digest);
	if (r->fd > 0)
		(void)close(r->fd);
	repeat_forget(r);
	*r = (struct repeat){ .fd = -1, .again = -1 };
}

void
repeat_begin(struct repeat *r, const char *path, uint64_t at, uint64_t bytes)
{
	(void)XXH64_reset(r->digest, 0);
	if (r->fd != -1)
		(void)close(r->fd);
	repeat_forget(r);
	r->fd = path == NULL || bytes == 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	r->at = at;
	r->left = bytes;
	r->differs = 0;
}

void
repeat_keep(struct repeat *r, const char *folder)
{
	char *path;

	if (r->left == 0 || asprintf(&path, "%s/repeat.XXXXXX", folder) == -1)
		return;
	r->again = mkostemp(path, O_CLOEXEC);
	if (r->again != -1)
		(void)unlink(path);
	free(path);
}

static void
keep(struct repeat *r, const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(r->again, p, n);
		if (done == -1 && errno == EINTR)
			continue;
		if (done <= 0) {
			repeat_forget(r); /* then the record that differs is not known */
			return;
		}
		p += done;
		n -= (size_t)done;
	}
}

/* Finds the first byte that differs from the file's. */
static void
compare(struct repeat *r, const char *p, size_t n)
{
	char bytes[4096];
	ssize_t got;
	size_t m;

	while (n > 0 && r->differs == 0) {
		m = n < sizeof bytes ? n : sizeof bytes;
		got = pread(r->fd, bytes, m, (off_t)r->at);
		if (got <= 0)
			return;
		for (size_t i = 0; i < (size_t)got && r->differs == 0; i++)
			if (bytes[i] != p[i])
				r->differs = r->at + i + 1;
		p += got;
		n -= (size_t)got;
		r->at += (uint64_t)got;
	}
}

size_t
repeat_take(struct repeat *r, const char *p, size_t n)
{
	size_t again = n < r->left ? n : (size_t)r->left;

	if (r->marks || r->left > 0)
		(void)XXH64_update(r->digest, p, n);
	if (r->fd != -1 && again > 0)
		compare(r, p, again);
	if (r->again != -1)
		keep(r, p, n); /* also the results after the repeated ones */
	r->left -= again;
	return again;
}
