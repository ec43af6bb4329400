/* Writes results to a file or standard output. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sink/sink_file.h"

enum {
	CAPACITY = 256 * 1024,
	/* bytes: writes to disk begin early, so that commits are short */
	BEGIN_EVERY = 1 << 20
};

static int
open_file(struct sink_file *s, const char *path, struct err *err)
{
	if (side_file_open(&s->file, path, SIDE_FILE_APPEND, err) == -1)
		return -1;
	s->file.out.begin_every = BEGIN_EVERY;
	if (s->file.regular)
		return 0;
	return err_set(err, NULL,
	    "--to %s is not a regular file, so it cannot be cut back after a crash: - is "
	    "standard output, null drops all results",
	    path);
}

int
sink_open(struct sink_file *s, const char *to, struct err *err)
{
	*s = (struct sink_file){ .kind = SINK_FILE };
	if (strcmp(to, "null") == 0) {
		s->kind = SINK_NULL;
		return 0;
	}
	if (strcmp(to, "-") != 0)
		return open_file(s, to, err);
	s->kind = SINK_STANDARD;
	return out_open(&s->standard, STDOUT_FILENO, CAPACITY) == -1 ? err_memory(err) : 0;
}

int
sink_cut_file(struct side_file *file, uint64_t length, struct err *err)
{
	return file->out.written > 0 ? side_file_take_back(file, length, err) :
				       side_file_cut(file, length, err);
}

int
sink_cut(struct sink_file *s, uint64_t length, struct err *err)
{
	s->length = length;
	return s->kind == SINK_FILE ? sink_cut_file(&s->file, length, err) : 0;
}

void
sink_write(struct sink_file *s, const char *p, size_t n)
{
	s->length += n;
	if (s->kind != SINK_NULL)
		out_write(s->kind == SINK_FILE ? &s->file.out : &s->standard, p, n);
}

bool
sink_failed(const struct sink_file *s)
{
	return s->file.out.error != 0 || s->standard.error != 0;
}

int
sink_sync(struct sink_file *s, struct err *err)
{
	if (s->kind == SINK_FILE)
		return side_file_sync(&s->file, err) == -1 ?
		    -1 :
		    side_file_check(&s->file, side_file_length(&s->file), err);
	if (s->kind == SINK_STANDARD && out_sync(&s->standard) == -1)
		return err_set(err, NULL, "standard output: %s", strerror(errno));
	return 0;
}

uint64_t
sink_length(const struct sink_file *s)
{
	return s->kind == SINK_FILE ? side_file_length(&s->file) : s->length;
}

int
sink_close(struct sink_file *s, struct err *err)
{
	if (s->kind == SINK_FILE)
		return side_file_close(&s->file, err);
	if (s->kind == SINK_STANDARD && s->standard.p != NULL && out_close(&s->standard) == -1)
		return err_set(err, NULL, "standard output: %s", strerror(errno));
	return 0;
}
