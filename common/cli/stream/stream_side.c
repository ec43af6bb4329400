/* Cuts back and syncs the files besides the output, and notes them in snapshots. */
#include <stdlib.h>
#include <string.h>

#include "cli/stream/stream_parts.h"

/* Returns the open file, besides the output, whose path in the state is this, or NULL. */
static struct side_file *
find_side(const struct stream *s, const char *path)
{
	struct side_file *side = s->output.beside;

	while (side != NULL && (!side->open || strcmp(side_file_path(side), path) != 0))
		side = side->next;
	return side;
}

int
stream_files_load(struct stream *s, struct err *err)
{
	struct saved_file *more = realloc(s->files, (s->files_count + 1) * sizeof *more),
			  *file;
	struct side_file *side;

	if (more == NULL)
		return err_memory(err);
	s->files = more;
	file = &more[s->files_count++];
	*file = (struct saved_file){ 0 };
	if (snap_get(s->object, saved_file_members, file, err) == -1)
		return -1;
	file->part = 0; /* that was the last attempt's part */
	side = find_side(s, file->path);
	return side == NULL || side_file_cut(side, file->length, err) == 0 ? 0 : -1;
}

bool
stream_files_new(const struct stream *s)
{
	const struct side_file *side = s->output.beside;
	size_t i;

	for (; side != NULL; side = side->next) {
		if (!side->open || !side->regular)
			continue;
		for (i = 0; i < s->files_count; i++)
			if (strcmp(s->files[i].path, side_file_path(side)) == 0)
				break;
		if (i == s->files_count)
			return true;
	}
	return false;
}

int
stream_files_save(struct stream *s, struct err *err)
{
	struct saved_file file = { 0 };

	for (const struct side_file *side = s->output.beside; side != NULL;
	     side = side->next) {
		if (!side->open || !side->regular)
			continue;
		file.path = strdup(side_file_path(side));
		if (file.path == NULL)
			return err_memory(err);
		file.path_len = strlen(file.path);
		file.length = side_file_length(side);
		file.part = side_file_part(side);
		snap_put(s->snap, SAVED_FILE, saved_file_members, &file);
		free(file.path);
	}
	for (size_t i = 0; i < s->files_count; i++)
		if (find_side(s, s->files[i].path) == NULL)
			snap_put(s->snap, SAVED_FILE, saved_file_members, &s->files[i]);
	return 0;
}

int
stream_files_sync(struct stream *s, struct err *err)
{
	for (struct side_file *side = s->output.beside; side != NULL; side = side->next)
		if (side_file_sync(side, err) == -1)
			return -1;
	return 0;
}
