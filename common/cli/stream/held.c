/* Copies records and keeps them until their answers come. */
#include <string.h>

#include "cli/stream/held.h"

int
held_put(struct held *held, const struct line *line, const struct place *place,
    struct err *err)
{
	struct buf *copy = &held->line;

	copy->len = 0;
	if (buf_reserve(copy, line->size + LINE_SLACK) == -1)
		return err_memory(err);
	memcpy(copy->p, line->at, line->size);
	memset(copy->p + line->size, '\n', LINE_SLACK);
	copy->len = line->size;
	held->place = *place;
	return 0;
}

int
held_parse(const struct held *held, struct record *record, const struct fields *fields,
    struct err *err)
{
	struct line line = { .at = held->line.p, .size = held->line.len };

	return record_parse(record, fields, &line, err);
}

void
held_free(struct held *held)
{
	buf_free(&held->line);
}
