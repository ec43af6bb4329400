/* Reads the lines of a dump that belong to one partition. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/dump_lines.h"
#include "source/file_digest.h"

enum { CHUNK = 64 * 1024, DEPTH = 1000 };

int
dump_format_open(struct dump_format *f, struct err *err)
{
	*f = (struct dump_format){ .fields = fields_new() };
	if (f->fields == NULL)
		return err_memory(err);
	if (envelope_place_add(&f->place, f->fields, err) == -1)
		return -1;
	return record_open(&f->record, f->fields, DEPTH, err);
}

void
dump_format_close(struct dump_format *f)
{
	if (f->fields != NULL)
		record_close(&f->record);
	fields_free(f->fields);
	*f = (struct dump_format){ 0 };
}

void
dump_lines_begin(struct dump_lines *l, uint64_t byte, uint64_t line)
{
	*l = (struct dump_lines){ .next = byte, .base = byte, .line = line };
}

void
dump_lines_free(struct dump_lines *l)
{
	free(l->topic);
	buf_free(&l->bytes);
	*l = (struct dump_lines){ 0 };
}

/* Reads more of the file after what is in memory; bytes that were passed make room. */
static int
read_more(struct dump_lines *l, int fd, uint64_t end, struct err *err)
{
	size_t over = (size_t)(l->next - l->base), n = CHUNK;
	ssize_t got;

	l->bytes.len -= over;
	if (l->bytes.len > 0)
		(void)memmove(l->bytes.p, l->bytes.p + over, l->bytes.len);
	l->base = l->next;
	if (end - l->base - l->bytes.len < n)
		n = (size_t)(end - l->base - l->bytes.len);
	if (buf_reserve(&l->bytes, n) == -1)
		return err_memory(err);
	got = file_read_at(fd, l->bytes.p + l->bytes.len, n, l->base + l->bytes.len);
	if (got == -1 || (size_t)got < n)
		return err_set(err, NULL, "cannot read the dump: %s",
		    got == -1 ? strerror(errno) : "it has become shorter");
	l->bytes.len += n;
	return 0;
}

bool
dump_lines_blank(const struct dump_lines *l)
{
	size_t n = l->n;

	while (n > 0 && strchr(" \t\r", l->p[n - 1]) != NULL)
		n--;
	return n == 0;
}

/*
 * Finds the partition and the time of a line; l->why: set if the line is not an envelope
 * (envelope_form).
 */
static void
classify(struct dump_lines *l, struct dump_format *f)
{
	int time;

	l->key = (struct merge_key){ .time = INT64_MIN, .partition = -1 };
	l->why.text[0] = '\0';
	if (record_parse_text(&f->record, f->fields, l->p, l->n, &l->why) == -1) {
		l->why.at = NULL;
		return;
	}
	time = envelope_place_time(&f->place, &f->record);
	if (time == -1 || record_at(&f->record, f->place.topic).kind != V_STRING) {
		(void)err_set(&l->why, NULL, "this is no envelope of a message");
		return;
	}
	envelope_place_read(&f->place, &f->record, &l->key);
	if (value_i64(record_at(&f->record, time), &l->key.time, NULL) == -1)
		l->key.time = -1;
}

/* Reads the line at next into memory, or all that is left of the file. */
static int
load(struct dump_lines *l, int fd, uint64_t end, size_t longest, struct err *err)
{
	for (;;) {
		size_t over = (size_t)(l->next - l->base), n = l->bytes.len - over;
		const char *p = l->bytes.p + over,
			   *newline = n == 0 ? NULL : memchr(p, '\n', n);

		l->p = p;
		l->n = newline == NULL ? n : (size_t)(newline - p);
		if (newline != NULL || n > longest || l->base + l->bytes.len == end)
			return 0;
		if (read_more(l, fd, end, err) == -1)
			return -1;
	}
}

int
dump_lines_read(struct dump_lines *l, struct dump_format *f, int fd, uint64_t end,
    size_t longest, struct err *err)
{
	if (l->next >= end)
		return 0;
	if (load(l, fd, end, longest, err) == -1)
		return -1;
	if (l->n > longest)
		return err_set(err, NULL, "line %ju of the dump is longer than --max-line %zu",
		    (uintmax_t)l->line, longest);
	classify(l, f);
	return 1;
}

void
dump_lines_pass(struct dump_lines *l)
{
	l->next += l->n + 1;
	l->line++;
}

bool
dump_lines_own(const struct dump_lines *l, const struct merge_key *key)
{
	if (l->topic == NULL || key->topic == NULL)
		return l->topic == key->topic;
	return l->partition == key->partition && l->topic_len == key->topic_len &&
	    memcmp(l->topic, key->topic, key->topic_len) == 0;
}

int
dump_lines_find(struct dump_lines *l, struct dump_format *f, int fd, size_t longest,
    struct err *err)
{
	int there;

	while ((there = dump_lines_read(l, f, fd, l->end, longest, err)) == 1) {
		if (!dump_lines_blank(l) && dump_lines_own(l, &l->key)) {
			l->key.topic = l->topic;
			return 1;
		}
		dump_lines_pass(l);
	}
	return there;
}
