#ifndef SML_STATS_H
#define SML_STATS_H

#include <stdint.h>

#include "base/err.h"
#include "cli/report/diag.h"

/*
 * What a tool counts, for --stats and --metrics.  A table ended by a NULL
 * name; the values are read where they stand when the files are written.
 */
enum stat_kind {
	STAT_COUNT, /* uint64_t; in --metrics sml_NAME_total */
	STAT_GAUGE, /* double, sml_NAME; NaN is null in --stats, left out of --metrics */
	STAT_TEXT,  /* const char *; only in --stats */
	STAT_JSON   /* const char *, the text of a JSON value; only in --stats */
};

struct stat_row {
	const char *name; /* "records", base units in the name */
	enum stat_kind kind;
	const void *at;
	const char *help; /* for # HELP: a sentence; the same for the same name */
	/*
	 * More labels for --metrics, "topic=\"t\",partition=\"0\"", or NULL.  In a
	 * label's value whoever makes it escapes \, " and newline (as \n); it is
	 * UTF-8.  Rows of one name stand one behind the other, and are not in
	 * --stats.
	 */
	const char *labels;
};

/*
 * Writes one line of JSON, {"tool":…,NAME:VALUE,…}, to path ("-": standard
 * error), whatever was there before.  tables ends with NULL.
 */
int stats_write(const char *path, const char *tool, const struct stat_row *const *tables,
    struct err *);

/*
 * Replaces path by a Prometheus text file (exposition format 0.0.4), with the
 * labels tool and job (path's base name without its suffix), atomically.
 */
int metrics_write(const char *path, const char *tool, const struct stat_row *const *tables,
    struct err *);

/*
 * A line on the terminal while a run goes on: records, rate, percent of total
 * bytes and time left where total is known (not 0).  Shows nothing where
 * standard error is no terminal; at most four times a second.
 */
struct progress {
	struct diag *diag;	/* borrowed: its messages know of the line */
	int64_t started, shown; /* monotonic ns */
};
void progress_start(struct progress *, struct diag *);
void progress_show(struct progress *, uint64_t records, uint64_t bytes, uint64_t total);
void progress_end(struct progress *);

#endif
