#ifndef SML_ERR_H
#define SML_ERR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What went wrong and where.  A function that fails fills it; on success it is
 * left alone.
 *
 * at	the byte at fault, inside the text that was being read, or NULL.
 *	Borrowed: valid as long as that text.
 * memory	out of memory: not the fault of what was read.
 * unreachable	a server is unreachable, or refuses for now: what failed may succeed
 *	later, and the exit status says so.
 * stopped	a signal ended a wait: nothing is wrong.
 * text	one sentence without a full stop: what is wrong, and what to do.
 */
struct err {
	const char *at;
	bool memory, unreachable, stopped;
	char text[256];
};

/*
 * Empties err as = { 0 } does, but clears only the first byte of the text: it runs for each
 * record.
 */
static inline void
err_clear(struct err *err)
{
	err->at = NULL;
	err->memory = err->unreachable = err->stopped = false;
	err->text[0] = '\0';
}

/* Fills err (may be NULL) from a format.  Always returns -1. */
int err_set(struct err *err, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * err_add appends to the text.  err_prefix puts something before it, such as "NAME: ", but
 * nothing before "out of memory".  The other members stay.  Both always return -1.
 */
int err_add(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Does what err_set does, and sets unreachable.  Always returns -1. */
int err_unreachable(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fills err with "stopped by a signal", and sets stopped.  Always returns -1. */
int err_stopped(struct err *err);

/*
 * Fills err with "out of memory", or with a message that --max-memory is reached.  Always
 * returns -1.
 */
int err_memory(struct err *err);

#endif
