#ifndef SML_ROUTING_H
#define SML_ROUTING_H

#include "answer/answer.h"
#include "cli/stream/stream.h"
#include "exposure.h"
#include "route_options.h"
#include "outlet.h"
#include "split/shard.h"
#include "split/tally.h"

/* What is decided about a record before anybody answers it. */
struct decision {
	struct assignment assignment;
	uint32_t shard;
};

/* What is appended, as the edit declared it; -1: it is not declared. */
struct members {
	int arm, prediction, probability, error, shadow, shard;
};

/* From a record to its arm and shard, and from there to where it is written. */
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
 * Reads the options about arms, shards and files.  Exits 2 where
 * they are wrong, 1 where a file of theirs is.
 */
void routing_open(struct routing *, const struct route_options *);

/*
 * Declares what will be appended by a plan; again before another one, which
 * may need more.  answers: predictions will be.  -1 where two members would
 * have one name.
 */
int routing_declare(struct routing *, const struct plan *, bool answers, struct err *);

/* Creates the files of --out and --exposure; rows are counts of somebody else. */
int routing_start(struct routing *, const struct stat_row *rows, size_t count, struct err *);

/* From now on records are this stream's. */
void routing_join(struct routing *, struct stream *);

/*
 * The arm and the shard of a record, and whether shadows get it.  -1 where it
 * has no id, or a member already that would be written.
 */
int routing_decide(struct routing *, const struct record *, struct decision *, bool *shadowed,
    struct err *);

/*
 * Writes a record as it was decided, answer NULL where there are no models.  -1
 * where it is bad; where a file cannot be written the stream fails.
 */
int routing_write(struct routing *, const struct record *, const struct decision *,
    const struct answer *, struct err *);

/*
 * Checks that everything else can go on with another plan, and prepares it.
 * answers: as above.  -1: everything is as it was.  routing_adopt then takes
 * the plan over and frees the old one, routing_decline goes back.
 */
int routing_prepare(struct routing *, const struct plan *, bool answers, struct err *);
void routing_adopt(struct routing *, struct plan *);
void routing_decline(struct routing *);

/* Closes the files and sums up the counts; -1 where any of it failed. */
int routing_finish(struct routing *, struct err *);

void routing_close(struct routing *);

#endif
