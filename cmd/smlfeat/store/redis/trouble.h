#ifndef SML_TROUBLE_H
#define SML_TROUBLE_H

#include <stddef.h>

#include "base/err.h"

/*
 * What an error that a Redis server answers with means for what was asked.
 *
 * TROUBLE_WAIT		it will pass by itself: ask again
 * TROUBLE_RECORD	this one key is at fault
 * TROUBLE_FATAL	nothing that is asked can be done, now or later
 */
enum trouble { TROUBLE_WAIT, TROUBLE_RECORD, TROUBLE_FATAL };

/* text: n bytes of the error, without the - before it.  Fills err with what to do about it. */
enum trouble trouble_read(const char *text, size_t n, struct err *);

#endif
