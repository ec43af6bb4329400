#ifndef SML_FOLLOW_H
#define SML_FOLLOW_H

#include "source/file_bytes.h"
#include "source/rotation.h"

/* What a run knows of a log that it follows, besides the open file. */
struct follow {
	const char *path; /* borrowed */
	bool is_copy;  /* the open file is a copy of what PATH held before it was truncated */
	int next;      /* the file after the open one, also open; -1: not known */
	int past_copy; /* the file before the open one, if it was a copy; else -1 */
	int past;      /* the file before the open one, if it was not a copy; else -1 */
	uint64_t past_end; /* where past ended */
	int64_t silent;	   /* since when nothing new has come, monotonic ns; 0: not measured */
	unsigned int failed; /* looks in succession that found no file to continue with ... */
	int64_t failing;     /* ... and since when, monotonic ns */
	int64_t patience;    /* how long to keep looking, ns: longer than a rotation takes */
};

enum follow_look {
	FOLLOW_LATER, /* nothing for now */
	FOLLOW_MORE,  /* there is more to read in the open file */
	FOLLOW_NEXT,  /* the open file is read to its end, and next is there */
	FOLLOW_CUT,   /* the open file was truncated */
	FOLLOW_FAILED /* err says why */
};

void follow_open(struct follow *, const char *path);
void follow_close(struct follow *);

/*
 * To be called when there is no file to start with, because the log may just be rotated: waits
 * a moment, or returns false if this has lasted too long.
 */
bool follow_waits(struct follow *);

/*
 * Finds out what happened to a log whose open file has no more bytes, or has changed; returns
 * what to do.  If the file was truncated, its copy becomes the open file.  The place is in the
 * open file.
 *
 * A run moves on to the next file when that has bytes, and the open file has not grown for a
 * second: then its writers have moved on, too.  It moves on from a copy when the log has been
 * truncated.
 */
enum follow_look follow_look(struct follow *, struct file_bytes *, bool changed,
    const struct source_place *, struct err *);

/*
 * Opens the next file while the open one is still being read, in case the next one is removed
 * meanwhile.
 */
void follow_note_next(struct follow *, const struct file_bytes *);

/*
 * Moves to the first byte of the next file.  Bytes of the old file that are not handed out yet
 * stay in memory before it.
 */
int follow_go_on(struct follow *, struct file_bytes *, struct err *);

/*
 * To be called after the first bytes of a file, from `at` on, were read when the file before
 * it was a copy: checks that this file still comes after that copy.  If not, because the log
 * was truncated again, these bytes do not count.  Returns FOLLOW_MORE; FOLLOW_NEXT if another
 * file is open now; FOLLOW_CUT if the file was truncated so early that file_bytes_read could
 * not notice; FOLLOW_LATER; FOLLOW_FAILED.
 */
enum follow_look follow_check_start(struct follow *, struct file_bytes *, uint64_t at,
    struct err *);

/*
 * The same for the first file of a log: call it after the first bytes were read.  The place is
 * at byte 0, and its digest is the time when the file was opened.
 */
enum follow_look follow_check_first(struct follow *, struct file_bytes *,
    const struct source_place *, struct err *);

#endif
