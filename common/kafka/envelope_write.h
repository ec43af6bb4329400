#ifndef SML_ENVELOPE_WRITE_H
#define SML_ENVELOPE_WRITE_H

#include <librdkafka/rdkafka.h>

#include <stdbool.h>

#include "base/out.h"

/* Returns the largest number of bytes that this message, with error, takes as an envelope. */
size_t envelope_size(const rd_kafka_message_t *, const char *error);

/*
 * Writes a message as one line (smlkafka(1)); there must be room for it:
 *
 *	{"error":…,"topic":…,"partition":…,"offset":…,"timestamp":…,
 *	 "timestamp_type":…,"key":…,"value":…,"headers":[…]}
 *
 * error: the error with which a reject begins, or NULL.  json: the value is JSON and is
 * written as it is, except that line breaks become spaces.  All other bytes become text or
 * {"base64":…}.
 */
void envelope_write(struct out *, const rd_kafka_message_t *, const char *error, bool json);

/* Joins JSON into one line: line breaks, which occur only between tokens, become spaces. */
void envelope_join(char *json, size_t n);

#endif
