/* Reads a model's response to a request. */
#include <string.h>

#include "answer/response.h"

int
response_reader_open(struct response_reader *r, unsigned int max_depth, struct err *err)
{
	*r = (struct response_reader){ .fields = fields_new() };
	if (r->fields == NULL)
		return err_memory(err);
	r->whole = fields_add(r->fields, "r", NULL, err);
	r->prediction = fields_add(r->fields, "r.prediction", NULL, err);
	r->probability = fields_add(r->fields, "r.probability", NULL, err);
	if (r->whole == -1 || r->prediction == -1 || r->probability == -1)
		return -1;
	return record_open(&r->record, r->fields, max_depth + 1, err);
}

void
response_reader_close(struct response_reader *r)
{
	record_close(&r->record);
	fields_free(r->fields);
	buf_free(&r->line);
}

/*
 * Returns whether c is white space of JSON; a line feed is not considered, because no line
 * contains one.
 */
static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * Parses the text as the value of a member, because a record must be an object.  If the text
 * is more than one value, it could become several members: the length of the value shows this.
 */
int
response_read(struct response_reader *r, const char *text, size_t n, struct response *response,
    struct err *err)
{
	struct value whole;

	while (n > 0 && is_space(text[n - 1]))
		n--;
	while (n > 0 && is_space(*text)) {
		text++;
		n--;
	}
	r->line.len = 0;
	if (buf_puts(&r->line, "{\"r\":") == -1 || buf_put(&r->line, text, n) == -1 ||
	    buf_putc(&r->line, '}') == -1)
		return err_memory(err);
	if (record_parse_text(&r->record, r->fields, r->line.p, r->line.len, err) == -1)
		return -1;
	whole = record_at(&r->record, r->whole);
	if (whole.len != n)
		return err_set(err, NULL, "more than one JSON value");
	*response = (struct response){ .prediction = record_at(&r->record, r->prediction) };
	if (response->prediction.kind == V_MISSING)
		response->prediction = whole;
	else
		response->probability = record_at(&r->record, r->probability);
	return 0;
}

int
response_copy(struct response *copy, const struct response *response, struct buf *buf,
    struct err *err)
{
	*copy = *response;
	buf->len = 0;
	if (buf_reserve(buf, (size_t)response->prediction.len + response->probability.len) ==
	    -1)
		return err_memory(err);
	if (response->prediction.len > 0) {
		copy->prediction.p = buf->p;
		(void)buf_put(buf, response->prediction.p, response->prediction.len);
	}
	if (response->probability.len > 0) {
		copy->probability.p = buf->p + buf->len;
		(void)buf_put(buf, response->probability.p, response->probability.len);
	}
	return 0;
}
