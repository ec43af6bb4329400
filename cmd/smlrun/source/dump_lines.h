#ifndef SML_DUMP_LINES_H
#define SML_DUMP_LINES_H

#include "base/buf.h"
#include "json/record.h"
#include "kafka/envelope_place.h"
#include "kafka/merge.h"

/*
 * The lines of a dump that are of one partition: a file of envelopes is read once for each, and
 * the lines of the others are gone over.  So memory is bounded by the longest line, and their
 * number.
 */

/* What is looked at in a line. */
struct dump_format {
	struct fields *fields;
	struct envelope_place place;
	struct record record; /* the line read last */
};

int dump_format_open(struct dump_format *, struct err *);
void dump_format_close(struct dump_format *);

struct dump_lines {
	char *topic; /* whose lines these are; malloc'ed; NULL: those that are no envelopes */
	size_t topic_len;
	int32_t partition;

	uint64_t next, line; /* the byte of the next line of them, and its number, from 1 */
	uint64_t end;	     /* the byte after the last of them */
	const char *p;	     /* it, without its end; borrowed until the next call */
	size_t n;
	struct merge_key key; /* its place among all; borrows the topic */
	struct err why;	      /* it is no envelope */

	/* What follows is dump_lines.c's own. */
	struct buf bytes; /* of the file ... */
	uint64_t base;	  /* ... from this one on */
};

/* Begins with the line at a byte.  dump_lines_free in any case. */
void dump_lines_begin(struct dump_lines *, uint64_t byte, uint64_t line);
void dump_lines_free(struct dump_lines *);

/*
 * Reads the line at next, whoever's it is, from a file that ends at a byte; longest: in bytes.
 * Returns 1, 0 at the end, or -1 with err.
 */
int dump_lines_read(struct dump_lines *, struct dump_format *, int fd, uint64_t end,
    size_t longest, struct err *);

/* Goes over the line that was read. */
void dump_lines_pass(struct dump_lines *);

/* Goes on to the next one of its own, up to their end: the line at next, or a later one. */
int dump_lines_find(struct dump_lines *, struct dump_format *, int fd, size_t longest,
    struct err *);

/* Is a line that has this key among its own? */
bool dump_lines_own(const struct dump_lines *, const struct merge_key *);

/* Is the line that was read blank?  Nobody has those. */
bool dump_lines_blank(const struct dump_lines *);

#endif
