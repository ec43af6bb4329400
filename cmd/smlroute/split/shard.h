#ifndef SML_SHARD_H
#define SML_SHARD_H

#include <stddef.h>
#include <stdint.h>

#include "keyed/rendezvous.h"
#include "split/arm.h"
#include "split/split.h"

/*
 * The parts that a stream is split into: numbered ones, by jump consistent
 * hash of the lower 64 bits of the md5 of "shard:id", or named nodes, by
 * rendezvous hashing of the id.  All zeroes: it is not.
 */
struct shards {
	uint32_t count;	   /* 0: none */
	struct arms nodes; /* named ones; their weights are whatever whole numbers */
	struct rendezvous rendezvous;
	struct salt salt;
};

/* Numbered ones; count from 1 on. */
void shards_number(struct shards *, uint32_t count);

/*
 * Named ones: "NAME[=WEIGHT],…", the weight 1 unless given, a whole number up to
 * a million.
 */
int shards_name(struct shards *, const char *list, struct err *);

/* The shard of the id of n bytes, 0 to count - 1; n 0: of a record without one. */
uint32_t shards_of(const struct shards *, const void *id, size_t n);

void shards_free(struct shards *);

#endif
