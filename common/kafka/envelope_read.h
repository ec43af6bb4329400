#ifndef SML_ENVELOPE_READ_H
#define SML_ENVELOPE_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/value.h"

/*
 * Envelopes, read back: messages of Kafka as JSON objects, in the three forms
 * that there are of them (smlkafka(1)).
 */
enum envelope_form {
	ENVELOPE_NONE,	/* an object, but no envelope */
	ENVELOPE_BYTES, /* of --format envelope: the value is text or {"base64":…} */
	ENVELOPE_JSON,	/* of --format record: the value is JSON */
	ENVELOPE_KCAT	/* of kcat -J: ts and payload, headers in one flat list */
};

struct bytes {
	const char *p; /* NULL: null, which is not the same as empty */
	size_t n;
};

/* Several headers may have the same name.  value may be null, name never. */
struct header {
	struct bytes name, value;
};

/* All zeroes is an envelope that can be read into. */
struct envelope {
	struct bytes topic; /* null: it has none */
	struct bytes key, value;
	int32_t partition; /* -1: none */
	int64_t offset;	   /* -1: none */
	/* ms; -1: the message has none; INSTANT_NONE: the envelope does not say. */
	int64_t timestamp;
	struct header *header;
	size_t headers, room;
	struct buf text; /* what the object does not hold as it is */
};

/*
 * Returns the form of an envelope, by its members: ours have topic, partition, offset
 * and value, kcat's have topic, ts and payload.  A value that is null, a string or
 * {"base64":…} counts as bytes, any other as JSON.
 */
enum envelope_form envelope_form(struct value object);

/* Returns the string in {"base64":…}, or V_MISSING for any other value. */
struct value envelope_base64(struct value);

/*
 * Reads an envelope of a form that the caller knows.  Only the value must be there.  Bytes
 * are null, a string's text, or what {"base64":…} encodes.  "error", "offset" and
 * "timestamp_type" are no part of a message, nor is any other member of kcat's.  Other
 * members of ours would be lost, and are an error.
 *
 * What is read is borrowed from the object, and from the envelope until the
 * next call.  err->at is in the value at fault.
 */
int envelope_read(struct envelope *, enum envelope_form, struct value object, struct err *);

/* Adds a header to one that was read, or to an empty one; borrowed. */
int envelope_add(struct envelope *, struct bytes name, struct bytes value, struct err *);

void envelope_free(struct envelope *);

#endif
