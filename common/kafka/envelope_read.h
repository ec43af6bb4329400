#ifndef SML_ENVELOPE_READ_H
#define SML_ENVELOPE_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "json/value.h"

/* Envelopes: Kafka messages as JSON objects, in one of three forms (smlkafka(1)). */
enum envelope_form {
	ENVELOPE_NONE,	/* an object, but not an envelope */
	ENVELOPE_BYTES, /* by --format envelope: the value is text or {"base64":…} */
	ENVELOPE_JSON,	/* by --format record: the value is JSON */
	ENVELOPE_KCAT	/* by kcat -J: ts and payload, headers in one flat list */
};

struct bytes {
	const char *p; /* NULL means null, which is not the same as empty */
	size_t n;
};

/* Several headers may have the same name.  value may be null, name never. */
struct header {
	struct bytes name, value;
};

/* All zeroes is ready for envelope_read. */
struct envelope {
	struct bytes topic; /* null: none */
	struct bytes key, value;
	int32_t partition; /* -1: none */
	int64_t offset;	   /* -1: none */
	/* ms; -1: the message has no time; INSTANT_NONE: the envelope does not say */
	int64_t timestamp;
	struct header *header;
	size_t headers, room;
	struct buf text; /* decoded text and base64 */
};

/*
 * Returns the form of an envelope by its members: our forms have topic, partition, offset and
 * value; kcat's has topic, ts and payload.  In our forms, a value that is null, a string or
 * {"base64":…} counts as bytes, any other value as JSON.
 */
enum envelope_form envelope_form(struct value object);

/* Returns the string in {"base64":…}, or V_MISSING for any other value. */
struct value envelope_base64(struct value);

/*
 * Reads an envelope of a known form.  Only the value must be there.  Bytes are null, the text
 * of a string, or what {"base64":…} encodes.  "error", "offset" and "timestamp_type" are
 * ignored, and so is any other member in kcat's form.  In our forms an unknown member is an
 * error, because it would be lost.
 *
 * The result borrows from the object, and, until the next call, from the envelope.  err->at is
 * in the value at fault.
 */
int envelope_read(struct envelope *, enum envelope_form, struct value object, struct err *);

/* Adds a header to an envelope that was read, or to an empty one; borrows name and value. */
int envelope_add(struct envelope *, struct bytes name, struct bytes value, struct err *);

void envelope_free(struct envelope *);

#endif
