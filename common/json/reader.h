#ifndef SML_READER_H
#define SML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "json/record.h"

/*
 * Cuts a descriptor into lines.  A line ends with LF; CR before it and a last line without LF
 * are accepted, a byte-order mark at the very start is dropped, blank lines are skipped but
 * counted.  The reader reads only when told to: the caller knows what to flush before waiting,
 * and what else to wait for.
 */
struct reader;

enum reader_event {
	READER_LINE, /* *line is the next line, borrowed until the next call */
	READER_LONG, /* a line longer than max_line: get it by reader_piece */
	READER_MORE, /* call reader_fill */
	READER_END   /* all of the input has been handed out */
};

/* Makes a reader.  max_line: bytes of a line without its ending, at most 1 GiB. */
struct reader *reader_new(size_t max_line, struct err *);
void reader_free(struct reader *);

/*
 * Starts on a descriptor (borrowed).  offset: where it is in the input; line: the number of
 * the line that begins there (0 and 1 at the beginning).
 */
void reader_start(struct reader *, int fd, uint64_t offset, uint64_t line);

/*
 * Looks at the first line before any line is handed out.  Returns READER_LINE with its bytes
 * (if the input ends in it, those that there are), READER_LONG if it is longer than max_line,
 * or READER_MORE: call reader_fill first.
 */
enum reader_event reader_peek(struct reader *, const char **first, size_t *n);

/*
 * Puts the half line that a former run left before the input; nothing may have been handed out
 * yet.  The line has the number given to reader_start.  first: the half line was at the start
 * of its input, so it may begin with a byte-order mark.
 */
int reader_prepend(struct reader *, const char *, size_t, bool first, struct err *);

/* Hands out the next line.  Pass the same struct line at each call. */
enum reader_event reader_next(struct reader *, struct line *);

/*
 * Calls read(2) once.  Returns the bytes read, 0 at the end of the input, -1 with
 * errno (EINTR, or ENOMEM if there is no room for a long line).
 */
ssize_t reader_fill(struct reader *);

/*
 * Hands out the next piece of the line after READER_LONG; *last is true at the last piece.
 * Returns READER_LINE for a piece (n may be 0), or READER_MORE: call reader_fill first.
 */
enum reader_event reader_piece(struct reader *, const char **piece, size_t *n, bool *last);

/* Returns the bytes that were read after the last whole line: the half line at a stop. */
size_t reader_rest(const struct reader *, const char **rest);

/*
 * Return the number (from 1) and the start of the line handed out last.  If reader_prepend
 * gave the beginning of that line, its start is before the offset given to reader_start,
 * modulo 2^64.
 */
uint64_t reader_line(const struct reader *);
uint64_t reader_offset(const struct reader *);

/* Returns whether the line handed out last ended with the input, without a newline. */
bool reader_unended(const struct reader *);

/* Returns where the next line starts: everything before it has been handed out. */
uint64_t reader_reached(const struct reader *);

#endif
