/* Checks and looks up the topics and partitions that a user names. */
#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "kafka/selection.h"

/* Takes the first number from a list such as "0,3". Returns -1 if there is no number. */
static int
next_partition(const char **list, int32_t *partition)
{
	char *end;
	long n;

	*partition = -1;
	if (**list < '0' || **list > '9')
		return -1;
	errno = 0;
	n = strtol(*list, &end, 10);
	if (errno != 0 || n > INT32_MAX || (*end != ',' && *end != '\0') ||
	    (*end == ',' && end[1] == '\0'))
		return -1;
	*list = *end == ',' ? end + 1 : end;
	*partition = (int32_t)n;
	return 0;
}

static int
check_expression(const char *text, struct err *err)
{
	char why[128];
	regex_t regex;
	int code = regcomp(&regex, text, REG_EXTENDED | REG_NOSUB);

	if (code == 0) {
		regfree(&regex);
		return 0;
	}
	(void)regerror(code, &regex, why, sizeof why);
	return err_set(err, NULL, "topic %s: %s", text, why);
}

int
selection_check(const char *const *topics, size_t count, bool whole, struct err *err)
{
	const char *text, *list;
	int32_t partition;

	for (size_t i = 0; i < count; i++) {
		text = topics[i];
		if (*text == '^') {
			if (check_expression(text, err) == -1)
				return -1;
			continue;
		}
		list = strchr(text, ':');
		if (*text == '\0' || list == text)
			return err_set(err, NULL, "topic \"%s\": a topic has a name", text);
		if (list == NULL)
			continue;
		if (whole)
			return err_set(err, NULL,
			    "topic %s: the group chooses the partitions; name the topic alone",
			    text);
		list++;
		do {
			if (next_partition(&list, &partition) == -1)
				return err_set(err, NULL,
				    "topic %s: partitions are numbers with commas between",
				    text);
		} while (*list != '\0');
	}
	return 0;
}

static void
add(rd_kafka_topic_partition_list_t *list, const char *topic, int32_t partition)
{
	if (rd_kafka_topic_partition_list_find(list, topic, partition) == NULL)
		rd_kafka_topic_partition_list_add(list, topic, partition);
}

static void
add_all(rd_kafka_topic_partition_list_t *list, const struct rd_kafka_metadata_topic *topic)
{
	for (int32_t i = 0; i < topic->partition_cnt; i++)
		add(list, topic->topic, i);
}

static int
add_matching(struct client *c, const char *expression, rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	const struct rd_kafka_metadata *all;
	regex_t regex;

	if (client_metadata(c, NULL, &all, err) == -1)
		return -1;
	/* selection_check has checked the expression. */
	if (regcomp(&regex, expression, REG_EXTENDED | REG_NOSUB) == 0) {
		for (int i = 0; i < all->topic_cnt; i++)
			if (regexec(&regex, all->topics[i].topic, 0, NULL, 0) == 0)
				add_all(list, &all->topics[i]);
		regfree(&regex);
	}
	rd_kafka_metadata_destroy(all);
	return 0;
}

/* Adds TOPIC or TOPIC:P,…. */
static int
add_topic(struct client *c, const char *text, rd_kafka_topic_partition_list_t *list,
    struct err *err)
{
	const struct rd_kafka_metadata *metadata;
	const char *colon = strchr(text, ':'), *numbers = colon != NULL ? colon + 1 : "";
	char *topic = colon != NULL ? strndup(text, (size_t)(colon - text)) : strdup(text);
	int32_t partition, count;
	int result = -1;

	if (topic == NULL)
		return err_memory(err);
	if (client_metadata(c, topic, &metadata, err) == -1)
		goto out;
	result = 0;
	count = metadata->topics[0].partition_cnt;
	if (colon == NULL)
		add_all(list, &metadata->topics[0]);
	while (result == 0 && *numbers != '\0') {
		(void)next_partition(&numbers, &partition);
		if (partition < count)
			add(list, topic, partition);
		else
			result =
			    err_set(err, NULL, "topic %s has no partition %d: it has 0 to %d",
				topic, partition, count - 1);
	}
	rd_kafka_metadata_destroy(metadata);
out:
	free(topic);
	return result;
}

rd_kafka_topic_partition_list_t *
selection_partitions(struct client *c, const char *const *topics, size_t count,
    struct err *err)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(16);
	int result = 0;

	for (size_t i = 0; result == 0 && i < count; i++)
		result = topics[i][0] == '^' ? add_matching(c, topics[i], list, err) :
					       add_topic(c, topics[i], list, err);
	if (result == 0)
		return list;
	rd_kafka_topic_partition_list_destroy(list);
	return NULL;
}
