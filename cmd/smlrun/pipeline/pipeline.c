/* Starts a pipeline, and ends all its processes. */
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/report/sig.h"
#include "pipeline/pipeline.h"

enum {
	PIPE_SIZE = 1 << 20, /* a larger pipe saves context switches */
	KILL_MS = 10000
};

static void
close_end(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

/* Makes a random nonce, and puts it into the environment of the stages. */
static int
set_nonce(struct pipeline *p)
{
	uint64_t random;

	if (getrandom(&random, sizeof random, 0) != sizeof random)
		return -1;
	(void)snprintf(p->nonce, sizeof p->nonce, "%016" PRIx64, random);
	return setenv("SML_CONTROL", p->nonce, 1);
}

/* Resets signals for the stages: smlrun may have caught, ignored or blocked some. */
static int
set_signals(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	int error;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	error = posix_spawnattr_setsigmask(attributes, &none);
	return error != 0 ? error : posix_spawnattr_setsigdefault(attributes, &all);
}

/* Runs a program between two pipes.  Returns 0 or an errno. */
static int
spawn(struct pipeline *p, const char *path, const char *const *argv, short session, int in,
    int out)
{
	enum { FLAGS = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int error = posix_spawn_file_actions_init(&files);

	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error != 0)
		goto out;
	if ((error = posix_spawnattr_setflags(&attributes, (short)(FLAGS | session))) == 0 &&
	    (error = set_signals(&attributes)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO)) == 0)
		error = posix_spawn(&p->pid, path, &files, &attributes,
		    (char *const *)(const void *)argv, environ);
	(void)posix_spawnattr_destroy(&attributes);
out:
	(void)posix_spawn_file_actions_destroy(&files);
	if (error != 0)
		p->pid = 0;
	return error;
}

/*
 * Calls each for every child of this process, which has one thread.  Returns -1 if the system
 * cannot list the children.
 */
static int
for_children(struct pipeline *p, int (*each)(struct pipeline *, pid_t))
{
	FILE *children = fopen("/proc/thread-self/children", "re");
	int result = 0;
	long pid;

	if (children == NULL)
		return -1;
	/* NOLINTNEXTLINE(cert-err34-c): the kernel writes these numbers */
	while (result != -1 && fscanf(children, "%ld", &pid) == 1)
		result = each(p, (pid_t)pid);
	(void)fclose(children);
	return result;
}

static int
remember(struct pipeline *p, pid_t pid)
{
	pid_t *more = reallocarray(p->others, p->others_count + 1, sizeof *more);

	if (more == NULL)
		return -1;
	p->others = more;
	p->others[p->others_count++] = pid;
	return 0;
}

/* Becomes the parent of orphans, and makes sure that no child is reaped automatically. */
static int
adopt(struct pipeline *p)
{
	if (sig_keep_children() == -1)
		return -1;
	if (for_children(p, remember) == -1 && errno == ENOMEM)
		return -1;
	return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static int
open_pipe(int fds[2], int ours)
{
	if (pipe2(fds, O_CLOEXEC) == -1)
		return -1;
	(void)fcntl(fds[ours], F_SETPIPE_SZ, PIPE_SIZE);
	return fcntl(fds[ours], F_SETFL, O_NONBLOCK);
}

static int
fail(struct err *err, int error)
{
	return err_set(err, NULL, "cannot start the pipeline: %s", strerror(error));
}

/* Starts a pipeline; session: POSIX_SPAWN_SETSID, or 0. */
static int
start(struct pipeline *p, const char *path, const char *const *argv, const char *folder,
    short session, struct err *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, error;

	if (setenv("SML_STATE", folder, 1) == -1 || open_pipe(in, 1) == -1 ||
	    open_pipe(out, 0) == -1)
		error = errno;
	else
		error = spawn(p, path, argv, session, in[0], out[1]);
	close_end(&in[0]);
	close_end(&out[1]);
	p->in = in[1];
	p->out = out[0];
	return error == 0 ? 0 : fail(err, error);
}

int
pipeline_start(struct pipeline *p, const char *path, const char *const *argv,
    const char *folder, struct err *err)
{
	*p = (struct pipeline){ .in = -1, .out = -1 };
	if (adopt(p) == -1 || set_nonce(p) == -1)
		return fail(err, errno);
	if (start(p, path, argv, folder, POSIX_SPAWN_SETSID, err) == -1) {
		pipeline_end(p);
		return -1;
	}
	p->group = p->pid;
	return 0;
}

int
pipeline_start_part(struct pipeline *p, const char *path, const char *const *argv,
    const char *folder, struct err *err)
{
	*p = (struct pipeline){ .in = -1, .out = -1 };
	return adopt(p) == -1 ? fail(err, errno) : start(p, path, argv, folder, 0, err);
}

void
pipeline_close_in(struct pipeline *p)
{
	close_end(&p->in);
}

int
pipeline_wait(struct pipeline *p, int ms)
{
	const struct timespec moment = { 0, 1000000 };
	int status = 0;

	while (waitpid(p->pid, &status, WNOHANG) != p->pid) {
		if (ms-- <= 0)
			return -1;
		(void)nanosleep(&moment, NULL);
	}
	p->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * Kills a child that did not exist before the start, and reaps it if it is dead.  A stage, in
 * whatever process group, becomes our child when its own parent dies.
 */
static int
kill_child(struct pipeline *p, pid_t pid)
{
	for (size_t i = 0; i < p->others_count; i++)
		if (p->others[i] == pid)
			return 0;
	p->quiet = 0;
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, WNOHANG);
	return 0;
}

/*
 * Killing a child may make its children ours, and the list may lack a child while another one
 * ends: so the list must be empty twice.  The wait for a killed child that is stuck in the
 * kernel is limited: it never runs again.
 */
void
pipeline_kill(struct pipeline *p)
{
	const struct timespec moment = { 0, 1000000 };

	if (p->group > 0 && p->pid > 0)
		(void)kill(-p->pid, SIGKILL);
	p->quiet = 0;
	for (int i = 0; i < KILL_MS && p->quiet < 2; i++) {
		p->quiet++;
		if (for_children(p, kill_child) == -1 && p->group > 0 &&
		    waitpid(-p->group, NULL, WNOHANG) != -1) {
			(void)kill(-p->group, SIGKILL);
			p->quiet = 0;
		}
		if (p->quiet == 0)
			(void)nanosleep(&moment, NULL);
	}
}

void
pipeline_end(struct pipeline *p)
{
	if (p->group > 0)
		pipeline_kill(p);
	p->pid = p->group = 0;
	free(p->others);
	p->others = NULL;
	p->others_count = 0;
	close_end(&p->in);
	close_end(&p->out);
}
