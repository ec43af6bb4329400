/* Lists the rotated files of a log. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "source/older_files.h"

void
older_files_free(struct older_files *all)
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

/* Reads the part of a file's name after PATH.  Returns whether that is an age. */
static bool
read_age(const char *text, struct older_file *file)
{
	size_t digits, all;

	if (text[0] != '.' && text[0] != '-')
		return false; /* the log itself, or another file */
	digits = strspn(text + 1, "0123456789");
	all = strspn(text + 1, "0123456789-");
	if (text[0] == '.' && digits == all && digits > 0 && digits < 5) {
		file->kind = AGE_NUMBER;
		file->number = strtoul(text + 1, NULL, 10);
	} else if (all >= 8 && all < sizeof file->date) {
		file->kind = AGE_DATE;
		(void)memcpy(file->date, text + 1, all);
		file->date[all] = '\0';
	} else
		return false;
	text += 1 + all;
	file->packed = is_packed(text);
	return file->packed || text[0] == '\0';
}

int
older_files_compare(const struct older_file *a, const struct older_file *b)
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
	int order = older_files_compare(a, b);

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

/* Lists the files in the folder of a real path, which it splits into folder and name. */
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

int
older_files_list(const char *path, struct older_files *all, struct err *err)
{
	char *real = realpath(path, NULL);
	int result = -1;

	*all = (struct older_files){ 0 };
	if (real == NULL && errno == ENOENT)
		real = file_absolute(path);
	if (real != NULL)
		result = list_beside(real, all);
	if (result == -1) {
		err_set(err, NULL, "cannot look for the rotated files of %s: %s", path,
		    strerror(errno));
		older_files_free(all);
	} else if (all->count > 0)
		qsort(all->file, all->count, sizeof all->file[0], compare);
	free(real);
	return result;
}
