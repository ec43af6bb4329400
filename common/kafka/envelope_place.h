#ifndef SML_ENVELOPE_PLACE_H
#define SML_ENVELOPE_PLACE_H

#include "base/err.h"
#include "json/record.h"
#include "kafka/merge.h"

/* The slots of the members that say which message an envelope holds, and when it was sent. */
struct envelope_place {
	int topic, partition, offset, timestamp, value, ts, payload;
};

/* Declares the members.  Returns -1 with err. */
int envelope_place_add(struct envelope_place *, struct fields *, struct err *);

/*
 * Returns the slot of the time in an envelope, or -1 if the record is not an envelope;
 * recognises envelopes as envelope_form does.
 */
int envelope_place_time(const struct envelope_place *, const struct record *);

/*
 * Fills in topic, partition and offset from an envelope, NULL and 0 if it lacks them; the
 * topic is borrowed.
 */
void envelope_place_read(const struct envelope_place *, const struct record *,
    struct merge_key *);

#endif
