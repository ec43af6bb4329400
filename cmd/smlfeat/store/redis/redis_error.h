#ifndef SML_REDIS_ERROR_H
#define SML_REDIS_ERROR_H

#include <stddef.h>

#include "base/err.h"

/*
 * The meaning of an error reply of a Redis server.
 *
 * REDIS_ERROR_PASSES the error will pass: ask again REDIS_ERROR_RECORD this one key is at
 * fault REDIS_ERROR_FATAL no request can succeed, now or later
 */
enum redis_error { REDIS_ERROR_PASSES, REDIS_ERROR_RECORD, REDIS_ERROR_FATAL };

/* Classifies an error: n bytes, without the leading "-".  Fills err with what to do about it. */
enum redis_error redis_error_read(const char *text, size_t n, struct err *);

#endif
