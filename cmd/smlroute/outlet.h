#ifndef SML_OUTLET_H
#define SML_OUTLET_H

#include <stdint.h>

#include "cli/options/opt.h"
#include "cli/stream/side_file.h"
#include "cli/stream/stream.h"
#include "split/arm.h"
#include "split/shard.h"

/*
 * Files or named pipes that get the records of some arms, or of every shard, instead of
 * standard output.  All zeroes: there are none.
 */
struct outlet {
	char *path;
	struct side_file side;
};

struct outlets {
	struct outlet **file; /* allocated one by one, because a side must not move */
	uint32_t count;
	size_t cap;
	struct outlet_arm { /* --out */
		char *arm;
		uint32_t file;
	} * named;
	uint32_t named_count;
	struct outlet **of_arm; /* by number; NULL: standard output */
	struct outlet **of_shard;
};

/* Adds "ARM=FILE", for the records of the arm.  Several arms may have the same file. */
int outlets_add(struct outlets *, const char *text, struct err *);

/*
 * Adds a file for every shard.  In pattern, "%d" becomes the number of the shard, "%03d"
 * the same with leading zeroes, "%s" the name of the node, "%%" a percent sign.  No
 * outlets_add may follow.
 */
int outlets_shard(struct outlets *, const char *pattern, const struct shards *, struct err *);

/* Exits with status 2 if one of the files is the file of a model. */
void outlets_spare(const struct outlets *, const struct common *, const char *model);

/*
 * Creates the files, in the order they were given; opening a named pipe waits for its reader.
 * Exits with status 2 if one of them is also another file of the run.
 */
int outlets_open(struct outlets *, const struct common *, struct err *);

/*
 * Sets which arms there are.  Call it again when they change.  Returns -1 if memory is short.
 * If needed is true, also returns -1 if an arm named by --out is missing.
 */
int outlets_bind(struct outlets *, const struct arms *, bool needed, struct err *);

/* Has the stream flush the files when it flushes its own output. */
void outlets_join(struct outlets *, struct stream *);

/* Returns the file for the records of an arm, or of a shard; NULL: standard output. */
struct side_file *outlets_side(const struct outlets *, uint32_t arm, uint32_t shard);

/*
 * Closes all files; err is about the first that failed.  A stream that knows them
 * (outlets_join) still uses them until it is closed: free them after that.
 */
int outlets_close(struct outlets *, struct err *);

/* Frees all files, closed or not. */
void outlets_free(struct outlets *);

#endif
