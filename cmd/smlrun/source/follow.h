#ifndef SML_FOLLOW_H
#define SML_FOLLOW_H

#include "source/file_bytes.h"
#include "source/rotation.h"

/* What a run knows of a log that it follows, beyond the open file. */
struct follow {
	const char *path;    /* borrowed */
	bool is_copy;	     /* the open file: what PATH held before it was cut */
	int next;	     /* the file after it, open; -1: none is known */
	int past_copy;	     /* the file before it, if that was a copy; -1 */
	int past;	     /* the one before it, if that was none, open; -1 */
	uint64_t past_end;   /* where that ended */
	int64_t silent;	     /* since when there is nothing new, monotonic ns; 0 */
	unsigned int failed; /* looks in succession that found no file to go on with ... */
	int64_t failing;     /* ... since when, monotonic ns */
	int64_t patience;    /* at least for so many ns: longer than a rotation takes */
};

enum follow_look {
	FOLLOW_LATER, /* nothing for now */
	FOLLOW_MORE,  /* there is more to read in the open file */
	FOLLOW_NEXT,  /* the open file is read to its end, and next is there */
	FOLLOW_CUT,   /* the open file was cut */
	FOLLOW_FAILED /* err says why */
};

void follow_open(struct follow *, const char *path);
void follow_close(struct follow *);

/*
 * Waits for a moment after no file was found to begin with: the log may be rotated just then.
 * Returns false if that has lasted too long.
 */
bool follow_waits(struct follow *);

/*
 * Looks what came of a log whose open file has no more, or has changed: the answer is what to
 * do.  A file that is cut is replaced by its copy here.  The place is in the open file.
 *
 * The open file is left when the next one has bytes, and nothing has come to the open one for a
 * second since: its writers have gone over to the next one.  A copy is left when the log has
 * been cut.
 */
enum follow_look follow_look(struct follow *, struct file_bytes *, bool changed,
    const struct source_place *, struct err *);

/* Finds next already while the open file is read, lest it is removed before its end. */
void follow_note_next(struct follow *, const struct file_bytes *);

/* Goes over to next, at its first byte.  What is not handed out yet stays in front of it. */
int follow_go_on(struct follow *, struct file_bytes *, struct err *);

/*
 * Checks after the first bytes of a file were read, from `at` on, that it is still the one that
 * came after the copy before it.  A log may have been cut again: then these bytes do not count.
 * The answers are FOLLOW_MORE; FOLLOW_NEXT, another file is open; FOLLOW_CUT, which is known by
 * too few bytes to show it otherwise; FOLLOW_LATER; FOLLOW_FAILED.
 */
enum follow_look follow_check_start(struct follow *, struct file_bytes *, uint64_t at,
    struct err *);

/*
 * The same for the first file of a log, after its first bytes were read; the place is at byte 0
 * and says when it was opened.
 */
enum follow_look follow_check_first(struct follow *, struct file_bytes *,
    const struct source_place *, struct err *);

#endif
