/* Reads whole files, and syncs folders. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

/* How much is read at a time. */
enum { PIECE = 64 << 10 };

/* Reads fd to its end. Returns -1 with errno. */
static int
read_whole(int fd, struct buf *buf)
{
	size_t before = buf->len;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
		return -1;
	}
	do {
		if (buf->len - before > FILE_READ_MAX) {
			errno = EFBIG;
			return -1;
		}
		if (buf_reserve(buf, PIECE) == -1)
			return -1;
		n = read(fd, buf->p + buf->len, PIECE);
		if (n > 0)
			buf->len += (size_t)n;
	} while (n > 0 || (n == -1 && errno == EINTR));
	return n == 0 ? 0 : -1;
}

/* Says why a file was not read. */
static const char *
reason(int error)
{
	switch (error) {
	case EINVAL:
		return "not a regular file";
	case EFBIG:
		return "larger than 256 MiB";
	default:
		return strerror(error);
	}
}

int
file_read(const char *path, struct buf *buf, struct err *err)
{
	/* O_NONBLOCK: opening a pipe that nobody writes to would block. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), error;

	if (fd != -1 && read_whole(fd, buf) == 0) {
		close(fd);
		return 0;
	}
	error = errno;
	if (fd != -1)
		close(fd);
	err_set(err, NULL, "%s: %s", path, reason(error));
	if (err != NULL)
		err->memory = error == ENOMEM;
	errno = error;
	return -1;
}

int
file_check(const char *path, struct err *err)
{
	struct stat st;
	int error = 0;

	if (stat(path, &st) == -1)
		error = errno;
	else if (!S_ISREG(st.st_mode))
		error = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	else if (st.st_size > FILE_READ_MAX)
		error = EFBIG;
	if (error != 0)
		err_set(err, NULL, "%s: %s", path, reason(error));
	errno = error;
	return error == 0 ? 0 : -1;
}

int
folder_sync(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;

	if (fd == -1)
		return -1;
	while (fsync(fd) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EINVAL && errno != ENOTSUP)
			error = errno;
		break;
	}
	close(fd);
	errno = error;
	return error == 0 ? 0 : -1;
}

int
folder_sync_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int result, error;

	folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
	if (folder == NULL)
		return -1;
	result = folder_sync(folder);
	error = errno;
	free(folder);
	errno = error;
	return result;
}

char *
file_absolute(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
	char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
	char *real = folder == NULL ? NULL : realpath(folder, NULL), *result = NULL;

	if (real != NULL &&
	    asprintf(&result, "%s%s%s", real, strcmp(real, "/") == 0 ? "" : "/", name) == -1)
		result = NULL;
	free(folder);
	free(real);
	return result;
}
