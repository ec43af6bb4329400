#ifndef SML_PAYLOAD_H
#define SML_PAYLOAD_H

#include <stdbool.h>

#include "fields.h"
#include "record.h"

/* Whether a message's value is what a record can be made of. */
struct payload {
	struct fields *fields;
	struct record record;
	struct buf wrapped; /* a value that is no object, in one */
	int slot;	    /* of that value */
};

/* -1: out of memory.  payload_close takes one of all zeroes. */
int payload_open(struct payload *, struct err *);
void payload_close(struct payload *);

/*
 * Is it one JSON object, and no control line?  models: a control line that
 * holds a model is let through (--carry model).  n may be 0, and p NULL then:
 * a tombstone.  Line breaks between tokens are no fault.  byte: of the fault,
 * from 1; 0: none.
 */
int payload_check_object(struct payload *, const char *p, size_t n, bool models, size_t *byte,
    struct err *);

/* The same for any JSON value; null for a tombstone. */
int payload_check_json(struct payload *, const char *p, size_t n, size_t *byte, struct err *);

#endif
