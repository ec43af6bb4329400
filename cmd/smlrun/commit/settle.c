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
#include "base/grow.h"
#include "base/lock.h"
#include "base/replace.h"
#include "commit/settle.h"
#include "commit/snapshot_files.h"
#include "pipeline/leftovers.h"

/* A side file that this run has locked. */
struct side_lock {
	char *path; /* malloc'ed */
	int fd;
};

struct settling {
	const struct commit *commit;
	struct side_locks *locks;
	const char *states;
	bool anew;
	const char *snapshot; /* the path of the snapshot that is being read */
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

/* Opens and locks a side file for the rest of the run.  Returns its descriptor, or -1. */
static int
take_lock(struct side_locks *locks, const char *path, struct err *err)
{
	struct side_lock new = { .fd = -1 };

	for (size_t i = 0; i < locks->count; i++)
		if (strcmp(locks->file[i].path, path) == 0)
			return locks->file[i].fd;
	if (grow(&locks->file, &locks->room, locks->count + 1, sizeof new) == -1 ||
	    (new.path = strdup(path)) == NULL)
		return err_memory(err);
	new.fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (new.fd == -1)
		fail(path, err);
	else if (lock_open_file(new.fd, path, err) == 0) {
		locks->file[locks->count++] = new;
		return new.fd;
	}
	free(new.path);
	if (new.fd != -1)
		(void)close(new.fd);
	return -1;
}

void
side_locks_free(struct side_locks *locks)
{
	for (size_t i = 0; i < locks->count; i++) {
		(void)close(locks->file[i].fd);
		free(locks->file[i].path);
	}
	free(locks->file);
	*locks = (struct side_locks){ 0 };
}

/*
 * Returns a locked side file, and its length in *there, which must be from least to most; or -1.
 */
static int
open_side(const struct settling *s, const char *path, uint64_t least, uint64_t most,
    uint64_t *there, struct err *err)
{
	int fd = take_lock(s->locks, path, err);
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		return fail(path, err);
	*there = (uint64_t)st.st_size;
	if (*there < least)
		return err_set(err, NULL, "%s has %ju bytes, but %ju were committed", path,
		    (uintmax_t)*there, (uintmax_t)least);
	if (*there > most)
		return err_set(err, NULL,
		    "%s has %ju bytes, though only %ju were committed: another program has "
		    "written to it; each run needs files of its own",
		    path, (uintmax_t)*there, (uintmax_t)most);
	return fd;
}

/* Makes a side file as long as the commit says, by appending from the part. */
static int
append_part(const struct settling *s, const struct saved_file *file, const char *part,
    struct err *err)
{
	uint64_t start = file->length - file->part, there = 0;
	int to = open_side(s, file->path, start, file->length, &there, err), from = -1;
	int result = -1;

	if (to == -1)
		return -1;
	/*
	 * A new run copies all of the part again, because a crash may have left the copy
	 * incomplete.
	 */
	if (s->anew)
		there = start;
	if (there == file->length)
		return 0;
	if ((from = open(part, O_RDONLY | O_CLOEXEC)) == -1)
		return fail(part, err);
	if (copy(from, there - start, to, there, file->length - there) == -1 ||
	    fsync(to) == -1 || folder_sync_of(file->path) == -1)
		fail(file->path, err);
	else
		result = 0;
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
	if (replace_begin(&r, model->path, (mode_t)model->mode | REPLACE_EXACT, err) == -1)
		return -1;
	out_write(&r.out, model->text, (size_t)model->text_len);
	return replace_commit(&r, err);
}

/*
 * Calls each for every snapshot of a commit: the files in a folder whose names end with the id
 * and nonce of the commit.
 */
static int
for_folder(const char *folder, const struct commit *c,
    int (*each)(const char *path, void *context, struct err *), void *context, struct err *err)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char suffix[64], *path;
	int result = 0;
	size_t n, end;

	if (dir == NULL)
		return fail(folder, err);
	end = (size_t)snprintf(suffix, sizeof suffix, ".%" PRId64 ".%s", c->id, c->nonce);
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		n = strlen(entry->d_name);
		if (n <= end || strcmp(entry->d_name + n - end, suffix) != 0)
			continue;
		if (asprintf(&path, "%s/%s", folder, entry->d_name) == -1) {
			result = err_memory(err);
			break;
		}
		result = each(path, context, err);
		free(path);
	}
	(void)closedir(dir);
	return result;
}

/*
 * As for_folder, for the folder of the states, or for the folders of the pipeline's copies in
 * it.
 */
static int
for_snapshots(const char *states, const struct commit *c,
    int (*each)(const char *path, void *context, struct err *), void *context, struct err *err)
{
	char *folder;
	int result = 0;

	if (c->shards.count == 0)
		return for_folder(states, c, each, context, err);
	for (uint64_t i = 0; i < c->shards.count && result == 0; i++) {
		if (asprintf(&folder, "%s/%ju", states, (uintmax_t)i) == -1)
			return err_memory(err);
		result = for_folder(folder, c, each, context, err);
		free(folder);
	}
	return result;
}

static int
read_snapshot(const char *path, void *context, struct err *err)
{
	const struct snapshot_files *files = context;
	struct settling *s = files->context;

	s->snapshot = path;
	return snapshot_files_read(path, files, err);
}

/* Calls the callbacks for the side files and models that the snapshots of a commit name. */
static int
walk(const char *states, const struct commit *c, struct snapshot_files *files, struct err *err)
{
	return for_snapshots(states, c, read_snapshot, files, err);
}

static int
add_size(const char *path, void *sum, struct err *err)
{
	struct stat st;

	(void)err;
	if (stat(path, &st) == 0)
		*(uint64_t *)sum += (uint64_t)st.st_size;
	return 0;
}

uint64_t
settle_snapshot_bytes(const char *states, const struct commit *c)
{
	uint64_t sum = 0;
	struct err err;

	(void)for_snapshots(states, c, add_size, &sum, &err);
	return sum;
}

int
settle(struct side_locks *locks, const char *states, const struct commit *c, bool anew,
    struct err *err)
{
	struct settling s = { c, locks, states, .anew = anew };
	struct snapshot_files files = { settle_file, settle_model, &s };

	return c->id == 0 ? 0 : walk(states, c, &files, err);
}

/* Locks a side file, which must be as long as the last attempt left it. */
static int
lock_file(void *context, const struct saved_file *file, struct err *err)
{
	uint64_t start = file->length - file->part;

	return open_side(context, file->path, start, start, &start, err) == -1 ? -1 : 0;
}

static int
remove_parts(void *context, const struct saved_file *file, struct err *err)
{
	const struct settling *s = context;

	(void)err;
	leftovers_remove_parts(s->states, file->path, s->commit->nonce);
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

int
settle_lock(struct side_locks *locks, const char *states, const struct commit *c,
    struct err *err)
{
	struct settling s = { .commit = c, .locks = locks, .states = states };
	struct snapshot_files files = { lock_file, pass, &s };

	return walk(states, c, &files, err);
}

void
settle_remove_parts(const char *states, const struct commit *c)
{
	struct settling s = { .commit = c, .states = states };
	struct snapshot_files files = { remove_parts, pass, &s };
	struct err err;

	(void)walk(states, c, &files, &err);
}

static int
check_inside(const struct settling *s, const char *path, struct err *err)
{
	size_t n = (size_t)(strrchr(s->snapshot, '/') - s->snapshot) + 1;
	const char *name = strrchr(path, '/');

	if (strncmp(path, s->snapshot, n) == 0)
		return 0;
	return err_set(err, NULL,
	    "%s: there are several pipelines, and all would write this file: name it "
	    "$SML_STATE/%s",
	    path, name == NULL ? path : name + 1);
}

static int
check_file(void *context, const struct saved_file *file, struct err *err)
{
	return check_inside(context, file->path, err);
}

static int
check_model(void *context, const struct saved_replaces *model, struct err *err)
{
	return check_inside(context, model->path, err);
}

int
settle_check_inside(const char *states, const struct commit *c, struct err *err)
{
	struct settling s = { .commit = c, .states = states };
	struct snapshot_files files = { check_file, check_model, &s };

	return walk(states, c, &files, err);
}
