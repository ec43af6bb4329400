#ifndef SML_MESSAGE_LINE_H
#define SML_MESSAGE_LINE_H

#include <librdkafka/rdkafka.h>

#include "base/out.h"
#include "kafka/message.h"
#include "kafka/payload.h"

/*
 * Appends a message to the output as one line in this format, growing its buffer: nothing
 * is written to its file.  MESSAGE_VALUE and MESSAGE_RECORD need a value that is a record,
 * or JSON.  models: of MESSAGE_VALUE, lets a control line that holds a model through.
 *
 * Returns -1 if no line can be made of it, and nothing is appended.  byte: of the fault in
 * the value, from 1; 0: none.  err->memory: it is not the message's fault.
 */
int message_line_write(struct payload *, struct out *, const rd_kafka_message_t *,
    enum message_format, bool models, size_t *byte, struct err *);

#endif
