#ifndef SML_SENDER_H
#define SML_SENDER_H

#include "produce/delivery.h"
#include "json/value.h"
#include "kafka/message.h"

/*
 * Gives messages to librdkafka.  Messages that consist only of a record's bytes and a key are
 * given several at a time, which saves locks and readings of the clock.  Their bytes stay in
 * the parcels' lines.
 */
enum { SENDER_MOST = 64 };

struct sender {
	rd_kafka_t *handle;	 /* borrowed */
	rd_kafka_topic_t *topic; /* of all messages that wait */
	rd_kafka_message_t message[SENDER_MOST];
	int count;
};

/*
 * Sends a parcel's message, which was read from this object, now or together with later
 * messages.  A partition of -1 is left to the partitioner that kafka/message.h sets.  Marks
 * the parcel if librdkafka refuses it.
 */
void sender_send(struct sender *, rd_kafka_topic_t *, struct parcel *, const struct message *,
    struct value object);

/* Sends all messages that wait.  Call it before anything but a record is handled. */
void sender_flush(struct sender *);

/* Returns where the object of a held line begins. */
char *parcel_object(const struct parcel *);

#endif
