#ifndef SML_RESPONSE_H
#define SML_RESPONSE_H

#include <stddef.h>

#include "base/err.h"
#include "json/fields.h"
#include "json/record.h"
#include "json/value.h"

/* What a MODEL responds to a request; V_MISSING: nothing. */
struct response {
	struct value prediction, probability;
};

/*
 * Reads replies from text: any JSON value is a prediction; an object that has
 * a member "prediction" has it there, and may have a "probability".
 */
struct response_reader {
	struct fields *fields;
	struct record record;
	struct buf line;
	int whole, prediction, probability;
};

int response_reader_open(struct response_reader *, unsigned int max_depth, struct err *);
void response_reader_close(struct response_reader *); /* takes one of all zeroes */

/*
 * -1 where the text is not one JSON value, or memory is short.  The values are
 * good until the next call.
 */
int response_read(struct response_reader *, const char *text, size_t n, struct response *,
    struct err *);

/* A copy whose bytes are in buf (emptied first). */
int response_copy(struct response *, const struct response *, struct buf *, struct err *);

#endif
