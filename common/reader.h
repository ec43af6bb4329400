#ifndef SML_READER_H
#define SML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "record.h"

/*
 * A descriptor cut into lines.  A line ends with LF; CR before it and a last
 * line without LF are accepted, a byte-order mark at the very start is taken
 * off, blank lines are skipped but counted.  Reading is up to the caller, who
 * knows when to wait and what to flush before: reader_next says when it needs
 * more.
 */
struct reader;

enum reader_event {
	READER_LINE,	/* *line is the next line, borrowed until the next call */
	READER_LONG,	/* a line longer than max_line: see reader_long */
	READER_MORE,	/* call reader_fill */
	READER_END	/* all of the input has been handed out */
};

struct reader *reader_new(size_t max_line, struct err *);
void	reader_free(struct reader *);

/* Starts on a descriptor (borrowed), at the beginning of a line. */
void	reader_start(struct reader *, int fd);

/* Puts bytes before what will be read: the half line of a former run. */
int	reader_prepend(struct reader *, const char *, size_t);

/* Where to read next: byte offset for a descriptor that was moved, line 0. */
enum reader_event reader_next(struct reader *, struct line *);

/*
 * One read(2).  Returns the bytes read, 0 at the end, -1 with errno (EINTR
 * and EAGAIN included).
 */
long	reader_fill(struct reader *);

/*
 * After READER_LONG: the next piece of the long line; false (and *n 0) where
 * more must be filled first or, with *last true, where the line has ended.
 */
bool	reader_long(struct reader *, const char **piece, size_t *n, bool *last);

/* Bytes handed out by no line yet: the half line at a stop. */
size_t	reader_rest(const struct reader *, const char **);

/* Of the current line: its number from 1, and the offset at which it starts. */
uint64_t reader_line(const struct reader *);
uint64_t reader_offset(const struct reader *);

#endif
