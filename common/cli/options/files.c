/* Checks that no file that is written is also named elsewhere. */
#include <sys/stat.h>

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/options/cli.h"

/*
 * A file in a form that can be compared: the file itself, or, if it does not exist yet, its
 * folder and its name in it.
 */
struct file {
	const char *named; /* such as "--rejects" or "standard input" */
	const char *path;  /* NULL: a descriptor */
	bool single;	   /* can be compared: a regular file, or no file yet */
	dev_t device;
	ino_t inode;
	char name[NAME_MAX + 1]; /* of a new file */
	int error;		 /* why there is neither a file nor a folder */
};

static struct file
file_open_already(int fd, const char *named)
{
	struct file file = { .named = named };
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		file.single = true;
		file.device = st.st_dev;
		file.inode = st.st_ino;
	}
	return file;
}

static struct file
file_at(const char *path, const char *named)
{
	struct file file = { .named = named, .path = path };
	char copy[PATH_MAX];
	struct stat st;

	if (stat(path, &st) == 0) {
		file.single = S_ISREG(st.st_mode);
	} else {
		/* dirname and basename may both change their argument. */
		if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
			return file;
		if (stat(dirname(copy), &st) != 0) {
			file.error = errno;
			return file;
		}
		(void)snprintf(copy, sizeof(copy), "%s", path);
		if (snprintf(file.name, sizeof(file.name), "%s", basename(copy)) >=
		    (int)sizeof(file.name))
			return file;
		file.single = true;
	}
	file.device = st.st_dev;
	file.inode = st.st_ino;
	return file;
}

static void
must_differ(const struct common *c, const struct file *a, const struct file *b)
{
	const char *path = a->path != NULL ? a->path : b->path;

	if (!a->single || !b->single || a->device != b->device || a->inode != b->inode ||
	    strcmp(a->name, b->name) != 0)
		return;
	if (path == NULL)
		opt_usage(c, "%s and %s are the same file", a->named, b->named);
	opt_usage(c, "%s and %s are the same file, %s", a->named, b->named, path);
}

/* Returns the path given to an option, or NULL if there is none or it is "-". */
static const char *
path_of(const struct opt *o, const struct common *c)
{
	const char *path;

	if ((o->flags & OPT_IS_FILE) == 0 || o->kind != OPT_TEXT)
		return NULL;
	path = *(const char *const *)opt_value(o, c);
	return path == NULL || strcmp(path, "-") == 0 ? NULL : path;
}

static void
must_differ_from_options(const struct common *c, const struct cli_options *all,
    const struct opt *self, const struct file *file)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct opt *o = &all->opt[i];
		const char *path = path_of(o, c);
		struct file other;
		char named[64];

		if (o == self || path == NULL)
			continue;
		(void)snprintf(named, sizeof(named), "--%s", o->name);
		other = file_at(path, named);
		must_differ(c, file, &other);
	}
}

static void
must_differ_from_input(const struct common *c, const struct file *file)
{
	struct file input = file_open_already(STDIN_FILENO, "standard input");

	must_differ(c, file, &input);
	for (char **path = c->operands; *path != NULL; path++)
		if (strcmp(*path, "-") != 0) {
			input = file_at(*path, "the input");
			must_differ(c, file, &input);
		}
}

/* Checks that no other file has the name of self's lock. */
static void
must_keep_beside(const struct common *c, const struct cli_options *all, const struct opt *self,
    const char *path, const char *named)
{
	char beside[PATH_MAX];
	struct file file;

	if (snprintf(beside, sizeof(beside), "%s.lock", path) >= (int)sizeof(beside))
		return;
	file = file_at(beside, named);
	must_differ_from_input(c, &file);
	must_differ_from_options(c, all, self, &file);
}

/* Checks a file that will be written.  self: its option; NULL: a text names the file. */
static void
check_written(const struct common *c, const struct cli_options *all, const struct opt *self,
    const char *path, const char *named)
{
	struct file file = file_at(path, named);

	if (file.error != 0)
		diag_die(c->diag, EXIT_FAILED, "%s %s: %s", named, path, strerror(file.error));
	must_differ_from_input(c, &file);
	must_differ_from_options(c, all, self, &file);
}

void
common_check_files(const struct common *c, const struct cli_options *all)
{
	struct file output = file_open_already(STDOUT_FILENO, "standard output");

	must_differ_from_input(c, &output);
	must_differ_from_options(c, all, NULL, &output);
	for (size_t i = 0; i < all->count; i++) {
		const struct opt *o = &all->opt[i];
		const char *path = path_of(o, c);
		char named[64];

		if ((o->flags & OPT_WRITES) == 0 || path == NULL)
			continue;
		(void)snprintf(named, sizeof(named), "--%s", o->name);
		check_written(c, all, o, path, named);
		must_keep_beside(c, all, o, path, named);
	}
}

void
opt_claim(const struct common *c, const char *named, const char *path)
{
	struct file output = file_open_already(STDOUT_FILENO, "standard output");
	struct file file = file_at(path, named);
	struct cli_options all;

	cli_list(c->cli, &all);
	check_written(c, &all, NULL, path, named);
	must_differ(c, &file, &output);
}

void
opt_read(const struct common *c, const char *named, const char *path)
{
	struct file output = file_open_already(STDOUT_FILENO, "standard output");
	struct file file = file_at(path, named), other;
	struct cli_options all;

	cli_list(c->cli, &all);
	must_differ(c, &output, &file);
	for (size_t i = 0; i < all.count; i++) {
		const struct opt *o = &all.opt[i];
		const char *written = path_of(o, c);
		char option[64];

		if ((o->flags & OPT_WRITES) == 0 || written == NULL)
			continue;
		(void)snprintf(option, sizeof(option), "--%s", o->name);
		other = file_at(written, option);
		must_differ(c, &other, &file);
	}
}

void
opt_differ(const struct common *c, const char *named, const char *path, const char *other,
    const char *other_path)
{
	struct file a = file_at(path, named), b = file_at(other_path, other);

	must_differ(c, &a, &b);
}
