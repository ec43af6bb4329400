#ifndef SML_FOLLOW_H
#define SML_FOLLOW_H

#include "source/file_bytes.h"
#include "source/rotation.h"

/* What a run knows of a log that it follows, besides the open file. */
struct follow {
	const char *path; /* borrowed */
	bool is_copy;  /* the open file is a copy of what PATH held before it was truncated */
	int next;      /* the file after the open one, open too; -1: not known */
	int past_copy; /* the file before the open one, if that was a copy; -1 */
	int past;      /* the same if that was no copy; -1 */
	uint64_t past_end;   /* where past ended */
	int64_t silent;	     /* since when nothing new has come, monotonic ns; 0 */
	unsigned int failed; /* looks in succession that found no file to continue with ... */
	int64_t failing;     /* ... and since when, monotonic ns */
	int64_t patience;    /* ns to keep looking at least: longer than a rotation takes */
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
 * Waits a moment if there was no file to begin with: the log may be in rotation just now. Returns
 * false if that has lasted too long.
 */
bool follow_waits(struct follow *);

/*
 * Finds out what happened to a log whose open file has no more, or has changed.  Returns what to
 * do. If the file was truncated, its copy becomes the open file.  The place is in the open file.
 *
 * A run moves on from the open file when the next one has bytes, and the open one has not grown
 * for a second: then its writers have moved, too.  It moves on from a copy when the log has been
 * truncated.
 */
enum follow_look follow_look(struct follow *, struct file_bytes *, bool changed,
    const struct source_place *, struct err *);

/*
 * Finds the next file while the open one is still being read, in case it is removed before that
 * ends.
 */
void follow_note_next(struct follow *, const struct file_bytes *);

/* Moves to the next file, at its first byte.  Bytes that are not handed out yet stay before it. */
int follow_go_on(struct follow *, struct file_bytes *, struct err *);

/*
 * Checks, after the first bytes of a file were read, from `at` on, that it still is the file
 * after the copy before it.  The log may have been truncated again: then these bytes do not
 * count.  Returns FOLLOW_MORE; FOLLOW_NEXT if another file is open now; FOLLOW_CUT if the file
 * was truncated so early that file_bytes_read could not notice; FOLLOW_LATER; FOLLOW_FAILED.
 */
enum follow_look follow_check_start(struct follow *, struct file_bytes *, uint64_t at,
    struct err *);

/*
 * The same for the first file of a log, after its first bytes were read; the place is at byte 0,
 * and its digest is the time when the file was opened.
 */
enum follow_look follow_check_first(struct follow *, struct file_bytes *,
    const struct source_place *, struct err *);

#endif
