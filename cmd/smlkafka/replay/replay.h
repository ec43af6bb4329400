#ifndef SML_REPLAY_H
#define SML_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/stream/output.h"
#include "kafka/merge.h"
#include "replay/dump.h"
#include "replay/pace.h"

/* The inside of a replay: what replay*.c share, and nobody else. */

struct replay_options {
	struct common common;
	const char *speed, *rate, *from, *until, *shift;
	int format;
	bool loop;
};

struct replay {
	struct replay_options options;
	struct dump_fields fields;
	struct dump *dump; /* a file each */
	uint32_t dumps;
	struct merge merge; /* of the dumps, by the same numbers */
	struct pace pace;
	struct output output;
	struct progress progress;
	int64_t from, until; /* ns; until is the first that is left out */

	bool over;
	bool begun;	/* a record of this pass has been written */
	int64_t clock;	/* monotonic ns, when it was read last */
	int64_t moved;	/* ns: what is added to the times of this pass */
	int64_t latest; /* moved time of the latest record written, ns */

	uint64_t records, written, skipped, rejected, passes;
	double behind; /* s by which the last record was late */
};

/* Writes the dumps, pass by pass, until they end or the replay is stopped. */
void replay_run(struct replay *);

/* Sends a bad line of a source to --rejects, or ends the replay at it. */
void replay_reject(struct replay *, const struct dump *, const struct err *);

/* Does the same for a line longer than --max-line, and reads all of it. */
void replay_reject_long(struct replay *, struct dump *);

/* Updates --progress and --metrics; call it now and then. */
void replay_tick(struct replay *);

/* Flushes output, and waits for more of a source. */
void replay_await(struct replay *, struct dump *);

#endif
