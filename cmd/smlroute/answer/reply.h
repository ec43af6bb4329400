#ifndef SML_REPLY_H
#define SML_REPLY_H

#include <stddef.h>

#include "base/err.h"
#include "json/fields.h"
#include "json/record.h"
#include "json/value.h"

/* What a MODEL says of a request; V_MISSING: nothing. */
struct reply {
	struct value prediction, probability;
};

/*
 * Reads replies from text: any JSON value is a prediction; an object that has
 * a member "prediction" has it there, and may have a "probability".
 */
struct reply_reader {
	struct fields *fields;
	struct record record;
	struct buf line;
	int whole, prediction, probability;
};

int reply_reader_open(struct reply_reader *, unsigned int max_depth, struct err *);
void reply_reader_close(struct reply_reader *); /* takes one of all zeroes */

/*
 * -1 where the text is not one JSON value, or memory is short.  The values are
 * good until the next call.
 */
int reply_read(struct reply_reader *, const char *text, size_t n, struct reply *,
    struct err *);

/* A copy whose bytes stand in buf (emptied first). */
int reply_copy(struct reply *, const struct reply *, struct buf *, struct err *);

#endif
