#ifndef SML_ROUTING_H
#define SML_ROUTING_H

#include "answer/answer.h"
#include "cli/stream/stream.h"
#include "exposure.h"
#include "route_options.h"
#include "outlet.h"
#include "split/shard.h"
#include "split/tally.h"

/* What is decided about a record before a model answers it. */
struct decision {
	struct assignment assignment;
	uint32_t shard;
};

/* The numbers, in the edit, of the members that are appended; -1: not declared. */
struct members {
	int arm, prediction, probability, error, shadow, shard;
};

/*
 * Decides a record's arm and shard, and writes the record to their file or to standard
 * output.
 */
struct routing {
	const struct route_options *options;
	struct fields *fields;
	int id; /* the slot of the key */
	struct buf text;
	struct plan *plan; /* a new configuration replaces it as a whole */
	struct shards shards;
	struct edit *edit;
	/* of the last routing_declare, and of the one before */
	struct members member, member_before;
	int declared_before;
	struct outlets outlets;
	struct exposure exposure;
	struct tally tally;
	struct stream *stream;
};

/*
 * Reads the options about arms, shards and files.  Exits with status 2 if an option is wrong,
 * with 1 if a file that an option names is wrong.
 */
void routing_open(struct routing *, const struct route_options *);

/*
 * Declares the members that are appended under a plan.  Call it again before another plan is
 * used, which may need more members.  answers: there are predictions.  Returns -1 if two
 * members would have the same name.
 */
int routing_declare(struct routing *, const struct plan *, bool answers, struct err *);

/*
 * Creates the files of --out and --exposure.  rows: other counts, which are shown after those
 * of the tally.
 */
int routing_start(struct routing *, const struct stat_row *rows, size_t count, struct err *);

/* Sets the stream that records come from. */
void routing_join(struct routing *, struct stream *);

/*
 * Decides the arm and the shard of a record, and whether shadows get it.  Returns -1 if the
 * record has no id, or already has a member that would be appended.
 */
int routing_decide(struct routing *, const struct record *, struct decision *, bool *shadowed,
    struct err *);

/*
 * Writes a record as it was decided; answer is NULL if there are no models.  Returns -1 if the
 * record is bad.  If a file cannot be written, the stream fails.
 */
int routing_write(struct routing *, const struct record *, const struct decision *,
    const struct answer *, struct err *);

/*
 * These change the plan.  routing_prepare checks that everything else can continue with the
 * new plan, and prepares it (answers: as for routing_declare); if it returns -1 with err,
 * nothing has changed.  Then routing_adopt takes over the plan and frees the old plan, or
 * routing_decline goes back.
 */
int routing_prepare(struct routing *, const struct plan *, bool answers, struct err *);
void routing_adopt(struct routing *, struct plan *);
void routing_decline(struct routing *);

/* Closes the files and sums up the counts.  Returns -1 if any of this failed. */
int routing_finish(struct routing *, struct err *);

void routing_close(struct routing *);

#endif
