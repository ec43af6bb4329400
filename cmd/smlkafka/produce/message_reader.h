#ifndef SML_MESSAGE_READER_H
#define SML_MESSAGE_READER_H

#include "cli/options/opt.h"
#include "json/record.h"
#include "kafka/message.h"

/*
 * How a record becomes a message: by --format, and by the fields that
 * options name.
 */

struct message_options {
	int format; /* of MESSAGE_FORMATS */
	const char *topic, *topic_field, *partition;
	struct texts headers; /* NAME=FIELD */
};

/* A field that becomes bytes. */
struct message_field {
	struct bytes name; /* the name of a header; borrowed */
	int slot;	   /* of the field; -1: not asked for */
	struct buf text;   /* the text, with escapes resolved */
};

/* How records are read.  It may be closed if all is zero. */
struct message_reader {
	const struct message_options *options;
	const struct fields *fields;
	struct time_field *times; /* borrowed from the options */
	int time, partition;	  /* slots, -1: not asked for */
	struct message_field topic, key;
	struct message_field *header;
	size_t headers;
	struct envelope envelope; /* if records are not envelopes, only its headers are used */
};

/*
 * Adds the fields that options and common name.  All are borrowed.  Returns -1 if an
 * option is wrong.
 */
int message_open(struct message_reader *, const struct message_options *, struct common *,
    struct fields *, struct err *);
void message_close(struct message_reader *);

/*
 * Makes the message of a record; it is borrowed from the record and the reader until the next
 * call.  Fields named by options take precedence over the envelope.  A string gives its text,
 * any other value its JSON; a missing or null field gives a null key or header value.  On error
 * err->at points into the offending value.
 */
int message_read(struct message_reader *, const struct record *, struct message *,
    struct err *);

#endif
