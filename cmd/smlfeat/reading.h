#ifndef SML_READING_H
#define SML_READING_H

#include "base/buf.h"
#include "cli/stream/stream.h"
#include "json/fields.h"
#include "json/record.h"
#include "feat_options.h"
#include "pending.h"

/*
 * The member `name` of the record is a field of the key, or the time, if slot and member find
 * the same value.
 */
struct own_member {
	char *name;
	int slot, member;
};

/* Reads which entity a record is about, and the time of its event. */
struct reading {
	struct fields *fields; /* borrowed */
	int *key, keys;	       /* slots */
	struct value *values;  /* of the key */
	struct own_member *own;
	int owns;
	int time;		  /* slot, or -1 */
	struct time_field *times; /* borrowed from the options */
	const struct feat_options *options;
	/* the latest time that the clock showed, so that time never goes back */
	int64_t clock;
};

/*
 * Declares -k and -t; exits with status 2 if they are wrong, or if a command that writes lacks
 * -t.
 */
void reading_open(struct reading *, struct fields *, struct feat_options *);
void reading_close(struct reading *);

/*
 * Starts the request of the stream's record.  Sets its id, and asked->now to the time of its
 * event, ns: the field of -t, which is refused if it is beyond --max-ahead; without -t, the
 * clock, which never goes back here.
 */
int reading_begin(struct reading *, struct stream *, const struct record *,
    struct pending_record *asked, struct err *);

/* Returns whether the record's member of this name holds a field of the key, or the time. */
bool reading_uses(const struct reading *, const struct record *, const char *name, size_t n);

#endif
