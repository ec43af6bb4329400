#ifndef SML_PAYLOAD_H
#define SML_PAYLOAD_H

#include <stdbool.h>

#include "json/fields.h"
#include "json/record.h"

/* Checks whether a message's value can become a record. */
struct payload {
	struct fields *none, *wrapping;
	struct record record;  /* the value itself */
	struct record wrapped; /* an object with the value as its only member */
	struct buf text;       /* the text of that object */
	int slot;	       /* the slot of the value in wrapped */
};

/* How many bytes after a value must be readable and writable. */
enum { PAYLOAD_SLACK = 8 };

/* Returns -1 if memory is short.  payload_close accepts all zeroes. */
int payload_open(struct payload *, struct err *);
void payload_close(struct payload *);

/*
 * Returns 0 if the value is one JSON object and not a control line.  Line breaks between
 * tokens are allowed.  Overwrites the PAYLOAD_SLACK bytes after the value with newlines, which
 * saves a copy.  models: a control line that holds a model is accepted too (--carry model).
 * err->at is in the value.
 */
int payload_check_object(struct payload *, char *value, size_t n, bool models, struct err *);

/*
 * Does the same for any JSON value but null, using a copy.  *byte is the byte at fault, from
 * 1; 0: none.
 */
int payload_check_json(struct payload *, const char *value, size_t n, size_t *byte,
    struct err *);

#endif
