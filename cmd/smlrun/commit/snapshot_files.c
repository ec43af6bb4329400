/* Reads the lines of a snapshot that name side files and models. */
#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commit/snapshot_files.h"
#include "json/record.h"

enum { DEPTH = 1000 };

/* A snapshot in memory, and the members with which one line of it is parsed. */
struct snapshot_text {
	const char *path;
	const char *p, *end;
	struct fields *none;
	struct record record;
};

static bool
is_section(const char *line, const char *end, const char *section)
{
	size_t n = strlen(section);

	return (size_t)(end - line) > n + 4 && memcmp(line, "{\"", 2) == 0 &&
	    memcmp(line + 2, section, n) == 0 && line[2 + n] == '"';
}

/* Fills noun from a line of the given section. */
static int
get(struct snapshot_text *t, const char *line, const char *end, const char *section,
    const struct member *members, void *noun, struct err *err)
{
	if (record_parse_text(&t->record, t->none, line, (size_t)(end - line), err) == 0 &&
	    snap_get(value_member(t->record.object, section), members, noun, err) == 0)
		return 0;
	err_prefix(err, "%s: ", t->path);
	return -1;
}

/* Reads the lines of side files: they start with the second line. */
static int
read_front(struct snapshot_text *t, const struct snapshot_files *files, struct err *err)
{
	const char *line = memchr(t->p, '\n', (size_t)(t->end - t->p)), *end;
	int result = 0;

	while (result == 0 && line != NULL &&
	    (end = memchr(line + 1, '\n', (size_t)(t->end - line - 1))) != NULL &&
	    is_section(line + 1, end, SAVED_FILE)) {
		struct saved_file file = { 0 };

		result = get(t, line + 1, end, SAVED_FILE, saved_file_members, &file, err);
		if (result == 0)
			result = files->file(files->context, &file, err);
		free(file.path);
		line = end;
	}
	return result;
}

/* Reads the lines of models: they come right before the last line. */
static int
read_back(struct snapshot_text *t, const struct snapshot_files *files, struct err *err)
{
	const char *end = memrchr(t->p, '\n', (size_t)(t->end - t->p) - 1), *line;
	int result = 0;

	while (result == 0 && end != NULL && end > t->p) {
		struct saved_replaces model = { 0 };

		line = memrchr(t->p, '\n', (size_t)(end - t->p));
		if (line == NULL || !is_section(line + 1, end, SAVED_REPLACES))
			break;
		result =
		    get(t, line + 1, end, SAVED_REPLACES, saved_replaces_members, &model, err);
		if (result == 0)
			result = files->replaces(files->context, &model, err);
		free(model.path);
		free(model.text);
		end = line;
	}
	return result;
}

static int
read_text(const char *path, const char *p, size_t n, const struct snapshot_files *files,
    struct err *err)
{
	struct snapshot_text t = { .path = path, .p = p, .end = p + n, .none = fields_new() };
	int result = -1;

	if (t.none == NULL || record_open(&t.record, t.none, DEPTH, err) == -1) {
		fields_free(t.none);
		return err_memory(err);
	}
	if (read_front(&t, files, err) == 0)
		result = read_back(&t, files, err);
	record_close(&t.record);
	fields_free(t.none);
	return result;
}

/* Maps a file into memory.  Returns NULL with errno, also if it is shorter than one line. */
static void *
map(int fd, size_t *n)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) == -1)
		return NULL;
	if (st.st_size < 2) {
		errno = EINVAL;
		return NULL;
	}
	*n = (size_t)st.st_size;
	p = mmap(NULL, *n, PROT_READ, MAP_PRIVATE, fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

int
snapshot_files_read(const char *path, const struct snapshot_files *files, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = -1;
	size_t n = 0;
	void *p = fd == -1 ? NULL : map(fd, &n);

	if (p == NULL)
		err_set(err, NULL, "%s: %s", path, strerror(errno));
	else
		result = read_text(path, p, n, files, err);
	if (p != NULL)
		(void)munmap(p, n);
	if (fd != -1)
		(void)close(fd);
	return result;
}
