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

/* The members that are appended, by their numbers in the edit; -1: not declared. */
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
	struct plan *plan; /* replaced as a whole */
	struct shards shards;
	struct edit *edit;
	struct members member, member_before; /* the last routing_declare */
	int declared_before;
	struct outlets outlets;
	struct exposure exposure;
	struct tally tally;
	struct stream *stream;
};

/*
 * Reads the options about arms, shards and files.  Exits 2 if they are wrong, 1 if one
 * of their files is.
 */
void routing_open(struct routing *, const struct route_options *);

/*
 * Declares the members that a plan appends; call it again before another plan, which
 * may need more.  answers: there are predictions.  Returns -1 if two members would have
 * one name.
 */
int routing_declare(struct routing *, const struct plan *, bool answers, struct err *);

/* Creates the files of --out and --exposure.  rows: other counts, added to the tally's. */
int routing_start(struct routing *, const struct stat_row *rows, size_t count, struct err *);

/* Sets the stream that records come from. */
void routing_join(struct routing *, struct stream *);

/*
 * Decides the arm and the shard of a record, and whether shadows get it.  Returns -1 if
 * it has no id, or already has a member that would be written.
 */
int routing_decide(struct routing *, const struct record *, struct decision *, bool *shadowed,
    struct err *);

/*
 * Writes a record as it was decided; answer is NULL if there are no models.  Returns -1
 * if it is bad.  If a file cannot be written the stream fails.
 */
int routing_write(struct routing *, const struct record *, const struct decision *,
    const struct answer *, struct err *);

/*
 * Change the plan.  routing_prepare checks that everything else can go on with the new
 * plan and prepares it (answers: as above); returns -1 with all as it was.  Then
 * routing_adopt takes the plan over and frees the old one, or routing_decline goes back.
 */
int routing_prepare(struct routing *, const struct plan *, bool answers, struct err *);
void routing_adopt(struct routing *, struct plan *);
void routing_decline(struct routing *);

/* Closes the files and sums up the counts.  Returns -1 if any of it failed. */
int routing_finish(struct routing *, struct err *);

void routing_close(struct routing *);

#endif
