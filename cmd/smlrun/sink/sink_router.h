#ifndef SML_SINK_ROUTER_H
#define SML_SINK_ROUTER_H

#include "base/buf.h"
#include "json/record.h"
#include "kafka/message.h"
#include "sink/sink_names.h"

/* Reads results, to know which sink each goes to, and its key. */
struct sink_router {
	const struct sink_names *names; /* borrowed */
	const char *key;		/* --to-key; NULL: none; borrowed */

	/* What a result is read with; NULL: nobody asks. */
	struct fields *fields;
	int *slot; /* of each rule; malloc'ed */
	int key_slot;
	struct record record;
	struct buf text; /* of the key, with escapes resolved */
	bool is_record;	 /* the last one was an object, or err says why not */
	struct err why;
};

/* Returns -1 with err; sink_router_close in any case. */
int sink_router_open(struct sink_router *, const struct sink_names *, const char *key,
    struct err *);
void sink_router_close(struct sink_router *);

/*
 * Reads a line without its end, and finds its sink: that of the first rule that it matches, or
 * of --to if there is none.  Returns -1 if memory is short.
 */
int sink_router_read(struct sink_router *, const char *p, size_t n, size_t *sink,
    struct err *);

/*
 * Fills in the key of what was read last: a string's text, any other value's JSON; p is NULL if it
 * has none.  Returns -1 with err.
 */
int sink_router_key(struct sink_router *, struct bytes *key, struct err *);

#endif
