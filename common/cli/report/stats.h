#ifndef SML_STATS_H
#define SML_STATS_H

#include <stdint.h>

#include "base/err.h"
#include "cli/report/diag.h"

/*
 * What a tool counts, for --stats and --metrics: a table that ends with a NULL name.  The
 * values are read when the files are written.
 */
enum stat_kind {
	STAT_COUNT, /* uint64_t; in --metrics sml_NAME_total */
	STAT_GAUGE, /* double, sml_NAME; NaN: null in --stats, left out of --metrics */
	STAT_TEXT,  /* const char *; only in --stats */
	STAT_JSON   /* const char *, the text of a JSON value; only in --stats */
};

struct stat_row {
	const char *name; /* such as "records"; base units in the name */
	enum stat_kind kind;
	const void *at;
	const char *help; /* for # HELP: a sentence; rows of one name have the same */
	/*
	 * More labels for --metrics, such as "topic=\"t\",partition=\"0\"", or NULL.  Their
	 * values must be UTF-8; backslash, quote and newline are written \\ \" \n.  Rows of
	 * one name follow each other; rows with labels are left out of --stats.
	 */
	const char *labels;
};

/*
 * Writes one line of JSON, {"tool":…,NAME:VALUE,…}, to path ("-": standard error), replacing
 * the old content.  tables ends with NULL.
 */
int stats_write(const char *path, const char *tool, const struct stat_row *const *tables,
    struct err *);

/*
 * Checks, as far as that is possible before the end of the run, whether stats_write could
 * write path.  Returns 0, or -1 with err.
 */
int stats_check(const char *path, struct err *);

/*
 * Atomically replaces path by a Prometheus text file (exposition format 0.0.4).  Adds the
 * labels tool and run (path's base name without its suffix).
 */
int metrics_write(const char *path, const char *tool, const struct stat_row *const *tables,
    struct err *);

/*
 * Shows progress on the terminal, at most four times a second: records, rate, and, if total is
 * known (not 0), percent of total bytes and time left.  Shows nothing if standard error is not
 * a terminal.
 */
struct progress {
	struct diag *diag;	/* borrowed: it writes the line */
	int64_t started, shown; /* monotonic ns */
};
void progress_start(struct progress *, struct diag *);
void progress_show(struct progress *, uint64_t records, uint64_t bytes, uint64_t total);
void progress_end(struct progress *);

#endif
