#ifndef SML_SIDE_FILE_H
#define SML_SIDE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base64.h"
#include "base/err.h"
#include "base/out.h"
#include "cli/report/diag.h"

/*
 * A file besides the main output: --rejects, --late.  Lines are appended to it; side_file_cut
 * cuts it back to its length in a snapshot.  With SIDE_FILE_ANEW it is emptied first.  A
 * regular file is locked, so that no two processes mix their lines; a device or a pipe is
 * accepted too, and may be shared.  Only whole lines are written, unless a line is longer than
 * the buffer.  If a killed run has left a half line, that line is ended first.
 */
struct side_file {
	const char *path;
	char *part;    /* in an attempt: path.NONCE, written instead of path; malloc'ed */
	char *full;    /* in an attempt: the absolute path; malloc'ed */
	uint64_t base; /* the length of path after which the part comes */
	struct out out;
	struct base64 base64; /* for the record between side_file_begin and side_file_end */
	uint64_t before;      /* length when the file was opened, or cut */
	uint64_t records;     /* lines written by this run */
	bool open, regular;
	bool fresh;		/* its name is not on disk yet */
	bool told;		/* the file's error was reported */
	const struct out *also; /* another out that writes to the file (--output), or NULL */
	struct side_file *next; /* of output_beside */
};

enum side_file_start { SIDE_FILE_APPEND, SIDE_FILE_ANEW };

/* Opens the file; path is borrowed.  Returns -1, too, if another process has locked it. */
int side_file_open(struct side_file *, const char *path, enum side_file_start, struct err *);

/*
 * Does the same for a stage of an attempt (NULL: there is none).  Instead of a regular file it
 * writes path.NONCE, a new file with the lines to append.
 */
int side_file_open_part(struct side_file *, const char *path, const char *attempt,
    enum side_file_start, struct err *);

/*
 * Cuts a regular file back to length, before anything is written.  It is an error if the file
 * is shorter.
 */
int side_file_cut(struct side_file *, uint64_t length, struct err *);

/* Fails if a regular file is now shorter than length, which was written and flushed. */
int side_file_check(struct side_file *, uint64_t length, struct err *);

/*
 * Removes what this run has written to a regular file after length, as returned by
 * side_file_length: half a record.  It is an error if the file is shorter.
 */
int side_file_take_back(struct side_file *, uint64_t length, struct err *);

/* Returns the path that a snapshot has for the file: in an attempt, the absolute path. */
const char *side_file_path(const struct side_file *);

/* Returns the length of the part, with all that was written; 0 without an attempt. */
uint64_t side_file_part(const struct side_file *);

/* Returns the length, with all that was written; 0 for a device or a pipe. */
uint64_t side_file_length(const struct side_file *);

/*
 * Writes {"error":…,"source":…,"line":…,"byte":…,EXTRA,"raw":…}.  Members that the place lacks
 * are left out.  extra: members, each with a comma before it, or NULL.  raw is a JSON string,
 * or {"base64":…} if the bytes are not UTF-8.  Errors are kept, as in out.h; the stream then
 * ends the run at its next step.
 */
void side_file_write(struct side_file *, const char *error, const struct place *,
    const char *extra, const char *raw, size_t n);

/*
 * Write a record too long to be held in memory: side_file_begin, pieces of any size,
 * side_file_end.  raw is then {"base64":…}.
 */
void side_file_begin(struct side_file *, const char *error, const struct place *);
void side_file_piece(struct side_file *, const char *raw, size_t n);
void side_file_end(struct side_file *);

/*
 * Counts a whole line that was written to side.out directly.  Returns -1 if writing this line,
 * or anything before it, failed.
 */
int side_file_line(struct side_file *, struct err *);

/*
 * Flush, fsync or close.  All succeed if side is all zeroes: no such file was asked for.
 * side_file_close does not return an error that one of them has returned already.
 */
int side_file_flush(struct side_file *, struct err *);
int side_file_sync(struct side_file *, struct err *);
int side_file_close(struct side_file *, struct err *);

#endif
