/* The one place where a run replaces its files: the state, and models with it. */
#include <sys/stat.h>

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/stream/stream_parts.h"

/*
 * A state and the models that belong to it are several files, and no system call renames two
 * of them together.  So the order is this:
 *
 *	1. The output and the other files are on disk (stream_save_begin).
 *	2. Every new file is written and synced under a temporary name.  A full
 *	   disk is found here, when nothing has been replaced yet.
 *	3. The models are renamed.
 *	4. The state is renamed, last.
 *
 * With --state, only the state says what was done: it is saved before the first record, and a
 * run that loads it ignores what a model's file holds.  So a crash before step 4 leaves the
 * old state; the next run gets the same input again (with --continue automatically), and
 * replaces the models again.  After step 4 all is done.  If the state were renamed first, a
 * later failure would exit 1 although the state already counts the input; the user would give
 * that again, and it would be counted twice.
 */

/* Puts a new file into the snapshot; text holds its bytes meanwhile. */
static int
put_new_file(struct snap *snap, struct replace *new, struct buf *text, struct err *err)
{
	struct saved_replaces file = { .path = file_absolute(new->path) };
	struct stat st;
	int status = -1;

	text->len = 0;
	if (file.path == NULL)
		err_set(err, NULL, "%s: %s", new->path, strerror(errno));
	else if (out_flush(&new->out) == -1 || fstat(new->out.fd, &st) == -1)
		err_set(err, NULL, "%s cannot be written", new->temporary);
	else
		status = file_read(new->temporary, text, err);
	if (status == 0) {
		file.path_len = strlen(file.path);
		file.text = text->p;
		file.text_len = text->len;
		file.mode = st.st_mode & 0777;
		snap_put(snap, SAVED_REPLACES, saved_replaces_members, &file);
	}
	free(file.path);
	return status;
}

/*
 * In an attempt the driver replaces the files, after the commit.  So they are put into the
 * snapshot that is being written; if none is being written, they are dropped.
 */
static int
hand_over(struct stream *s, struct snap *snap, struct err *err)
{
	struct replace *new;
	struct buf text = { 0 };
	int status = 0;

	while (s->replacements > 0) {
		new = &s->replacement[--s->replacements];
		if (snap != NULL && status == 0)
			status = put_new_file(snap, new, &text, err);
		replace_abandon(new);
	}
	buf_free(&text);
	return status;
}

int
stream_commit(struct stream *s, struct err *err)
{
	struct snap *snap = s->snap;
	int status = 0;

	s->snap = NULL;
	if (s->common->attempt != NULL)
		status = hand_over(s, snap, err);
	for (unsigned int i = 0; i < s->replacements && status == 0; i++)
		status = replace_sync(&s->replacement[i], err);
	if (status == 0 && snap != NULL)
		status = snap_sync(snap, err);
	for (unsigned int i = 0; i < s->replacements; i++)
		if (status == 0)
			status = replace_commit(&s->replacement[i], err);
		else
			replace_abandon(&s->replacement[i]);
	s->replacements = 0;
	if (status == 0 && snap != NULL)
		return snap_commit(snap, err);
	snap_abandon(snap);
	return status;
}

void
stream_replace(struct stream *s, struct replace *file)
{
	assert(s->replacements < REPLACEMENTS);
	s->replacement[s->replacements++] = *file;
	*file = (struct replace){ 0 };
}

void
stream_commit_rest(struct stream *s)
{
	struct err err;

	if (s->failed || s->stopped || output_failed(&s->output) || s->replacements == 0) {
		while (s->replacements > 0)
			replace_abandon(&s->replacement[--s->replacements]);
	} else if (output_flush(&s->output) == 0 && stream_commit(s, &err) == -1) {
		output_fail(&s->output, &err);
	}
}
