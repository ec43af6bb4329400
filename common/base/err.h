#ifndef SML_ERR_H
#define SML_ERR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What went wrong and where.  A function that fails fills it in; one that succeeds leaves it
 * alone.
 *
 * at	the byte at fault, inside the text that was being read, or NULL.
 *	Borrowed: valid as long as that text.
 * memory	memory ran out: what was read is not at fault.
 * unreachable	a server cannot be reached, or refuses for now: trying again later
 *	may succeed, and the exit status says so.
 * stopped	a signal ended a wait: that is not a fault.
 * text	one sentence without a full stop: what is wrong, and what to do.
 */
struct err {
	const char *at;
	bool memory, unreachable, stopped;
	char text[512];
};

/*
 * Empties err as = { 0 } does, but clears only the first byte of the text, because it is
 * called for each record.
 */
static inline void
err_clear(struct err *err)
{
	err->at = NULL;
	err->memory = err->unreachable = err->stopped = false;
	err->text[0] = '\0';
}

/* Fills err from a format; err may be NULL.  Always returns -1. */
int err_set(struct err *err, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * err_add appends to the text.  err_prefix inserts a text such as "NAME: " at the front, but
 * not before "out of memory".  Neither changes the other members.  Both always return -1.
 */
int err_add(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
int err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Does what err_set does, and sets unreachable.  Always returns -1. */
int err_unreachable(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Fills err with "stopped by a signal", and sets stopped.  Always returns -1. */
int err_stopped(struct err *err);

/*
 * Fills err with "out of memory", or with a message that memory use has reached --max-memory.
 * Always returns -1.
 */
int err_memory(struct err *err);

#endif
