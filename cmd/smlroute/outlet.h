#ifndef SML_OUTLET_H
#define SML_OUTLET_H

#include <stdint.h>

#include "cli/options/opt.h"
#include "cli/stream/side.h"
#include "cli/stream/stream.h"
#include "split/arm.h"
#include "split/shard.h"

/*
 * Files or named pipes that records go to instead of standard output: of some
 * arms, or of every shard.  All zeroes: there are none.
 */
struct outlet {
	char *path;
	struct side side;
};

struct outlets {
	struct outlet **file; /* one after the other; a side must stay where it is */
	uint32_t count, cap;
	struct outlet_arm { /* --out */
		char *arm;
		uint32_t file;
	} * named;
	uint32_t named_count;
	struct outlet **of_arm; /* by number; NULL: standard output */
	struct outlet **of_shard;
};

/* "ARM=FILE": the records of the arm; one file may serve several arms. */
int outlets_add(struct outlets *, const char *text, struct err *);

/*
 * Every shard's records, to the file that pattern gives.  A "%d" in it stands
 * for the number of a shard, "%03d" for the same with zeroes before, "%s" for
 * the name of a node, "%%" for a percent sign.  After this no outlets_add.
 */
int outlets_shard(struct outlets *, const char *pattern, const struct shards *, struct err *);

/* Exits 2 where one of them is a model's file. */
void outlets_spare(const struct outlets *, const struct common *, const char *model);

/*
 * Creates the files, in the order they were given; a named pipe waits for its
 * reader.  Exits 2 where one of them is also another file of the run.
 */
int outlets_open(struct outlets *, const struct common *, struct err *);

/*
 * Says which arms there are, as often as they change.  -1 where a named one is
 * not there, if needed, or where memory is short.
 */
int outlets_bind(struct outlets *, const struct arms *, bool needed, struct err *);

/* Has the stream flush them with its own. */
void outlets_join(struct outlets *, struct stream *);

/* Where the records of an arm, or of a shard, go; NULL: to standard output. */
struct side *outlets_side(const struct outlets *, uint32_t arm, uint32_t shard);

/* All are closed; err is of the first that failed. */
int outlets_close(struct outlets *, struct err *);

#endif
