/* Reads all of a second input, a file of records, when the run starts. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/stream/stream.h"
#include "json/reader.h"
#include "json/remedy.h"

static int
read_all(struct reader *reader, struct record *record, const struct fields *fields,
    int (*each)(void *, struct record *, struct err *), void *tool, struct line *line,
    uint64_t max_line, struct err *err)
{
	for (;;) {
		switch (reader_next(reader, line)) {
		case READER_LINE:
			if (record_parse(record, fields, line, err) == -1 ||
			    each(tool, record, err) == -1)
				return -1;
			break;
		case READER_LONG:
			return remedy_of_length(max_line, err);
		case READER_MORE:
			if (reader_fill(reader) == -1 && errno != EINTR)
				return err_set(err, NULL, "cannot read: %s", strerror(errno));
			break;
		case READER_END:
			return 0;
		}
	}
}

/* Puts the place of an error before its text. */
static void
placed(const char *path, const struct reader *reader, const struct line *line, struct err *err)
{
	unsigned long long number = reader_line(reader);

	if (err->at != NULL && line->at != NULL && err->at >= line->at &&
	    err->at <= line->at + line->size)
		err_prefix(err, "%s:%llu:%zu: ", path, number,
		    (size_t)(err->at - line->at) + 1);
	else
		err_prefix(err, "%s:%llu: ", path, number);
	err->at = NULL;
}

int
stream_read_file(const char *path, const struct common *common, const struct fields *fields,
    int (*each)(void *tool, struct record *, struct err *), void *tool, struct err *err)
{
	struct record record = { 0 };
	struct line line = { 0 };
	struct reader *reader = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC), result = -1;

	if (fd == -1)
		return err_set(err, NULL, "cannot open %s: %s", path, strerror(errno));
	reader = reader_new((size_t)common->max_line, err);
	if (reader == NULL ||
	    record_open(&record, fields, (unsigned int)common->max_depth, err) == -1)
		goto out;
	reader_start(reader, fd, 0, 1);
	result = read_all(reader, &record, fields, each, tool, &line, common->max_line, err);
	if (result == -1)
		placed(path, reader, &line, err);
out:
	record_close(&record);
	reader_free(reader);
	close(fd);
	return result;
}
