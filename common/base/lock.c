/* Locks that keep two processes off one file. */
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"

enum { HOLDER = 96 };

/* Returns the id of the process that locks fd's file, from /proc/locks; 0: not known. */
static long
holder_of(int fd)
{
	char line[256];
	unsigned int major_number, minor_number;
	uint64_t inode;
	long pid, found = 0;
	struct stat st;
	FILE *f;

	if (fstat(fd, &st) == -1 || (f = fopen("/proc/locks", "re")) == NULL)
		return 0;
	while (found == 0 && fgets(line, sizeof line, f) != NULL)
		/* NOLINTNEXTLINE(cert-err34-c): the kernel writes these numbers */
		if (sscanf(line, "%*d: FLOCK %*s %*s %ld %x:%x:%" SCNu64, &pid, &major_number,
			&minor_number, &inode) == 4 &&
		    inode == st.st_ino && major_number == major(st.st_dev) &&
		    minor_number == minor(st.st_dev))
			found = pid;
	(void)fclose(f);
	return found;
}

/* Writes "process 42 (smlwindow)", or as much as is known. */
static const char *
name_holder(int fd, char text[HOLDER])
{
	char path[48], command[64] = "";
	long pid = holder_of(fd);
	FILE *f;

	if (pid <= 0)
		return "another process";
	(void)snprintf(path, sizeof path, "/proc/%ld/comm", pid);
	f = fopen(path, "re");
	if (f != NULL) {
		if (fgets(command, sizeof command, f) != NULL)
			command[strcspn(command, "\n")] = '\0';
		(void)fclose(f);
	}
	(void)snprintf(text, HOLDER, "process %ld%s%s%s", pid, command[0] != '\0' ? " (" : "",
	    command, command[0] != '\0' ? ")" : "");
	return text;
}

/* Locks fd; the error names the process that has the lock. what: "the state". */
static int
take(int fd, const char *what, const char *path, struct err *err)
{
	char text[HOLDER];

	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return err_set(err, NULL, "cannot lock %s%s: %s", what, path, strerror(errno));
	err_set(err, NULL, "%s%s is in use by %s", what, path, name_holder(fd, text));
	errno = EWOULDBLOCK;
	return -1;
}

int
lock_open_file(int fd, const char *path, struct err *err)
{
	return take(fd, "", path, err);
}

/* Refuses an open lock that is not a regular file, or that another user made. */
static int
check(int fd, const char *path, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_set(err, NULL, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, NULL, "%s is not a regular file, and so no lock", path);
	if (st.st_uid != geteuid() && geteuid() != 0)
		return err_set(err, NULL, "%s belongs to another user (uid %lu)", path,
		    (unsigned long)st.st_uid);
	return 0;
}

int
lock_beside(const char *path, const char *what, struct err *err)
{
	/* Follow links, as replacing the file does, so that one file has one lock. */
	char *real = realpath(path, NULL), *name = NULL, shown[64];
	int fd = -1;

	if (asprintf(&name, "%s.lock", real != NULL ? real : path) == -1) {
		name = NULL;
		err_memory(err);
		goto out;
	}
	(void)snprintf(shown, sizeof shown, "%s ", what);
	fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd == -1) {
		err_set(err, NULL, "cannot lock %s: %s: %s", path, name, strerror(errno));
	} else if (check(fd, name, err) == -1 || take(fd, shown, path, err) == -1) {
		close(fd);
		fd = -1;
	}
out:
	free(name);
	free(real);
	return fd;
}
