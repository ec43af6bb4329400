/* A line of a dump.  What load reads of it, dump writes, and load reads again as the same. */
#include <unistd.h>

#include "line.h"

#include "fuzz.h"

struct reader {
	struct fields *fields;
	struct line_fields slots;
	struct record record;
	struct buf id, text;
	struct entity entity;
};

static void
open_reader(struct reader *r)
{
	*r = (struct reader){ .fields = fields_new() };
	need(r->fields != NULL && line_declare(&r->slots, r->fields, NULL) == 0 &&
	    record_open(&r->record, r->fields, 1000, NULL) == 0);
}

static int
read_line(struct reader *r, const char *p, size_t n)
{
	int64_t latest;

	if (record_parse_text(&r->record, r->fields, p, n, NULL) == -1)
		return -1;
	return line_read(&r->slots, &r->record, &r->id, &r->entity, &r->text, &latest, NULL);
}

static void
close_reader(struct reader *r)
{
	record_close(&r->record);
	fields_free(r->fields);
	buf_free(&r->id);
	buf_free(&r->text);
	entity_free(&r->entity);
}

/*
 * Reads what line_write writes, through a pipe; reads nothing if the pipe has no room for it.
 */
static size_t
write_line(const struct reader *r, char *to, size_t room)
{
	const struct store_entry entry = { r->id.p, r->id.len, r->entity };
	struct out out;
	size_t n = 0;
	int ends[2];

	need(pipe(ends) == 0 && out_open(&out, ends[1], 1 << 16) == 0);
	line_write(&out, &entry);
	if (out.len < room && out.written == 0) {
		need(out_close(&out) == 0);
		for (ssize_t got; (got = read(ends[0], to + n, room - n)) > 0;)
			n += (size_t)got;
	}
	close(ends[0]);
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char first[1 << 15], second[1 << 15];
	struct reader r;
	size_t m;

	if (n > 4096 || memchr(data, '\n', n) != NULL || memchr(data, '\r', n) != NULL)
		return 0; /* a line that is read has none */
	open_reader(&r);
	if (read_line(&r, (const char *)data, n) == 1) {
		m = write_line(&r, first, sizeof first);
		need(m == 0 || first[m - 1] == '\n');
		if (m > 0) {
			need(read_line(&r, first, m - 1) == 1);
			need(write_line(&r, second, sizeof second) == m);
			need(memcmp(first, second, m) == 0);
		}
	}
	close_reader(&r);
	return 0;
}
