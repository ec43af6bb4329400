/* Appends the parts of side files, and puts models in place, after a commit. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/replace.h"
#include "commit/settle.h"
#include "commit/snapshot_files.h"
#include "pipeline/leftovers.h"

struct settling {
	const struct commit *commit;
	bool anew;
};

static int
fail(const char *path, struct err *err)
{
	return err_set(err, NULL, "%s: %s", path, strerror(errno));
}

/* Copies n bytes of a part, from one offset to another. */
static int
copy(int from, uint64_t at, int to, uint64_t until, uint64_t n)
{
	char bytes[65536];
	ssize_t got, done;

	while (n > 0) {
		got =
		    pread(from, bytes, n < sizeof bytes ? (size_t)n : sizeof bytes, (off_t)at);
		if (got == 0)
			errno = EIO; /* the part is shorter than its snapshot says */
		if (got <= 0)
			return -1;
		done = pwrite(to, bytes, (size_t)got, (off_t)until);
		if (done <= 0)
			return -1;
		at += (uint64_t)done;
		until += (uint64_t)done;
		n -= (uint64_t)done;
	}
	return 0;
}

/* Makes a side file as long as the commit says, with the end of it from the part. */
static int
append_part(const struct settling *s, const struct saved_file *file, const char *part,
    struct err *err)
{
	uint64_t start = file->length - file->part, there = start;
	int to = open(file->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666), from = -1;
	int result = -1;
	struct stat st;

	if (to == -1 || fstat(to, &st) == -1) {
		fail(file->path, err);
		goto out;
	}
	if ((uint64_t)st.st_size < start) {
		err_set(err, NULL, "%s has %ju bytes, but %ju were committed", file->path,
		    (uintmax_t)st.st_size, (uintmax_t)start);
		goto out;
	}
	/* What was copied by a run that goes on is there for certain. */
	if (!s->anew && (uint64_t)st.st_size <= file->length)
		there = (uint64_t)st.st_size;
	if (there == file->length && (uint64_t)st.st_size == file->length) {
		result = 0;
		goto out;
	}
	if (file->part > 0 && (from = open(part, O_RDONLY | O_CLOEXEC)) == -1) {
		fail(part, err);
		goto out;
	}
	if (copy(from, there - start, to, there, file->length - there) == -1 ||
	    ftruncate(to, (off_t)file->length) == -1 || fsync(to) == -1 ||
	    folder_sync_of(file->path) == -1)
		fail(file->path, err);
	else
		result = 0;
out:
	if (to != -1)
		(void)close(to);
	if (from != -1)
		(void)close(from);
	return result;
}

static int
settle_file(void *context, const struct saved_file *file, struct err *err)
{
	const struct settling *s = context;
	char *part;
	int result;

	if (asprintf(&part, "%s.%s", file->path, s->commit->nonce) == -1)
		return err_memory(err);
	result = append_part(s, file, part, err);
	free(part);
	return result;
}

static int
settle_model(void *context, const struct saved_replaces *model, struct err *err)
{
	struct replace r;

	(void)context;
	if (replace_begin(&r, model->path, REPLACE_PRIVATE, err) == -1)
		return -1;
	out_write(&r.out, model->text, (size_t)model->text_len);
	return replace_commit(&r, err);
}

/* Walks over the snapshots of a commit: the files in the folder with its id and nonce. */
static int
walk(const char *states, const struct commit *c, const struct snapshot_files *files,
    struct err *err)
{
	DIR *dir = opendir(states);
	struct dirent *entry;
	char suffix[64], *path;
	int result = 0;
	size_t n, end;

	if (dir == NULL)
		return fail(states, err);
	end = (size_t)snprintf(suffix, sizeof suffix, ".%" PRId64 ".%s", c->id, c->nonce);
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (n <= end || strcmp(entry->d_name + n - end, suffix) != 0)
			continue;
		if (asprintf(&path, "%s/%s", states, entry->d_name) == -1) {
			result = err_memory(err);
			break;
		}
		result = snapshot_files_read(path, files, err);
		free(path);
	}
	(void)closedir(dir);
	return result;
}

int
settle(const char *states, const struct commit *c, bool anew, struct err *err)
{
	struct settling s = { c, anew };
	const struct snapshot_files files = { settle_file, settle_model, &s };

	return c->id == 0 ? 0 : walk(states, c, &files, err);
}

static int
remove_parts(void *context, const struct saved_file *file, struct err *err)
{
	const struct settling *s = context;
	const char *slash = strrchr(file->path, '/');
	char *folder = slash == NULL ? strdup(".") :
				       strndup(file->path, (size_t)(slash - file->path) + 1);

	(void)err;
	if (folder != NULL)
		leftovers_remove(folder, slash == NULL ? file->path : slash + 1,
		    s->commit->nonce);
	free(folder);
	return 0;
}

static int
pass(void *context, const struct saved_replaces *model, struct err *err)
{
	(void)context;
	(void)model;
	(void)err;
	return 0;
}

void
settle_remove_parts(const char *states, const struct commit *c)
{
	struct settling s = { c, false };
	const struct snapshot_files files = { remove_parts, pass, &s };
	struct err err;

	(void)walk(states, c, &files, &err);
}
