#ifndef SML_SOURCE_PLACE_H
#define SML_SOURCE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kafka/last_message.h"

/*
 * A place between two records of a source: in files, where all zeroes are the beginning, or in
 * a partition.
 */
struct source_place {
	uint64_t records;  /* before it, of the whole source */
	bool is_partition; /* or in a file */

	/* In files: where, and how to know the file again. */
	size_t file;	/* its number, from 0 */
	uint64_t inode; /* of that file; 0: not opened yet */
	uint64_t byte;	/* where the next line begins */
	uint64_t line;	/* its number, from 1 */
	uint64_t
	    digest; /* of bytes before it, file_digest; at byte 0: when the file was opened,
			    ns since 1970 */

	/* In a partition: where, and how to know the topic again. */
	int64_t offset;		  /* of the next message */
	struct last_message last; /* the one before; its offset is -1: none was read */
};

#endif
