#ifndef SML_SINK_ROUTER_H
#define SML_SINK_ROUTER_H

#include "base/buf.h"
#include "json/record.h"
#include "kafka/message.h"
#include "sink/sink_names.h"

/* Reads results, to find the sink and the key of each. */
struct sink_router {
	const struct sink_names *names; /* borrowed */
	const char *key;		/* --to-key; NULL: none; borrowed */

	/* The fields to read in a result; NULL: none are needed. */
	struct fields *fields;
	int *slot; /* the field of each rule; malloc'ed */
	int key_slot;
	struct record record;
	struct buf text; /* the text of the key, with its escapes resolved */
	bool is_record;	 /* the last result was an object; if false, err says why not */
	struct err why;
};

/* Returns -1 with err.  Call sink_router_close in any case. */
int sink_router_open(struct sink_router *, const struct sink_names *, const char *key,
    struct err *);
void sink_router_close(struct sink_router *);

/*
 * Reads a line without its newline, and finds its sink: the sink of the first rule that
 * matches, or else the sink of --to.  Returns -1 if memory is short.
 */
int sink_router_read(struct sink_router *, const char *p, size_t n, size_t *sink,
    struct err *);

/*
 * Fills in the key of the last result: a string's text, or any other value's JSON; p is NULL
 * if the result has no key.  Returns -1 with err.
 */
int sink_router_key(struct sink_router *, struct bytes *key, struct err *);

#endif
