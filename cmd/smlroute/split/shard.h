#ifndef SML_SHARD_H
#define SML_SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "keyed/rendezvous.h"
#include "split/arm.h"
#include "split/md5_bucket.h"

/*
 * The parts that a stream is split into: numbered ones, by jump consistent hash of the
 * lower 64 bits of the md5 of "shard:id", or named nodes, by rendezvous hashing of the
 * id.  All zeroes: there are no parts.
 */
struct shards {
	uint32_t count;	   /* 0: none */
	struct arms nodes; /* the named ones; weights are whole numbers */
	struct rendezvous rendezvous;
	struct salt salt;
};

/* Makes count numbered shards, at least 1. */
void shards_number(struct shards *, uint32_t count);

/*
 * Makes named shards of "NAME[=WEIGHT],…"; a weight is a whole number up to a million,
 * by default 1.
 */
int shards_name(struct shards *, const char *list, struct err *);

/* Returns the shard, 0 to count - 1, of an id of n bytes; n is 0 if there is no id. */
uint32_t shards_of(const struct shards *, const void *id, size_t n);

void shards_free(struct shards *);

#endif
