/* Counts records by arm and by reason. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "split/tally.h"

enum { OWN_ROWS = REASONS + 3 };

static void
add(struct tally *t, const char *name, enum stat_kind kind, const void *at, const char *help,
    const char *labels)
{
	t->row[t->rows++] = (struct stat_row){ name, kind, at, help, labels };
}

int
tally_open(struct tally *t, size_t more, struct err *err)
{
	static const char *const help[REASONS] = { "Records that the split gave their arm",
		"Records that a pin gave their arm", "Records of the holdout",
		"Records outside the gate", "Records that nothing else gave an arm" };

	t->row = calloc(OWN_ROWS + more + TALLY_MOST + 1, sizeof(*t->row));
	if (t->row == NULL)
		return err_memory(err);
	for (int i = 0; i < REASONS; i++)
		add(t, reason_name((enum reason)i), STAT_COUNT, &t->reason[i], help[i], NULL);
	add(t, "reloads", STAT_COUNT, &t->reloads,
	    "Times that configuration and models were read again", NULL);
	add(t, "reloads_failed", STAT_COUNT, &t->failed,
	    "Times that a file was broken, so that the old plan and models stayed", NULL);
	add(t, "arms", STAT_JSON, &t->arms, NULL, NULL);
	return 0;
}

void
tally_add(struct tally *t, const struct stat_row *row)
{
	t->row[t->rows++] = *row;
}

/* Makes arm="NAME", for --metrics. */
static char *
label(const char *name)
{
	struct buf text = { 0 };
	int result = buf_puts(&text, "arm=\"");

	for (; *name != '\0' && result == 0; name++) {
		if (*name == '\n')
			result = buf_puts(&text, "\\n");
		else if ((*name == '"' || *name == '\\') && buf_putc(&text, '\\') == -1)
			result = -1;
		else
			result = buf_putc(&text, *name);
	}
	if (result == 0 && buf_put(&text, "\"", 2) == 0)
		return text.p;
	buf_free(&text);
	return NULL;
}

static struct tally_arm *
known(const struct tally *t, const char *name)
{
	for (uint32_t i = 0; i < t->count; i++)
		if (strcmp(t->arm[i]->name, name) == 0)
			return t->arm[i];
	return NULL;
}

static void
arm_free(struct tally_arm *arm)
{
	if (arm == NULL)
		return;
	free(arm->name);
	free(arm->labels);
	free(arm);
}

static struct tally_arm *
learn(struct tally *t, const char *name, struct err *err)
{
	struct tally_arm **more, *arm;

	if (t->count == TALLY_MOST) {
		err_set(err, NULL, "there were more than %d arms since the start", TALLY_MOST);
		return NULL;
	}
	more = realloc(t->arm, (t->count + 1) * sizeof(struct tally_arm *));
	arm = calloc(1, sizeof(*arm));
	if (more != NULL)
		t->arm = more;
	if (arm != NULL) {
		arm->name = strdup(name);
		arm->labels = label(name);
	}
	if (more == NULL || arm == NULL || arm->name == NULL || arm->labels == NULL) {
		arm_free(arm);
		(void)err_memory(err);
		return NULL;
	}
	t->arm[t->count++] = arm;
	add(t, "arm_records", STAT_COUNT, &arm->records, "Records by arm", arm->labels);
	return arm;
}

int
tally_bind(struct tally *t, const struct arms *arms, struct err *err)
{
	uint64_t **of_arm = calloc((size_t)arms->count + 1, sizeof(*of_arm));

	if (of_arm == NULL)
		return err_memory(err);
	for (uint32_t i = 0; i < arms->count; i++) {
		struct tally_arm *arm = known(t, arms->arm[i].name);

		if (arm == NULL)
			arm = learn(t, arms->arm[i].name, err);
		if (arm == NULL) {
			free(of_arm);
			return -1;
		}
		of_arm[i] = &arm->records;
	}
	free(t->of_arm);
	t->of_arm = of_arm;
	return 0;
}

int
tally_sum(struct tally *t, struct err *err)
{
	struct buf text = { 0 };
	char number[32];
	int result = buf_putc(&text, '{');

	for (uint32_t i = 0; i < t->count && result == 0; i++) {
		const char *name = t->arm[i]->name;

		(void)snprintf(number, sizeof(number), ":%" PRIu64, t->arm[i]->records);
		if ((i > 0 && buf_putc(&text, ',') == -1) ||
		    buf_put_json(&text, name, strlen(name)) == -1 ||
		    buf_puts(&text, number) == -1)
			result = -1;
	}
	if (result == -1 || buf_put(&text, "}", 2) == -1) {
		buf_free(&text);
		return err_memory(err);
	}
	free(t->arms);
	t->arms = text.p;
	return 0;
}

void
tally_free(struct tally *t)
{
	for (uint32_t i = 0; i < t->count; i++)
		arm_free(t->arm[i]);
	free(t->arm);
	free(t->of_arm);
	free(t->row);
	free(t->arms);
	*t = (struct tally){ 0 };
}
