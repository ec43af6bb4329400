/* The partitions that are read: where each ends, and how far its lines were written. */
#include <stdlib.h>
#include <string.h>

#include "consume/source.h"

static struct source *
find(const struct sources *s, const char *topic, int32_t partition)
{
	for (uint32_t i = 0; i < s->count; i++)
		if (s->source[i]->partition == partition &&
		    strcmp(s->source[i]->topic, topic) == 0)
			return s->source[i];
	return NULL;
}

struct source *
sources_get(struct sources *s, const char *topic, int32_t partition)
{
	struct source *source = find(s, topic, partition), **more;

	if (source != NULL)
		return source;
	if (s->count == s->room) {
		more = realloc(s->source, (2 * (size_t)s->room + 8) * sizeof(struct source *));
		if (more == NULL)
			return NULL;
		s->source = more;
		s->room = 2 * s->room + 8;
	}
	source = calloc(1, sizeof *source);
	if (source == NULL || (source->topic = strdup(topic)) == NULL) {
		free(source);
		return NULL;
	}
	source->partition = partition;
	source->end = SOURCE_ENDLESS;
	source->number = s->count;
	s->source[s->count++] = source;
	return source;
}

struct source *
sources_of(struct sources *s, const rd_kafka_message_t *m)
{
	if (s->last != NULL && m->rkt == s->last_topic && m->partition == s->last->partition)
		return s->last;
	s->last = m->rkt == NULL ? NULL : find(s, rd_kafka_topic_name(m->rkt), m->partition);
	s->last_topic = m->rkt;
	return s->last;
}

bool
source_is_of(const struct source *source, const char *topic)
{
	return strcmp(source->topic, topic) == 0;
}

void
sources_free(struct sources *s)
{
	for (uint32_t i = 0; i < s->count; i++) {
		free(s->source[i]->topic);
		free(s->source[i]);
	}
	free(s->source);
	*s = (struct sources){ 0 };
}

/* Marks a source as done: everything before its end was taken. */
static void
finish(struct sources *s, struct source *source)
{
	if (source->done)
		return;
	source->done = true;
	s->open--;
	if (source->position < source->end) {
		source->position = source->end;
		source->dirty = true;
	}
}

void
source_begin(struct sources *s, struct source *source, int64_t position, int64_t end,
    bool stored)
{
	source_leave(s, source);
	source->ours = true;
	source->done = source->gone = false;
	source->position = position;
	source->dirty = !stored;
	if (end < source->end)
		source->end = end;
	s->ours++;
	s->open++;
	if (position >= source->end)
		finish(s, source);
}

void
source_leave(struct sources *s, struct source *source)
{
	if (!source->ours)
		return;
	s->ours--;
	s->open -= !source->done;
	source->ours = source->dirty = false;
	/*
	 * librdkafka may free the topic's handle now, and another topic's handle may get the
	 * same address.
	 */
	s->last = NULL;
}

bool
source_admits(struct sources *s, struct source *source, int64_t offset)
{
	if (!source->ours || source->done || offset < source->position)
		return false;
	if (offset < source->end)
		return true;
	finish(s, source);
	return false;
}

void
source_take(struct sources *s, struct source *source, int64_t offset)
{
	source->position = offset + 1;
	source->dirty = true;
	if (source->position >= source->end)
		finish(s, source);
}

void
source_reach(struct sources *s, struct source *source, int64_t offset)
{
	if (!source->ours || source->done || offset < source->position)
		return;
	/*
	 * Also do this for a source without an end: then the next owner need not read these
	 * offsets.
	 */
	if (offset > source->position) {
		source->position = offset < source->end ? offset : source->end;
		source->dirty = true;
	}
	if (offset >= source->end)
		finish(s, source);
}

void
source_cut(struct sources *s, struct source *source, int64_t offset)
{
	source->end = offset;
	if (source->ours && source->position >= offset)
		finish(s, source);
}
