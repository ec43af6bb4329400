/* Writes how far a group is behind, as records and for --metrics. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "admin/lag.h"
#include "base/buf.h"
#include "base/num.h"

/* The members of a record, by the numbers that edit_name gives them. */
enum { TIME, GROUP, TOPIC, PARTITION, CURRENT, END, LAG, SECONDS, MEMBER };
enum { ALL_PARTITIONS = 2, ALL_MEMBERS, ALL_LAG, ALL_SECONDS };
static const char *const names[] = { "time", "group", "topic", "partition", "current", "end",
	"lag", "lag_seconds", "member", NULL };
static const char *const all_names[] = { "time", "group", "partitions", "members", "lag",
	"lag_seconds", NULL };

/* The rows of a partition for --metrics, in this order. */
enum { FIGURES = 4 };
static const struct stat_row figures[FIGURES] = {
	{ "partition_lag", STAT_GAUGE, NULL,
	    "Records of a partition that the group has not read", NULL },
	{ "partition_lag_seconds", STAT_GAUGE, NULL, "Age of the first of them", NULL },
	{ "partition_current_offset", STAT_GAUGE, NULL, "Offset that the group has committed",
	    NULL },
	{ "partition_end_offset", STAT_GAUGE, NULL, "Offset of the partition's end", NULL },
};

int
lag_show_open(struct lag_show *s, const struct lag_options *o, struct err *err)
{
	const char *const *name = o->total ? all_names : names;
	const struct stat_row all[] = {
		{ "lag", STAT_GAUGE, &s->records, "Records that the group has not read",
		    NULL },
		{ "lag_seconds", STAT_GAUGE, &s->seconds, "Age of the oldest of them", NULL },
		{ "partitions", STAT_GAUGE, &s->partitions, "Partitions looked at", NULL },
		{ "members", STAT_GAUGE, &s->members, "Members of the group", NULL },
		{ NULL, STAT_GAUGE, NULL, NULL, NULL },
	};

	*s = (struct lag_show){ .options = o, .edit = edit_new(NULL, false) };
	memcpy(s->all, all, sizeof all);
	lag_show_nothing(s);
	if (s->edit == NULL)
		return err_memory(err);
	for (; *name != NULL; name++) {
		if (edit_name(s->edit, NULL, *name, err) == -1)
			return -1;
	}
	return 0;
}

static void
free_rows(struct lag_show *s)
{
	for (size_t i = 0; s->labels != NULL && i < s->count; i++)
		free(s->labels[i]);
	free(s->labels);
	free(s->values);
	free(s->rows);
	s->labels = NULL;
	s->values = NULL;
	s->rows = NULL;
	s->count = 0;
}

void
lag_show_close(struct lag_show *s)
{
	free_rows(s);
	edit_free(s->edit);
	s->edit = NULL;
}

void
lag_show_nothing(struct lag_show *s)
{
	s->records = s->seconds = s->partitions = s->members = (double)NAN;
	for (size_t i = 0; i < s->count * FIGURES; i++)
		s->values[i] = (double)NAN;
}

/* Appends NAME="text" with the escapes of a label's value. */
static int
put_label(struct buf *b, const char *name, const char *text)
{
	if (buf_puts(b, name) == -1 || buf_puts(b, "=\"") == -1)
		return -1;
	for (; *text != '\0'; text++) {
		if ((*text == '\\' || *text == '"' || *text == '\n') &&
		    buf_putc(b, '\\') == -1)
			return -1;
		if (buf_putc(b, *text == '\n' ? 'n' : *text) == -1)
			return -1;
	}
	return buf_putc(b, '"');
}

/* Returns the labels of a partition, malloc'ed, or NULL if memory is short. */
static char *
make_labels(const char *group, const struct backlog *u)
{
	char number[NUM_MAX + 1];
	struct buf b = { 0 };

	number[num_write_i64(number, u->partition)] = '\0';
	if (put_label(&b, "group", group) == -1 || buf_putc(&b, ',') == -1 ||
	    put_label(&b, "topic", u->topic) == -1 || buf_putc(&b, ',') == -1 ||
	    put_label(&b, "partition", number) == -1 || buf_putc(&b, '\0') == -1) {
		buf_free(&b);
		return NULL;
	}
	return b.p;
}

/* Makes the rows of --metrics, in which all rows of one name must follow one another. */
static int
make_rows(struct lag_show *s, const struct lag_measure *m, struct err *err)
{
	size_t n = m->count;

	free_rows(s);
	s->rows = calloc(FIGURES * n + 1, sizeof *s->rows);
	s->values = calloc(FIGURES * n + 1, sizeof *s->values);
	s->labels = calloc(n + 1, sizeof *s->labels);
	if (s->rows == NULL || s->values == NULL || s->labels == NULL)
		return err_memory(err);
	s->count = n;
	for (size_t i = 0; i < n; i++) {
		const struct backlog *u = &m->backlog[i];
		const struct lag_partition *p = &m->partition[i];
		const double values[FIGURES] = { (double)u->records, p->seconds,
			p->current < 0 ? (double)NAN : (double)p->current, (double)u->end };

		s->labels[i] = make_labels(s->options->group, u);
		if (s->labels[i] == NULL)
			return err_memory(err);
		for (size_t f = 0; f < FIGURES; f++) {
			s->values[f * n + i] = values[f];
			s->rows[f * n + i] = figures[f];
			s->rows[f * n + i].at = &s->values[f * n + i];
			s->rows[f * n + i].labels = s->labels[i];
		}
	}
	return 0;
}

static void
put_seconds(struct edit *e, int member, double seconds)
{
	if (isnan(seconds))
		edit_null(e, member);
	else
		edit_f64(e, member, seconds);
}

static int
write_partition(struct lag_show *s, const struct lag_measure *m, size_t i, struct out *out,
    struct err *err)
{
	const struct lag_partition *p = &m->partition[i];
	const struct backlog *u = &m->backlog[i];
	struct edit *e = s->edit;

	edit_i64(e, TIME, m->time);
	edit_string(e, GROUP, s->options->group, strlen(s->options->group));
	edit_string(e, TOPIC, u->topic, strlen(u->topic));
	edit_i64(e, PARTITION, u->partition);
	if (p->current < 0)
		edit_null(e, CURRENT);
	else
		edit_i64(e, CURRENT, p->current);
	edit_i64(e, END, u->end);
	edit_i64(e, LAG, u->records);
	put_seconds(e, SECONDS, p->seconds);
	if (p->member == NULL)
		edit_null(e, MEMBER);
	else
		edit_string(e, MEMBER, p->member, strlen(p->member));
	return edit_write(e, NULL, out, err);
}

static int
write_total(struct lag_show *s, const struct lag_measure *m, struct out *out, struct err *err)
{
	struct edit *e = s->edit;

	edit_i64(e, TIME, m->time);
	edit_string(e, GROUP, s->options->group, strlen(s->options->group));
	edit_i64(e, ALL_PARTITIONS, (int64_t)m->count);
	edit_i64(e, ALL_MEMBERS, (int64_t)m->members);
	edit_i64(e, ALL_LAG, (int64_t)m->records);
	put_seconds(e, ALL_SECONDS, m->seconds);
	return edit_write(e, NULL, out, err);
}

int
lag_show(struct lag_show *s, const struct lag_measure *m, struct output *o, struct err *err)
{
	s->records = (double)m->records;
	s->seconds = m->seconds;
	s->partitions = (double)m->count;
	s->members = (double)m->members;
	o->tables[1] = NULL;
	if (make_rows(s, m, err) == -1)
		return -1;
	o->tables[1] = s->rows;
	if (s->options->total)
		return write_total(s, m, &o->out, err);
	for (size_t i = 0; i < m->count; i++) {
		if (write_partition(s, m, i, &o->out, err) == -1)
			return -1;
	}
	return 0;
}
