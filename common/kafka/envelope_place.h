#ifndef SML_ENVELOPE_PLACE_H
#define SML_ENVELOPE_PLACE_H

#include "base/err.h"
#include "json/record.h"
#include "kafka/merge.h"

/* The members of envelopes that say which message it is and when it came: their slots. */
struct envelope_place {
	int topic, partition, offset, timestamp, value, ts, payload;
};

/* Declares the members.  Returns -1 with err. */
int envelope_place_add(struct envelope_place *, struct fields *, struct err *);

/*
 * Returns the slot of an envelope's own time, -1 if the record is none: envelopes are recognised
 * as envelope_form recognises them.
 */
int envelope_place_time(const struct envelope_place *, const struct record *);

/*
 * Fills in topic, partition and offset of a record that is an envelope, NULL and 0 for what it
 * does not have; the topic is borrowed.
 */
void envelope_place_read(const struct envelope_place *, const struct record *,
    struct merge_key *);

#endif
