#ifndef SML_REPLAY_H
#define SML_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/stream/output.h"
#include "kafka/merge.h"
#include "replay/dump.h"
#include "replay/pace.h"

/* What only the files replay*.c share. */

struct replay_options {
	struct common common;
	const char *speed, *rate, *from, *until, *shift;
	int format;
	bool loop;
};

struct replay {
	struct replay_options options;
	struct dump_fields fields;
	struct dump *dump; /* one for each file */
	uint32_t dumps;
	struct merge merge; /* of the dumps, which have the same numbers in it */
	struct pace pace;
	struct output output;
	struct progress progress;
	int64_t from, until; /* ns; until is the first time that is left out */

	bool over;
	bool begun;	/* a record of this pass has been written */
	int64_t clock;	/* the clock when it was last read, monotonic ns */
	int64_t moved;	/* ns: added to all times of this pass */
	int64_t latest; /* moved time of the latest record written, ns */

	uint64_t records, written, skipped, rejected, passes;
	double behind; /* seconds by which the last record was late */
};

/* Writes the dumps, pass by pass, until they end or the replay is stopped. */
void replay_run(struct replay *);

/* Sends a bad line of a dump to --rejects, or ends the replay there. */
void replay_reject(struct replay *, const struct dump *, const struct err *);

/* Does the same for a line longer than --max-line, and reads up to its end. */
void replay_reject_long(struct replay *, struct dump *);

/* Updates --progress and --metrics.  Call it from time to time. */
void replay_tick(struct replay *);

/* Flushes output, and waits until more of a dump can be read. */
void replay_await(struct replay *, struct dump *);

#endif
