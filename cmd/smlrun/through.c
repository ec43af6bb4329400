/* smlrun through - runs a filter that knows nothing of control lines, once for each epoch */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "pipeline/results.h"
#include "run_commands.h"

struct through_options {
	struct common common;
	uint64_t accept;
};

static const struct opt options[] = {
	{ 0, "accept", "STATUS", OPT_COUNT, offsetof(struct through_options, accept), 0,
	    "also take this exit status for success: 1 for grep", 0, 255 },
	{ 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 },
};

const struct cli through_cli = {
	.tool = "smlrun",
	.command = "through",
	.what = "run a filter that knows no control lines within a pipeline",
	.operands = "-- command [argument ...]",
	.options = options,
};

/* The filter, which is started for each epoch. */
struct through {
	char **command;
	uint64_t accept;
	pid_t pid;   /* 0: not running */
	int in, out; /* pipes to its input and from its output */
	struct results input;
	struct out output;
	bool ended;  /* it has closed its input before the end of the epoch */
	bool torn;   /* its output so far does not end with a newline */
	bool failed; /* a stage before this one has failed */
};

enum { CHUNK = 64 * 1024 };

static int
start(struct through *t, struct err *err)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	int in[2], out[2], error;
	sigset_t all;

	if (pipe2(in, O_CLOEXEC) == -1 || pipe2(out, O_CLOEXEC) == -1)
		return err_set(err, NULL, "cannot make a pipe: %s", strerror(errno));
	(void)fcntl(in[1], F_SETFL, O_NONBLOCK);
	(void)sigfillset(&all);
	(void)posix_spawnattr_init(&attributes);
	(void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	(void)posix_spawnattr_setsigdefault(&attributes, &all);
	(void)posix_spawn_file_actions_init(&files);
	(void)posix_spawn_file_actions_adddup2(&files, in[0], STDIN_FILENO);
	(void)posix_spawn_file_actions_adddup2(&files, out[1], STDOUT_FILENO);
	error = posix_spawnp(&t->pid, t->command[0], &files, &attributes, t->command, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)posix_spawnattr_destroy(&attributes);
	(void)close(in[0]);
	(void)close(out[1]);
	t->in = in[1];
	t->out = out[0];
	if (error == 0)
		return 0;
	t->pid = 0;
	return err_set(err, NULL, "cannot run %s: %s", t->command[0], strerror(error));
}

/* Passes on some of what the filter wrote.  Returns 1, 0 at the end of its output, or -1. */
static int
pass_on(struct through *t, struct err *err)
{
	char bytes[CHUNK];
	ssize_t n;

	do
		n = read(t->out, bytes, sizeof bytes);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return err_set(err, NULL, "%s: %s", t->command[0], strerror(errno));
	if (n == 0)
		return 0;
	t->torn = bytes[n - 1] != '\n';
	out_write(&t->output, bytes, (size_t)n);
	if (out_flush(&t->output) == -1)
		return err_set(err, NULL, "standard output: %s", strerror(errno));
	return 1;
}

/* Writes records to the filter, and meanwhile passes on what it writes. */
static int
give(struct through *t, const char *p, size_t n, struct err *err)
{
	struct pollfd fds[2];
	ssize_t done;

	if (t->ended)
		return 0;
	if (t->pid == 0 && start(t, err) == -1)
		return -1;
	while (n > 0) {
		fds[0] = (struct pollfd){ .fd = t->in, .events = POLLOUT };
		fds[1] = (struct pollfd){ .fd = t->out, .events = POLLIN };
		if (poll(fds, 2, -1) == -1)
			continue;
		if (fds[1].revents != 0 && pass_on(t, err) == -1)
			return -1;
		if (fds[0].revents == 0)
			continue;
		done = write(t->in, p, n);
		if (done == -1 && errno == EPIPE)
			return 0; /* it reads no more; its exit status will say whether it failed */
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

/* Ends an epoch: closes the filter's input, and passes on its output to the end. */
static int
end_epoch(struct through *t, struct err *err)
{
	int status = 0, more;

	if (t->pid == 0)
		return 0;
	(void)close(t->in);
	while ((more = pass_on(t, err)) == 1)
		;
	(void)close(t->out);
	while (waitpid(t->pid, &status, 0) == -1 && errno == EINTR)
		;
	t->pid = 0;
	if (more == -1)
		return -1;
	if (t->torn)
		out_puts(&t->output, "\n");
	t->torn = false;
	if (WIFSIGNALED(status))
		return err_set(err, NULL, "%s was killed by signal %d", t->command[0],
		    WTERMSIG(status));
	if (WEXITSTATUS(status) == 0 || (uint64_t)WEXITSTATUS(status) == t->accept)
		return 0;
	return err_set(err, NULL,
	    "%s exited with status %d (--accept would take that for success)", t->command[0],
	    WEXITSTATUS(status));
}

/* Forwards a control line after all output that belongs before it. */
static int
forward(struct through *t, const struct results_piece *line, struct err *err)
{
	struct value kind = value_member(results_control(&t->input), "$sml");

	if (end_epoch(t, err) == -1)
		return -1;
	t->ended = false;
	t->failed |= value_is(kind, "failed", 6);
	out_write(&t->output, line->p, line->n);
	if (out_flush(&t->output) == -1)
		return err_set(err, NULL, "standard output: %s", strerror(errno));
	return 0;
}

/* Waits for input, and meanwhile passes on what the filter writes. */
static int
fill(struct through *t, struct err *err)
{
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = t->pid == 0 ? -1 : t->out, .events = POLLIN } };
	int more = 1;

	if (poll(fds, 2, -1) == -1)
		return 0;
	if (fds[1].revents != 0)
		more = pass_on(t, err);
	if (more == -1)
		return -1;
	if (more == 0) {
		t->ended = true;
		if (end_epoch(t, err) == -1)
			return -1;
	}
	if (fds[0].revents != 0 && results_fill(&t->input, STDIN_FILENO) == -1)
		return err_set(err, NULL, "standard input: %s", strerror(errno));
	return 0;
}

static int
run(struct through *t, struct err *err)
{
	struct results_piece piece;
	bool first = true;

	for (;;) {
		enum results_event event = results_next(&t->input, &piece);
		int result = 0;

		if (first && event == RESULTS_DATA)
			return err_set(err, NULL,
			    "the stream does not begin with a control line: through works "
			    "only in a pipeline of smlrun");
		first = first && event == RESULTS_MORE;
		switch (event) {
		case RESULTS_DATA:
			result = give(t, piece.p, piece.n, err);
			break;
		case RESULTS_CONTROL:
			result = forward(t, &piece, err);
			break;
		case RESULTS_MORE:
			result = fill(t, err);
			break;
		case RESULTS_END:
			return end_epoch(t, err);
		}
		if (result == -1)
			return -1;
	}
}

/* Writes the last line of this stage, which says how it ended. */
static int
say_end(struct through *t, const struct err *why)
{
	if (t->failed)
		return EXIT_FAILED;
	if (why == NULL) {
		out_puts(&t->output,
		    "{\"$sml\":\"done\",\"tool\":\"smlrun through\",\"status\":0}\n");
	} else {
		out_puts(&t->output,
		    "{\"$sml\":\"failed\",\"tool\":\"smlrun through\",\"status\":1,"
		    "\"error\":");
		text_write_repaired(&t->output, why->text);
		out_puts(&t->output, ",\"record\":false}\n");
	}
	return why == NULL ? EXIT_OK : EXIT_FAILED;
}

int
through_main(int argc, char **argv)
{
	struct through_options o = { 0 };
	struct through t = { 0 };
	int status;
	struct err err;

	opt_parse(&through_cli, &o, argc, argv);
	t.command = o.common.operands;
	t.accept = o.accept;
	if (t.command[0] == NULL)
		opt_usage(&o.common, "needs a command: smlrun through -- jq -c .value");
	output_hold();
	if (sig_keep_children() == -1)
		diag_die(o.common.diag, EXIT_FAILED, "cannot wait for a command");
	/* A stage ends at the end of its input; the filter must not command stages. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);
	(void)unsetenv("SML_CONTROL");
	(void)unsetenv("SML_STATE");
	if (results_open(&t.input, &err) == -1 ||
	    out_open(&t.output, STDOUT_FILENO, CHUNK) == -1)
		diag_die(o.common.diag, EXIT_FAILED, "out of memory");
	if (run(&t, &err) == -1) {
		diag_error(o.common.diag, NULL, "%s", err.text);
		status = say_end(&t, &err);
	} else
		status = say_end(&t, NULL);
	if (out_close(&t.output) == -1)
		status = EXIT_FAILED;
	results_close(&t.input);
	opt_free(&through_cli, &o);
	return status;
}
