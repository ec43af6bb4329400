#include "ahead.h"

int
ahead_open(struct ahead *a, const struct fields *fields, unsigned int max_depth,
    struct err *err)
{
	for (size_t i = 0; i < AHEAD; i++)
		if (record_open(&a->at[i].record, fields, max_depth, err) == -1)
			return -1;
	return 0;
}

void
ahead_close(struct ahead *a)
{
	for (size_t i = 0; i < AHEAD; i++)
		record_close(&a->at[i].record);
}

/* Takes up the line that the input has just handed out. */
static void
take(struct ahead *a, struct input *input, const struct fields *fields)
{
	struct ahead_line *l = &a->at[a->count++];

	l->number = input_line(input);
	l->offset = input_offset(input);
	l->line = a->line;
	l->bad = record_parse(&l->record, fields, &l->line, &l->err) == -1;
	a->line.used = l->line.used;
}

/* Shows the tool the records among the lines. */
static void
look(struct ahead *a)
{
	struct record *records[AHEAD];
	size_t n = 0;

	if (a->look == NULL)
		return;
	for (size_t i = 0; i < a->count; i++)
		if (!a->at[i].bad)
			records[n++] = &a->at[i].record;
	a->look(a->tool, records, n);
}

enum input_event
ahead_next(struct ahead *a, struct input *input, const struct fields *fields,
    struct ahead_line **current, struct err *err)
{
	enum input_event event;

	if (a->next == a->count) {
		a->next = a->count = 0;
		event = a->then == INPUT_LONG ? INPUT_LONG : input_next(input, &a->line, err);
		a->then = INPUT_LINE;
		if (event != INPUT_LINE)
			return event;
		take(a, input, fields);
		while (a->count < AHEAD && a->then == INPUT_LINE) {
			a->then = input_held(input, &a->line);
			if (a->then == INPUT_LINE)
				take(a, input, fields);
		}
		look(a);
	}
	*current = &a->at[a->next++];
	return INPUT_LINE;
}
