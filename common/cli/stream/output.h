#ifndef SML_OUTPUT_H
#define SML_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"
#include "cli/options/opt.h"
#include "cli/report/stats.h"
#include "cli/stream/side_file.h"

/*
 * What a tool writes and how its run ends: standard output, other files, counts, signals, exit
 * status; sml-stream(7).  The stream uses it; a command that reads no records uses it alone:
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
	struct out out;	       /* standard output; it keeps its first error, see out.h */
	struct buf untaken;    /* what standard output had not taken at a second signal */
	struct side_file own;  /* --output: the file that replaces standard output */
	struct side_file rejects, late;
	const struct stat_row *tables[3]; /* ended by NULL; [1] is free for more rows */
	enum status status;		  /* EXIT_OK until the run fails */
	struct err why;			  /* why the run failed, if it did */
	bool found;			  /* the condition of --exit-code was true */
	int signal;			  /* the signal that ended the run; 0: none */
	int64_t metrics_written;	  /* monotonic ns */
	struct side_file *beside;	  /* a list: these files, and those of output_beside */
};

/*
 * Fills the first three descriptors, so that no file can get the number of a closed standard
 * output.  Call it before anything is opened; output_open does it too.
 */
void output_hold(void);

/*
 * Catches signals and opens the files that the options name.  rows: the tool's counts,
 * or NULL; borrowed.
 */
int output_open(struct output *, struct common *, const struct stat_row *rows, struct err *);

/*
 * Adds an open file of the tool's own that output_flush is to flush too.  Borrowed; the tool
 * closes it before output_close.
 */
void output_beside(struct output *, struct side_file *);

/*
 * Writes all that is buffered.  Returns -1 if any of it failed, so that the run should end.
 * output_close then reports the failure of standard output, or dies of SIGPIPE if its reader
 * has gone.
 */
int output_flush(struct output *);

/*
 * Returns whether a write has failed, so that the run should end.  output_close reports those
 * failures of standard output and of options' files that were not reported yet.
 */
static inline bool
output_failed(const struct output *o)
{
	const struct side_file *side = o->beside;

	while (side != NULL && side->out.error == 0)
		side = side->next;
	return o->out.error != 0 || side != NULL;
}

/* Writes --metrics every ten seconds; call it at least every second. */
void output_tick(struct output *);

/*
 * Returns whether writing is over: a write has failed, or standard output's reader has gone
 * (noted as EPIPE); a source that has nothing to write would not notice that otherwise.  To be
 * woken when the reader goes, add { STDOUT_FILENO, 0 } to the descriptors that you poll.
 */
bool output_gone(struct output *);

/*
 * Write err as a message at this place (NULL: none), and fail the run with the status that
 * status_of_err returns.
 */
void output_fail(struct output *, const struct err *);
void output_fail_at(struct output *, const struct place *, const struct err *);

/* Returns the exit status as far as it is known now. */
enum status output_status(const struct output *);

/*
 * Flushes and closes everything, writes --stats and --metrics, and reports errors that were
 * not reported yet.  Returns the exit status.  Without a state, dies instead of the signal
 * that ended the run (of SIGPIPE if the reader went away).
 */
int output_close(struct output *);

#endif
