#ifndef SML_OUTPUT_H
#define SML_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"
#include "cli/options/opt.h"
#include "cli/report/stats.h"
#include "cli/stream/side.h"

/*
 * What a tool writes and how its run ends: standard output, the files beside
 * it, counts, signals, exit status; sml-stream(7).  The stream is built on it;
 * a command that reads no records uses it alone:
 *
 *	if (output_open(&o, &options.common, rows, &err) == -1)
 *		diag_die(options.common.diag, EXIT_FAILED, "%s", err.text);
 *	while (sig_came() == 0 && !output_gone(&o)) {
 *		out_write(&o.out, …);
 *		output_flush(&o);	before it waits
 *		output_tick(&o);
 *	}
 *	o.signal = sig_came();
 *	return output_close(&o);
 */
struct output {
	struct common *common; /* borrowed */
	struct out out;	       /* standard output; what fails sticks, see out.h */
	struct side rejects, late;
	const struct stat_row *tables[3]; /* NULL-ended; [1] is free for more rows */
	enum status status;		  /* of the run, unless something else is found */
	bool found;			  /* the condition of --exit-code */
	int signal;			  /* that ended the run; 0: none */
	int64_t metrics_written;	  /* monotonic ns */
	struct side *beside;		  /* these, and output_beside's, by their next */
};

/*
 * Holds the first three descriptors, so that no file that is opened can take
 * the place of a closed standard output.  output_open does it too; it comes
 * before whatever else is opened first.
 */
void output_hold(void);

/*
 * Catches signals and opens what the options name.  rows: what the tool
 * counts, or NULL; borrowed.
 */
int output_open(struct output *, struct common *, const struct stat_row *rows, struct err *);

/*
 * A file of the tool's own that output_flush flushes, too.  Borrowed; the tool
 * closes it before output_close.
 */
void output_beside(struct output *, struct side *);

/*
 * Has all that was written taken by the system.  -1 where any of it failed and
 * the run should end; output_close tells of standard output's own failure, and
 * dies of it where the reader has gone.
 */
int output_flush(struct output *);

/*
 * Has a write failed, so that the run should end?  Of standard output and the
 * files of options output_close tells, unless it was told.
 */
bool output_failed(const struct output *);

/* Now and then, at least every second: --metrics every ten of them. */
void output_tick(struct output *);

/*
 * Has standard output's reader gone?  A source that has nothing to write would
 * never learn it otherwise.  To be woken by it, wait for { STDOUT_FILENO, 0 }
 * beside other descriptors.
 */
bool output_gone(struct output *);

/* A message; the run fails: EXIT_FAILED, or EXIT_TRY_AGAIN where err is away. */
void output_fail(struct output *, const struct err *);

/*
 * Flushes and closes everything, writes --stats and --metrics, says what is to
 * be said.  Returns the exit status, or dies of the signal that ended the run
 * (of SIGPIPE where the reader went away), unless a state was kept.
 */
int output_close(struct output *);

#endif
