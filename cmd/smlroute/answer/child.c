/* Runs a shell command between two pipes. */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "answer/child.h"
#include "cli/report/sig.h"

/* Returns whether the name of a variable "NAME=VALUE" is in a list. */
static bool
is_listed(const char *variable, const char *list)
{
	size_t n = strcspn(variable, "="), length;

	for (; list != NULL && *list != '\0'; list += length + strspn(list + length, " ,")) {
		list += strspn(list, " ");
		length = strcspn(list, " ,");
		if (length == n && memcmp(list, variable, n) == 0)
			return true;
	}
	return false;
}

char **
child_environment(const char *list)
{
	static const char harmless[] = "HOME,LANG,LOGNAME,PATH,SHELL,TERM,TMPDIR,TZ,USER";
	/* A child is not a stage of a pipeline. */
	static const char never[] = "SML_CONTROL,SML_STATE";
	char **ours, **theirs;
	size_t n = 0;

	while (environ[n] != NULL)
		n++;
	ours = theirs = calloc(n + 1, sizeof *ours);
	for (char **v = environ; theirs != NULL && *v != NULL; v++)
		if (!is_listed(*v, never) &&
		    (is_listed(*v, harmless) || strncmp(*v, "LC_", 3) == 0 ||
			is_listed(*v, list)))
			*theirs++ = *v;
	return ours;
}

static void
close_pipe(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* Runs the command between two pipes. Returns an errno. */
static int
spawn(struct child *c, const char *command, char **environment, const int in[2],
    const int out[2])
{
	const char *argv[] = { "sh", "-c", command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, ours;
	int error;

	(void)sigemptyset(&none);
	(void)sigemptyset(&ours);
	(void)sigaddset(&ours, SIGPIPE);
	error = posix_spawn_file_actions_init(&files);
	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error != 0)
		goto out;
	/* A terminal's SIGINT must not reach the command, which has requests to answer. */
	if ((error = posix_spawnattr_setflags(&attributes,
		 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK)) ==
		0 &&
	    (error = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
	    (error = posix_spawnattr_setsigdefault(&attributes, &ours)) == 0 &&
	    (error = posix_spawnattr_setsigmask(&attributes, &none)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO)) == 0)
		error = posix_spawn(&c->pid, "/bin/sh", &files, &attributes,
		    (char *const *)(const void *)argv, environment);
	(void)posix_spawnattr_destroy(&attributes);
out:
	(void)posix_spawn_file_actions_destroy(&files);
	if (error != 0)
		c->pid = CHILD_NONE;
	return error;
}

static int
nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

int
child_start(struct child *c, const char *command, char **environment)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, error;

	*c = (struct child){ .pid = CHILD_NONE };
	if (sig_keep_children() == -1 || pipe2(in, O_CLOEXEC) == -1 ||
	    pipe2(out, O_CLOEXEC) == -1 || nonblocking(in[1]) == -1 ||
	    nonblocking(out[0]) == -1)
		error = errno;
	else
		error = spawn(c, command, environment, in, out);
	close_pipe(&in[0]);
	close_pipe(&out[1]);
	c->in = in[1];
	c->out = out[0];
	if (error == 0)
		return 0;
	close_pipe(&c->in);
	close_pipe(&c->out);
	errno = error;
	return -1;
}

bool
child_has_gone(const struct child *c, int ms, siginfo_t *how)
{
	const struct timespec moment = { 0, 1000000 };

	for (;; ms--) {
		*how = (siginfo_t){ .si_pid = 0 };
		if (waitid(P_PID, (id_t)c->pid, how, WEXITED | WNOHANG | WNOWAIT) == -1 ||
		    how->si_pid != 0)
			return true;
		if (ms <= 0)
			return false;
		(void)nanosleep(&moment, NULL);
	}
}

void
child_signal(const struct child *c, int signal)
{
	(void)kill(-c->pid, signal);
	(void)kill(c->pid, signal); /* also directly: it may have left its group */
}

void
child_end(struct child *c)
{
	int status;

	if (c->pid != CHILD_NONE) {
		child_signal(c, SIGKILL);
		while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
			;
	}
	c->pid = CHILD_NONE;
	close_pipe(&c->in);
	close_pipe(&c->out);
}

void
child_close_in(struct child *c)
{
	close_pipe(&c->in);
}
