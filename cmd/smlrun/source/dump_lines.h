#ifndef SML_DUMP_LINES_H
#define SML_DUMP_LINES_H

#include "base/buf.h"
#include "json/record.h"
#include "kafka/envelope_place.h"
#include "kafka/merge.h"

/*
 * The lines of a dump that belong to one partition.  The file is read once for each partition,
 * and lines of other partitions are skipped.  So memory is bounded by the longest line times
 * the number of partitions.
 */

/* How to read a line, and what was read. */
struct dump_format {
	struct fields *fields;
	struct envelope_place place;
	struct record record; /* the line read last */
};

int dump_format_open(struct dump_format *, struct err *);
void dump_format_close(struct dump_format *);

struct dump_lines {
	char *topic; /* malloc'ed; NULL: these are the lines that are not envelopes */
	size_t topic_len;
	int32_t partition;

	/* where the next line is: its first byte, and its number, from 1 */
	uint64_t next, line;
	uint64_t end;  /* the byte after the last line of the partition */
	const char *p; /* the line, without its newline; borrowed until the next call */
	size_t n;
	struct merge_key key; /* the place of the line in the order; borrows the topic */
	struct err why;	      /* why the line is not an envelope */

	/* The rest is private to dump_lines.c. */
	struct buf bytes; /* bytes of the file ... */
	uint64_t base;	  /* ... and where they begin in it */
};

/*
 * Starts with the line that begins at a byte; line is its number.  Call dump_lines_free in any
 * case.
 */
void dump_lines_begin(struct dump_lines *, uint64_t byte, uint64_t line);
void dump_lines_free(struct dump_lines *);

/*
 * Reads the line at next, whatever its partition, from a file that ends at end.  longest: the
 * most bytes in a line.  Returns 1, 0 at the end, or -1 with err.
 */
int dump_lines_read(struct dump_lines *, struct dump_format *, int fd, uint64_t end,
    size_t longest, struct err *);

/* Moves past the line that was read. */
void dump_lines_pass(struct dump_lines *);

/* Finds the next line of the partition, at next or later. */
int dump_lines_find(struct dump_lines *, struct dump_format *, int fd, size_t longest,
    struct err *);

/* Returns whether a line with this key belongs to this partition. */
bool dump_lines_own(const struct dump_lines *, const struct merge_key *);

/* Returns whether the line that was read is blank.  Blank lines belong to no partition. */
bool dump_lines_blank(const struct dump_lines *);

#endif
