/*
 * measure [-n RUNS] FILE COMMAND... - runs a command RUNS times, one at a time, and writes
 * to FILE what one run took: CPU seconds (user and system), wall seconds, and the peak memory
 * in bytes.  It is a small program of its own, because the kernel counts the memory of the
 * parent as that of the command.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double
clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
run(char **command)
{
	int status;
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		errx(1, "%s failed", command[0]);
}

int
main(int argc, char **argv)
{
	struct rusage use;
	double began, wall, cpu;
	int runs = 1;
	FILE *out;

	if (argc > 2 && strcmp(argv[1], "-n") == 0) {
		runs = (int)strtol(argv[2], NULL, 10);
		argv += 2;
		argc -= 2;
	}
	if (argc < 3 || runs < 1)
		errx(2, "usage: measure [-n runs] file command...");
	if ((out = fopen(argv[1], "we")) == NULL)
		err(1, "%s", argv[1]);
	began = clock_now();
	for (int i = 0; i < runs; i++)
		run(argv + 2);
	wall = clock_now() - began;
	if (getrusage(RUSAGE_CHILDREN, &use) == -1)
		err(1, "getrusage");
	cpu = seconds(use.ru_utime) + seconds(use.ru_stime);
	fprintf(out, "%.6f %.6f %ld\n", cpu / runs, wall / runs, use.ru_maxrss * 1024);
	return fclose(out) == 0 ? 0 : 1;
}
