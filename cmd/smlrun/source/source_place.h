#ifndef SML_SOURCE_PLACE_H
#define SML_SOURCE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kafka/last_message.h"

enum source_kind {
	SOURCE_FILES,
	SOURCE_PARTITION, /* of a topic */
	SOURCE_MERGED,	  /* several partitions, in the order of time */
	SOURCE_DUMP	  /* a file with several partitions */
};

static inline bool
source_is_topic(enum source_kind kind)
{
	return kind == SOURCE_PARTITION || kind == SOURCE_MERGED;
}

static inline bool
source_is_merged(enum source_kind kind)
{
	return kind == SOURCE_MERGED || kind == SOURCE_DUMP;
}

/*
 * A place between two records of a source: in files, in one partition, or in several
 * partitions.  All zeroes: the beginning of files.
 */
struct source_place {
	uint64_t records; /* how many records come before it in the whole source */
	enum source_kind kind;

	/* In files: the place, and what to recognise the file by. */
	size_t file;	/* the number of the file, from 0 */
	uint64_t inode; /* of that file; 0: not opened yet */
	uint64_t byte;	/* where the next line begins */
	uint64_t line;	/* the number of that line, from 1 */
	/* digest: file_digest up to byte; at byte 0: the time of opening, ns since 1970 */
	uint64_t digest;

	/*
	 * In a dump, byte and digest are those at the end of a region (dump_source.h); line is
	 * the one at its start.
	 */
	/* the start of the region; equal to byte: the next region starts there */
	uint64_t begin;
	uint64_t within; /* how many records of the region were read */

	/* In a partition: the place, and what to recognise the topic by. */
	int64_t offset; /* of the next message */
	/* the message before that; its offset is -1 if none was read */
	struct last_message last;

	/* In several partitions: the place in each; borrowed; NULL: not known yet. */
	const struct partition_places *each;
};

struct partition_place {
	int32_t number;
	int64_t offset;
	struct last_message last;
};

/* Places in several partitions; an element of a list that owns them. */
struct partition_places {
	struct partition_places *next;
	size_t count;
	struct partition_place place[]; /* ascending by number */
};

/* Adds an element with count places, all zeroes, to a list.  Returns NULL if memory is short. */
struct partition_places *partition_places_new(struct partition_places **list, size_t count);

/* Frees all elements of a list except these n, some of which may be NULL. */
void partition_places_free(struct partition_places **list,
    const struct partition_places *const *but, size_t n);

/* Returns the place in a partition, or NULL if there is none. */
const struct partition_place *partition_places_find(const struct partition_places *,
    int32_t number);

/*
 * Returns the place in one of several partitions as a struct source_place, whose member
 * records still counts those of all partitions.  If there is no place in the partition, the
 * offset is -1.
 */
struct source_place source_place_in(const struct source_place *, int32_t number);

#endif
