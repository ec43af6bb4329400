/* Reads --to and --to-by: where results go. */
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "json/fields.h"
#include "sink/sink_names.h"

const char *
sink_topic_name(const char *to)
{
	static const char prefix[] = "kafka:";

	return strncmp(to, prefix, sizeof prefix - 1) == 0 ? to + sizeof prefix - 1 : NULL;
}

bool
sink_is_file(const char *to)
{
	return sink_topic_name(to) == NULL && strcmp(to, "-") != 0 && strcmp(to, "null") != 0;
}

const char *
sink_names_topic(const struct sink_names *names)
{
	const char *topic = NULL;

	for (size_t i = 0; i < names->count && topic == NULL; i++)
		topic = sink_topic_name(names->to[i]);
	return topic;
}

/* Finds a sink, or adds it.  A file is always added, even if another has the same name. */
static int
find(struct sink_names *names, const char *to, size_t *sink, struct err *err)
{
	for (*sink = 0; *sink < names->count && !sink_is_file(to); ++*sink)
		if (strcmp(names->to[*sink], to) == 0)
			return 0;
	*sink = names->count;
	if (*sink == SINKS_MOST)
		return err_set(err, NULL, "there are more than %d sinks", SINKS_MOST);
	names->to[names->count++] = to;
	return 0;
}

int
sink_names_add(struct sink_names *names, const char *to, struct err *err)
{
	size_t sink;

	return find(names, to, &sink, err);
}

/*
 * Copies the text before end and moves past end.  A \ escapes end, and if twice is true also
 * itself. Returns NULL if memory is short, or, with *p NULL, if there is no end.
 */
static char *
take(const char **p, char end, bool twice)
{
	char *text = malloc(strlen(*p) + 1);
	size_t n = 0;
	const char *c;

	for (c = *p; text != NULL && *c != '\0' && *c != end; c++) {
		if (*c == '\\' && (c[1] == end || (c[1] == '\\' && twice)))
			c++;
		else if (*c == '\\' && c[1] == '\\')
			text[n++] = *c++;
		text[n++] = *c;
	}
	if (text != NULL)
		text[n] = '\0';
	*p = *c == end ? c + 1 : NULL;
	return text;
}

/* Returns -1 with err if the field is not a path. */
static int
check_field(const char *field, struct err *err)
{
	struct fields *fields = fields_new();
	int result = fields == NULL ? err_memory(err) : fields_add(fields, field, NULL, err);

	fields_free(fields);
	return result == -1 ? -1 : 0;
}

int
sink_names_add_rule(struct sink_names *names, const char *to_by, struct err *err)
{
	struct sink_rule *rule;
	const char *p = to_by;

	if (grow(&names->rule, &names->room, names->rules + 1, sizeof *rule) == -1)
		return err_memory(err);
	rule = &names->rule[names->rules++];
	*rule = (struct sink_rule){ .field = take(&p, ':', false) };
	if (rule->field != NULL && p != NULL)
		rule->value = take(&p, '=', true);
	if (rule->field == NULL || (rule->value == NULL && p != NULL))
		return err_memory(err);
	if (p == NULL || *p == '\0')
		return err_set(err, NULL, "this is not FIELD:VALUE=SINK");
	if (check_field(rule->field, err) == -1)
		return -1;
	return find(names, p, &rule->sink, err);
}

void
sink_names_free(struct sink_names *names)
{
	for (size_t i = 0; i < names->rules; i++) {
		free(names->rule[i].field);
		free(names->rule[i].value);
	}
	free(names->rule);
	*names = (struct sink_names){ 0 };
}
