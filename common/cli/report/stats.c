/* --stats: the counts of a run as one line of JSON. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/out.h"
#include "base/replace.h"
#include "base/text.h"
#include "cli/report/stats.h"

enum { CAPACITY = 8 * 1024 };

static void
put_value(struct out *out, const struct stat_row *row)
{
	char number[NUM_MAX];
	const char *text;
	double x;

	switch (row->kind) {
	case STAT_COUNT:
		(void)snprintf(number, sizeof(number), "%" PRIu64, *(const uint64_t *)row->at);
		out_puts(out, number);
		return;
	case STAT_GAUGE:
		x = *(const double *)row->at;
		if (!isfinite(x))
			break;
		out_write(out, number, num_write_f64(number, x));
		return;
	case STAT_TEXT:
		text = *(const char *const *)row->at;
		if (text == NULL)
			break;
		text_write_json(out, text, strlen(text));
		return;
	case STAT_JSON:
		text = *(const char *const *)row->at;
		if (text == NULL)
			break;
		out_puts(out, text);
		return;
	}
	out_puts(out, "null");
}

int
stats_check(const char *path, struct err *err)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return 0;
	if (stat(path, &st) == -1)
		return replace_check(path, err);
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0) {
		if (!S_ISDIR(st.st_mode))
			return 0;
		errno = EISDIR;
	}
	return err_set(err, NULL, "%s: %s", path, strerror(errno));
}

int
stats_write(const char *path, const char *tool, const struct stat_row *const *tables,
    struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	struct out out;
	int fd;

	if (standard)
		fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	else
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd == -1)
		goto fail;
	if (out_open(&out, fd, CAPACITY) == -1) {
		(void)close(fd);
		return err_memory(err);
	}
	out_puts(&out, "{\"tool\":");
	text_write_json(&out, tool, strlen(tool));
	for (; *tables != NULL; tables++)
		for (const struct stat_row *row = *tables; row->name != NULL; row++) {
			if (row->labels != NULL)
				continue;
			out_puts(&out, ",");
			text_write_json(&out, row->name, strlen(row->name));
			out_puts(&out, ":");
			put_value(&out, row);
		}
	out_puts(&out, "}\n");
	if (out_close(&out) == 0)
		return 0;
fail:
	return err_set(err, NULL, "%s: %s", standard ? "standard error" : path,
	    strerror(errno));
}
