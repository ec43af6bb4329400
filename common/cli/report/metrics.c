/*
 * --metrics: the counts of a run for Prometheus, in its text format
 * (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4), as the
 * node exporter's textfile collector reads it.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/replace.h"
#include "base/text.h"
#include "cli/report/stats.h"

/*
 * Writes text with backslash, newline and, in a label, quote escaped, and U+FFFD for bytes
 * that are not UTF-8.
 */
static void
put_escaped(struct out *out, const char *text, size_t n, bool is_label)
{
	size_t valid = text_utf8_length(text, n);

	for (size_t i = 0; i < n; i++) {
		if (i == valid) {
			out_puts(out, "\xef\xbf\xbd");
			valid = i + 1 + text_utf8_length(text + i + 1, n - i - 1);
		} else if (text[i] == '\n')
			out_puts(out, "\\n");
		else {
			if (text[i] == '\\' || (is_label && text[i] == '"'))
				out_puts(out, "\\");
			out_write(out, text + i, 1);
		}
	}
}

/* Writes {tool="smlwindow",run="clicks",MORE} if the file's name is clicks.prom. */
static void
put_labels(struct out *out, const char *tool, const char *path, const char *more)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	out_puts(out, "{tool=\"");
	put_escaped(out, tool, strlen(tool), true);
	out_puts(out, "\",run=\"");
	put_escaped(out, name, dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name),
	    true);
	out_puts(out, "\"");
	if (more != NULL) {
		out_puts(out, ",");
		out_puts(out, more);
	}
	out_puts(out, "} ");
}

static void
put_number(struct out *out, const struct stat_row *row)
{
	char number[NUM_MAX];
	double x;

	if (row->kind == STAT_COUNT) {
		(void)snprintf(number, sizeof(number), "%" PRIu64, *(const uint64_t *)row->at);
		out_puts(out, number);
		return;
	}
	x = *(const double *)row->at;
	if (isinf(x))
		out_puts(out, x > 0 ? "+Inf" : "-Inf");
	else
		out_write(out, number, num_write_f64(number, x));
}

static bool
is_shown(const struct stat_row *row)
{
	return row->kind == STAT_COUNT ||
	    (row->kind == STAT_GAUGE && !isnan(*(const double *)row->at));
}

/* Writes a row. before: the row before it, or NULL; # HELP is written once for a name. */
static void
put_row(struct out *out, const struct stat_row *row, const struct stat_row *before,
    const char *tool, const char *path)
{
	const char *end = row->kind == STAT_COUNT ? "_total" : "";
	char name[128];

	(void)snprintf(name, sizeof(name), "sml_%s%s", row->name, end);
	if (before == NULL || strcmp(before->name, row->name) != 0) {
		out_puts(out, "# HELP ");
		out_puts(out, name);
		out_puts(out, " ");
		put_escaped(out, row->help, strlen(row->help), false);
		out_puts(out, "\n# TYPE ");
		out_puts(out, name);
		out_puts(out, row->kind == STAT_COUNT ? " counter\n" : " gauge\n");
	}
	out_puts(out, name);
	put_labels(out, tool, path, row->labels);
	put_number(out, row);
	out_puts(out, "\n");
}

int
metrics_write(const char *path, const char *tool, const struct stat_row *const *tables,
    struct err *err)
{
	const struct stat_row *before = NULL;
	struct replace file;

	if (replace_begin(&file, path, REPLACE_SHARED, err) == -1)
		return -1;
	/* Not durable: the next file comes in seconds. */
	file.durable = false;
	for (; *tables != NULL; tables++)
		for (const struct stat_row *row = *tables; row->name != NULL; row++) {
			if (!is_shown(row))
				continue;
			put_row(&file.out, row, before, tool, path);
			before = row;
		}
	return replace_commit(&file, err);
}
