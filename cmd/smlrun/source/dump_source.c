/* Reads a dump of several partitions in the order of time. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "kafka/message_line.h"
#include "source/dump_source.h"
#include "source/file_digest.h"
#include "source/source_line.h"

enum {
	CHUNK = 128 * 1024, /* bytes of lines handed out together */
	PARTITIONS = 1000   /* most in a dump: each needs memory */
};

int
dump_source_open(struct dump_source *s, const char *path, size_t longest, bool drain,
    enum message_format format, struct err *err)
{
	*s = (struct dump_source){ .path = path,
		.longest = longest,
		.drain = drain,
		.format = format,
		.fd = open(path, O_RDONLY | O_CLOEXEC) };
	if (s->fd == -1)
		return err_set(err, NULL, "%s: %s", path, strerror(errno));
	if (dump_format_open(&s->fields, err) == -1 || payload_open(&s->payload, err) == -1)
		return -1;
	return out_open(&s->out, -1, 2 * CHUNK) == -1 ? err_memory(err) : 0;
}

static void
forget(struct dump_source *s)
{
	for (size_t i = 0; i < s->count; i++)
		dump_lines_free(&s->of[i]);
	s->count = 0;
	s->bad = NULL;
}

void
dump_source_close(struct dump_source *s)
{
	forget(s);
	free(s->of);
	free(s->out.p);
	merge_free(&s->merge);
	payload_close(&s->payload);
	envelope_free(&s->envelope);
	dump_format_close(&s->fields);
	if (s->fd > 0)
		(void)close(s->fd);
	*s = (struct dump_source){ .fd = -1 };
}

/* Adds a partition, which begins at the line that was just read.  Returns NULL with err. */
static struct dump_lines *
add(struct dump_source *s, const struct dump_lines *at, struct err *err)
{
	struct dump_lines *l = NULL;

	if (s->count == PARTITIONS)
		(void)err_set(err, NULL, "%s has more than %d partitions", s->path,
		    PARTITIONS);
	else if (grow(&s->of, &s->room, s->count + 1, sizeof *s->of) == -1)
		(void)err_memory(err);
	else
		l = &s->of[s->count++];
	if (l == NULL)
		return NULL;
	dump_lines_begin(l, at->next, at->line);
	l->partition = at->key.partition;
	if (at->key.topic == NULL)
		return l;
	l->topic_len = at->key.topic_len;
	l->topic = strndup(at->key.topic, l->topic_len);
	if (l->topic != NULL)
		return l;
	(void)err_memory(err);
	return NULL;
}

/* Returns the partition of a line with this key; NULL: it is not known yet. */
static struct dump_lines *
find(const struct dump_source *s, const struct merge_key *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (dump_lines_own(&s->of[i], key))
			return &s->of[i];
	return NULL;
}

/*
 * Notes which partition a line belongs to, so that the first and last line of each partition
 * are known.
 */
static int
note(struct dump_source *s, const struct dump_lines *at, struct err *err)
{
	struct dump_lines *l = find(s, &at->key);

	if (l == NULL && (l = add(s, at, err)) == NULL)
		return -1;
	l->end = at->next + at->n + 1;
	if (l->end > s->place.byte)
		l->end = s->place.byte;
	return 0;
}

/* Finds the partitions in the region. */
static int
scan(struct dump_source *s, struct err *err)
{
	struct dump_lines all;
	int there;

	dump_lines_begin(&all, s->place.begin, s->place.line);
	while ((there = dump_lines_read(&all, &s->fields, s->fd, s->place.byte, s->longest,
		    err)) == 1) {
		if (!dump_lines_blank(&all) && note(s, &all, err) == -1) {
			there = -1;
			break;
		}
		dump_lines_pass(&all);
	}
	s->lines = all.line;
	dump_lines_free(&all);
	return there;
}

/* Gives the next line of a partition to the merge. */
static int
look(struct dump_source *s, size_t i, struct err *err)
{
	struct dump_lines *l = &s->of[i];
	int there = dump_lines_find(l, &s->fields, s->fd, s->longest, err);

	if (there == 1)
		merge_put(&s->merge, (uint32_t)i, &l->key);
	else
		merge_pass(&s->merge, (uint32_t)i);
	return there == -1 ? -1 : 0;
}

/* Begins to read the region. */
static int
begin(struct dump_source *s, struct err *err)
{
	forget(s);
	s->failed.text[0] = '\0';
	if (scan(s, err) == -1)
		return -1;
	if (merge_open(&s->merge, (uint32_t)s->count) == -1)
		return err_memory(err);
	for (size_t i = 0; i < s->count; i++)
		if (look(s, i, err) == -1)
			return -1;
	return 0;
}

/* Finds where whole lines end now: a last line without a newline waits. */
static int
find_end(const struct dump_source *s, uint64_t *end, struct err *err)
{
	struct stat st;
	char bytes[4096];

	if (fstat(s->fd, &st) == -1)
		return err_set(err, NULL, "%s: %s", s->path, strerror(errno));
	*end = (uint64_t)st.st_size;
	while (*end > s->place.begin && !s->drain) {
		size_t n = *end - s->place.begin < sizeof bytes ?
		    (size_t)(*end - s->place.begin) :
		    sizeof bytes;
		const char *newline;

		if (file_read_at(s->fd, bytes, n, *end - n) != (ssize_t)n)
			return err_set(err, NULL, "cannot read %s", s->path);
		newline = memrchr(bytes, '\n', n);
		if (newline != NULL) {
			*end -= n - (size_t)(newline + 1 - bytes);
			return 0;
		}
		*end -= n;
	}
	return 0;
}

/* Checks that the file still has all that was committed. */
static int
check(const struct dump_source *s, const struct source_place *last, struct err *err)
{
	uint64_t digest = ~last->digest;
	struct stat st;

	if (last->byte == 0)
		return 0;
	if (fstat(s->fd, &st) == -1 || (uint64_t)st.st_size < last->byte ||
	    file_digest(s->fd, last->byte, &digest) == -1 || digest != last->digest)
		return err_set(err, NULL,
		    "%s is another file than the one that was read before", s->path);
	return 0;
}

/* Skips records of the region that were read before. */
static int
pass(struct dump_source *s, uint64_t records, struct err *err)
{
	uint32_t i;

	for (; records > 0 && merge_first(&s->merge, &i) == MERGE_RECORD; records--) {
		dump_lines_pass(&s->of[i]);
		if (look(s, i, err) == -1)
			return -1;
	}
	return 0;
}

/*
 * Sets the end of a region: where the file ends now, or where it ended for the run that
 * started the region.
 */
static int
set_end(struct dump_source *s, struct err *err)
{
	struct stat st;

	s->resumed = s->last.byte > s->place.byte;
	if (s->resumed) {
		s->place.byte = s->last.byte;
		s->place.digest = s->last.digest;
		return 0;
	}
	if (find_end(s, &s->place.byte, err) == -1)
		return -1;
	if (file_digest(s->fd, s->place.byte, &s->place.digest) == -1 ||
	    fstat(s->fd, &st) == -1)
		return err_set(err, NULL, "%s: %s", s->path, strerror(errno));
	s->place.inode = st.st_ino;
	return 0;
}

int
dump_source_seek(struct dump_source *s, const struct source_place *place,
    const struct source_place *last, struct err *err)
{
	s->place = *place;
	s->place.kind = SOURCE_DUMP;
	s->last = *last;
	s->resumed = true;
	if (s->place.line == 0)
		s->place.line = 1;
	if (check(s, last, err) == -1)
		return -1;
	if (place->begin == place->byte && set_end(s, err) == -1)
		return -1;
	return begin(s, err) == -1 ? -1 : pass(s, place->within, err);
}

/* Starts the next region.  Returns 1, 0 if that is left to the next run, or -1. */
static int
begin_next(struct dump_source *s, struct err *err)
{
	if (!s->resumed)
		return 0;
	s->place.begin = s->place.byte;
	s->place.within = 0;
	s->place.line = s->lines;
	return set_end(s, err) == -1 || begin(s, err) == -1 ? -1 : 1;
}

/*
 * Appends a line's envelope, or its value; if the value is not a record, err->text says why.
 */
static int
write_line(struct dump_source *s, const struct dump_lines *l, struct err *err)
{
	rd_kafka_message_t m = { 0 };
	size_t byte;

	if (l->topic == NULL) {
		*err = l->why;
		return -1;
	}
	if (s->format == MESSAGE_ENVELOPE) {
		if (source_line_check(l->p, l->p + l->n, err) == -1)
			return -1;
		out_write(&s->out, l->p, l->n);
		out_write(&s->out, "\n", 1);
		return 0;
	}
	if (record_parse_text(&s->fields.record, s->fields.fields, l->p, l->n, err) == -1 ||
	    envelope_read(&s->envelope, envelope_form(s->fields.record.object),
		s->fields.record.object, err) == -1)
		return -1;
	m.payload = (void *)(uintptr_t)s->envelope.value.p;
	m.len = s->envelope.value.n;
	return message_line_write(&s->payload, &s->out, &m, MESSAGE_VALUE, false, &byte, err);
}

/* Counts the line as read, and moves to the next. */
static int
count(struct dump_source *s, struct dump_lines *l, struct err *err)
{
	s->place.records++;
	s->place.within++;
	dump_lines_pass(l);
	return look(s, (size_t)(l - s->of), err);
}

/* Takes the line that comes first.  Returns 1, 0 if it is bad, or -1. */
static int
take(struct dump_source *s, struct dump_lines *l, struct err *err)
{
	if (write_line(s, l, &s->why) == -1) {
		s->bad = l;
		return 0;
	}
	return count(s, l, err) == -1 ? -1 : 1;
}

enum source_event
dump_source_next(struct dump_source *s, uint64_t most, const char **p, size_t *n,
    struct err *err)
{
	uint64_t before = s->place.records;
	int more = s->bad == NULL;
	uint32_t i;

	s->out.len = 0;
	if (s->failed.text[0] != '\0') {
		*err = s->failed;
		return SOURCE_FAILED;
	}
	while (more == 1 && s->place.records - before < most && s->out.len < CHUNK &&
	    merge_first(&s->merge, &i) == MERGE_RECORD)
		more = take(s, &s->of[i], err);
	if (more == -1)
		return SOURCE_FAILED;
	*p = s->out.p;
	*n = s->out.len;
	if (*n > 0)
		return SOURCE_LINES;
	if (s->bad == NULL) {
		more = begin_next(s, err);
		return more == 1 ? dump_source_next(s, most, p, n, err) :
		    more == 0	 ? SOURCE_END :
				   SOURCE_FAILED;
	}
	*p = s->bad->p;
	*n = s->bad->n;
	*err = s->why;
	err->at = NULL;
	return err->memory ? SOURCE_FAILED : SOURCE_BAD;
}

void
dump_source_skip(struct dump_source *s)
{
	struct dump_lines *l = s->bad;

	s->bad = NULL;
	(void)count(s, l, &s->failed);
}

void
dump_source_mark(struct dump_source *s, struct source_place *place)
{
	uint32_t i;

	*place = s->place;
	if (merge_first(&s->merge, &i) != MERGE_NOTHING)
		return;
	place->begin = place->byte;
	place->within = 0;
	place->line = s->lines;
}

uint64_t
dump_source_line(const struct dump_source *s)
{
	uint32_t i;

	return merge_first(&s->merge, &i) == MERGE_RECORD ? s->of[i].line : 0;
}
