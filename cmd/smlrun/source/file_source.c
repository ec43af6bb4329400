/* Reads files in order, as whole lines. */
#include <string.h>

#include "source/file_seek.h"
#include "source/source_line.h"

const char *
file_source_name(const struct file_source *s, const struct source_place *place)
{
	return s->path[place->file];
}

/* Drops a byte-order mark at the start of a file.  Returns whether there was one. */
static bool
drop_mark(struct file_source *s)
{
	struct file_bytes *b = &s->open;

	if (s->place.byte > 0 || s->from_before > 0 || b->end - b->start < 3 ||
	    memcmp(b->p + b->start, "\xef\xbb\xbf", 3) != 0)
		return false;
	b->start += 3;
	s->place.byte = 3;
	return true;
}

/*
 * Returns whether a line of n bytes is too long.  A carriage return at its end does not count.
 */
static bool
too_long(const struct file_source *s, const char *p, size_t n)
{
	return n > s->longest && (n > s->longest + 1 || p[n - 1] != '\r');
}

static int
refuse_long(const struct file_source *s, struct err *err)
{
	return err_set(err, NULL, "%s:%ju: the line is longer than --max-line %zu",
	    file_source_name(s, &s->place), (uintmax_t)s->place.line, s->longest);
}

/* Begins to read the file that is open now. */
static void
begin_file(struct file_source *s, size_t number, uint64_t inode)
{
	s->place = (struct source_place){ .file = number,
		.inode = inode,
		.line = 1,
		.records = s->place.records };
	s->read_all = false;
}

/*
 * Notes where the open file ends: that is the place until a line of the next file is handed
 * out.
 */
static void
note_end(struct file_source *s)
{
	if (s->follows)
		file_source_mark(s, &s->before);
}

/* Continues with the next file of a log, or with a copy of the log. */
static enum source_event
go_on(struct file_source *s, struct err *err)
{
	note_end(s);
	if (follow_go_on(&s->log, &s->open, err) == -1)
		return SOURCE_FAILED;
	s->from_before = s->open.end - s->open.start;
	s->opened = 0;
	begin_file(s, s->place.file, s->place.inode);
	if (!s->log.is_copy && file_seek_note_inode(s, s->open.fd, err) == -1)
		return SOURCE_FAILED;
	return SOURCE_LINES;
}

/* Handles the end of a file for now; but the file must still have all that was committed. */
static enum source_event
wait_for_more(struct file_source *s, struct err *err)
{
	const struct source_place *known = &s->known;

	if (s->log.is_copy || s->place.records >= known->records ||
	    s->place.inode != known->inode || s->place.file != known->file ||
	    s->open.offset < known->byte)
		return SOURCE_LATER;
	if (s->open.offset == known->byte && s->open.end > s->open.start) {
		/* An earlier run took its last line, which has no newline. */
		file_bytes_lend_newline(&s->open);
		return SOURCE_LINES;
	}
	err_set(err, NULL, "cannot continue in %s: what was committed of it has changed",
	    file_source_name(s, &s->place));
	return SOURCE_FAILED;
}

/* Decides what to do at the current end of a log.  Returns SOURCE_LINES to continue. */
static enum source_event
pass_log_end(struct file_source *s, struct err *err)
{
	enum follow_look look = follow_look(&s->log, &s->open, s->changed, &s->place, err);

	s->read_all = s->changed = false;
	switch (look) {
	case FOLLOW_LATER:
		return wait_for_more(s, err);
	case FOLLOW_MORE:
		return SOURCE_LINES;
	case FOLLOW_NEXT:
		break;
	default:
		return SOURCE_FAILED;
	}
	/*
	 * If a copy ends within a line, the rest of the line is in the next file, where its
	 * writer continued.
	 */
	if (s->open.end == s->open.start || s->log.is_copy)
		return go_on(s, err);
	file_bytes_lend_newline(&s->open);
	return SOURCE_LINES;
}

/* Decides what to do at the end of the open file.  Returns SOURCE_LINES to continue. */
static enum source_event
pass_end(struct file_source *s, struct err *err)
{
	bool last = s->place.file + 1 == s->count;

	if (file_seek_in_log(s))
		return pass_log_end(s, err);
	if (s->open.end > s->open.start && (!last || s->drain)) {
		file_bytes_lend_newline(&s->open);
		return SOURCE_LINES;
	}
	if (last)
		return SOURCE_END;
	note_end(s);
	file_seek_close(s);
	begin_file(s, s->place.file + 1, 0);
	return SOURCE_LINES;
}

/*
 * Checks, after the bytes of a log from `at` on were read, that this is still the right file:
 * only then do they count.
 */
static enum source_event
check_start(struct file_source *s, uint64_t at, struct err *err)
{
	size_t n = (size_t)(s->open.offset - at);
	struct source_place first = s->place;
	enum follow_look look;

	first.digest = s->opened;
	if (at == 0 && s->opened != 0 && !s->log.is_copy)
		look = follow_check_first(&s->log, &s->open, &first, err);
	else
		look = follow_check_start(&s->log, &s->open, at, err);

	if (look == FOLLOW_MORE)
		return SOURCE_LINES;
	s->open.end -= n;
	s->open.offset = at;
	s->changed = s->read_all = look == FOLLOW_CUT;
	return look == FOLLOW_FAILED ? SOURCE_FAILED :
	    look == FOLLOW_LATER     ? SOURCE_LATER :
				       SOURCE_LINES;
}

/* Reads more of the open file.  Returns SOURCE_LINES to continue. */
static enum source_event
read_more(struct file_source *s, struct err *err)
{
	uint64_t at = s->open.offset;
	ssize_t n = file_bytes_read(&s->open, file_seek_in_log(s));

	if (n == -1) {
		(void)file_seek_fail(file_source_name(s, &s->place), err);
		return SOURCE_FAILED;
	}
	s->changed = n == FILE_CHANGED;
	s->read_all = n <= 0;
	if (n <= 0 || !file_seek_in_log(s))
		return SOURCE_LINES;
	s->log.silent = 0;
	follow_note_next(&s->log, &s->open);
	return check_start(s, at, err);
}

/* Reads until there is a whole line. */
static enum source_event
fill(struct file_source *s, struct err *err)
{
	const struct file_bytes *b = &s->open;
	enum source_event event = SOURCE_LINES;
	size_t looked = 0, unread; /* how many of the bytes in memory */

	while (event == SOURCE_LINES) {
		if (b->fd == -1) {
			event = file_seek_open_next(s, err);
			continue;
		}
		unread = b->end - b->start;
		if (memchr(b->p + b->start + looked, '\n', unread - looked) != NULL)
			return SOURCE_LINES;
		if (too_long(s, b->p + b->start, unread)) {
			(void)refuse_long(s, err);
			return SOURCE_FAILED;
		}
		looked = s->read_all ? 0 : unread;
		event = s->read_all ? pass_end(s, err) : read_more(s, err);
		if (drop_mark(s))
			looked = 0;
	}
	return event;
}

/* Moves the place past n bytes that are handed out. */
static void
take(struct file_source *s, size_t n)
{
	s->place.byte += file_bytes_take(&s->open, n) - s->from_before;
	s->from_before = 0;
}

/*
 * Counts lines, not more than most, up to the first line that is bad or too long.  Returns
 * where the counted lines end; stopped: SOURCE_LINES, SOURCE_BAD or SOURCE_FAILED.
 */
static const char *
good_lines(struct file_source *s, uint64_t most, const char *p, const char *limit,
    struct err *err, enum source_event *stopped)
{
	const char *line_end;
	uint64_t n = 0;

	*stopped = SOURCE_LINES;
	for (; n < most && (line_end = memchr(p, '\n', (size_t)(limit - p))) != NULL; n++) {
		if (too_long(s, p, (size_t)(line_end - p)))
			*stopped = SOURCE_FAILED;
		else if (source_line_check(p, line_end, err) == -1)
			*stopped = SOURCE_BAD;
		if (*stopped != SOURCE_LINES)
			break;
		p = line_end + 1;
	}
	s->place.line += n;
	s->place.records += n;
	return p;
}

enum source_event
file_source_next(struct file_source *s, uint64_t most, const char **p, size_t *n,
    struct err *err)
{
	enum source_event stopped = fill(s, err);
	const char *limit, *end;

	if (stopped != SOURCE_LINES)
		return stopped;
	*p = s->open.p + s->open.start;
	limit = s->open.p + s->open.end;
	end = good_lines(s, most, *p, limit, err, &stopped);
	if (stopped == SOURCE_FAILED && end == *p) {
		(void)refuse_long(s, err);
		return SOURCE_FAILED;
	}
	if (stopped == SOURCE_BAD && end == *p) {
		*n = (size_t)((const char *)memchr(*p, '\n', (size_t)(limit - *p)) - *p);
		return SOURCE_BAD;
	}
	*n = (size_t)(end - *p);
	take(s, *n);
	return SOURCE_LINES;
}

void
file_source_skip(struct file_source *s, size_t n)
{
	take(s, n + 1);
	s->place.line++;
	s->place.records++;
}

void
file_source_mark(struct file_source *s, struct source_place *place)
{
	if (s->before.inode != 0 && s->before.records == s->place.records) {
		*place = s->before;
		return;
	}
	*place = s->place;
	if (place->byte == 0)
		place->digest = s->opened;
	else if (s->open.fd != -1)
		place->digest = file_bytes_digest(&s->open, s->open.start, place->byte);
}
