#ifndef SML_ENVELOPE_WRITE_H
#define SML_ENVELOPE_WRITE_H

#include <librdkafka/rdkafka.h>

#include "base/out.h"

/*
 * Returns how many bytes an envelope of this message, with error, can have at most, so
 * that the caller can make room.
 */
size_t envelope_size(const rd_kafka_message_t *, const char *error);

/*
 * Writes a message as one line (smlkafka(1)), for which there must be room:
 *
 *	{"error":…,"topic":…,"partition":…,"offset":…,"timestamp":…,
 *	 "timestamp_type":…,"key":…,"value":…,"headers":[…]}
 *
 * error: what a reject begins with, or NULL.  json: the value's bytes are
 * JSON and are written as they are but for line breaks, which become spaces;
 * else bytes are text or {"base64":…}.
 */
void envelope_write(struct out *, const rd_kafka_message_t *, const char *error, bool json);

/*
 * Makes one line of JSON: its line breaks, which can only occur between tokens,
 * become spaces.
 */
void envelope_join(char *json, size_t n);

#endif
