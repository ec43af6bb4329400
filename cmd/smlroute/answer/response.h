#ifndef SML_RESPONSE_H
#define SML_RESPONSE_H

#include <stddef.h>

#include "base/err.h"
#include "json/fields.h"
#include "json/record.h"
#include "json/value.h"

/* A MODEL's response to a request; V_MISSING: the MODEL gave no such value. */
struct response {
	struct value prediction, probability;
};

/*
 * Reads replies.  A reply is a JSON value: the prediction itself, or an object with a
 * member "prediction" and perhaps "probability".
 */
struct response_reader {
	struct fields *fields;
	struct record record;
	struct buf line;
	int whole, prediction, probability;
};

int response_reader_open(struct response_reader *, unsigned int max_depth, struct err *);
void response_reader_close(struct response_reader *); /* does nothing if all is zero */

/*
 * Reads a reply of n bytes.  The values are valid until the next call.  Returns -1 if the
 * text is not one JSON value, or memory is short.
 */
int response_read(struct response_reader *, const char *text, size_t n, struct response *,
    struct err *);

/* Copies a response; the bytes of the copy are in buf, which is emptied first. */
int response_copy(struct response *, const struct response *, struct buf *, struct err *);

#endif
