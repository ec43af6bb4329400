/* Writes a message as a line. */
#include <string.h>

#include "kafka/envelope_write.h"
#include "kafka/message_line.h"

/* Writes the value itself into the output's buffer, and checks it there. */
static int
write_value(struct payload *p, struct out *out, const rd_kafka_message_t *m, bool models,
    size_t *byte, struct err *err)
{
	char *line;

	if (m->payload == NULL)
		return err_set(err, NULL,
		    "a tombstone has no value: --format record or envelope shows it");
	if (m->len == 0)
		return err_set(err, NULL, "the value is empty, and a record is a JSON object");
	if (out_grow(out, m->len + PAYLOAD_SLACK) == -1)
		return err_memory(err);
	line = out_room(out, m->len + PAYLOAD_SLACK);
	memcpy(line, m->payload, m->len);
	if (payload_check_object(p, line, m->len, models, err) == -1) {
		*byte = err->at != NULL ? (size_t)(err->at - line) + 1 : 0;
		return -1;
	}
	envelope_join(line, m->len);
	out_advance(out, m->len + 1);
	return 0;
}

int
message_line_write(struct payload *p, struct out *out, const rd_kafka_message_t *m,
    enum message_format format, bool models, size_t *byte, struct err *err)
{
	bool json = format == MESSAGE_RECORD;

	*byte = 0;
	*err = (struct err){ 0 };
	if (format == MESSAGE_VALUE)
		return write_value(p, out, m, models, byte, err);
	if (json && m->payload != NULL &&
	    payload_check_json(p, m->payload, m->len, byte, err) == -1)
		return -1;
	if (out_grow(out, envelope_size(m, NULL)) == -1)
		return err_memory(err);
	envelope_write(out, m, NULL, json);
	return 0;
}
