/* smlrun status - prints what is committed */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commit/commit_file.h"
#include "json/doc.h"
#include "run_commands.h"
#include "source/rotation.h"

static const struct opt options[] = { { 0, NULL, NULL, 0, 0, 0, NULL, 0, 0 } };

const struct cli status_cli = {
	.tool = "smlrun",
	.command = "status",
	.what = "print what is committed",
	.operands = "dir",
	.options = options,
};

/* Returns how many bytes of the last file are not read yet, or null if that is not known. */
static json_t *
unread(const struct commit *c)
{
	const struct source_place *place = &c->last.place;
	struct err err;
	struct stat st;
	uint64_t n;

	if (place->inode == 0 && stat(c->last.file, &st) == 0)
		return json_integer((json_int_t)st.st_size);
	if (place->inode == 0 || rotation_unread(c->last.file, place, &n, &err) == -1)
		return json_null();
	return json_integer((json_int_t)n);
}

/* What is committed, or the group that has it. */
static json_t *
describe(const struct commit *c)
{
	json_t *doc;

	if (c->group != NULL)
		return json_pack("{s:s,s:s,s:s,s:s}", "group", c->group, "source",
		    c->begin.file, "sink", c->sink, "pipeline", c->pipeline);
	doc = commit_document(c);
	if (doc != NULL && c->last.place.kind == SOURCE_FILES)
		(void)json_object_set_new(doc, "unread", unread(c));
	return doc;
}

static int
print(const struct commit *c, struct err *err)
{
	json_t *doc = describe(c);
	struct out out;
	int result = 0;

	if (doc == NULL || out_open(&out, STDOUT_FILENO, 4096) == -1) {
		json_decref(doc);
		return err_memory(err);
	}
	doc_write(&out, doc);
	out_puts(&out, "\n");
	if (out_close(&out) == -1)
		result = err_set(err, NULL, "standard output: %s", strerror(errno));
	json_decref(doc);
	return result;
}

int
status_main(int argc, char **argv)
{
	struct common c = { 0 };
	struct commit commit = { 0 };
	int there, status = EXIT_FAILED;
	struct err err;

	opt_parse(&status_cli, &c, argc, argv);
	if (c.operands[0] == NULL || c.operands[1] != NULL)
		opt_usage(&c, "needs one folder");
	there = commit_read(c.operands[0], &commit, &err);
	if (there == 0)
		err_set(&err, NULL, "%s: nothing is committed there", c.operands[0]);
	if (there == 1 && print(&commit, &err) == 0)
		status = EXIT_OK;
	else
		diag_error(c.diag, NULL, "%s", err.text);
	commit_free(&commit);
	opt_free(&status_cli, &c);
	return status;
}
