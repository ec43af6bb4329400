/* smlrun check - compares what is committed with the source and the sink */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commit/commit_file.h"
#include "run_commands.h"
#include "source/file_digest.h"
#include "source/rotation.h"

static const struct opt options[] = { { 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 } };

const struct cli check_cli = {
	.tool = "smlrun",
	.command = "check",
	.what = "compare what is committed with source and sink",
	.operands = "dir",
	.options = options,
};

/* Checks that the source's file, or one that a log became, still has what was read of it. */
static int
check_source(const struct commit_point *last, struct err *err)
{
	struct rotation_file found = { .fd = -1 };
	uint64_t digest = ~last->place.digest;
	struct stat st;
	int fd;

	if (last->place.inode == 0)
		return 0;
	fd = open(last->file, O_RDONLY | O_CLOEXEC);
	if (fd != -1) {
		(void)file_digest(fd, last->place.byte, &digest);
		(void)close(fd);
	}
	if (digest == last->place.digest)
		return 0;
	if (rotation_find(last->file, &last->place, &found, err) == 0) {
		(void)close(found.fd);
		return 0;
	}
	if (stat(last->file, &st) == -1)
		return err_set(err, NULL, "%s: %s", last->file, strerror(errno));
	return err_set(err, NULL, "%s is another file than the one that was read before",
	    last->file);
}

/* Checks that a file has at least what was committed of it; NULL, - and null pass. */
static int
check_length(const char *path, uint64_t length, struct err *err)
{
	struct stat st;

	if (path == NULL || strcmp(path, "-") == 0 || strcmp(path, "null") == 0)
		return 0;
	if (stat(path, &st) == -1)
		return err_set(err, NULL, "%s: %s", path, strerror(errno));
	if ((uint64_t)st.st_size >= length)
		return 0;
	return err_set(err, NULL, "%s has %ju bytes, but %ju were committed", path,
	    (uintmax_t)st.st_size, (uintmax_t)length);
}

/* Reports what a check has found. */
static void
report(struct diag *diag, int result, const struct err *err, int *status)
{
	if (result == 0)
		return;
	diag_error(diag, NULL, "%s", err->text);
	*status = EXIT_FAILED;
}

/* Reports everything that is wrong.  Returns the exit status. */
static int
check(struct diag *diag, const struct commit *c)
{
	const struct commit_point *last = &c->last;
	struct sink_names sinks;
	int status = EXIT_OK;
	struct err err;

	report(diag, check_source(last, &err), &err, &status);
	report(diag, commit_sinks(c, &sinks, &err), &err, &status);
	for (size_t i = 0; i < sinks.count && i < last->lengths.count; i++)
		report(diag, check_length(sinks.to[i], last->lengths.bytes[i], &err), &err,
		    &status);
	sink_names_free(&sinks);
	report(diag, check_length(c->rejects, last->rejected, &err), &err, &status);
	return status;
}

int
check_main(int argc, char **argv)
{
	struct common c = { 0 };
	struct commit commit = { 0 };
	int status = EXIT_FAILED, there;
	struct err err;

	opt_parse(&check_cli, &c, argc, argv);
	if (c.operands[0] == NULL || c.operands[1] != NULL)
		opt_usage(&c, "needs one folder");
	there = commit_read(c.operands[0], &commit, &err);
	if (there == 1 && (commit.group != NULL || source_is_topic(commit.last.place.kind)))
		diag_error(c.diag, NULL,
		    "%s reads or writes a topic: a run checks that when it starts",
		    c.operands[0]);
	else if (there == 1)
		status = check(c.diag, &commit);
	else if (there == 0)
		diag_error(c.diag, NULL, "%s: nothing is committed there", c.operands[0]);
	else
		diag_error(c.diag, NULL, "%s", err.text);
	commit_free(&commit);
	opt_free(&check_cli, &c);
	return status;
}
