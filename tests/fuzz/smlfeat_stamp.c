/*
 * What somebody else may have put into a Redis hash.  What is read as a feature is written as
 * the same bytes again, and its value is one JSON value, on one line, that can be put into a
 * record.
 */
#include "store/redis/stamp.h"

#include "fuzz.h"

/* Checks that {"v":VALUE,"w":1} has two members and no line break. */
static void
check_value(struct stamp_reader *r, const struct feature *f)
{
	struct value name, item = { 0 };
	struct buf line = { 0 };
	int members = 0;

	need(buf_puts(&line, "{\"v\":") == 0 && buf_put(&line, f->value, f->value_len) == 0 &&
	    buf_puts(&line, ",\"w\":1}") == 0);
	need(memchr(line.p, '\n', line.len) == NULL && memchr(line.p, '\r', line.len) == NULL);
	need(record_parse_text(&r->record, r->fields, line.p, line.len, NULL) == 0);
	while (value_next(r->record.object, &name, &item))
		members++;
	need(members == 2);
	buf_free(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct stamp_reader r = { 0 };
	struct buf again = { 0 };
	struct feature f = { 0 };

	need(stamp_open(&r, NULL) == 0);
	if (stamp_read(&r, text, size, &f, NULL) == 0) {
		need(stamp_write(&again, &f) == 0);
		need(again.len == size && memcmp(again.p, text, size) == 0);
		if (f.value != NULL)
			check_value(&r, &f);
	}
	buf_free(&again);
	stamp_close(&r);
	return 0;
}
