#ifndef SML_READER_H
#define SML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "json/record.h"

/*
 * A descriptor cut into lines.  A line ends with LF; CR before it and a last
 * line without LF are accepted, a byte-order mark at the very start is taken
 * off, blank lines are skipped but counted.  The reader never reads by itself:
 * the caller knows what to flush before waiting, and for what else to wait.
 */
struct reader;

enum reader_event {
	READER_LINE, /* *line is the next line, borrowed until the next call */
	READER_LONG, /* a line longer than max_line: get it by reader_piece */
	READER_MORE, /* call reader_fill */
	READER_END   /* all of the input has been handed out */
};

/* max_line: bytes of a line without its ending, at most 1 GiB. */
struct reader *reader_new(size_t max_line, struct err *);
void reader_free(struct reader *);

/*
 * Starts on a descriptor (borrowed) that stands at this offset, before the
 * line of this number (0 and 1 at the beginning).
 */
void reader_start(struct reader *, int fd, uint64_t offset, uint64_t line);

/*
 * A look at the first line before anything is handed out.  READER_LINE: these
 * are its bytes (all there is, at the end of the input); READER_LONG: it is
 * longer than max_line; READER_MORE: call reader_fill first.
 */
enum reader_event reader_peek(struct reader *, const char **first, size_t *n);

/*
 * Puts the half line of a former run before the input, of which nothing was
 * handed out yet; its line has the number that reader_start was given.
 * first: whether it began its input, so that a byte-order mark may stand there.
 */
int reader_prepend(struct reader *, const char *, size_t, bool first, struct err *);

/* The same struct line is passed at each call. */
enum reader_event reader_next(struct reader *, struct line *);

/*
 * One read(2).  Returns the bytes read, 0 at the end of the input, -1 with
 * errno (EINTR, and ENOMEM where a long line finds no room).
 */
ssize_t reader_fill(struct reader *);

/*
 * After READER_LONG: the next piece of that line, until *last is true.
 * Returns READER_LINE for a piece (n may be 0), READER_MORE where
 * reader_fill must be called first.
 */
enum reader_event reader_piece(struct reader *, const char **piece, size_t *n, bool *last);

/* What was read but is in no line yet: the half line at a stop. */
size_t reader_rest(const struct reader *, const char **rest);

/*
 * Of the line handed out last: its number, from 1, and where it starts (before
 * the offset of reader_start, modulo 2^64, where half of it was prepended).
 */
uint64_t reader_line(const struct reader *);
uint64_t reader_offset(const struct reader *);

/* Did the input end without the newline of the line handed out last? */
bool reader_unended(const struct reader *);

/* Where the next line starts: everything before has been handed out. */
uint64_t reader_reached(const struct reader *);

#endif
