/* keys: the parsed option -k. */
#ifndef SML_KEYS_H
#define SML_KEYS_H

#include "base/err.h"
#include "json/fields.h"

struct key_field {
	int slot;   /* of the field in input records */
	char *name; /* of the field in results */
	int member; /* of the edit that makes results; set by the caller */
};

struct keys {
	struct key_field *at;
	int count;
};

/*
 * Reads a comma-separated list of PATH or NAME=PATH, and adds the paths to fields.  Returns 0,
 * or -1 with err; call keys_free in any case.
 */
int keys_read(struct keys *keys, struct fields *fields, const char *list, struct err *err);

void keys_free(struct keys *keys);

#endif
