#ifndef SML_REDIS_ERROR_H
#define SML_REDIS_ERROR_H

#include <stddef.h>

#include "base/err.h"

/*
 * What an error that a Redis server answers with means for what was asked.
 *
 * REDIS_ERROR_PASSES		it will pass by itself: ask again
 * REDIS_ERROR_RECORD	this one key is at fault
 * REDIS_ERROR_FATAL	nothing that is asked can be done, now or later
 */
enum redis_error { REDIS_ERROR_PASSES, REDIS_ERROR_RECORD, REDIS_ERROR_FATAL };

/* text: n bytes of the error, without the - before it.  Fills err with what to do about it. */
enum redis_error redis_error_read(const char *text, size_t n, struct err *);

#endif
