/* Finds the files of a log that is rotated, and their order. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/grow.h"
#include "source/file_digest.h"
#include "source/rotation.h"

enum age_kind { AGE_NUMBER, AGE_DATE };

/* A file that was PATH. */
struct older_file {
	char *path; /* malloc'ed */
	enum age_kind kind;
	unsigned long number;
	char date[32];
	bool packed; /* compressed: it cannot be read on */
};

/* All of them, the oldest first; those with numbers come before those with dates. */
struct older_files {
	struct older_file *file; /* malloc'ed */
	size_t count, room;
};

static void
free_files(struct older_files *all)
{
	for (size_t i = 0; i < all->count; i++)
		free(all->file[i].path);
	free(all->file);
	*all = (struct older_files){ 0 };
}

static bool
is_packed(const char *suffix)
{
	static const char *const suffixes[] = { ".gz", ".bz2", ".xz", ".zst", ".Z", ".lz4",
		".lzma", NULL };

	for (size_t i = 0; suffixes[i] != NULL; i++)
		if (strcmp(suffix, suffixes[i]) == 0)
			return true;
	return false;
}

/* Reads what stands after PATH in the name of a file.  Returns whether that says an age. */
static bool
read_age(const char *text, struct older_file *file)
{
	size_t digits = strspn(text + 1, "0123456789"), all = strspn(text + 1, "0123456789-");

	if (text[0] == '.' && digits == all && digits > 0 && digits < 5) {
		file->kind = AGE_NUMBER;
		file->number = strtoul(text + 1, NULL, 10);
	} else if ((text[0] == '.' || text[0] == '-') && all >= 8 && all < sizeof file->date) {
		file->kind = AGE_DATE;
		(void)memcpy(file->date, text + 1, all);
		file->date[all] = '\0';
	} else
		return false;
	text += 1 + all;
	file->packed = is_packed(text);
	return file->packed || text[0] == '\0';
}

/* Orders by age, the oldest first. */
static int
compare_ages(const struct older_file *a, const struct older_file *b)
{
	if (a->kind != b->kind)
		return a->kind == AGE_NUMBER ? -1 : 1;
	if (a->kind == AGE_DATE)
		return strcmp(a->date, b->date);
	return a->number < b->number ? 1 : a->number > b->number ? -1 : 0;
}

static int
compare(const void *p, const void *q)
{
	const struct older_file *a = p, *b = q;
	int order = compare_ages(a, b);

	return order != 0 ? order : (int)a->packed - (int)b->packed;
}

static int
add(struct older_files *all, const char *folder, const char *name, struct older_file file)
{
	if (grow(&all->file, &all->room, all->count + 1, sizeof file) == -1 ||
	    asprintf(&file.path, "%s/%s", folder, name) == -1)
		return -1;
	all->file[all->count++] = file;
	return 0;
}

/* Lists the files beside a real path, which is cut into its folder and its name. */
static int
list_beside(char *real, struct older_files *all)
{
	char *name = strrchr(real, '/');
	const struct dirent *entry;
	size_t n;
	DIR *dir;
	int result = 0;

	*name++ = '\0';
	n = strlen(name);
	dir = opendir(real[0] == '\0' ? "/" : real);
	if (dir == NULL)
		return -1;
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		struct older_file file = { 0 };

		if (strncmp(entry->d_name, name, n) == 0 && read_age(entry->d_name + n, &file))
			result = add(all, real, entry->d_name, file);
	}
	(void)closedir(dir);
	return result;
}

/* Lists the files that were PATH.  If that is a symbolic link, they are beside its target. */
static int
list(const char *path, struct older_files *all, struct err *err)
{
	char *real = realpath(path, NULL);
	int result = -1;

	*all = (struct older_files){ 0 };
	if (real == NULL && errno == ENOENT)
		real = file_absolute(path);
	if (real != NULL)
		result = list_beside(real, all);
	if (result == -1)
		err_set(err, NULL, "cannot look for the files that were %s: %s", path,
		    strerror(errno));
	else if (all->count > 0)
		qsort(all->file, all->count, sizeof all->file[0], compare);
	free(real);
	return result;
}

static bool
is_same(const char *path, const struct stat *st)
{
	struct stat other;

	return stat(path, &other) == 0 && other.st_ino == st->st_ino &&
	    other.st_dev == st->st_dev;
}

/* Opens a file if it has what was read before a place; else, and if it is gone, returns -1. */
static int
open_match(const char *path, const struct file_place *place, bool by_inode)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t digest;
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size >= place->byte && (st.st_ino == place->inode) == by_inode &&
	    (by_inode || place->byte > 0) && file_digest(fd, place->byte, &digest) == 0 &&
	    digest == place->digest)
		return fd;
	if (fd != -1)
		(void)close(fd);
	return -1;
}

/* Opens what matches in PATH and its older files.  Returns how many there are; the first is open. */
static int
find(const char *path, const struct older_files *all, const struct file_place *place,
    bool by_inode, struct rotation_file *found)
{
	int matches = 0, fd;

	for (size_t i = 0; i <= all->count; i++) {
		if (i > 0 && all->file[i - 1].packed)
			continue;
		fd = open_match(i == 0 ? path : all->file[i - 1].path, place, by_inode);
		if (fd == -1)
			continue;
		if (matches++ > 0)
			(void)close(fd);
		else
			*found = (struct rotation_file){ .fd = fd, .is_path = i == 0 };
		if (by_inode)
			break;
	}
	return matches;
}

/* Says why no file was found. */
static int
fail_to_find(const char *path, const struct older_files *all, const struct file_place *place,
    int matches, struct err *err)
{
	struct stat st;

	if (matches > 1)
		return err_set(err, NULL,
		    "cannot go on in %s: %d files have the %ju bytes that were read of it, "
		    "and "
		    "none is the one that was read",
		    path, matches, (uintmax_t)place->byte);
	if (stat(path, &st) == 0 && st.st_ino == place->inode)
		err_set(err, NULL,
		    "cannot go on in %s: it was cut to %ju bytes or written anew, and no copy "
		    "beside it (%s.1) has the %ju bytes that were read of it",
		    path, (uintmax_t)st.st_size, path, (uintmax_t)place->byte);
	else
		err_set(err, NULL,
		    "cannot go on in %s: neither it nor a file that was it (%s.1) has the %ju "
		    "bytes that were read",
		    path, path, (uintmax_t)place->byte);
	for (size_t i = all->count; i > 0; i--)
		if (all->file[i - 1].packed)
			return err_add(err, "; %s is compressed: uncompress it if it has them",
			    strrchr(all->file[i - 1].path, '/') + 1);
	return -1;
}

int
rotation_find(const char *path, const struct file_place *place, struct rotation_file *found,
    struct err *err)
{
	struct older_files all = { 0 };
	int matches = 0, result = 0;
	struct stat st;

	/* A file that is renamed while its folder is read may not be seen there: look twice. */
	for (int look = 0; look < 2 && matches == 0 && result == 0; look++) {
		free_files(&all);
		result = list(path, &all, err);
		if (result == 0)
			matches = find(path, &all, place, true, found);
	}
	if (result == 0 && matches == 0)
		matches = find(path, &all, place, false, found);
	if (result == 0 && matches != 1) {
		result = fail_to_find(path, &all, place, matches, err);
		if (matches > 1)
			(void)close(found->fd);
	}
	if (result == 0)
		found->is_copy =
		    !found->is_path && stat(path, &st) == 0 && st.st_ino == place->inode;
	free_files(&all);
	return result;
}

/* Says which file came after one: its path, or PATH's; NULL with err if one is missing. */
static const char *
name_next(const char *path, const struct older_files *all, size_t i, struct err *err)
{
	const struct older_file *this = &all->file[i], *next;

	do
		i++;
	while (i < all->count && compare_ages(&all->file[i], this) == 0);
	next = i < all->count && all->file[i].kind == this->kind ? &all->file[i] : NULL;
	if (this->kind == AGE_NUMBER && this->number > 1 &&
	    (next == NULL || next->number != this->number - 1)) {
		err_set(err, NULL,
		    "cannot go on after %s: %s.%lu is missing, which came after it",
		    this->path, path, this->number - 1);
		return NULL;
	}
	if (next == NULL)
		return path;
	if (!next->packed)
		return next->path;
	err_set(err, NULL, "cannot go on after %s: uncompress %s first", this->path,
	    next->path);
	return NULL;
}

/* Finds the name of an open file among those that were PATH; returns what came after it. */
static const char *
look_next(const char *path, const struct older_files *all, const struct stat *st,
    struct err *err)
{
	for (size_t i = 0; i < all->count; i++)
		if (is_same(all->file[i].path, st))
			return name_next(path, all, i, err);
	err_set(err, NULL,
	    "cannot go on in %s: it is another file now, and the one that was read, inode "
	    "%ju, is "
	    "not beside it as %s.1: what came between them is not known",
	    path, (uintmax_t)st->st_ino, path);
	return NULL;
}

/* Is the file that was opened still the one after the other?  A rotation may have moved both. */
static bool
is_still_next(const char *path, const struct stat *st, int next, struct err *err)
{
	struct older_files all;
	struct stat opened;
	const char *name;
	bool result = false;

	if (fstat(next, &opened) == -1 || list(path, &all, err) == -1)
		return false;
	name = look_next(path, &all, st, err);
	result = name != NULL && is_same(name, &opened);
	free_files(&all);
	return result;
}

int
rotation_next(const char *path, int fd, int *next, struct err *err)
{
	struct older_files all;
	const char *name;
	struct stat st;
	int result = -1;

	if (fstat(fd, &st) == -1)
		return err_set(err, NULL, "%s: %s", path, strerror(errno));
	if (is_same(path, &st))
		return 0;
	if (list(path, &all, err) == -1)
		return -1;
	name = look_next(path, &all, &st, err);
	if (name != NULL) {
		*next = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		result = *next != -1;
		if (*next == -1 && errno != ENOENT)
			result = err_set(err, NULL, "%s: %s", name, strerror(errno));
	}
	if (result == 1 && !is_still_next(path, &st, *next, err)) {
		(void)close(*next);
		result = 0;
	}
	free_files(&all);
	return result;
}

int
rotation_unread(const char *path, const struct file_place *place, uint64_t *n, struct err *err)
{
	struct rotation_file file;
	int next = -1, more;
	struct stat st;

	if (rotation_find(path, place, &file, err) == -1)
		return -1;
	*n = -place->byte;
	do {
		if (fstat(file.fd, &st) == 0)
			*n += (uint64_t)st.st_size;
		more = rotation_next(path, file.fd, &next, err);
		(void)close(file.fd);
		file.fd = next;
	} while (more == 1);
	return more;
}
