#ifndef SML_PAYLOAD_H
#define SML_PAYLOAD_H

#include <stdbool.h>

#include "json/fields.h"
#include "json/record.h"

/* Checks whether a record can be made of a message's value. */
struct payload {
	struct fields *none, *wrapping;
	struct record record;  /* a value as it is */
	struct record wrapped; /* one that is the only member of an object */
	struct buf text;       /* of that object */
	int slot;	       /* of the value in it */
};

/* What must be readable and writable after a value in its place. */
enum { PAYLOAD_SLACK = 8 };

/* Returns -1 if memory is short.  payload_close accepts all zeroes. */
int payload_open(struct payload *, struct err *);
void payload_close(struct payload *);

/*
 * Returns 0 if it is one JSON object, and no control line.  Line breaks between tokens are
 * no fault.  Overwrites the PAYLOAD_SLACK bytes after it by newlines, which spares a copy.
 * models: lets a control line that holds a model through (--carry model).  err->at is in
 * the value.
 */
int payload_check_object(struct payload *, char *value, size_t n, bool models, struct err *);

/* Does the same for any JSON value but null, in a copy.  byte: of the fault, from 1; 0: none. */
int payload_check_json(struct payload *, const char *value, size_t n, size_t *byte,
    struct err *);

#endif
