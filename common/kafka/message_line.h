#ifndef SML_MESSAGE_LINE_H
#define SML_MESSAGE_LINE_H

#include <librdkafka/rdkafka.h>

#include "base/out.h"
#include "kafka/message.h"
#include "kafka/payload.h"

/*
 * Appends a message to the output's buffer as one line in this format, without writing to the
 * file.  With MESSAGE_VALUE the value must be a record, with MESSAGE_RECORD any JSON.  models:
 * with MESSAGE_VALUE, a control line that holds a model is accepted too.
 *
 * Returns -1 if the message cannot become a line; then nothing is appended.  *byte is the byte
 * at fault in the value, from 1; 0: none.  If err->memory is set, the message is not at fault.
 */
int message_line_write(struct payload *, struct out *, const rd_kafka_message_t *,
    enum message_format, bool models, size_t *byte, struct err *);

#endif
