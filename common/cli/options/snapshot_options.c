/* Writes the options that a snapshot compares, those that change results, as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "cli/options/cli.h"
#include "time/instant.h"

static int
put_list(struct buf *buf, const struct texts *list)
{
	int r = buf_putc(buf, '[');

	for (size_t i = 0; i < list->count; i++) {
		if (i > 0)
			r |= buf_putc(buf, ',');
		r |= buf_put_json(buf, list->text[i], strlen(list->text[i]));
	}
	return r | buf_putc(buf, ']');
}

static int
put_value(struct buf *buf, const struct opt *o, const void *value)
{
	char number[NUM_MAX > INSTANT_MAX ? NUM_MAX : INSTANT_MAX];
	const char *text = NULL;
	size_t len = 0;

	switch (o->kind) {
	case OPT_FLAG:
		return buf_puts(buf, *(const bool *)value ? "true" : "false");
	case OPT_TEXT:
		text = *(const char *const *)value;
		if (text == NULL)
			break;
		return buf_put_json(buf, text, strlen(text));
	case OPT_LIST:
		return put_list(buf, value);
	case OPT_COUNT:
		(void)snprintf(number, sizeof(number), "%" PRIu64, *(const uint64_t *)value);
		return buf_puts(buf, number);
	case OPT_REAL:
		if (!isfinite(*(const double *)value))
			break;
		return buf_put(buf, number, num_write_f64(number, *(const double *)value));
	case OPT_DURATION:
		return buf_put_json(buf, number,
		    duration_write(number, *(const int64_t *)value));
	case OPT_CHOICE:
		for (int i = *(const int *)value; i >= 0; i--)
			text = opt_word(o, text, &len);
		if (text == NULL)
			break;
		return buf_put_json(buf, text, len);
	case OPT_ANSWER:
		break;
	}
	return buf_puts(buf, "null"); /* not given, and without a default */
}

int
opt_compared(const struct cli *cli, const void *options, struct buf *buf)
{
	struct cli_options all;
	const char *before = "{";
	int r = 0;

	cli_list(cli, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct opt *o = &all.opt[i];

		if ((o->flags & OPT_COMPARED) == 0)
			continue;
		r |= buf_puts(buf, before);
		r |= buf_put_json(buf, o->name, strlen(o->name));
		r |= buf_putc(buf, ':');
		r |= put_value(buf, o, opt_value(o, options));
		before = ",";
	}
	if (before[0] == '{')
		r |= buf_putc(buf, '{');
	return r | buf_putc(buf, '}');
}
