/*
 * smlfeat check: reads a whole store, in a child process, because a damaged store may crash
 * it.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/report/sig.h"
#include "cli/stream/output.h"
#include "feat_options.h"

static const struct opt check_options[] = { STORE_OPTIONS, NO_OPTIONS };

struct check {
	struct store *store;
	struct diag *diag;
	uint64_t entities, damaged;
};

/* Reads the index, then every entity. Returns -1 if the store cannot be read any further. */
static int
read_store(struct check *c, struct err *err)
{
	struct store_entry entry = { 0 };
	int more = store_check(c->store, &c->damaged, err);

	if (c->damaged > 0)
		diag_error(c->diag, NULL,
		    "wrong entries in the index of what expires: %" PRIu64
		    "; load a dump into a new store",
		    c->damaged);
	if (more == 0)
		more = store_scan(c->store, err) == -1 ? -1 : 1;
	while (more > 0 && sig_came() == 0) {
		more = store_next(c->store, &entry, err);
		c->entities += more == 1;
		if (more == STORE_FOREIGN) {
			c->damaged++;
			diag_error(c->diag, NULL, "%s", err->text);
		}
	}
	entity_free(&entry.entity);
	return more == -1 ? -1 : 0;
}

static int
check(struct feat_options *o)
{
	struct check c = { .diag = o->common.diag };
	const struct stat_row rows[] = {
		{ "entities", STAT_COUNT, &c.entities, "Entities that are sound.", NULL },
		{ "damaged", STAT_COUNT, &c.damaged,
		    "Damaged entities, and wrong entries of the index.", NULL },
		{ NULL, STAT_COUNT, NULL, NULL, NULL },
	};
	struct output output;
	struct err err;
	char line[80];
	int n, status;

	output_hold();
	o->store.on_failure = FAILURE_STOP;
	c.store = options_store(o);
	if (output_open(&output, &o->common, rows, &err) == -1)
		diag_die(c.diag, EXIT_FAILED, "%s", err.text);
	if (read_store(&c, &err) == -1) {
		output_fail(&output, &err);
	} else if (sig_came() == 0) {
		n = snprintf(line, sizeof line,
		    "{\"entities\":%" PRIu64 ",\"damaged\":%" PRIu64 "}\n", c.entities,
		    c.damaged);
		out_write(&output.out, line, (size_t)n);
	}
	output.signal = sig_came();
	status = output_close(&output);
	(void)store_close(c.store, NULL);
	return status == EXIT_OK && c.damaged > 0 ? EXIT_FAILED : status;
}

static int
check_run(struct feat_options *o)
{
	pid_t child = sig_keep_children() == -1 ? -1 : fork();
	int status = 0;

	if (child == -1)
		diag_die(o->common.diag, EXIT_FAILED, "cannot make a process: %s",
		    strerror(errno));
	if (child == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
		(void)signal(SIGBUS, SIG_DFL);
		return check(o);
	}
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		;
	if (!WIFSIGNALED(status))
		return WEXITSTATUS(status);
	switch (WTERMSIG(status)) {
	case SIGABRT:
	case SIGBUS:
	case SIGFPE:
	case SIGSEGV:
		diag_die(o->common.diag, EXIT_FAILED,
		    "the store is damaged: reading it ended in a crash (%s): load a dump into "
		    "a new one",
		    strsignal(WTERMSIG(status)));
	default:
		sig_die(WTERMSIG(status));
	}
}

const struct feat_command check_command = {
	.cli = { .tool = "smlfeat",
	    .command = "check",
	    .what = "read everything, and report what is damaged",
	    .operands = "",
	    .options = check_options,
	    .common = COMMON_TIMEOUT },
	.run = check_run,
};
