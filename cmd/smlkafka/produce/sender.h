#ifndef SML_SENDER_H
#define SML_SENDER_H

#include "produce/delivery.h"
#include "json/value.h"
#include "kafka/message.h"

/*
 * Messages on the step to librdkafka.  Those that are nothing but a record's
 * bytes and its key are handed over several at a time, which spares locks and
 * looks at the clock; what keeps them is the parcels' lines.
 */
enum { SENDER_MOST = 64 };

struct sender {
	rd_kafka_t *handle;	 /* borrowed */
	rd_kafka_topic_t *topic; /* of all that wait */
	rd_kafka_message_t message[SENDER_MOST];
	int count;
};

/*
 * Gives librdkafka a parcel's message, which was read from this object; at
 * once, or with those that follow.  What librdkafka does not take is refused.
 */
void sender_send(struct sender *, rd_kafka_topic_t *, struct parcel *, const struct message *,
    struct value object);

/* Sends all that waits; call it before anything but a record is handled. */
void sender_flush(struct sender *);

/* Returns where the object of a held line begins. */
char *parcel_object(const struct parcel *);

#endif
