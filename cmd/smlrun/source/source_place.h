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
 * A place between two records of a source: in files (all zeroes: their beginning), in a
 * partition, or in several.
 */
struct source_place {
	uint64_t records; /* how many come before it in the whole source */
	enum source_kind kind;

	/* In files: where, and how to recognise the file. */
	size_t file;	/* its number, from 0 */
	uint64_t inode; /* of that file; 0: not opened yet */
	uint64_t byte;	/* where the next line begins */
	uint64_t line;	/* its number, from 1 */
	uint64_t
	    digest; /* of bytes before it, file_digest; at byte 0: when the file was opened,
			    ns since 1970 */

	/*
	 * In a dump: byte and digest belong to the end of a region (dump_source.h), line to its
	 * start.
	 */
	uint64_t
	    begin; /* where the region begins; if that is byte, the next one begins there */
	uint64_t within; /* how many records of the region were read */

	/* In a partition: where, and how to recognise the topic. */
	int64_t offset;		  /* of the next message */
	struct last_message last; /* the message before it; offset -1: none was read */

	/* In several partitions: where in each; borrowed; NULL: not known yet. */
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

/* Frees all elements of a list but these, some of which may be NULL. */
void partition_places_free(struct partition_places **list,
    const struct partition_places *const *but, size_t n);

/* Finds the place in a partition; NULL: there is none. */
const struct partition_place *partition_places_find(const struct partition_places *,
    int32_t number);

/*
 * Returns the place in one of several partitions as a place of its own; its records stay those of
 * all partitions.  If there is no place in it, the offset is -1.
 */
struct source_place source_place_in(const struct source_place *, int32_t number);

#endif
