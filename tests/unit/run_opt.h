#ifndef SML_RUN_OPT_H
#define SML_RUN_OPT_H

/*
 * For the tests of options: runs opt_parse in a child process, as a program would, and reads
 * its output.  Include cmocka.h before this.
 */
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

static struct {
	int status;
	char out[16384], err[2048];
} seen;

/*
 * Runs child with a tool's name and words, which are separated by one space; its output goes
 * to path.
 */
static void
run_child_into(const char *path, void (*child)(int, char **), const char *tool,
    const char *words)
{
	char text[512], *argv[32];
	int argc = 0, status;
	pid_t pid;

	(void)snprintf(text, sizeof(text), "%s %s", tool, words);
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	(void)fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (freopen(path, "w", stdout) == NULL || freopen("err", "w", stderr) == NULL)
			abort();
		child(argc, argv);
		_exit(EXIT_FAILURE);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	seen.status = WEXITSTATUS(status);
	read_file("err", seen.err, sizeof(seen.err));
}

static void
run_child(void (*child)(int, char **), const char *tool, const char *words)
{
	run_child_into("out", child, tool, words);
	read_file("out", seen.out, sizeof(seen.out));
}

/*
 * Has bash complete the last of the words after the tool's name, using the file "completion".
 */
static void
complete(const char *tool, const char *words)
{
	char command[1024];

	(void)snprintf(command, sizeof(command),
	    "bash -c 'compopt() { echo \"compopt $*\"; }; . ./completion && "
	    "COMP_WORDS=(%s %s) COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) && "
	    "_%s && printf \"%%s \" \"${COMPREPLY[@]}\"' >out",
	    tool, words, tool);
	assert_int_equal(system(command), 0);
	read_file("out", seen.out, sizeof(seen.out));
}

static int
own_folder(void **state)
{
	static char folder[] = "/tmp/sml-opt-XXXXXX";

	*state = mkdtemp(folder);
	return *state == NULL || unsetenv("POSIXLY_CORRECT") != 0 ? -1 : chdir(folder);
}

static int
folder_away(void **state)
{
	static const char *const left[] = { "out", "err", "completion" };

	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		(void)unlink(left[i]);
	return chdir("/") != 0 || rmdir(*state) != 0 ? -1 : 0;
}

#endif
