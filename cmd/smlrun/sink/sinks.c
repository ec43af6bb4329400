/* Handles all sinks of a run that are not topics. */
#include "sink/sinks.h"

int
sinks_open(struct sinks *s, const struct sink_names *names, struct err *err)
{
	*s = (struct sinks){ .names = names };
	while (s->opened < names->count) {
		const char *to = names->to[s->opened];
		struct sink_file *file = &s->file[s->opened++];

		if (sink_open(file, sink_topic_name(to) != NULL ? "null" : to, err) == -1)
			return -1;
	}
	return 0;
}

int
sinks_close(struct sinks *s, struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < s->opened; i++)
		if (sink_close(&s->file[i], err) == -1)
			result = -1;
	return result;
}

int
sinks_cut(struct sinks *s, const struct sink_lengths *lengths, struct err *err)
{
	for (size_t i = 0; i < lengths->count && i < s->opened; i++)
		if (sink_cut(&s->file[i], lengths->bytes[i], err) == -1)
			return -1;
	return 0;
}

int
sinks_sync(struct sinks *s, struct err *err)
{
	for (size_t i = 0; i < s->opened; i++)
		if (sink_sync(&s->file[i], err) == -1)
			return -1;
	return 0;
}

void
sinks_lengths(const struct sinks *s, struct sink_lengths *lengths)
{
	lengths->count = 0;
	for (size_t i = 0; i < s->opened; i++) {
		lengths->bytes[i] = sink_length(&s->file[i]);
		if (sink_topic_name(s->names->to[i]) == NULL)
			lengths->count = s->opened;
	}
}

const char *
sinks_only_file(const struct sinks *s)
{
	return s->opened == 1 && s->file[0].kind == SINK_FILE ? s->names->to[0] : NULL;
}

bool
sinks_have_standard(const struct sinks *s)
{
	for (size_t i = 0; i < s->opened; i++)
		if (s->file[i].kind == SINK_STANDARD)
			return true;
	return false;
}
